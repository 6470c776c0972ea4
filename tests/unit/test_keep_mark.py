"""How a resource says that it is to be kept."""
import datetime
from typing import Any

import pytest

from tempest_cleanup import keep_mark

TODAY = datetime.date(2026, 11, 26)


@pytest.mark.parametrize('body', [
    {'tags': ['red', 'tempest-cleanup=keep']},
    {'tags': 'red,tempest-cleanup=keep'},
    {'tags': 'red, tempest-cleanup=keep '},
    {'tags': ['Tempest-Cleanup=KEEP']},
    {'metadata': {'tempest-cleanup': 'keep'}},
    {'properties': {'tempest-cleanup': 'keep'}},
    {'extra_specs': {'tempest-cleanup': 'keep'}},
    {'extra': {'tempest-cleanup': 'keep'}},
    {'tempest-cleanup': 'keep'}, {'tempest_cleanup': 'keep'},
    {'tags': ['tempest-cleanup=keep-until-2026-11-26']},
    {'tags': ['tempest-cleanup=keep-until-2027-01-01']},
    {'tags': ['tempest-cleanup=keep-until-2020-01-01'], 'metadata': {'tempest-cleanup': 'keep'}},
])
def test_what_keeps(body: Any) -> None:
    assert keep_mark.mark(body, TODAY)


@pytest.mark.parametrize('body', [
    {}, {'tags': None}, {'tags': []}, {'tags': ['keep', 'tempest']}, {'tags': 'keep'},
    {'tags': [1, None]}, {'tags': {'tempest-cleanup=keep': 1}}, {'metadata': None},
    {'metadata': 'tempest-cleanup=keep'}, {'metadata': {'cleanup': 'keep'}},
    {'name': 'tempest-cleanup=keep'}, {'description': 'tempest-cleanup=keep'},
    {'other': {'tempest-cleanup': 'keep'}}, {'tempest_cleanup': None},
    {'tags': ['tempest-cleanup=keep-until-2026-11-25']},
    {'metadata': {'tempest-cleanup': 'keep-until-2026-11-25'}},
])
def test_what_does_not(body: Any) -> None:
    assert keep_mark.mark(body, TODAY) is None


@pytest.mark.parametrize('value', [
    'keep-until-2026-13-01', 'keep-until-', 'keep-until-tomorrow', 'keep-until-20261126', 'kep',
    '', 'no', 'keep-until-2020-02-30', 'keep-until-1-1-1-1'])
def test_what_cannot_be_read_keeps(value: str) -> None:
    """Point 1: and the reason says what is wrong with it."""
    found = keep_mark.mark({'metadata': {'tempest-cleanup': value}}, TODAY)
    assert found
    assert str(found) == f'tempest-cleanup={value}, which can\'t be read, and so keeps'


def test_a_tag_with_nothing_after_the_name_keeps() -> None:
    """Point 1."""
    assert keep_mark.mark({'tags': ['tempest-cleanup']}, TODAY)


def test_the_last_day_is_one_of_them() -> None:
    body = {'tags': ['tempest-cleanup=keep-until-2026-11-26']}
    found = keep_mark.mark(body, TODAY)
    assert str(found) == 'tempest-cleanup=keep-until-2026-11-26'
    assert keep_mark.mark(body, TODAY + datetime.timedelta(days=1)) is None
