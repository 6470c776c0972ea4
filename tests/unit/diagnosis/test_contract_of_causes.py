"""The contract holds for our own causes, and finds what is wrong with another."""
import importlib.util
import pathlib
from typing import Any, ClassVar

import pytest

from tempest_cleanup.diagnosis import causes
from tempest_cleanup.diagnosis.causes.base import Recogniser
from tempest_cleanup.diagnosis.model import Case, Cause, Certainty
from tempest_cleanup.testing.causes import RecogniserContract


def example() -> type[Recogniser]:
    """The one in the documentation."""
    path = pathlib.Path(__file__).parents[3] / 'doc/source/examples/cause.py'
    spec = importlib.util.spec_from_file_location('example_of_a_cause', path)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    found: type[Recogniser] = module.AcmeBusy
    return found


class TestOurs(RecogniserContract):
    recognisers = (*(type(one) for one in causes.load().values()), example())


class Mine(Recogniser):
    """A cause as it should be."""

    name = 'mine'
    change: ClassVar[dict[str, Any]] = {}
    calls = 0

    def recognise(self, case: Case) -> Cause | None:
        return self.cause(case, **{
            'certainty': Certainty.POSSIBLE, 'sentence': 'It is so', 'why': 'as it is',
            'advice': 'Wait', **self.change})


class Forgetful(Mine):
    """It counts."""

    def recognise(self, case: Case) -> Cause | None:
        type(self).calls += 1
        return super().recognise(case) if self.calls % 2 else None


class Hasty(Mine):
    """It is sure of everything."""

    change: ClassVar[dict[str, Any]] = {'certainty': Certainty.CERTAIN}


def wrong(**change: Any) -> type[Recogniser]:
    return type('Wrong', (Mine,), {'__doc__': 'It is wrong.', 'change': change})


CHECKS = sorted(name for name in vars(RecogniserContract) if name.startswith('test_'))


def check(name: str, recogniser: type[Recogniser]) -> None:
    getattr(RecogniserContract(), name)(recogniser)


@pytest.mark.parametrize('name', CHECKS)
def test_a_good_one_passes(name: str) -> None:
    check(name, Mine)


@pytest.mark.parametrize(('name', 'recogniser'), [
    ('test_its_name_is_a_slug', type('W', (Mine,), {'name': 'My Cause'})),
    ('test_its_name_is_a_slug', type('W', (Mine,), {'name': 'unknown'})),
    ('test_its_name_is_unique', type('W', (Mine,), {'name': 'stuck'})),
    ('test_its_docstring_is_a_sentence', type('W', (Mine,), {'__doc__': None})),
    ('test_it_tells_nothing_of_what_nothing_is_known_about', Hasty),
    ('test_whatever_is_known_its_causes_are_whole', wrong(sentence='')),
    ('test_whatever_is_known_its_causes_are_whole', wrong(sentence='two\nlines')),
    ('test_whatever_is_known_its_causes_are_whole', wrong(why='')),
    ('test_whatever_is_known_its_causes_are_whole', wrong(advice='')),
    ('test_whatever_is_known_its_causes_are_whole', wrong(certainty=Certainty.UNKNOWN)),
    ('test_it_remembers_nothing', Forgetful),
])
def test_a_bad_one_does_not(name: str, recogniser: type[Recogniser]) -> None:
    with pytest.raises(AssertionError):
        check(name, recogniser)
