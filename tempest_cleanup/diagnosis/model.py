"""What is known about a resource, and what is concluded from it. All values are frozen."""
import dataclasses
import datetime
import enum
import functools
from collections.abc import Mapping
from typing import ClassVar

from tempest_cleanup.model import Change, Evidence, Key, Outcome, Resource, Source

__all__ = ('Case', 'Cause', 'Certainty', 'Diagnosis', 'Evidence', 'Finding', 'Phase', 'Request',
           'Result', 'Source', 'Test', 'Trail', 'Verdict', 'Wait')


class Phase(enum.StrEnum):
    """The part of a test that sent a request."""

    SET_UP_CLASS = 'setUpClass'
    TEST = 'test'
    TEAR_DOWN = 'tearDown'
    CLEANUPS = '_run_cleanups'
    TEAR_DOWN_CLASS = 'tearDownClass'
    UNKNOWN = ''


@dataclasses.dataclass(frozen=True, slots=True)
class Test:
    """A test class and, where it is known, the method.

    :param class_name: as the log has it, without its module: ``ServersTestJSON``
    :param method: '' where it was a phase of the whole class
    :param module: '' where nothing tells it
    """

    #: pytest takes every class of this name for tests.
    __test__: ClassVar[bool] = False

    class_name: str
    method: str = ''
    phase: Phase = Phase.UNKNOWN
    module: str = ''

    def __str__(self) -> str:
        name = '.'.join(part for part in (self.module, self.class_name, self.method) if part)
        return name if self.method or not self.phase else f'{name} ({self.phase})'


@dataclasses.dataclass(frozen=True, slots=True)
class Request:
    """One request of Tempest's, as its log has it.

    :param url: without its query, which may be a signature
    :param seconds: that it took
    :param error: what the body of a refusal says; '' where bodies are not logged
    :param where: the file and line
    """

    at: datetime.datetime
    method: str
    url: str
    status: int
    test: Test
    seconds: float = 0.0
    request_id: str = ''
    error: str = ''
    where: str = ''

    @property
    def ok(self) -> bool:
        return 0 < self.status < 400

    @property
    def reads(self) -> bool:
        """Whether it asks, and changes nothing."""
        return self.method in ('GET', 'HEAD', 'OPTIONS')


@dataclasses.dataclass(frozen=True, slots=True)
class Wait:
    """A wait of a test's that ended in a time-out, or in a status that it did not want."""

    at: datetime.datetime
    test: Test | None
    message: str
    where: str = ''


@dataclasses.dataclass(frozen=True, slots=True)
class Trail:
    """What Tempest's log tells of one resource, each in the order of time.

    :param created: the request whose answer brought it; None where the log does not tell
    :param inferred: whether ``created`` was concluded from URLs and times, for want of answers
    :param deletions: every request to delete it
    :param others: every other request on it; of equal ones in a row the first and the last
    """

    created: Request | None = None
    inferred: bool = False
    deletions: tuple[Request, ...] = ()
    others: tuple[Request, ...] = ()
    waits: tuple[Wait, ...] = ()

    @property
    def test(self) -> Test | None:
        return self.created.test if self.created else None


class Verdict(enum.StrEnum):
    """How a test ended."""

    SUCCESS = 'success'
    FAILURE = 'failure'
    SKIPPED = 'skipped'
    NEVER_ENDED = 'never ended'


@dataclasses.dataclass(frozen=True, slots=True)
class Result:
    """How one test, or the set-up or tear-down of a class, ended.

    :param test: with its module; without a method for ``setUpClass`` and ``tearDownClass``
    :param exception: the last line of its traceback, '' where there is none
    :param in_cleanup: whether it failed in a cleanup, when the test itself was over
    """

    test: Test
    verdict: Verdict
    began: datetime.datetime | None = None
    ended: datetime.datetime | None = None
    exception: str = ''
    where: str = ''
    in_cleanup: bool = False


@dataclasses.dataclass(frozen=True, slots=True)
class Case:
    """All that is known about one resource.

    :param outcome: what became of its deletion, where one was tried
    :param trail: an empty one where the log does not know it
    :param test: that made it; None where nothing tells
    :param proven: whether it is certain that the run made it, not only by its name
    :param results: of the test that made it, and of its class's set-up and tear-down
    :param running: the tests that ran when it was made
    :param origin: the resource that it was made by or on behalf of
    :param blockers: the resources that keep it from being deleted
    :param owner_gone: whether the project or user that it names does not exist
    :param down: the service or agent of its host that does not answer, in words
    :param related: the origin and the blockers, those of them that exist
    :param moving: whether the service says that it is still at work on it
    :param since: when its status last changed, as far as its service tells
    :param at: when it was looked at
    :param failed: whether its status says that a deletion has failed
    :param looked: where evidence was looked for, and could be
    :param service: the type of the service that has it
    :param maker: the service that made it for its origin, '' where nothing tells that one did
    :param owner: its user and project in words, '' where nothing tells them
    :param owner_deleted: the request that deleted its project or user, as the log has it
    :param changes: the settings of it that were changed; it was there before the run then
    :param tempest: what about its name or owner says that it is Tempest's; '' if nothing does
    """

    resource: Resource
    outcome: Outcome | None = None
    evidence: tuple[Evidence, ...] = ()
    trail: Trail = Trail()
    test: Test | None = None
    proven: bool = False
    results: tuple[Result, ...] = ()
    running: tuple[Result, ...] = ()
    origin: Key | None = None
    blockers: tuple[Key, ...] = ()
    owner_gone: bool = False
    down: str = ''
    related: tuple[Resource, ...] = ()
    moving: bool = False
    since: datetime.datetime | None = None
    at: datetime.datetime | None = None
    failed: bool = False
    looked: frozenset[Source] = frozenset()
    tempest: str = ''
    service: str = ''
    maker: str = ''
    owner: str = ''
    owner_deleted: Request | None = None
    changes: tuple[Change, ...] = ()

    def named(self, key: Key) -> str:
        """A related resource in words, also where it does not exist."""
        found = next((r for r in self.related if r.key == key), None)
        return f'{found} ({key.id})' if found and found.name else f'{key.kind} {key.id}'

    def exists(self, key: Key) -> bool:
        return any(r.key == key for r in self.related)


class Certainty(enum.StrEnum):
    """How sure a cause is."""

    CERTAIN = 'certain'
    LIKELY = 'likely'
    POSSIBLE = 'possible'
    UNKNOWN = 'unknown'


@dataclasses.dataclass(frozen=True, slots=True)
class Cause:
    """Why a resource was left.

    :param name: of the recogniser, a short slug: ``test-killed``
    :param sentence: the cause in one sentence
    :param why: what makes it that sure
    :param advice: what to do
    :param service: the OpenStack service at fault, '' where it is the test or nobody
    :param origin: the resource that it all began with; itself where that is no other
    :param evidence: what it was drawn from
    """

    name: str
    sentence: str
    certainty: Certainty
    why: str
    advice: str
    origin: Key
    test: Test | None = None
    service: str = ''
    evidence: tuple[Evidence, ...] = ()


@dataclasses.dataclass(frozen=True, slots=True)
class Finding:
    """What one cause has left, the origin first.

    :param fingerprint: the same for the same cause in another run, whatever the ids
    :param also: what else may have been the cause of the origin, the likelier first
    """

    cause: Cause
    resources: tuple[Resource, ...]
    fingerprint: str
    also: tuple[Cause, ...] = ()


@dataclasses.dataclass(frozen=True)
class Diagnosis:
    """What was found out about all that was left.

    :param findings: those with most resources first
    :param looked_at: the files and services that were looked at, and what was missing
    :param causes: of each resource all that were recognised, the one it is held for first
    """

    cases: Mapping[Key, Case] = dataclasses.field(default_factory=dict)
    findings: tuple[Finding, ...] = ()
    looked_at: tuple[str, ...] = ()
    causes: Mapping[Key, tuple[Cause, ...]] = dataclasses.field(default_factory=dict)

    def finding_of(self, key: Key) -> Finding | None:
        return self._by_key.get(key)

    @functools.cached_property
    def _by_key(self) -> Mapping[Key, Finding]:
        return {r.key: finding for finding in self.findings for r in finding.resources}
