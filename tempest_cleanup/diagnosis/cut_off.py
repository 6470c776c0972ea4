"""Tests that were under way when their worker died.

A stestr repository learns of a test when it has ended; of one that was killed along with
stestr, only the log knows: it is what its worker did last.
"""
from collections.abc import Iterator

from tempest_cleanup.diagnosis.model import Phase, Result, Test, Verdict
from tempest_cleanup.diagnosis.results import Results
from tempest_cleanup.diagnosis.tempest_log import Log, Span

_WITHIN_A_TEST = (Phase.TEAR_DOWN, Phase.CLEANUPS)


def cut_off(log: Log, results: Results) -> tuple[Result, ...]:
    """The tests that the log breaks off in, and that the results have no end of.

    Without any results nothing is said: a worker may have ended as it should.
    """
    if not results.results:
        return ()
    known = {(r.test.class_name, r.test.method) for r in results.results}
    classes = {name for name, _ in known}
    return tuple(
        _result(span, results) for span in _last(log)
        if (span.test.class_name, span.test.method) not in known
        and (span.test.method or span.test.class_name not in classes))


def _last(log: Log) -> Iterator[Span]:
    """What each worker did last: a test, or the set-up of a class."""
    for span in log.last:
        if span.test.phase in _WITHIN_A_TEST:
            yield from _test_before(span, log)
        elif span.test.method or span.test.phase is Phase.SET_UP_CLASS:
            yield span


def _test_before(span: Span, log: Log) -> Iterator[Span]:
    """The test whose clean-up it is: the last one of the class."""
    tests = [s for s in log.spans if s.test.method and s.worker == span.worker
             and s.test.class_name == span.test.class_name]
    if tests:
        yield max(tests, key=lambda s: s.last)


def _result(span: Span, results: Results) -> Result:
    test = span.test
    module = results.module_of(test, span.first)
    return Result(Test(test.class_name, test.method, test.phase, module), Verdict.NEVER_ENDED,
                  span.first, where=span.worker)
