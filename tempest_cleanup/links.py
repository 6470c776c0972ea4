"""Which resource must wait for which, and which goes with which: pure functions."""
from collections.abc import Iterable, Iterator, Mapping

from tempest_cleanup.model import Decision, Key, Resource
from tempest_cleanup.services.base import ResourceService
from tempest_cleanup.services.bodies import strings

Edges = dict[Key, set[Key]]


class Links:
    """The resources among some that name each other in their bodies.

    :param before: for each kind those that must be gone before it
    """

    def __init__(
        self, kinds: Mapping[str, ResourceService], before: Mapping[str, frozenset[str]],
        resources: Iterable[Resource],
    ) -> None:
        self._kinds = kinds
        self._before = before
        self._resources = {r.key: r for r in resources}
        self._by_id: dict[str, list[Key]] = {}
        for key in self._resources:
            self._by_id.setdefault(key.id, []).append(key)

    def mentioned(self, resource: Resource) -> set[Key]:
        """The keys whose ids a resource's body names."""
        found = {key for text in strings(resource.body) if text in self._by_id
                 for key in self._by_id[text]}
        found |= {key for owner in (resource.project_id, resource.user_id, resource.domain_id)
                  for key in self._by_id.get(owner, ())}
        return found - {resource.key}

    def pairs(self) -> Iterator[tuple[Key, Key]]:
        """(a, b): the body of a names b."""
        for key, resource in self._resources.items():
            for other in self.mentioned(resource):
                yield key, other

    def leaders(self) -> Edges:
        """With which each key shares the decision, though they do not take it along."""
        found: Edges = {}
        for one, other in self.pairs():
            for key, leader in ((one, other), (other, one)):
                if leader.kind in self._kinds[key.kind].follows:
                    found.setdefault(key, set()).add(leader)
        return found

    def edges(self) -> tuple[Edges, Edges]:
        """(waits, owners): what must be gone before each key, and what takes it along."""
        waits: Edges = {}
        owners: Edges = {}
        for naming, name in self.pairs():
            if naming.kind == name.kind:
                kind = self._kinds[naming.kind]
                if self._resources[naming].body.get(kind.parent_key) != name.id:
                    continue
                if naming.kind in kind.goes_with:
                    owners.setdefault(naming, set()).add(name)
                if naming.kind in kind.delete_after:
                    waits.setdefault(name, set()).add(naming)
                continue
            for one, other in ((naming, name), (name, naming)):
                if other.kind in self._kinds[one.kind].goes_with:
                    owners.setdefault(one, set()).add(other)
                if other.kind in self._before[one.kind]:
                    waits.setdefault(one, set()).add(other)
        return waits, owners

    def named_by(self, restored: Iterable[Decision]) -> Edges:
        """What changed settings name as they are now, and by which resource."""
        found: Edges = {}
        for decision in restored:
            for change in decision.changes:
                for text in strings(change.new):
                    for key in self._by_id.get(text, ()):
                        found.setdefault(key, set()).add(decision.resource.key)
        return found

    def holds(self, members: Mapping[str, frozenset[str]]) -> Edges:
        """What waits for a resource of its project that nothing links it to.

        :param members: the users that have a role in each project
        """
        waits: Edges = {}
        holding = [r for r in self._resources.values() if self._kinds[r.kind].holds]
        for holder in holding:
            held = self._kinds[holder.kind].holds
            for key, resource in self._resources.items():
                if key.kind in held and (
                        resource.project_id == holder.project_id
                        or key.id in members.get(holder.project_id, ())):
                    waits.setdefault(key, set()).add(holder.key)
        return waits
