"""What a run of Tempest says at its end, and when there is enough to kill it."""
import pytest

from tests.tempest_run import Selection, counts

SUMMARY = """
{0} tempest.api.compute.test_x.Y.test_z [1.2s] ... ok

======
Totals
======
Ran: 3 tests in 5.1 sec.
 - Passed: 2
 - Skipped: 1
 - Expected Fail: 0
 - Unexpected Success: 0
 - Failed: 0
Sum of execute time for each test: 4.0000 sec.
"""


@pytest.mark.parametrize(('there', 'met'), [
    ({}, False), ({'servers': 2}, False), ({'servers': 1, 'volumes': 1}, False),
    ({'servers': 2, 'volumes': 1}, True), ({'servers': 3, 'volumes': 1, 'users': 1}, True)])
def test_enough_is_enough_of_everything(there: dict[str, int], met: bool) -> None:
    assert Selection('two', ('a', 'b'), {'servers': 2, 'volumes': 1}).met(there) is met


def test_the_summary_of_a_run() -> None:
    assert counts(SUMMARY) == {
        'Passed': 2, 'Skipped': 1, 'Expected Fail': 0, 'Unexpected Success': 0, 'Failed': 0}


def test_a_run_that_broke_off_has_no_summary() -> None:
    assert counts('Traceback (most recent call last):') == {}
