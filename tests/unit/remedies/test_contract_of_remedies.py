"""The contract holds for the example, and finds what is wrong with another."""
import contextlib
import importlib.util
import pathlib
from typing import Any

import pytest

from tempest_cleanup import errors
from tempest_cleanup.model import Resource
from tempest_cleanup.remedies.base import Rank, Remedy, Trouble
from tempest_cleanup.services.base import ResourceService
from tempest_cleanup.testing.remedies import RemedyContract

EXAMPLE = (pathlib.Path(__file__).parents[3] / 'examples' / 'baremetal-volume-remedy'
           / 'baremetal_volume_remedy.py')


def example() -> type[Remedy]:
    """The one of the documentation."""
    spec = importlib.util.spec_from_file_location('example_of_a_remedy', EXAMPLE)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    found: type[Remedy] = module.PowerOff
    return found


class TestExample(RemedyContract):
    remedies = (example(),)

    def trouble(self, remedy: Remedy, kind: str) -> Trouble:
        return Trouble(Resource(kind, 't1', body={'node_uuid': 'n1'}),
                       '400 no, while it is in state "power on"', 400, attempts=1)


class Unlock(Remedy):
    """A remedy as it should be."""

    kinds: tuple[str, ...] = ('servers',)
    does = 'unlocks it at last'
    rank = Rank.UNLOCK

    def fits(self, trouble: Trouble) -> bool:
        return trouble.code == 409

    def apply(self, kind: ResourceService, trouble: Trouble) -> None:
        path = kind.member(trouble.resource)
        if kind.rest().get(path).get('locked', True):
            kind.rest().post(f'{path}/action', {'unlock': None})


class Trusting(Unlock):
    """It takes a body for what it should be."""

    def fits(self, trouble: Trouble) -> bool:
        return bool(trouble.resource.body['options']['locked'])


class Forgetful(Unlock):
    """It remembers what it was asked."""

    def __init__(self) -> None:
        self._seen: set[str] = set()

    def fits(self, trouble: Trouble) -> bool:
        new = trouble.error not in self._seen
        self._seen.add(trouble.error)
        return new


class Meddling(Unlock):
    """It writes into what it was given."""

    def fits(self, trouble: Trouble) -> bool:
        body: Any = trouble.resource.body
        body['locked'] = False
        return True


class Idle(Unlock):
    """It finds nothing to do, and does not say so."""

    def apply(self, kind: ResourceService, trouble: Trouble) -> None:
        kind.rest().get(kind.member(trouble.resource))


class Silent(Unlock):
    """It takes a refusal for done."""

    def apply(self, kind: ResourceService, trouble: Trouble) -> None:
        with contextlib.suppress(errors.ApiError):
            super().apply(kind, trouble)


class Blind(Unlock):
    """It takes for granted that it is still there."""

    def apply(self, kind: ResourceService, trouble: Trouble) -> None:
        found: Any = None
        with contextlib.suppress(errors.NotFound):
            found = kind.rest().get(kind.member(trouble.resource))
        kind.rest().post(found.get('path', 'x'))


def wrong(**change: Any) -> type[Remedy]:
    return type('Wrong', (Unlock,), {'__doc__': 'It is wrong.', **change})


CHECKS = sorted(name for name in dir(RemedyContract) if name.startswith('test_'))


def check(name: str, remedy: type[Remedy]) -> None:
    contract = RemedyContract()
    contract.remedies = (remedy, example())  # type: ignore[misc]  # as a subclass has it
    getattr(contract, name)(remedy)


@pytest.mark.parametrize('name', CHECKS)
def test_a_good_one_passes(name: str) -> None:
    check(name, Unlock)


@pytest.mark.parametrize(('name', 'remedy'), [
    ('test_its_kinds_are_known', wrong(kinds=('servres',))),
    ('test_its_kinds_are_known', wrong(kinds='servers')),
    ('test_its_kinds_are_known', wrong(kinds=())),
    ('test_its_kinds_are_known', wrong(kinds=('servers', 'servers'))),
    ('test_what_it_does_can_be_told', wrong(does='Unlocks it')),
    ('test_what_it_does_can_be_told', wrong(does='unlocks it.')),
    ('test_what_it_does_can_be_told', wrong(does='unlock it')),
    ('test_what_it_does_can_be_told', wrong(does='unlocks')),
    ('test_what_it_does_is_unique', wrong(kinds=example().kinds, does=example().does)),
    ('test_its_rank_is_one', wrong(rank=1)),
    ('test_its_rank_is_one', wrong(deletes='no')),
    ('test_its_docstring_is_a_sentence', wrong(__doc__=None)),
    ('test_its_docstring_is_a_sentence', wrong(__doc__='unlocks')),
    ('test_fits_answers_whatever_is_odd', Trusting),
    ('test_fits_answers_whatever_is_odd', wrong(fits=lambda self, trouble: trouble.error)),
    ('test_fits_is_pure', Forgetful),
    ('test_fits_is_pure', Meddling),
    ('test_it_does_something', Idle),
    ('test_it_does_something', wrong(fits=lambda self, trouble: False)),
    ('test_a_refusal_comes_out', Silent),
    ('test_what_is_gone_is_no_fault', Blind)])
def test_a_bad_one_does_not(name: str, remedy: type[Remedy]) -> None:
    with pytest.raises((AssertionError, KeyError, TypeError, AttributeError)):
        check(name, remedy)
