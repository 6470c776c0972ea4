"""Why a resource is kept or deleted: pure functions. The first opinion is the decision."""
import dataclasses
import functools
from collections.abc import Callable, Mapping, Sequence

from tempest_cleanup.context import Context, Opinion, Rule
from tempest_cleanup.filters import (
    asked_for,
    bound,
    filtered,
    foreign,
    is_default_group,
    may_restore,
    named,
    recorded,
    reviewed,
    to_restore,
)
from tempest_cleanup.model import Action, Decision, Key, Resource, Scope
from tempest_cleanup.service_made import part_of
from tempest_cleanup.services.base import tenant_of
from tempest_cleanup.services.bodies import shown
from tempest_cleanup.services.load_balancer import AMPHORA_OF
from tempest_cleanup.services.project_owned import SERVICE_PROJECTS
from tempest_cleanup.services.quotas import DEFAULT

#: Nothing tells the services when one of these goes.
OWNERS = frozenset(('projects', 'users', 'domains'))

#: Without these there is no cloud any more.
CATALOG = frozenset(('services', 'endpoints', 'regions', 'default_security_group_rules'))

#: Kept for the sake of another that is asked about itself, or till that one goes.
FOLLOWING = frozenset(('of_the_system', 'default_group', 'owned', 'deciding'))

#: What services make in their own project for others, as Octavia and Manila do.
MADE_THERE = frozenset(('servers', 'ports', 'server_groups', 'security_groups', 'volumes'))

#: What JSON tells apart; all else is a text.
SORTS: tuple[type | tuple[type, ...], ...] = (bool, (int, float), Mapping, list, object)

#: Stands for a rule where a resource is asked about while it is being decided itself.
DECIDING = 'deciding'

NOT_RESTORED = 'changed, and --no-restore says to leave it so'

#: How the reason begins where a setting was of another sort: one of the two was misread.
IMPLAUSIBLE = 'changed to what it can\'t be, so it is not put back'


def shielded(context: Context, resource: Resource) -> Opinion:
    """What is marked to be kept, what is in a protected project, and what these need."""
    reason = context.shielded.get(resource.key)
    return (Action.KEEP, reason) if reason else None


def changed(context: Context, resource: Resource) -> Opinion:
    """What was there before and was changed is put back."""
    if not context.changes.get(resource.key):
        return None
    blind = not_seen(context, resource)
    if blind:
        return Action.KEEP, f'changed, but not all {resource.kind} can be seen: {blind}'
    odd = next((c for c in context.changes[resource.key] if not alike(c.old, c.new)), None)
    if odd:
        return Action.KEEP, (f'{IMPLAUSIBLE}: {odd.attribute} was {shown(odd.old)} and is '
                             f'{shown(odd.new)}')
    if not context.filters.restore:
        return Action.KEEP, NOT_RESTORED
    # An old thing has no age that says when it was changed.
    left_out = filtered(dataclasses.replace(
        context, filters=dataclasses.replace(context.filters, created_before=None)), resource)
    if left_out:
        return Action.KEEP, f'changed, but {left_out[1]}'
    left = may_restore(context, resource)
    if left:
        return left
    return Action.RESTORE, 'changed since the saved state'


def alike(one: object, other: object) -> bool:
    """Whether two values can be those of the same setting, at different times."""
    if None in (one, other) or DEFAULT in (one, other):
        return True
    return next(sort for sort in SORTS if isinstance(one, sort)) is next(
        sort for sort in SORTS if isinstance(other, sort))


def in_use(context: Context, resource: Resource) -> Opinion:
    """What we stand on, what tempest.conf names."""
    reason = context.protected.get(resource.key)
    return (Action.KEEP, reason) if reason else None


def of_the_system(context: Context, resource: Resource) -> Opinion:
    """What the services made for themselves."""
    reason = context.kinds[resource.kind].protects(resource)
    return (Action.KEEP, reason) if reason else None


def of_a_service(context: Context, resource: Resource) -> Opinion:
    """What a service made by itself stays with what it was made for, where that is known."""
    part = part_of(resource)
    if part:
        owner, service = part
        return _with_its_owner(context, owner, service)
    project = context.there.get(Key('projects', resource.project_id))
    if resource.kind not in MADE_THERE or project is None or (
            project.name not in SERVICE_PROJECTS or AMPHORA_OF in resource.body
            or resource.key in context.proven or asked_for(context.filters, resource)):
        return None
    if any(context.decide(owner).action is Action.DELETE
           for owner in context.owners.get(resource.key, ())):
        return None
    return Action.KEEP, ('in the project of the services, where nothing proves that the run '
                         'made it')


def _with_its_owner(context: Context, key: Key, service: str) -> Opinion:
    owner = context.there.get(key)
    if owner is None:
        blind = context.blind.get((key.kind, ''))
        return (Action.KEEP, f'{service} made it for {key.kind} {key.id}, and not all {key.kind} '
                f'can be seen: {blind}') if blind else None
    if context.decide(owner).action is Action.DELETE:
        return None
    return Action.KEEP, f'{service} made it for {owner}, which stays'


def default_group(context: Context, resource: Resource) -> Opinion:
    """A project's default security group lives and dies with the project."""
    if not is_default_group(resource):
        return None
    if context.living is None:
        return Action.KEEP, 'a default security group, and it is not known whose'
    if resource.project_id not in context.living:
        return None
    owner = context.decide(Resource('projects', resource.project_id))
    if owner.action is not Action.DELETE:
        return Action.KEEP, 'the default security group of a project that stays'
    return None


def unseen(context: Context, resource: Resource) -> Opinion:
    """A kind that is not seen completely, now or before, is not deleted from."""
    blind = not_seen(context, resource)
    if blind:
        return Action.KEEP, f'not all {resource.kind} can be seen: {blind}'
    if resource.kind in OWNERS:
        for (kind, where), reason in context.blind.items():
            if where in ('', resource.id) and may_own(context, resource.kind, kind):
                return Action.KEEP, f'it may own {kind} that can\'t be seen: {reason}'
    return None


def not_seen(context: Context, resource: Resource) -> str:
    """Why the listing that shows a resource is not whole; '' where it is."""
    tenant = tenant_of(context.kinds[resource.kind], resource)
    return (context.blind.get((resource.kind, ''))
            or context.blind.get((resource.kind, tenant.id if tenant else '')) or '')


def may_own(context: Context, owner: str, kind: str) -> bool:
    """Whether something of a kind would be lost with an owner that is deleted."""
    declared = context.kinds[kind]
    if owner in declared.goes_with or declared.relation:
        return False
    return declared.scope is not Scope.USER or owner != 'projects'


def saved(context: Context, resource: Resource) -> Opinion:
    """What was there before the run stays, as it was."""
    if context.saved is None:
        return None
    if resource.key in context.saved.keys:
        return Action.KEEP, 'in the saved state'
    doubt = _doubt(context, resource)
    return (Action.KEEP, doubt) if doubt else None


def _doubt(context: Context, resource: Resource) -> str:
    """Why it may have been there before the run, unseen; '' where it can't."""
    return context.saved.doubt(
        resource.kind, tenant_of(context.kinds[resource.kind], resource)) if context.saved else ''


def built_in(context: Context, resource: Resource) -> Opinion:
    """Where nothing says what was there before, what the cloud is made of stays."""
    if context.saved is not None:
        return None
    options = resource.body.get('options')
    if isinstance(options, Mapping) and options.get('immutable'):
        return Action.KEEP, 'marked immutable'
    if context.kinds[resource.kind].relation and not any(
            context.decide(owner).action is Action.DELETE
            for owner in context.owners.get(resource.key, ())):
        return Action.KEEP, 'goes with what it ties together, and there is no saved state'
    filters = context.filters
    if resource.kind in CATALOG and not filters.prefix and filters.recorded is None:
        return Action.KEEP, 'part of the catalog, and there is no saved state'
    return None


def occupied(context: Context, resource: Resource) -> Opinion:
    """What owns something that stays must stay, too."""
    for occupant in context.occupants.get(resource.key, ()):
        if context.kinds[occupant.kind].relation:
            continue
        if resource.kind in context.kinds[occupant.kind].goes_with:
            # Its own decision would ask for this one's; but these rules stand first.
            kept = occupant.key in context.protected or (
                context.saved is not None and occupant.key in context.saved.keys) or (
                    context.kinds[resource.kind].adopts and bool(_doubt(context, occupant)))
        else:
            decision = context.decide(occupant)
            kept = decision.action is not Action.DELETE and (
                decision.rule not in FOLLOWING or _follows_outside(context, occupant, resource))
        if kept:
            return Action.KEEP, f'it still has {occupant}, which is kept'
    return None


def _follows_outside(context: Context, occupant: Resource, holder: Resource) -> bool:
    """Whether it is kept for something that is asked about elsewhere: it is not in there, too."""
    if context.decide(occupant).rule != owned.__name__:
        return False
    inside = {holder.key} | {other.key for other in context.occupants.get(holder.key, ())}
    return any(owner.key not in inside for owner in context.owners.get(occupant.key, ()))


def owned(context: Context, resource: Resource) -> Opinion:
    """What goes with another resource shares its fate, where that one is new too."""
    project = context.there.get(Key('projects', resource.project_id))
    if is_default_group(resource) and project and (
            context.decide(project).action is Action.DELETE):
        return Action.DELETE, f'goes with {project}'
    decisions = [context.decide(owner) for owner in context.owners.get(resource.key, ())]
    for decision in decisions:
        if decision.action is Action.DELETE:
            return Action.DELETE, f'goes with {decision.resource}'
    for decision in decisions:
        if decision.rule in ('filtered', 'named', 'recorded', 'owned', 'occupied',
                             'of_a_service', 'default_group'):
            return Action.KEEP, f'belongs to {decision.resource}, which is kept'
    if context.kinds[resource.kind].relation:
        for decision in decisions:
            if decision.rule in ('in_use', 'of_the_system'):
                return Action.KEEP, f'it ties {decision.resource} to something, which is kept'
    return None


def added(context: Context, resource: Resource) -> Opinion:
    """What the saved state does not know was added by the run."""
    orphan = ('' if context.living is None or not resource.project_id
              or resource.project_id in context.living | set(context.project_domains.values())
              else '; an orphan: its project does not exist any more')
    if context.saved is not None:
        return Action.DELETE, f'not in the saved state{orphan}'
    return Action.DELETE, f'everything goes: there is no saved state{orphan}'


#: In this order: first what protects, then what is shared with others, then what was asked for.
RULES: Sequence[Rule] = (
    shielded, changed, in_use, of_the_system, of_a_service, default_group, unseen, saved,
    built_in, reviewed, foreign, occupied, owned, bound, filtered, named, recorded, added)


def decider(make: Callable[[Callable[[Resource], Decision]], Context]
            ) -> Callable[[Resource], Decision]:
    """A function that decides, each resource once; rules may ask it about others."""
    known: dict[Key, Decision] = {}
    under_way: set[Key] = set()
    circles = 0

    def decide(resource: Resource) -> Decision:
        nonlocal circles
        if resource.key in known:
            return known[resource.key]
        if resource.key in under_way:
            circles += 1
            return Decision(resource, Action.KEEP, DECIDING, 'being decided')
        before = circles
        under_way.add(resource.key)
        decision = first_opinion(context(), resource)
        under_way.remove(resource.key)
        # What was decided while something it looks at was not, is decided anew later.
        if not under_way or circles == before:
            known[resource.key] = decision
        return decision

    @functools.cache
    def context() -> Context:
        return make(decide)

    return decide


def first_opinion(context: Context, resource: Resource) -> Decision:
    """The decision of the first rule that has an opinion; keep where none has."""
    for rule in RULES:
        opinion = rule(context, resource)
        if opinion:
            action, reason = opinion
            return Decision(
                resource, action, rule.__name__, reason,
                to_restore(context, resource) if action is Action.RESTORE
                else context.changes.get(resource.key, ()),
                context.proven.get(resource.key, ''))
    return Decision(resource, Action.KEEP, '', 'no rule has an opinion')

