"""The scheduler ends, whatever happens, and tells what became of everything."""
import threading
import time
from typing import Any, cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tempest_cleanup import errors, execute
from tempest_cleanup.model import Action, Decision, Key, Plan, Resource, Status
from tempest_cleanup.progress import Progress
from tests.unit.kinds import Manner, World, instances, resources
from tests.unit.running import SLOW, THINGS, run, statuses
from tests.unit.running import hurry as hurry

pytestmark = pytest.mark.usefixtures('hurry')


def test_one_worker_is_enough() -> None:
    """Point 8: nothing starves, though there are more refusals and waits than workers."""
    world = World()
    kinds = instances(world, THINGS, SLOW)
    slow = [world.add('slows', f'slow-{n}', Manner(listings=n)) for n in range(4)]
    busy = [world.add('things', f'busy-{n}', Manner(refusals=n)) for n in range(4)]
    last = world.add('things', 'last', Manner(needs=(*slow, *busy)))
    outcomes = run(world, kinds, workers=1, waits={last: [*slow, *busy]})
    assert set(statuses(outcomes).values()) == {'deleted'}
    assert world.asked[-1] == last


def test_stop_leaves_what_is_not_done() -> None:
    """Point 8: a stop ends the run; what was done is told, what was not is interrupted."""
    world, stop = World(), threading.Event()
    kinds = instances(world, THINGS, SLOW)
    first = world.add('things', 'first', Manner(does=stop.set))
    world.add('slows', 'stuck', Manner(stuck=True))
    later = world.add('things', 'later')
    outcomes = run(world, kinds, waits={later: {Key('slows', 'stuck')}}, stop=stop, timeout=1000)
    assert outcomes[later].status is Status.INTERRUPTED
    assert outcomes[Key('slows', 'stuck')].status is Status.INTERRUPTED
    assert outcomes[first].status in (Status.DELETED, Status.INTERRUPTED)
    assert later not in world.asked


def test_what_was_not_sent_when_it_was_stopped_is_never_sent() -> None:
    """Point 8: and what was under way is told as it ended."""
    world, stop = World(), threading.Event()
    kinds = instances(world, THINGS)
    workers = 4

    def under_way() -> None:
        stop.set()
        time.sleep(0.2)

    keys = [world.add('things', f't{n}', Manner(does=under_way)) for n in range(6 * workers)]
    outcomes = run(world, kinds, workers=workers, stop=stop, timeout=1000)
    asked = set(world.asked)
    assert len(asked) < 2 * workers, 'so many wait for a worker'
    assert {key for key in keys if outcomes[key].status is Status.DELETED} == asked
    assert {outcomes[key].status for key in keys if key not in asked} == {Status.INTERRUPTED}


def test_stopped_before_it_began() -> None:
    world, stop = World(), threading.Event()
    stop.set()
    kinds = instances(world, THINGS)
    key = world.add('things', 'one')
    assert run(world, kinds, stop=stop)[key].status is Status.INTERRUPTED
    assert not world.asked


def test_a_circle_ends() -> None:
    """Point 8: resources that wait for each other block each other, and nothing else."""
    world = World()
    kinds = instances(world, THINGS)
    one, two = world.add('things', 'one'), world.add('things', 'two')
    above, free = world.add('things', 'above'), world.add('things', 'free')
    outcomes = run(world, kinds, timeout=20,
                   waits={one: {two}, two: {one}, above: {one, free}})
    assert statuses(outcomes) == {
        'one': 'blocked', 'two': 'blocked', 'above': 'blocked', 'free': 'deleted'}
    assert outcomes[one].blockers == ('things two',)


def test_waiting_for_what_is_not_planned_ends() -> None:
    """Point 8: nobody will tell that it is gone."""
    world = World()
    kinds = instances(world, THINGS)
    one = world.add('things', 'one')
    outcomes = run(world, kinds, timeout=20, waits={one: {Key('things', 'stranger')}})
    assert set(statuses(outcomes)) == {'one'}


class Counting(Progress):
    def __init__(self) -> None:
        self.steps = 0
        self.events: list[str] = []

    def step(self, text: str = '') -> None:
        self.steps += 1

    def event(self, text: str) -> None:
        self.events.append(text)


def test_progress_tells_each_step_and_each_failure() -> None:
    world, progress = World(), Counting()
    kinds = instances(world, THINGS)
    world.add('things', 'good')
    world.add('things', 'bad', Manner(error=errors.Denied('no', status=403)))
    planned = Plan(tuple(Decision(r, Action.DELETE, '', '')
                         for r in resources(world, kinds)), {}, {})
    execute.execute(planned, kinds, execute.Limits(2, 5.0), progress, threading.Event())
    assert progress.steps == 2
    assert progress.events == ['things bad: failed: 403 no']


@st.composite
def graphs(draw: st.DrawFn) -> dict[str, Any]:
    """Resources that wait for earlier ones only, each behaving as it likes."""
    count = draw(st.integers(1, 9))
    names = [Key(draw(st.sampled_from(['things', 'slows'])), f'r{n}') for n in range(count)]
    edges = st.lists(st.tuples(st.integers(0, count - 1), st.integers(0, count - 1)),
                     max_size=2 * count)
    waits: dict[Key, set[Key]] = {}
    owners: dict[Key, set[Key]] = {}
    for table in (waits, owners):
        for one, other in draw(edges):
            if other < one:
                table.setdefault(names[one], set()).add(names[other])
    manner = st.builds(Manner, refusals=st.sampled_from([0, 0, 0, 1, 3, 100]),
                       listings=st.integers(0, 3), stuck=st.sampled_from([False] * 5 + [True]))
    return {'names': names, 'waits': waits, 'owners': owners,
            'manners': draw(st.lists(manner, min_size=count, max_size=count)),
            'taken': draw(st.sets(st.sampled_from(names))),
            'workers': draw(st.integers(1, 3))}


@settings(max_examples=25, deadline=None)
@given(graph=graphs())
def test_it_always_ends_and_in_order(graph: dict[str, Any]) -> None:
    """Points 7 and 8: in any graph nothing is asked for before what it waits for is gone."""
    world = World()
    kinds = instances(world, THINGS, SLOW)
    for key, manner in zip(graph['names'], graph['manners'], strict=True):
        manner.needs = tuple(graph['waits'].get(key, ()))
        manner.takes = tuple(child for child, owners in graph['owners'].items() if key in owners
                             and (child in graph['taken'] or key.kind == 'things'))
        world.add(key.kind, key.id, manner)
    outcomes = run(world, kinds, waits=graph['waits'], owners=graph['owners'],
                   workers=graph['workers'], timeout=6)
    assert not world.too_early
    for key, outcome in outcomes.items():
        if outcome.status is Status.DELETED:
            assert key not in world.bodies
        elif not graph['owners'].get(key):
            # One owner may be stuck and another take it along: then the last listing tells.
            assert key in world.bodies
        assert outcome.status in (Status.DELETED, Status.FAILED, Status.BLOCKED)
        assert outcome.ok or outcome.detail


def test_the_clock_of_a_resource_begins_with_its_first_request() -> None:
    """Point 8: what waits for others does not use up its own time."""
    world = World()
    kinds = instances(world, THINGS, SLOW)
    chain = [world.add('slows', f'r{n}', Manner(listings=8)) for n in range(4)]
    waits = {chain[n]: {chain[n - 1]} for n in range(1, 4)}
    outcomes = run(world, kinds, waits=waits, timeout=30)
    assert set(statuses(outcomes).values()) == {'deleted'}
    assert world.asked == chain


def test_decisions_of_unknown_kinds_are_a_fault_of_the_caller() -> None:
    decision = Decision(Resource('unknown', '1'), Action.DELETE, '', '')
    with pytest.raises(KeyError):
        execute.execute(Plan((decision,), {}, {}), cast(Any, {}), execute.Limits(1, 1.0),
                        Progress(), threading.Event())


def test_an_empty_plan_ends() -> None:
    assert execute.execute(Plan((), {}, {}), {}, execute.Limits(1, 1.0), Progress(),
                           threading.Event()) == ()
