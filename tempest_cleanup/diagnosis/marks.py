"""How a resource shows in the requests of others: which URLs are on it, which answer made it."""
import dataclasses
import datetime
import re
from collections.abc import Iterable, Mapping, Sequence
from urllib.parse import unquote

from tempest_cleanup.model import Key, Resource
from tempest_cleanup.services.base import ResourceService

#: Ids that mean one thing wherever they stand.
UNIQUE = re.compile(r'[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{32}')

_VERSION = re.compile(r'v\d[\d.]*')


@dataclasses.dataclass(frozen=True, slots=True)
class Mark:
    """What tells that a request is on a resource.

    :param id: as an answer has it
    :param member: the end of the URL that the resource itself has, in parts
    :param by_put: whether the first successful PUT there makes it
    :param created_at: when it was made, as its service says
    """

    key: Key
    id: str
    member: tuple[str, ...]
    by_put: bool = False
    created_at: datetime.datetime | None = None

    @property
    def anchor(self) -> str:
        """The part without which a URL can't be on it."""
        return self.member[-1]

    @property
    def home(self) -> str:
        """The last part of the URL that such resources are created at."""
        return next((part for part in reversed(self.member[:-1])
                     if not UNIQUE.fullmatch(part) and part == part.lower()), '')

    @property
    def unique(self) -> bool:
        return UNIQUE.fullmatch(self.anchor) is not None and not self.by_put

    def touched_by(self, parts: Sequence[str]) -> bool:
        """Whether a URL is on it, or on something below it."""
        if self.unique:
            return self.anchor in parts
        tail = self.member if self.by_put else self.member[-2:]
        return any(tuple(parts[end - len(tail):end]) == tail
                   for end in range(len(tail), len(parts) + 1))

    def is_at(self, parts: Sequence[str]) -> bool:
        """Whether a URL is its own, not of something below it, nor of a tie to another."""
        size = len(self.member)
        if tuple(parts[-size:]) != self.member:
            return False
        before = parts[:-size]
        return not any(
            UNIQUE.fullmatch(part) and not (place and _VERSION.fullmatch(before[place - 1]))
            for place, part in enumerate(before))


def mark(kind: ResourceService, resource: Resource) -> Mark:
    """The mark of a resource of a kind."""
    return Mark(resource.key, resource.id, _member(kind, resource) or (resource.id,),
                kind.comes_back or kind.service_type == 'object-store'
                or not UNIQUE.search(resource.id), resource.created_at)


def _member(kind: ResourceService, resource: Resource) -> tuple[str, ...]:
    """The end of its URL; a version of an object has that of the object."""
    if kind.service_type == 'object-store':
        project, *names = resource.id.partition('?')[0].split('/')
        return (f'AUTH_{project}', *names)
    if resource.kind == 'keypairs':
        return kind.path, resource.name
    try:
        path = kind.member(resource)
    except (LookupError, TypeError, AttributeError, ValueError):
        # A kind of another package may be wrong about what there is; an id is enough.
        path = resource.id
    # Clients differ in how they write the version: v2, v2.0.
    return tuple(unquote(part) for place, part in enumerate(path.split('/'))
                 if part and not (place == 0 and _VERSION.fullmatch(part)))


def marks(kinds: Mapping[str, ResourceService], resources: Iterable[Resource]) -> list[Mark]:
    """Those of all resources whose kind is known."""
    return [mark(kinds[r.kind], r) for r in resources if r.kind in kinds and r.id]
