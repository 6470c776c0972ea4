"""What keep marks and protected projects shield: pure functions.

Shielded is what is marked, all that is in a marked or protected project or domain, and all
without which one of these would not be what it is: a server's ports, volumes and flavor, their
networks, the routers of these.
"""
import collections
import dataclasses
import datetime
from collections.abc import Collection, Mapping

from tempest_cleanup import keep_mark
from tempest_cleanup.links import Links
from tempest_cleanup.model import Inventory, Key, Resource
from tempest_cleanup.services.base import ResourceService

Kinds = Mapping[str, ResourceService]
Reasons = dict[Key, str]


@dataclasses.dataclass(frozen=True)
class Wishes:
    """What is to be shielded, besides what bears a mark.

    :param today: in UTC
    :param projects: ids
    """

    today: datetime.date
    projects: frozenset[str] = frozenset()


def shielded(
    kinds: Kinds, before: Mapping[str, frozenset[str]], inventory: Inventory,
    saved: Collection[Key], wishes: Wishes,
) -> Reasons:
    """By key: why it is neither deleted nor put back.

    :param saved: what was there before the run
    """
    roots = _roots(inventory, wishes)
    found = _of_unseen_servers(inventory) | roots | _inside(inventory, roots)
    if found:
        found = _needed(kinds, before, inventory, found)
        found |= _ties(kinds, inventory, found, saved)
    return _unknown(inventory) | found


def _roots(inventory: Inventory, wishes: Wishes) -> Reasons:
    found = {Key('projects', identifier): 'a protected project' for identifier in wishes.projects}
    for resource in inventory:
        mark = keep_mark.mark(resource.body, wishes.today)
        if mark:
            found.setdefault(resource.key, f'marked {mark}')
    return found


def _inside(inventory: Inventory, roots: Reasons) -> Reasons:
    """What is in a project or domain that is kept with all it has, also in projects below."""
    there = inventory.by_key()
    containers = _below(inventory, {
        key.id: f'in {key.kind.removesuffix("s")} {_name(there, key)}, which is {why}'
        for key, why in roots.items() if key.kind in ('projects', 'domains')})
    found = {}
    for resource in inventory:
        why = (containers.get(resource.project_id) or containers.get(resource.domain_id)
               or (resource.kind == 'projects' and containers.get(resource.id)))
        if why and resource.key not in roots:
            found[resource.key] = why
    return found


def _below(inventory: Inventory, containers: dict[str, str]) -> dict[str, str]:
    """With the projects that are in them, at any depth."""
    children: dict[str, list[str]] = {}
    for project in inventory.of('projects'):
        for parent in {str(project.body.get('parent_id') or ''), project.domain_id} - {''}:
            children.setdefault(parent, []).append(project.id)
    found = dict(containers)
    waiting = list(containers)
    while waiting:
        parent = waiting.pop()
        for child in children.get(parent, ()):
            if child not in found:
                found[child] = found[parent]
                waiting.append(child)
    return found


def _needed(
    kinds: Kinds, before: Mapping[str, frozenset[str]], inventory: Inventory, start: Reasons,
) -> Reasons:
    """With what these need, and what that needs, and so on."""
    there = inventory.by_key()
    links = _Neighbours(kinds, Links(kinds, before, inventory), there)
    found = dict(start)
    because = {key: key for key in start}
    waiting = collections.deque(sorted(start))
    while waiting:
        key = waiting.popleft()
        for other in links.needs(key):
            if other not in found:
                because[other] = because[key]
                root = because[key]
                found[other] = (f'{root.kind} {_name(there, root)} needs it, '
                                f'which is {start[root]}')
                waiting.append(other)
    return found


class _Neighbours:
    """Which resources can't do without which."""

    def __init__(self, kinds: Kinds, links: Links, there: Mapping[Key, Resource]) -> None:
        self._kinds = kinds
        self._there = there
        self._names: dict[Key, set[Key]] = {}
        self._parts: dict[Key, set[Key]] = {}
        for naming, named in links.pairs():
            self._names.setdefault(naming, set()).add(named)
            for one, other in ((naming, named), (named, naming)):
                if self._is_part(one, other):
                    self._parts.setdefault(other, set()).add(one)
                    self._parts.setdefault(one, set()).add(other)
        for held, holders in links.holds({}).items():
            for holder in holders:
                self._names.setdefault(holder, set()).add(held)

    def needs(self, key: Key) -> list[Key]:
        """What it names; what goes with it; with what it would go."""
        return sorted(self._names.get(key, set()) | self._parts.get(key, set()))

    def _is_part(self, one: Key, other: Key) -> bool:
        kind = self._kinds[one.kind]
        if kind.relation or one.kind == other.kind or other.kind not in (
                *kind.goes_with, *kind.follows, *kind.kept_with):
            return False
        # A stack may have made a project, but not the one that it is in.
        holder = self._there[other]
        return one.id not in (holder.project_id, holder.user_id, holder.domain_id)


def _ties(
    kinds: Kinds, inventory: Inventory, found: Reasons, saved: Collection[Key],
) -> Reasons:
    """What ties something new that stays to something else that stays.

    A new tie between two that were there before is no part of either: it may be a right that
    somebody got.
    """
    there = inventory.by_key()
    ids = {key.id: key for key in there if key in found or key in saved}
    known = {key.id for key in there}
    ties = {}
    for resource in inventory:
        if resource.key in found or not kinds[resource.kind].relation:
            continue
        ends = {part for part in resource.id.split('/') if part in known}
        new = [ids[end] for end in sorted(ends) if end in ids and ids[end] not in saved]
        if new and all(end in ids for end in ends):
            ties[resource.key] = (f'it ties {new[0].kind} {_name(there, new[0])} to '
                                  'something, and both are kept')
    return ties


def _of_unseen_servers(inventory: Inventory) -> Reasons:
    """The ports of servers that can't be seen. What else one needs its service holds fast."""
    blind = next((c for c in inventory.coverage if c.kind == 'servers' and not c.whole), None)
    if blind is None:
        return {}
    known = {r.id for r in inventory.of('servers')}
    return {port.key: f'the port of a server that can\'t be seen ({blind.seen}), which may be '
                      'marked to be kept'
            for port in inventory.of('ports')
            if str(port.body.get('device_owner') or '').startswith('compute:')
            and port.body.get('device_id') not in known}


def _unknown(inventory: Inventory) -> Reasons:
    """Where not all projects or domains can be seen, one that is marked may be among these."""
    domains = {p.id: p.domain_id for p in inventory.of('projects')}
    blind = {c.kind: c for c in inventory.coverage
             if c.kind in ('projects', 'domains') and not c.whole}
    found = {}
    for kind, coverage in blind.items():
        known = {r.id for r in inventory.of(kind)}
        for resource in inventory:
            owner = (resource.project_id if kind == 'projects'
                     else resource.domain_id or domains.get(resource.project_id))
            if owner and owner not in known:
                found[resource.key] = (
                    f'not all {kind} can be seen ({coverage.seen}), and its own may be one '
                    'that is marked to be kept')
    return found


def _name(there: Mapping[Key, Resource], key: Key) -> str:
    return (there[key].name if key in there else '') or key.id
