"""A cause is recognised by a small class that looks at all that is known about a resource."""
import abc
import dataclasses
import datetime
import re
from collections.abc import Iterable
from typing import ClassVar

from tempest_cleanup.diagnosis.model import (
    Case,
    Cause,
    Certainty,
    Evidence,
    Phase,
    Request,
    Result,
    Source,
    Test,
    Verdict,
)
from tempest_cleanup.model import Key, Status

#: Anything shorter may be part of a word.
_AN_ID = 8

_STATUS = re.compile(r'(\d{3}) ')
_REQUEST_ID = re.compile(r'\[(req-[0-9a-f-]+)\]$')

#: What a service refuses a deletion with while something is in the way; Manila and Keystone
#: say 403, Neutron's VPN and Cinder 400.
REFUSALS = frozenset((400, 403, 405, 409, 412, 423))


@dataclasses.dataclass(frozen=True, slots=True)
class Refusal:
    """A deletion that was asked for and not accepted.

    :param status: the HTTP status, 0 where there was no answer
    :param by: who asked: a test, or we
    """

    status: int
    said: str
    by: str
    evidence: Evidence
    test: Test | None = None

    @property
    def broken(self) -> bool:
        """Whether the service failed to answer, and did not say no."""
        return self.status == 0 or self.status >= 500


class Recogniser(abc.ABC):
    """One cause, recognised in what is known about a resource.

    It decides by the case alone, sends nothing, and remembers nothing. Its docstring's first
    sentence is what the documentation says of it.
    """

    #: A short slug, unique among all.
    name: ClassVar[str]
    #: Among causes that are equally sure, the lowest stands first: the more it explains.
    rank: ClassVar[int] = 50
    #: Whether it is about settings of what was there before, and not about what was left.
    of_changes: ClassVar[bool] = False

    @abc.abstractmethod
    def recognise(self, case: Case) -> Cause | None:
        """The cause, None where nothing speaks for it. Rather less sure than wrong."""

    def cause(
        self, case: Case, certainty: Certainty, sentence: str, *, why: str, advice: str,
        evidence: Iterable[Evidence] = (), origin: Key | None = None, test: Test | None = None,
        service: str = '',
    ) -> Cause:
        """A cause of this name.

        :param sentence: the same for all that one and the same thing has left, so not with
            the resource's own name
        :param origin: another resource that it began with
        :param test: where it is another than the one that made the resource
        """
        if len(case.resource.id) >= _AN_ID:
            sentence = sentence.replace(case.resource.id, 'it')
        return Cause(self.name, sentence, certainty, why, advice, origin or case.resource.key,
                     test or test_of(case), service, tuple(evidence))


def test_of(case: Case) -> Test | None:
    """The test that made a resource, as the log or else its name tells."""
    return case.test or case.trail.test


def asker(case: Case, asked: Test | None) -> Test | None:
    """The test to name for a deletion: the one that made it, if it was of the same class."""
    made = test_of(case)
    return made if made and asked and made.class_name == asked.class_name else asked


def told(request: Request) -> Evidence:
    """A request of Tempest's as evidence."""
    error = f': {request.error}' if request.error else ''
    return Evidence(Source.LOG, f'{request.test} sent {request.method} {request.url}: '
                    f'{request.status}{error}', request.at, request.request_id, request.where,
                    failure=not request.ok)


def shown(result: Result) -> Evidence:
    """How a test ended as evidence."""
    exception = f': {result.exception}' if result.exception else ''
    return Evidence(Source.RESULTS, f'{result.test}: {result.verdict}{exception}',
                    result.ended or result.began, where=result.where,
                    failure=result.verdict in (Verdict.FAILURE, Verdict.NEVER_ENDED))


def failures(case: Case) -> tuple[Evidence, ...]:
    """What the services say went wrong, the oldest first as they tell it."""
    return tuple(e for e in case.evidence if e.source is Source.SERVICE and e.failure)


def said(evidence: Iterable[Evidence]) -> str:
    """The most telling of what went wrong, with a colon before it; '' where nothing is."""
    facts = [e.fact for e in evidence]
    return f': {facts[0]}' if facts else ''


def asked(case: Case) -> bool:
    """Whether a test asked for its deletion."""
    return bool(case.trail.deletions)


def accepted(case: Case) -> Evidence | None:
    """The last deletion that the service said yes to."""
    if case.outcome and case.outcome.accepted:
        return Evidence(Source.CLEANUP, f'we asked for its deletion: {case.outcome.detail}')
    last = next((r for r in reversed(case.trail.deletions) if r.ok), None)
    return told(last) if last else None


def tried(case: Case) -> Evidence | None:
    """That the service tried to delete it and failed, whoever had asked: Nova's actions say so."""
    return next((e for e in case.evidence if e.source is Source.SERVICE and e.failure
                 and e.fact.startswith('delete was asked for')), None)


def refusal(case: Case) -> Refusal | None:
    """The last deletion that was not accepted, if none was after it. Ours is the newest."""
    outcome = case.outcome
    if outcome and outcome.status is Status.FAILED and not outcome.accepted:
        status, found = _STATUS.match(outcome.detail), _REQUEST_ID.search(outcome.detail)
        if status or outcome.detail.startswith('no answer'):
            return Refusal(int(status[1]) if status else 0, outcome.detail, 'the clean-up',
                           Evidence(Source.CLEANUP, f'we asked for its deletion: '
                                    f'{outcome.detail}', request_id=found[1] if found else '',
                                    failure=True))
    # 404 is what a second attempt gets, or one in the wrong project.
    tries = [r for r in case.trail.deletions if r.status != 404]
    if not tries or tries[-1].ok:
        return None
    last = tries[-1]
    return Refusal(last.status, last.error, str(last.test), told(last), last.test)


def age(case: Case) -> datetime.timedelta | None:
    """For how long it has had its status."""
    return case.at - case.since if case.at and case.since else None


def in_set_up(case: Case) -> bool:
    """Whether it was made for a whole class of tests."""
    created = case.trail.created
    return bool(created and created.test.phase is Phase.SET_UP_CLASS)


def of_class(case: Case, phase: Phase) -> Result | None:
    """How the set-up or tear-down of the class ended that made a resource."""
    return next((r for r in case.results if not r.test.method and r.test.phase is phase), None)


def of_test(case: Case) -> Result | None:
    """How the very test ended that made a resource."""
    test = test_of(case)
    if not test or not test.method:
        return None
    return next((r for r in case.results if r.test.method == test.method), None)


def by_log(case: Case) -> tuple[Evidence, ...]:
    """The request that made it."""
    return (told(case.trail.created),) if case.trail.created else ()
