"""When a remedy of an operator fits: all that its entry says must hold."""
import dataclasses
import datetime
import pathlib
from typing import Any

import pytest

from tempest_cleanup.remedies.base import Trouble
from tests.unit.remedies.operator.written import BALANCER, entry, load

NOW = datetime.datetime.now(datetime.UTC)
HOUR = datetime.timedelta(hours=1)
TROUBLE = Trouble(dataclasses.replace(BALANCER, created_at=NOW - 2 * HOUR),
                  '409 Load Balancer a is immutable', 409, attempts=3, seconds=30)


@pytest.mark.parametrize(('when', 'holds'), [
    ({'status': 'PENDING_UPDATE'}, True), ({'status': 'pending_*'}, True),
    ({'status': ['ERROR', 'PENDING_?PDATE']}, True), ({'status': 'PENDING'}, False),
    ({'status': ['ERROR', 'ACTIVE']}, False), ({'status': '*'}, True),
    ({'attempts': 3}, True), ({'attempts': 4}, False),
    ({'seconds': 30}, True), ({'seconds': 31}, False),
    ({'older_than': '1h'}, True), ({'older_than': '3h'}, False),
    ({'error': 'IMMUTABLE$'}, True), ({'error': '^409'}, True), ({'error': 'no such'}, False),
    ({'status': 'PENDING_*', 'attempts': 3, 'error': 'immutable', 'seconds': 1}, True),
    ({'status': 'PENDING_*', 'attempts': 3, 'error': 'immutable', 'seconds': 99}, False),
])
def test_conditions(when: dict[str, Any], holds: bool, tmp_path: pathlib.Path) -> None:
    remedy, = load(tmp_path, entry(when=when))
    assert remedy.fits(TROUBLE) is holds


def test_without_conditions_it_always_fits(tmp_path: pathlib.Path) -> None:
    remedy, = load(tmp_path, entry())
    assert remedy.fits(TROUBLE)
    assert remedy.fits(Trouble(BALANCER))


def test_an_unknown_age_does_not_fit(tmp_path: pathlib.Path) -> None:
    """What can't be answered for a resource leaves it alone."""
    remedy, = load(tmp_path, entry(when={'older_than': '1m'}))
    assert not remedy.fits(dataclasses.replace(TROUBLE, resource=BALANCER))


def test_where_nothing_was_refused_no_error_fits(tmp_path: pathlib.Path) -> None:
    remedy, = load(tmp_path, entry(when={'error': '.*'}))
    assert not remedy.fits(dataclasses.replace(TROUBLE, error=''))
