"""What every cause promises. Subclass it for the causes of your own package::

    from tempest_cleanup.testing.causes import RecogniserContract

    class TestMine(RecogniserContract):
        recognisers = [AcmeBusy]

pytest then runs every check for each of them.
"""
import dataclasses
import datetime
import itertools
from collections.abc import Iterator, Sequence
from typing import ClassVar

from tempest_cleanup.diagnosis import causes
from tempest_cleanup.diagnosis.causes.base import Recogniser
from tempest_cleanup.diagnosis.model import (
    Case,
    Certainty,
    Evidence,
    Phase,
    Request,
    Result,
    Source,
    Test,
    Trail,
    Verdict,
)
from tempest_cleanup.model import Change, Key, Outcome, Resource, Status

try:
    import pytest
except ImportError as error:  # pragma: no cover
    raise ImportError('tempest_cleanup.testing.causes needs pytest') from error

AT = datetime.datetime(2026, 11, 22, 12, tzinfo=datetime.UTC)
IDENTIFIER = '3fae2d4c-1a2b-4c3d-8e9f-001122334455'
TEST = Test('SomeTest', 'test_something', Phase.TEST, 'a.module')
FAILURE = Evidence(Source.SERVICE, f'it went wrong with {IDENTIFIER}', AT, failure=True)


def cases() -> Iterator[Case]:
    """Resources of all sorts: with and without a log, results, errors and outcomes."""
    statuses = ('ACTIVE', 'ERROR', 'BUILD', 'error_deleting', '')
    for status, trail, results, more in itertools.product(
            statuses, _trails(), _results(), _more()):
        resource = Resource('servers', IDENTIFIER, 'a-name', 'p1', 'u1', status=status)
        yield dataclasses.replace(
            more, resource=resource, trail=trail, results=results, at=AT,
            service='compute', moving=status == 'BUILD', failed=status == 'ERROR')


def _trails() -> tuple[Trail, ...]:
    made = _request('POST', 202)
    return (Trail(), Trail(made), Trail(made, inferred=True),
            *(Trail(made, False, (_request('DELETE', status),)) for status in (0, 204, 409, 500)))


def _results() -> tuple[tuple[Result, ...], ...]:
    return ((), *((Result(TEST, verdict, AT, AT),) for verdict in Verdict))


def _more() -> tuple[Case, ...]:
    resource = Resource('servers', IDENTIFIER)
    return (
        Case(resource), Case(resource, test=TEST, evidence=(FAILURE,)),
        Case(resource, owner_gone=True, down='a daemon'),
        Case(resource, origin=Key('stacks', 'st1'), maker='orchestration'),
        Case(resource, Outcome(resource, Status.FAILED, '409 busy (DELETE x) [req-1]')),
        Case(resource, changes=(Change(resource, 'name', 'a', 'b'),)))


def _request(method: str, status: int) -> Request:
    return Request(AT, method, f'http://cloud/servers/{IDENTIFIER}', status, TEST, 0.1, 'req-1')


class RecogniserContract:
    """Checks of recognisers; nothing is sent."""

    #: The classes to check.
    recognisers: ClassVar[Sequence[type[Recogniser]]] = ()

    def pytest_generate_tests(self, metafunc: 'pytest.Metafunc') -> None:
        """Run each check once per recogniser."""
        if 'recogniser' in metafunc.fixturenames:
            metafunc.parametrize('recogniser', self.recognisers,
                                 ids=[r.__name__ for r in self.recognisers])

    def test_its_name_is_a_slug(self, recogniser: type[Recogniser]) -> None:
        assert causes.SLUG.fullmatch(recogniser.name), 'lower case words, joined by hyphens'
        assert recogniser.name != causes.UNKNOWN
        assert isinstance(recogniser.rank, int)

    def test_its_name_is_unique(self, recogniser: type[Recogniser]) -> None:
        other = causes.load().get(recogniser.name)
        assert other is None or type(other) is recogniser

    def test_its_docstring_is_a_sentence(self, recogniser: type[Recogniser]) -> None:
        assert recogniser.__doc__
        assert recogniser.__doc__.strip().endswith('.')

    def test_it_tells_nothing_of_what_nothing_is_known_about(
        self, recogniser: type[Recogniser],
    ) -> None:
        found = recogniser().recognise(Case(Resource('a_kind', IDENTIFIER)))
        assert found is None or found.certainty in (Certainty.POSSIBLE, Certainty.UNKNOWN)

    def test_whatever_is_known_its_causes_are_whole(self, recogniser: type[Recogniser]) -> None:
        for case in cases():
            cause = recogniser().recognise(case)
            if cause is None:
                continue
            assert cause.name == recogniser.name
            assert cause.certainty is not Certainty.UNKNOWN, 'then it is None'
            assert cause.sentence, 'say the cause in one sentence'
            assert '\n' not in cause.sentence
            assert cause.why, 'say what makes it that sure'
            assert cause.advice, 'say what to do'
            assert IDENTIFIER not in cause.sentence, 'all that it left has to be one finding'

    def test_it_remembers_nothing(self, recogniser: type[Recogniser]) -> None:
        one = recogniser()
        first = [one.recognise(case) for case in cases()]
        again = [one.recognise(case) for case in reversed(list(cases()))]
        assert first == again[::-1]
