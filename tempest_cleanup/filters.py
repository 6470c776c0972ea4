"""Why something that was asked for is left out: rules that only ever keep, but for a name."""
from collections.abc import Callable

from tempest_cleanup.context import Context, Filters, Opinion
from tempest_cleanup.model import Action, Change, Resource

#: Told apart from what was never in the plan: what was reviewed is not carried out.
STALE = 'in the plan, but not what was reviewed'

#: Rules that keep for what was asked for, or for the sake of something kept for that.
ASKED = frozenset(('reviewed', 'foreign', 'occupied', 'owned', 'bound', 'filtered', 'named',
                   'recorded'))


def reviewed(context: Context, resource: Resource) -> Opinion:
    """--plan: only what the reviewed report lists, if it still is what was reviewed."""
    plan = context.filters.reviewed
    if plan is None:
        return None
    if not plan.deletes(resource):
        return Action.KEEP, 'not in the plan'
    differs = plan.listed[resource.key].differs(resource)
    if differs:
        return Action.KEEP, f'{STALE}: {differs}'
    other = outsider(context, resource, plan.deletes)
    if other:
        return Action.KEEP, f'{other} is in it or would go with it, and is not in the plan'
    return None


def foreign(context: Context, resource: Resource) -> Opinion:
    """--tempest-only: only what is proven to come from the run, and holds nothing else."""
    if not context.filters.tempest_only:
        return None
    if resource.key not in context.proven:
        return Action.KEEP, 'foreign: nothing proves that the run made it'
    other = outsider(context, resource, lambda inner: inner.key in context.proven)
    if other:
        return Action.KEEP, f'{other} is in it or would go with it, and is foreign'
    return None


def outsider(
    context: Context, resource: Resource, belongs: Callable[[Resource], bool],
) -> Resource | None:
    """What would be lost with a resource, however deep in it, and does not belong.

    What was there before is not looked at here, nor what services make by themselves and what
    only ties things together.
    """
    seen = {resource.key}
    waiting = [resource]
    while waiting:
        for inner in context.occupants.get(waiting.pop().key, ()):
            kind = context.kinds[inner.kind]
            if inner.key in seen or kind.relation or kind.protects(inner) or (
                    _goes_with_its_project(context, inner) or inner.key in context.protected
                    or (context.saved is not None and inner.key in context.saved.keys)):
                continue
            if not belongs(inner):
                return inner
            seen.add(inner.key)
            waiting.append(inner)
    return None


def is_default_group(resource: Resource) -> bool:
    return resource.kind == 'security_groups' and resource.name == 'default'


def _goes_with_its_project(context: Context, resource: Resource) -> bool:
    """Whether a default security group's project is there, so that nothing else owns it."""
    return is_default_group(resource) and (
        context.living is None or resource.project_id in context.living)


def bound(context: Context, resource: Resource) -> Opinion:
    """With --plan and --tempest-only: what belongs to something that stays, stays."""
    if context.filters.reviewed is None and not context.filters.tempest_only:
        return None
    for owner in context.owners.get(resource.key, ()):
        decision = context.decide(owner)
        if decision.action is Action.KEEP and decision.rule in ASKED:
            return Action.KEEP, f'belongs to {owner}, which is kept'
    return None


def may_restore(context: Context, resource: Resource) -> Opinion:
    """Why a change is left, though it could be put back."""
    plan = context.filters.reviewed
    if plan is not None:
        listed = plan.listed.get(resource.key)
        if listed is None or listed.action is not Action.RESTORE:
            return Action.KEEP, 'changed, but not in the plan'
        differs = listed.differs(resource)
        if differs or not to_restore(context, resource):
            return Action.KEEP, f'{STALE}: {differs or "it was changed otherwise since"}'
    if context.filters.tempest_only and resource.key not in context.proven:
        return Action.KEEP, 'changed, but nothing proves that the run did it'
    return None


def to_restore(context: Context, resource: Resource) -> tuple[Change, ...]:
    """The changes that are to be put back: with --plan, only those that it lists."""
    changes = context.changes.get(resource.key, ())
    plan = context.filters.reviewed
    if plan is None:
        return changes
    listed = plan.listed.get(resource.key)
    return tuple(c for c in changes if listed is not None and listed.lists(c))


def filtered(context: Context, resource: Resource) -> Opinion:
    """A filter that can't be answered for a resource keeps it."""
    filters = context.filters
    if filters.kinds is not None and resource.kind not in filters.kinds:
        return Action.KEEP, 'its type is left out'
    if filters.projects is not None:
        project = resource.id if resource.kind == 'projects' else resource.project_id
        if project not in filters.projects:
            return Action.KEEP, ('it is in another project' if project
                                 else 'it is not known to be in that project')
    if filters.domains is not None:
        domain = domain_of(context, resource)
        if domain not in filters.domains:
            return Action.KEEP, ('it is in another domain' if domain
                                 else 'it is not known to be in that domain')
    if filters.created_before is not None:
        if resource.created_at is None:
            return Action.KEEP, 'its age is not known'
        if resource.created_at > filters.created_before:
            return Action.KEEP, 'it is too young'
    return None


def domain_of(context: Context, resource: Resource) -> str:
    """The domain that a resource is in, '' where it can't be told."""
    if resource.kind == 'domains':
        return resource.id
    return resource.domain_id or context.project_domains.get(resource.project_id, '')


def asked_for(filters: Filters, resource: Resource) -> bool:
    """Whether --prefix or --resource-list mean this one."""
    return bool(filters.prefix and resource.name.startswith(filters.prefix)) or (
        filters.recorded is not None and resource.id in filters.recorded.get(resource.kind, ()))


def named(context: Context, resource: Resource) -> Opinion:
    """--prefix: the name decides."""
    prefix = context.filters.prefix
    if not prefix:
        return None
    if resource.name.startswith(prefix):
        return Action.DELETE, f'its name starts with {prefix!r}'
    return Action.KEEP, (f'its name does not start with {prefix!r}' if resource.name
                         else 'it has no name')


def recorded(context: Context, resource: Resource) -> Opinion:
    """--resource-list: Tempest's own record decides."""
    if context.filters.recorded is None:
        return None
    if resource.id in context.filters.recorded.get(resource.kind, ()):
        return Action.DELETE, 'in resource_list.json'
    if resource.kind == 'keypairs' and resource.name in context.filters.recorded.get(
            resource.kind, ()):
        return Action.DELETE, 'in resource_list.json, which knows key pairs by name'
    return Action.KEEP, 'not in resource_list.json'
