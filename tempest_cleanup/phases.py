"""What lies between the inventory and the execution: pure functions."""
import dataclasses
import json
from collections.abc import Collection, Iterable, Iterator, Mapping

from tempest_cleanup import errors, rules
from tempest_cleanup.context import Context, Filters
from tempest_cleanup.links import Links
from tempest_cleanup.model import (
    Action,
    Change,
    Coverage,
    Decision,
    Drift,
    Inventory,
    Key,
    Plan,
    Resource,
    Seen,
    unseen,
)
from tempest_cleanup.provenance import Clues, proven
from tempest_cleanup.reviewed import Reviewed, Unmet
from tempest_cleanup.services.base import ResourceService, tenant_of
from tempest_cleanup.services.bodies import strings
from tempest_cleanup.shield import Wishes, shielded
from tempest_cleanup.state import SavedState

Kinds = Mapping[str, ResourceService]


def believed(now: Inventory, before: Collection[Coverage]) -> Inventory:
    """The inventory, with what has vanished told from what was never there.

    A service that was there and answers 404 now may have kept all it had. A tenant that is gone
    has no listing, though, where others have; and one that had none before needs none now: the
    catalog of a new project may leave a service out.

    :param before: of the saved state and of this run's earlier looks, as they were believed
    """
    seen = {(c.kind, c.tenant) for c in before if c.seen is Seen.COMPLETE}
    was_there = {kind for kind, _ in seen}
    never_there = {(c.kind, c.tenant) for c in before if c.seen is Seen.ABSENT} - seen
    answering = {c.kind for c in now.coverage if c.seen is Seen.COMPLETE}
    living = {r.id for kind in rules.OWNERS for r in now.of(kind)}

    def left_out(c: Coverage) -> bool:
        return c.detail.startswith(errors.NOT_IN_CATALOG) and (c.kind, c.tenant) not in seen

    def vanished(c: Coverage) -> bool:
        return (c.seen is Seen.ABSENT and c.kind in was_there
                and (c.kind, c.tenant) not in never_there
                and (not c.tenant or c.kind not in answering
                     or (c.tenant in living and not left_out(c))))

    return dataclasses.replace(now, coverage=tuple(
        dataclasses.replace(
            c, seen=Seen.VANISHED, detail=f'it was there before, and is absent now: {c.detail}')
        if vanished(c) else c for c in now.coverage))


def compare(saved: SavedState | None, inventory: Inventory, kinds: Kinds) -> Drift:
    """How the cloud differs from the saved state; without one, all of it was added.

    Of a kind that is not seen completely nothing counts as removed.
    """
    if saved is None:
        return Drift(added=tuple(inventory))
    now = inventory.by_key()
    blind = {kind for kind, _ in unseen(inventory.coverage)}
    before = saved.inventory.by_key()
    removed = tuple(r for key, r in before.items() if key not in now
                    and key.kind in kinds and key.kind not in blind)
    added, removed = _without_the_same(
        tuple(r for key, r in now.items() if key not in before), removed, kinds)
    changed = [change for key, was in before.items() if key in now
               for change in changes_of(was, now[key])]
    changed += _to_make_again(removed, kinds)
    return Drift(
        added=added,
        removed=tuple(r for r in removed if not kinds[r.kind].comes_back
                      and not kinds[r.kind].fleeting),
        changed=tuple(changed))


def _without_the_same(
    added: tuple[Resource, ...], removed: tuple[Resource, ...], kinds: Kinds,
) -> tuple[tuple[Resource, ...], tuple[Resource, ...]]:
    """What was added and removed, without what was made again under another id."""
    again: dict[str, list[Resource]] = {}
    for resource in added:
        if kinds[resource.kind].same_by_settings:
            again.setdefault(_content(resource), []).append(resource)
    same = set()
    for resource in removed:
        if kinds[resource.kind].same_by_settings and again.get(_content(resource)):
            same |= {resource.key, again[_content(resource)].pop().key}
    return (tuple(r for r in added if r.key not in same),
            tuple(r for r in removed if r.key not in same))


def _content(resource: Resource) -> str:
    return json.dumps([resource.kind, dict(resource.settings)], sort_keys=True)


def _to_make_again(removed: tuple[Resource, ...], kinds: Kinds) -> Iterator[Change]:
    """What comes back of what was removed: not what belongs to something that can't."""
    gone = {r.id for r in removed if not kinds[r.kind].comes_back}
    for resource in removed:
        kind = kinds[resource.kind]
        if kind.relation or kind.same_by_settings:
            ends = {*resource.id.split('/'), *strings(resource.settings)}
            if not gone & ends:
                yield Change(resource, 'present', True, None)
        elif kind.comes_back:
            yield from (Change(resource, name, value, None)
                        for name, value in resource.settings.items())


def changes_of(was: Resource, now: Resource) -> list[Change]:
    """The settings that are not what they were.

    What was not saved can't have changed, and what is not there any more can't be put back.
    """
    return [Change(now, name, old, now.settings[name])
            for name, old in sorted(was.settings.items())
            if name in now.settings and now.settings[name] != old]


def blindness(coverage: Iterable[Coverage]) -> dict[tuple[str, str], str]:
    """The listings that are not to be believed, with the reason."""
    return {mark: f'{c.seen} ({c.detail})' for mark, c in unseen(coverage).items()}


def doubted(
    saved: SavedState | None, kinds: Kinds, decisions: Iterable[Decision],
) -> tuple[Coverage, ...]:
    """The listings of the saved state for whose sake something new is kept."""
    if saved is None:
        return ()
    kept = [(kinds[d.resource.kind], d.resource) for d in decisions
            if d.action is Action.KEEP and d.rule == rules.saved.__name__]
    listings = [saved.doubtful(kind.name, tenant_of(kind, resource)) for kind, resource in kept]
    return tuple(dict.fromkeys(listing for listing in listings if listing))


def plan(
    kinds: Kinds, before: Mapping[str, frozenset[str]], saved: SavedState | None,
    inventory: Inventory, drift: Drift, filters: Filters, protected: Mapping[Key, str],
    members: Mapping[str, frozenset[str]], clues: Clues, wishes: Wishes,
) -> Plan:
    """Every decision about what was added or changed, and the order of the deletions."""
    changes: dict[Key, tuple[Change, ...]] = {}
    for change in drift.changed:
        changes[change.resource.key] = (*changes.get(change.resource.key, ()), change)
    concerned = {r.key: r for r in drift.added} | {
        c.resource.key: c.resource for c in drift.changed}
    there = {**inventory.by_key(), **concerned}
    links = Links(kinds, before, concerned.values())
    _, owners = links.edges()
    leaders = links.leaders()
    belongs = {key: tuple(concerned[k] for k in sorted(
                   owners.get(key, set()) | leaders.get(key, set())))
               for key in {*owners, *leaders}}
    blind = blindness(inventory.coverage)
    known_projects = not any(kind == 'projects' for kind, _ in blind)
    known = {**hidden(saved, blind), **there}

    def context(decide: object) -> Context:
        return Context(
            kinds=kinds, saved=saved, filters=filters, protected=protected, blind=blind,
            changes=changes,
            owners=belongs,
            project_domains={p.id: p.domain_id for p in inventory.of('projects')},
            living=frozenset(p.id for p in inventory.of('projects')) if known_projects else None,
            occupants=occupants(
                kinds, known, owners, concerned, collateral(kinds, before, saved, known)),
            shielded=shielded(kinds, before, inventory, saved.keys if saved else (), wishes),
            proven=proven(clues, kinds, saved, inventory, concerned.values(), belongs,
                          protected),
            there=there,
            decide=decide)  # type: ignore[arg-type]  # the decider's own type

    decide = rules.decider(context)
    projects = {p.id: p for p in inventory.of('projects')}
    for project in projects.values():
        decide(project)
    decisions = tuple(decide(concerned[key]) for key in sorted(concerned))
    return order(kinds, before, decisions, members)


def collateral(
    kinds: Kinds, before: Mapping[str, frozenset[str]], saved: SavedState | None,
    there: Mapping[Key, Resource],
) -> dict[Key, set[Key]]:
    """By key: what is new and would take along what was there before, as an adopted stack."""
    if saved is None:
        return {}
    old = {key for key in there if key in saved.keys}
    _, owners = Links(kinds, before, there.values()).edges()
    found = {}
    for key in old & owners.keys():
        kind = kinds[key.kind]
        takers = {owner for owner in owners[key] - old if owner.kind not in kind.spared_by
                  # What it is in is no part of it.
                  and key.id not in (there[owner].project_id, there[owner].user_id,
                                     there[owner].domain_id)}
        if takers and not kind.relation:
            found[key] = takers
    return found


def hidden(
    saved: SavedState | None, blind: Iterable[tuple[str, str]],
) -> dict[Key, Resource]:
    """What was there before and may be there yet, where not all of its kind can be seen."""
    kinds = {kind for kind, _tenant in blind}
    return {r.key: r for kind in kinds for r in (saved.inventory.of(kind) if saved else ())}


def occupants(
    kinds: Kinds, there: Mapping[Key, Resource], owners: Mapping[Key, Iterable[Key]],
    concerned: Mapping[Key, Resource], taken: Mapping[Key, Iterable[Key]],
) -> dict[Key, tuple[Resource, ...]]:
    """What is in each project, domain and user, or goes with something else.

    :param taken: by key: what takes along what was there before
    """
    found: dict[Key, list[Resource]] = {}
    for resource in there.values():
        for kind, identifier in (('projects', resource.project_id), ('users', resource.user_id),
                                 ('domains', resource.domain_id)):
            if Key(kind, identifier) in concerned and identifier != resource.id:
                found.setdefault(Key(kind, identifier), []).append(resource)
    for key, its_owners in (*owners.items(), *taken.items()):
        lost = [there[key], *(there[k] for k in kinds[key.kind].takes(there[key]) if k in there)]
        for owner in its_owners:
            found.setdefault(owner, []).extend(lost)
    return {key: tuple({r.key: r for r in resources}.values())
            for key, resources in found.items()}


def order(
    kinds: Kinds, before: Mapping[str, frozenset[str]], decisions: Iterable[Decision],
    members: Mapping[str, frozenset[str]],
) -> Plan:
    """The decisions with what each deletion has to wait for.

    What a changed setting names now (a port's leaked security group) can't be deleted before
    the setting is put back.
    """
    decisions = tuple(decisions)
    links = Links(kinds, before, [d.resource for d in decisions if d.action is Action.DELETE])
    waits, owners = links.edges()
    for key, others in links.holds(members).items():
        waits.setdefault(key, set()).update(others)
    for key, others in links.named_by(d for d in decisions if d.action is Action.RESTORE).items():
        waits.setdefault(key, set()).update(others)
    return Plan(decisions, {key: frozenset(found) for key, found in waits.items()},
                {key: frozenset(found) for key, found in owners.items()})


def unmet(
    plan: Reviewed | None, inventory: Inventory, decisions: Iterable[Decision],
) -> tuple[Unmet, ...]:
    """What a reviewed report lists, and is neither new nor changed any more."""
    decided = {d.resource.key for d in decisions}
    now = inventory.by_key()
    blind = {kind: f'{c.seen}: {c.detail}' for (kind, _), c in unseen(inventory.coverage).items()}
    found = []
    for listed in plan or ():
        if listed.key in decided:
            continue
        kind = listed.key.kind
        if listed.key in now:
            reason = ('in the saved state' if listed.action is Action.DELETE
                      else 'as it was before the run')
        elif kind not in inventory.resources:
            reason = f'{kind} are not known here'
        else:
            reason = (f'not seen, as not all {kind} can be ({blind[kind]})' if kind in blind
                      else 'not there any more')
        found.append(Unmet(listed, reason))
    return tuple(found)
