"""What a reviewed report lets be done, and whether a resource is still what it lists."""
import dataclasses
import datetime
import json
from collections.abc import Iterator, Mapping
from typing import Any

from tempest_cleanup.model import Action, Change, Key, Resource


@dataclasses.dataclass(frozen=True, slots=True)
class Listed:
    """One resource of a reviewed report that is to be deleted or restored.

    :param created_at: None where the service did not tell
    :param changes: (attribute, old, new) of each change that is to be put back
    """

    key: Key
    name: str
    project_id: str
    created_at: datetime.datetime | None
    action: Action
    changes: tuple[tuple[str, Any, Any], ...] = ()

    def __str__(self) -> str:
        return f'{self.key.kind} {self.name or self.key.id}'

    def differs(self, resource: Resource) -> str:
        """In what a resource is not any more what was reviewed; '' where it still is."""
        return '; '.join(
            f'its {what} was {was or "unknown"}, is {now or "unknown"}'
            for what, was, now in (
                ('name', repr(self.name), repr(resource.name)),
                ('project', self.project_id, resource.project_id),
                ('creation', self.created_at, resource.created_at))
            if was != now)

    def lists(self, change: Change) -> bool:
        """Whether this very change was reviewed."""
        return any((attribute, _plain(old), _plain(new)) == (
            change.attribute, _plain(change.old), _plain(change.new))
            for attribute, old, new in self.changes)


@dataclasses.dataclass(frozen=True)
class Reviewed:
    """All that a reviewed report lists to be deleted or restored."""

    listed: Mapping[Key, Listed]

    def __iter__(self) -> Iterator[Listed]:
        return iter(self.listed.values())

    def deletes(self, resource: Resource) -> bool:
        found = self.listed.get(resource.key)
        return found is not None and found.action is Action.DELETE


@dataclasses.dataclass(frozen=True, slots=True)
class Unmet:
    """What a reviewed report lists, and nothing is to be done about any more."""

    listed: Listed
    reason: str


def _plain(value: Any) -> str:
    return json.dumps(value, sort_keys=True)
