"""What every remedy promises. Subclass it for the remedies of your own package::

    from tempest_cleanup.testing.remedies import RemedyContract

    class TestMine(RemedyContract):
        remedies = [TakeAway]

pytest then runs every check for each of them.
"""
import copy
import datetime
import itertools
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, ClassVar, cast

from tempest_cleanup import errors, remedies, services
from tempest_cleanup.cloud import Cloud
from tempest_cleanup.cloud.rest import Answered, Rest
from tempest_cleanup.cloud.tokens import Account
from tempest_cleanup.cloud.transport import Transport
from tempest_cleanup.model import Resource, Tenant
from tempest_cleanup.remedies.base import Rank, Remedy, Trouble
from tempest_cleanup.services.base import ResourceService

try:
    import pytest
except ImportError as error:  # pragma: no cover
    raise ImportError('tempest_cleanup.testing.remedies needs pytest') from error

#: "resets its state": a verb that follows a name, and no full stop.
DOES = re.compile(r'[a-z]+s( \S+)+(?<![.])')
AT = datetime.datetime(2026, 11, 22, 12, tzinfo=datetime.UTC)

#: Bodies as no service should send them, and some do.
ODD_BODIES: tuple[Mapping[str, Any], ...] = (
    {}, {'status': None}, {'status': 7, 'options': None, 'locked': 'no', 'attachments': {}},
    {'options': [], 'attachments': [None], 'metadata': 'text', 'device_owner': None},
    {'links': [[]], 'tags': None, 'volumes': 3, 'fixed_ips': [{}], 'protected': None})


def troubles(kind: str) -> Iterator[Trouble]:
    """What may keep a resource of a kind: every sort of it, and odd ones."""
    errors_and_codes = (
        ('', 0), ('409 Conflict: still in use (DELETE x/y) [req-1]', 409), ('400 \x00', 400),
        ('403 it is locked', 403), ('500 ', 500), ('x' * 10_000, 503))
    for status, (error, code), (attempts, relapses, seconds), body in itertools.product(
            ('', 'ACTIVE', 'error_deleting', 'PENDING_UPDATE', 'in-use'), errors_and_codes,
            ((1, 0, 0.0), (4, 2, 299.5)), ODD_BODIES):
        resource = Resource(kind, 'its-id', 'its-name', 'its-project', 'its-user', 'its-domain',
                            AT, status, copy.deepcopy(body))
        yield Trouble(resource, error, code, attempts, relapses, seconds)


class Recording(Cloud):
    """A cloud that does nothing: it answers what a test says, and keeps what would be changed.

    :param answer: to a request that only reads, by its path
    :param refusal: the answer to every request that changes something, None for success
    """

    def __init__(
        self, answer: Callable[[str], Any], refusal: errors.ApiError | None = None,
    ) -> None:
        super().__init__(Account('http://nowhere', 'nobody', ''), cast(Transport, None))
        self._token = {'user': {'id': 'our-user', 'domain': {'id': 'our-domain'}}, 'roles': [],
                       'project': {'id': 'our-project', 'domain': {'id': 'our-domain'}}}
        self.changes: list[str] = []
        self.answer, self.refusal = answer, refusal

    def changing(self, request: str) -> Answered:
        self.changes.append(request)
        return lambda _status, _request_id, _error: None

    def rest(self, service_type: str, tenant: Tenant | None = None) -> Rest:
        return _Recorded(self, service_type)

    def rest_of(self, service_type: str, project_id: str) -> Rest:
        return _Recorded(self, service_type)


class _Recorded(Rest):
    """A service of it. A list is what its answer has under the list's key."""

    def __init__(self, cloud: Recording, service_type: str) -> None:
        self.service_type = service_type
        self._cloud = cloud

    def pages(self, path: str, key: str, **_how: Any) -> Iterator[Mapping[str, Any]]:
        yield from self._cloud.answer(path).get(key, ())

    def _call(self, method: str, path: str, *_what: Any, **_how: Any) -> dict[str, Any]:
        if method in ('GET', 'HEAD'):
            return cast(dict[str, Any], self._cloud.answer(path))
        self._cloud.changing(f'{method} {self.service_type}/{path}')
        if self._cloud.refusal:
            raise self._cloud.refusal
        return {}


class DeclarationContract:
    """Checks of what remedies say of themselves, and of when they fit; nothing is sent."""

    #: The classes to check.
    remedies: ClassVar[Sequence[type[Remedy]]] = ()

    def troubles(self, remedy: type[Remedy]) -> Iterable[Trouble]:
        """What it is asked about in these checks."""
        for kind in remedy.kinds:
            yield from troubles(kind)

    def pytest_generate_tests(self, metafunc: 'pytest.Metafunc') -> None:
        """Run each check once per remedy."""
        if 'remedy' in metafunc.fixturenames:
            metafunc.parametrize('remedy', self.remedies, ids=[r.__name__ for r in self.remedies])

    def test_its_kinds_are_known(self, remedy: type[Remedy]) -> None:
        assert isinstance(remedy.kinds, tuple), f'{remedy.kinds!r}: is a comma missing?'
        assert remedy.kinds, 'it is for nothing'
        assert len(set(remedy.kinds)) == len(remedy.kinds)
        unknown = set(remedy.kinds) - set(services.load())
        assert not unknown, f'unknown kinds: {sorted(unknown)}'

    def test_what_it_does_can_be_told(self, remedy: type[Remedy]) -> None:
        assert DOES.fullmatch(remedy.does), (
            f'{remedy.does!r}: begin with a verb that follows a name, "resets its state"')

    def test_what_it_does_is_unique(self, remedy: type[Remedy]) -> None:
        """Of two that say the same, only one would be tried."""
        others = [type(other) for other in remedies.load()
                  if type(other) is not remedy and set(other.kinds) & set(remedy.kinds)]
        others += [other for other in self.remedies
                   if other is not remedy and set(other.kinds) & set(remedy.kinds)]
        assert remedy.does not in {other.does for other in others}

    def test_its_rank_is_one(self, remedy: type[Remedy]) -> None:
        assert isinstance(remedy.rank, Rank)
        assert isinstance(remedy.deletes, bool)

    def test_its_docstring_is_a_sentence(self, remedy: type[Remedy]) -> None:
        assert remedy.__doc__
        assert remedy.__doc__.strip().split('\n\n')[0].rstrip().endswith('.')

    def test_fits_answers_whatever_is_odd(self, remedy: type[Remedy]) -> None:
        one = remedy()
        for trouble in self.troubles(remedy):
            assert isinstance(one.fits(trouble), bool), trouble

    def test_fits_is_pure(self, remedy: type[Remedy]) -> None:
        one = remedy()
        every = list(self.troubles(remedy))
        before = copy.deepcopy([dict(t.resource.body) for t in every])
        first = [one.fits(trouble) for trouble in every]
        again = [one.fits(trouble) for trouble in reversed(every)]
        assert first == again[::-1], 'it remembers something'
        assert [dict(t.resource.body) for t in every] == before, 'it changed a body'


class RemedyContract(DeclarationContract):
    """All checks of remedies; nothing is sent."""

    def trouble(self, remedy: Remedy, kind: str) -> Trouble:
        """One that it is for. Override where it needs a body or an error of its own."""
        found = next((t for t in troubles(kind) if remedy.fits(t)), None)
        assert found, 'it fits none of the usual troubles: override trouble() with one'
        return found

    def answer(self, path: str) -> Any:
        """What the cloud answers to a GET. Override where the remedy looks first."""
        return {}

    def troubles(self, remedy: type[Remedy]) -> Iterable[Trouble]:
        """Also what it is for."""
        yield from super().troubles(remedy)
        for kind in remedy.kinds:
            yield self.trouble(remedy(), kind)

    def test_it_does_something(self, remedy: type[Remedy]) -> None:
        for kind in remedy.kinds:
            cloud = Recording(self.answer)
            self._apply(remedy, kind, cloud)
            assert cloud.changes, 'it sent nothing; one that finds nothing to do raises'

    def test_a_refusal_comes_out(self, remedy: type[Remedy]) -> None:
        """Else it would be told as done."""
        for kind in remedy.kinds:
            cloud = Recording(self.answer, errors.Conflict('no', status=409))
            try:
                self._apply(remedy, kind, cloud)
            except errors.CleanupError:
                continue
            refused = [c for c in cloud.changes if re.match('(POST|PUT|PATCH|DELETE) ', c)]
            assert not refused, 'it swallowed the refusal'

    def test_what_is_gone_is_no_fault(self, remedy: type[Remedy]) -> None:
        def gone(_path: str) -> Any:
            raise errors.NotFound('it is gone', status=404)

        for kind in remedy.kinds:
            try:
                self._apply(remedy, kind, Recording(gone, errors.NotFound('gone', status=404)))
            except errors.CleanupError:
                continue

    def _apply(self, remedy: type[Remedy], kind: str, cloud: Recording) -> None:
        service: type[ResourceService] = services.load()[kind]
        one = remedy()
        trouble = self.trouble(one, kind)
        assert one.fits(trouble), 'trouble() gives one that it is not for'
        one.apply(service(cloud), trouble)
