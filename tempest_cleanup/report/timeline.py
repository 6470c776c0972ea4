"""What happened to one resource, in the order of time."""
import dataclasses
import datetime
import enum
import itertools
from collections.abc import Iterable, Iterator
from urllib.parse import urlsplit

from tempest_cleanup.diagnosis.model import Case, Evidence, Request, Result, Source, Verdict


class Mark(enum.StrEnum):
    """What sort of thing happened."""

    CREATED = 'created'
    DELETE = 'delete'
    REFUSED = 'refused'
    REQUEST = 'request'
    WAIT = 'wait'
    TEST = 'test'
    TEST_FAILED = 'test failed'
    FACT = 'fact'
    CLEANUP = 'cleanup'


@dataclasses.dataclass(frozen=True, slots=True)
class Moment:
    """One thing that happened.

    :param at: None where nothing tells when
    """

    at: datetime.datetime | None
    mark: Mark
    text: str
    source: Source
    request_id: str = ''
    where: str = ''


def timeline(case: Case) -> tuple[Moment, ...]:
    """Everything that is known, what has no time at the end."""
    last = datetime.datetime.max.replace(tzinfo=datetime.UTC)
    moments = dict.fromkeys((
        *_begin(case), *_requests(case), *_waits(case), *_tests(case),
        *(_fact(e) for e in case.evidence), *_end(case)))
    return tuple(sorted(moments, key=lambda m: m.at or last))


def _begin(case: Case) -> Iterator[Moment]:
    created = case.trail.created
    if created:
        yield Moment(created.at, Mark.CREATED, f'created by {created.test}: {_said(created)}',
                     Source.LOG, created.request_id, created.where)
    elif case.resource.created_at:
        by = f', by {case.test}' if case.test else ''
        yield Moment(case.resource.created_at, Mark.CREATED, f'created{by}', Source.SERVICE)


def _requests(case: Case) -> Iterator[Moment]:
    for request in case.trail.deletions:
        mark = Mark.DELETE if request.ok else Mark.REFUSED
        yield Moment(request.at, mark, f'{_said(request)}, by {request.test}', Source.LOG,
                     request.request_id, request.where)
    yield from _folded(case.trail.others)


def _folded(requests: Iterable[Request]) -> Iterator[Moment]:
    """The same request over and over, as a wait sends it, is one moment."""
    for (said, test), group in itertools.groupby(
            requests, key=lambda request: (_said(request), request.test)):
        first, *more = group
        times = f' ({1 + len(more)} times, until {more[-1].at:%H:%M:%S})' if more else ''
        yield Moment(first.at, Mark.REQUEST if first.ok else Mark.REFUSED,
                     f'{said}, by {test}{times}', Source.LOG, first.request_id, first.where)


def _said(request: Request) -> str:
    """Without the query: what signs a request stands there."""
    error = f': {request.error}' if request.error else ''
    return f'{request.method} {urlsplit(request.url).path} {request.status}{error}'


def _waits(case: Case) -> Iterator[Moment]:
    for wait in case.trail.waits:
        by = f'{wait.test}: ' if wait.test else ''
        yield Moment(wait.at, Mark.WAIT, by + wait.message, Source.LOG, where=wait.where)


def _tests(case: Case) -> Iterator[Moment]:
    for result in case.results:
        if result.began:
            yield Moment(result.began, Mark.TEST, f'{result.test} began', Source.RESULTS,
                         where=result.where)
        yield Moment(result.ended, _mark(result), _ending(result), Source.RESULTS,
                     where=result.where)


def _mark(result: Result) -> Mark:
    return (Mark.TEST if result.verdict in (Verdict.SUCCESS, Verdict.SKIPPED)
            else Mark.TEST_FAILED)


def _ending(result: Result) -> str:
    words = {Verdict.SUCCESS: 'passed', Verdict.FAILURE: 'failed', Verdict.SKIPPED: 'was skipped',
             Verdict.NEVER_ENDED: 'never ended'}
    exception = f': {result.exception}' if result.exception else ''
    return f'{result.test} {words[result.verdict]}{exception}'


def _fact(evidence: Evidence) -> Moment:
    return Moment(evidence.at, Mark.FACT, evidence.fact, evidence.source, evidence.request_id,
                  evidence.where)


def _end(case: Case) -> Iterator[Moment]:
    if case.outcome:
        detail = f': {case.outcome.detail}' if case.outcome.detail else ''
        yield Moment(None, Mark.CLEANUP, f'the clean-up ended with: {case.outcome.status}{detail}',
                     Source.CLEANUP)
