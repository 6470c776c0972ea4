"""Whole runs on random clouds, without a cloud: saved, read again, compared, planned, carried
out on paper, and looked at once more.
"""
import dataclasses
import datetime
import pathlib
import tempfile

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tempest_cleanup import state
from tempest_cleanup.context import Filters
from tempest_cleanup.model import Action, Key, Plan, Resource, Seen
from tempest_cleanup.state import SavedState
from tests.unit.clouds import KINDS, NOW, inventory, planned
from tests.unit.strategies import IDS, SOME_KINDS, blindnesses, filterings, things

#: The gate's share of what is promised about any cloud; each is cheap.
MANY = settings(max_examples=1000, deadline=None, suppress_health_check=[
    HealthCheck.too_slow, HealthCheck.function_scoped_fixture])
CLOUD = {'region': 'one'}
#: Each file is synced, which takes a disk a thousand times as long.
FAST = '/dev/shm' if pathlib.Path('/dev/shm').is_dir() else None


def saved_and_read(was: list[Resource], unseen: dict[tuple[str, str], Seen]) -> SavedState:
    """Through the file, as between two runs."""
    with tempfile.TemporaryDirectory(dir=FAST) as folder:
        path = pathlib.Path(folder) / 'saved_state.json'
        state.save(path, inventory(*was, unseen=unseen), CLOUD, KINDS, NOW)
        return state.load(path, CLOUD, 'u')


def carried_out(now: list[Resource], plan: Plan) -> list[Resource]:
    """The cloud after a plan: what was deleted is gone, what was restored is as it was."""
    fate = {d.resource.key: d for d in plan.decisions}
    left = []
    for resource in now:
        decision = fate.pop(resource.key, None)
        if decision is None or decision.action is Action.KEEP:
            left.append(resource)
        elif decision.action is Action.RESTORE:
            left.append(dataclasses.replace(resource, settings={
                **resource.settings, **{c.attribute: c.old for c in decision.changes}}))
    # What comes back by being made again.
    left += [d.resource for d in fate.values() if d.action is Action.RESTORE]
    return left


@MANY
@given(was=things(), now=things(), filters=filterings, unseen=blindnesses,
       unseen_then=blindnesses, names=st.sets(st.sampled_from(IDS), max_size=2))
def test_nothing_that_is_kept_is_touched(
    was: list[Resource], now: list[Resource], filters: Filters,
    unseen: dict[tuple[str, str], Seen], unseen_then: dict[tuple[str, str], Seen],
    names: set[str],
) -> None:
    """Points 1, 2 and 4, with a saved state that was read from its file."""
    saved = saved_and_read(was, unseen_then)
    protected = {Key(kind, name): 'ours' for kind in SOME_KINDS for name in names}
    found = inventory(*now, unseen=unseen)
    plan = planned(saved, found, filters, protected)
    whole = planned(saved, found, protected=protected)
    for decision in plan.of(Action.DELETE):
        assert decision.resource.key not in saved.keys | protected.keys()
    for decision in plan.of(Action.RESTORE):
        assert decision.resource.key in saved.keys
    # A filter narrows; it never adds.
    assert {d.resource.key for d in plan.of(Action.DELETE)} <= {
        d.resource.key for d in whole.of(Action.DELETE)}


@MANY
@given(was=things())
def test_the_plan_of_a_clean_cloud_is_empty(was: list[Resource]) -> None:
    """Also when it went through the file: what is written is what is read."""
    assert planned(saved_and_read(was, {}), inventory(*was)).decisions == ()


@MANY
@given(was=things(), now=things(), filters=filterings)
def test_a_second_run_changes_nothing(
    was: list[Resource], now: list[Resource], filters: Filters,
) -> None:
    """Once a plan is carried out there is nothing more to do."""
    saved = saved_and_read(was, {})
    plan = planned(saved, inventory(*now), filters)
    after = carried_out(now, plan)
    again = planned(saved, inventory(*after), filters)
    assert {(d.resource.key, str(d.action)) for d in again.decisions
            if d.action is not Action.KEEP} == set()


def test_the_clock_of_the_saved_state() -> None:
    """So that nothing above rests on the time of day."""
    assert isinstance(saved_and_read([], {}).saved_at, datetime.datetime)
