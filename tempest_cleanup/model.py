"""The values that are passed from phase to phase. All of them are frozen."""
import dataclasses
import datetime
import enum
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

Body = Mapping[str, Any]


class Key(NamedTuple):
    """What identifies a resource in one cloud."""

    kind: str
    id: str


class Scope(enum.StrEnum):
    """Whose listing shows a kind of resource."""

    CLOUD = 'cloud'
    PROJECT = 'project'
    USER = 'user'
    DOMAIN = 'domain'


@dataclasses.dataclass(frozen=True, slots=True)
class Tenant:
    """A project, user or domain whose resources are listed on their own."""

    scope: Scope
    id: str
    name: str = ''


#: Services take names of up to 255 letters; what answers with more is not to be repeated.
LONGEST_NAME = 255


def _cut(name: str) -> str:
    return name if len(name) <= LONGEST_NAME else name[:LONGEST_NAME] + '...'


@dataclasses.dataclass(frozen=True, slots=True)
class Resource:
    """One found thing.

    :param created_at: aware, UTC; None where the service does not say
    :param body: what the service says of it; never saved or shown as a whole
    :param settings: the attributes that a run may change and that are put back
    """

    kind: str
    id: str
    name: str = ''
    project_id: str = ''
    user_id: str = ''
    domain_id: str = ''
    created_at: datetime.datetime | None = None
    status: str = ''
    body: Body = dataclasses.field(default_factory=dict, repr=False, compare=False)
    settings: Mapping[str, Any] = dataclasses.field(default_factory=dict)

    @property
    def key(self) -> Key:
        return Key(self.kind, self.id)

    def __str__(self) -> str:
        return f'{self.kind} {_cut(self.name or self.id)}'


def in_full(resource: Resource) -> str:
    """Kind, name and id: for files in which a resource has to be found again."""
    name = f' {_cut(resource.name)}' if resource.name not in ('', resource.id) else ''
    return f'{resource.kind}{name} {resource.id}'


class Seen(enum.StrEnum):
    """How far a listing can be believed. What has vanished was there before: no such service."""

    COMPLETE = 'complete'
    ABSENT = 'absent'
    VANISHED = 'vanished'
    FORBIDDEN = 'forbidden'
    FAILED = 'failed'
    TRUNCATED = 'truncated'


@dataclasses.dataclass(frozen=True, slots=True)
class Coverage:
    """How one listing of a kind, in one scope, went.

    :param tenant: id of the project or user that was asked, '' for the whole cloud
    :param detail: why it is not complete
    """

    kind: str
    seen: Seen
    tenant: str = ''
    count: int = 0
    detail: str = ''

    @property
    def whole(self) -> bool:
        """Whether nothing can hide from this listing."""
        return self.seen in (Seen.COMPLETE, Seen.ABSENT)


@dataclasses.dataclass(frozen=True)
class Inventory:
    """Everything found, and how far each listing can be believed."""

    resources: Mapping[str, tuple[Resource, ...]]
    coverage: tuple[Coverage, ...]

    def __iter__(self) -> Iterator[Resource]:
        for found in self.resources.values():
            yield from found

    def __len__(self) -> int:
        return sum(len(found) for found in self.resources.values())

    def of(self, kind: str) -> tuple[Resource, ...]:
        return self.resources.get(kind, ())

    def by_key(self) -> dict[Key, Resource]:
        return {resource.key: resource for resource in self}


def unseen(coverage: Iterable[Coverage]) -> dict[tuple[str, str], Coverage]:
    """The listings that are not whole, by kind and tenant."""
    return {(c.kind, c.tenant): c for c in coverage if not c.whole}


@dataclasses.dataclass(frozen=True, slots=True)
class Change:
    """A setting of a pre-existing resource that is not what it was."""

    resource: Resource
    attribute: str
    old: Any
    new: Any

    def __str__(self) -> str:
        return f'{self.resource}: {self.attribute} {self.old!r} -> {self.new!r}'


@dataclasses.dataclass(frozen=True)
class Drift:
    """How the cloud differs from the saved state."""

    added: tuple[Resource, ...] = ()
    removed: tuple[Resource, ...] = ()
    changed: tuple[Change, ...] = ()


class Source(enum.StrEnum):
    """Where a fact is from."""

    SERVICE = 'service'
    AROUND = 'surroundings'
    LOG = 'tempest.log'
    RESULTS = 'test results'
    NAMES = 'names'
    RECORD = 'resource_list.json'
    CLEANUP = 'cleanup'


@dataclasses.dataclass(frozen=True, slots=True)
class Evidence:
    """A dated fact about a resource.

    :param fact: one sentence, without anything secret
    :param at: aware, UTC; None where nothing tells when
    :param request_id: of the request that it is about, or that told it
    :param where: the request or the line of a file that told it
    :param failure: whether it says what went wrong
    """

    source: Source
    fact: str
    at: datetime.datetime | None = None
    request_id: str = ''
    where: str = ''
    failure: bool = False


class Action(enum.StrEnum):
    KEEP = 'keep'
    DELETE = 'delete'
    RESTORE = 'restore'


@dataclasses.dataclass(frozen=True, slots=True)
class Decision:
    """What is to be done with a resource, and why.

    :param changes: that are put back, or left where the resource is kept
    :param proof: what proves that the run made or changed it; '' where nothing does
    """

    resource: Resource
    action: Action
    rule: str
    reason: str
    changes: tuple[Change, ...] = ()
    proof: str = ''


@dataclasses.dataclass(frozen=True)
class Plan:
    """The decisions and the order they are carried out in.

    :param waits: for each key to delete, the keys that must be gone before
    :param owners: for each key to delete, the keys whose deletion takes it along
    """

    decisions: tuple[Decision, ...]
    waits: Mapping[Key, frozenset[Key]]
    owners: Mapping[Key, frozenset[Key]]

    def of(self, action: Action) -> tuple[Decision, ...]:
        return tuple(d for d in self.decisions if d.action is action)


class Status(enum.StrEnum):
    DELETED = 'deleted'
    RESTORED = 'restored'
    FAILED = 'failed'
    BLOCKED = 'blocked'
    INTERRUPTED = 'interrupted'


@dataclasses.dataclass(frozen=True, slots=True)
class Step:
    """A remedy that was tried on a resource.

    :param remedy: what was done, in words: "resets its state"
    :param trouble: what it was tried against
    :param error: why it could not be done; '' where it was
    """

    remedy: str
    trouble: str
    at: datetime.datetime
    error: str = ''

    def __str__(self) -> str:
        return f'{self.remedy}{f": refused: {self.error}" if self.error else ""}'


@dataclasses.dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a planned resource.

    :param detail: the error, or by what it is blocked; '' where all went well
    :param blockers: names of the resources that are in its way
    :param seconds: from the first request on
    :param accepted: whether the service said that it would delete it
    :param steps: the remedies that were tried, in their order
    """

    resource: Resource
    status: Status
    detail: str = ''
    blockers: tuple[str, ...] = ()
    seconds: float = 0.0
    attempts: int = 0
    accepted: bool = False
    steps: tuple[Step, ...] = ()

    @property
    def ok(self) -> bool:
        return self.status in (Status.DELETED, Status.RESTORED)
