"""The scheduler, with kinds in memory."""
import functools
import threading
import time
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tempest_cleanup import errors, execute
from tempest_cleanup.model import Action, Change, Decision, Key, Outcome, Plan, Resource, Status
from tempest_cleanup.progress import Progress
from tempest_cleanup.services.base import ResourceService
from tests.unit.kinds import InMemory, Manner, World, instances, kind, resources

Edges = Mapping[Key, Iterable[Key]]


#: Seconds of the scheduler in one of ours.
SPEED = 20


@pytest.fixture(autouse=True, scope='module')
def _hurry() -> Iterator[None]:
    """The same course of things, without the waiting."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(execute, 'POLL', (0.01, 0.02, 1.5))
        patch.setattr(execute, 'BACK_OFF', (0.01, 0.02, 2.0))
        patch.setattr(execute, '_Scheduler', functools.partial(
            execute._Scheduler, clock=lambda: time.monotonic() * SPEED))
        yield


def run(
    world: World, kinds: Mapping[str, ResourceService], *, waits: Edges | None = None,
    owners: Edges | None = None, workers: int = 4, timeout: float = 200.0,
    stop: threading.Event | None = None, actions: Mapping[Key, Action] | None = None,
    decisions: tuple[Decision, ...] | None = None,
) -> dict[Key, Outcome]:
    decisions = decisions or tuple(
        Decision(r, (actions or {}).get(r.key, Action.DELETE), 'added', 'a test')
        for r in resources(world, kinds))
    planned = Plan(decisions, {k: frozenset(v) for k, v in (waits or {}).items()},
                   {k: frozenset(v) for k, v in (owners or {}).items()})
    halt = stop or threading.Event()
    found: list[tuple[Outcome, ...]] = []
    faults: list[BaseException] = []

    def body() -> None:
        try:
            found.append(execute.execute(
                planned, kinds, execute.Limits(workers, timeout), Progress(), halt))
        except BaseException as fault:  # noqa: BLE001  # told by the main thread
            faults.append(fault)

    thread = threading.Thread(target=body)
    thread.start()
    thread.join(timeout / SPEED + 5)
    ended = not thread.is_alive()
    halt.set()
    thread.join(5)
    assert not faults, f'it ended with {faults[0]!r}'
    assert ended, 'it did not end by itself'
    expected = [d.resource.key for d in decisions if d.action is not Action.KEEP]
    assert [o.resource.key for o in found[0]] == expected
    return {o.resource.key: o for o in found[0]}


def statuses(outcomes: Mapping[Key, Outcome]) -> dict[str, str]:
    return {key.id: str(outcome.status) for key, outcome in outcomes.items()}


THINGS = kind('things')
SLOW = kind('slows', asynchronous=True, failed=frozenset(('error',)))


def test_what_is_kept_is_not_asked_for() -> None:
    world = World()
    kinds = instances(world, THINGS)
    keep, go = world.add('things', 'keep'), world.add('things', 'go')
    outcomes = run(world, kinds, actions={keep: Action.KEEP})
    assert statuses(outcomes) == {'go': 'deleted'}
    assert world.asked == [go]


def test_an_empty_plan_ends() -> None:
    assert execute.execute(Plan((), {}, {}), {}, execute.Limits(1, 1.0), Progress(),
                           threading.Event()) == ()


@pytest.mark.parametrize('workers', [1, 4])
def test_dependents_go_first(workers: int) -> None:
    """Point 7: what is waited for is gone, not only asked for, before what waits is asked."""
    world = World()
    kinds = instances(world, THINGS, SLOW)
    server = world.add('slows', 'server', Manner(listings=3))
    port = world.add('things', 'port', Manner(needs=(server,)))
    network = world.add('things', 'network', Manner(needs=(port, server)))
    outcomes = run(world, kinds, waits={port: {server}, network: {port, server}},
                   workers=workers)
    assert world.asked == [server, port, network]
    assert not world.too_early
    assert set(statuses(outcomes).values()) == {'deleted'}


def test_accepted_is_not_deleted() -> None:
    """Point 5: what a service accepts and goes on listing is no success."""
    world = World()
    kinds = instances(world, SLOW)
    world.add('slows', 'stuck', Manner(stuck=True))
    outcome = run(world, kinds, timeout=6)[Key('slows', 'stuck')]
    assert outcome.status is Status.FAILED
    assert 'accepted' in outcome.detail
    assert 'still there' in outcome.detail


def test_a_listing_that_fails_shows_nothing_to_be_gone() -> None:
    """Points 2 and 5: only a complete listing proves that something is gone."""
    world = World(listing_errors={'slows': [errors.Unavailable('down', status=503)] * 10_000})
    kinds = instances(world, SLOW)
    key = world.add('slows', 'one')
    assert run(world, kinds, timeout=6)[key].status is Status.FAILED


def test_a_listing_that_fails_once_is_asked_again() -> None:
    world = World(listing_errors={'slows': [errors.Unavailable('down', status=503)]})
    kinds = instances(world, SLOW)
    world.add('slows', 'one')
    assert statuses(run(world, kinds)) == {'one': 'deleted'}


def test_one_failure_stops_nothing_else() -> None:
    """Point 6: the others are deleted, and the failure is told in the service's words."""
    world = World()
    kinds = instances(world, THINGS)
    world.add('things', 'bad', Manner(error=errors.Denied('not yours', status=403)))
    for number in range(5):
        world.add('things', f'good-{number}')
    outcomes = run(world, kinds)
    bad = outcomes.pop(Key('things', 'bad'))
    assert bad.status is Status.FAILED
    assert 'not yours' in bad.detail
    assert set(statuses(outcomes).values()) == {'deleted'}


@pytest.mark.parametrize('fault', [
    KeyError('router'), TypeError('None'), ValueError('no number'), IndexError('empty'),
    RuntimeError('a plugin'), AssertionError('a plugin'), RecursionError('deep')])
def test_a_fault_of_a_kind_is_the_failure_of_one_resource(fault: Exception) -> None:
    """Point 6: whatever a kind raises, it is an outcome."""
    world = World()
    kinds = instances(world, THINGS)
    world.add('things', 'bad', Manner(error=fault))
    world.add('things', 'good')
    outcomes = run(world, kinds)
    assert statuses(outcomes) == {'bad': 'failed', 'good': 'deleted'}
    assert type(fault).__name__ in outcomes[Key('things', 'bad')].detail


@pytest.mark.parametrize('fault', [IndexError('empty'), RuntimeError('a plugin')])
def test_a_fault_of_a_listing_is_no_end_of_the_run(fault: Exception) -> None:
    """Point 6: a listing that raises whatever it likes shows nothing."""
    world = World(listing_errors={'slows': [fault]})
    kinds = instances(world, SLOW, THINGS)
    world.add('slows', 'one')
    world.add('things', 'two')
    assert statuses(run(world, kinds)) == {'one': 'deleted', 'two': 'deleted'}


def test_a_refusal_that_passes() -> None:
    world = World()
    kinds = instances(world, THINGS)
    key = world.add('things', 'busy', Manner(refusals=2))
    outcome = run(world, kinds)[key]
    assert (outcome.status, outcome.attempts) == (Status.DELETED, 3)


def test_a_refusal_that_stays_ends_before_the_deadline() -> None:
    """Point 8: where nothing moves any more, a refusal is final."""
    world = World()
    kinds = instances(world, THINGS)
    key = world.add('things', 'busy', Manner(refusals=10_000))
    outcome = run(world, kinds, timeout=1000)[key]
    assert outcome.status is Status.FAILED
    assert outcome.attempts == execute.ATTEMPTS
    assert 'in use' in outcome.detail


def test_a_refusal_lasts_as_long_as_others_move() -> None:
    """An unlinked resource that is in the way goes, and then the refused one does."""
    world = World()
    kinds = instances(world, THINGS, SLOW)
    world.add('slows', 'hidden', Manner(listings=20))
    key = world.add('things', 'busy', Manner(refusals=8))
    outcomes = run(world, kinds)
    assert outcomes[key].status is Status.DELETED
    assert outcomes[key].attempts == 9


def test_a_stuck_one_blocks_its_own_only() -> None:
    """Point 7: what depends on it is blocked, by name; all else is gone before the deadline."""
    world = World()
    kinds = instances(world, THINGS, SLOW)
    stuck = world.add('slows', 'stuck', Manner(stuck=True))
    above = world.add('things', 'above')
    top = world.add('things', 'top')
    free = [world.add('slows', f'free-{n}', Manner(listings=2)) for n in range(3)]
    after = world.add('things', 'after')
    outcomes = run(world, kinds, timeout=20,
                   waits={above: {stuck}, top: {above}, after: free})
    assert statuses(outcomes) == {
        'stuck': 'failed', 'above': 'blocked', 'top': 'blocked', 'after': 'deleted',
        'free-0': 'deleted', 'free-1': 'deleted', 'free-2': 'deleted'}
    assert outcomes[above].detail == 'blocked by slows stuck'
    assert outcomes[above].blockers == ('slows stuck',)
    assert outcomes[top].blockers == ('things above',)
    assert above not in world.asked
    assert outcomes[after].seconds < outcomes[stuck].seconds


def test_a_deletion_that_goes_to_error_is_asked_for_again() -> None:
    world = World()
    kinds = instances(world, SLOW)
    key = world.add('slows', 'broken', Manner(stuck=True, status_then='error'))
    outcome = run(world, kinds)[key]
    assert outcome.status is Status.FAILED
    assert outcome.attempts == execute.ATTEMPTS
    assert 'status error' in outcome.detail


@pytest.mark.parametrize('asynchronous', [False, True])
def test_what_goes_with_its_owner_is_not_asked_for(asynchronous: bool) -> None:
    world = World()
    kinds = instances(world, THINGS, kind('owners', asynchronous=asynchronous))
    child = Key('things', 'child')
    owner = world.add('owners', 'owner', Manner(takes=(child,), listings=2))
    world.add('things', 'child')
    outcomes = run(world, kinds, owners={child: {owner}})
    assert statuses(outcomes) == {'owner': 'deleted', 'child': 'deleted'}
    assert world.asked == [owner]


def test_what_its_owner_leaves_behind_is_asked_for() -> None:
    world = World()
    kinds = instances(world, THINGS, SLOW)
    owner, child = world.add('slows', 'owner'), world.add('things', 'child')
    outcomes = run(world, kinds, owners={child: {owner}})
    assert statuses(outcomes) == {'owner': 'deleted', 'child': 'deleted'}
    assert world.asked == [owner, child]


def test_what_belongs_to_an_owner_that_fails_is_asked_for() -> None:
    world = World()
    kinds = instances(world, THINGS)
    owner = world.add('things', 'owner', Manner(error=errors.Denied('no', status=403)))
    child = world.add('things', 'child')
    outcomes = run(world, kinds, owners={child: {owner}})
    assert statuses(outcomes) == {'owner': 'failed', 'child': 'deleted'}
    assert world.asked[-1] == child


def test_what_is_gone_already_is_deleted() -> None:
    world = World()
    kinds = instances(world, THINGS)
    key = world.add('things', 'gone', Manner(error=errors.NotFound('gone', status=404)))
    assert run(world, kinds)[key].status is Status.DELETED


def test_a_part_that_is_gone_does_not_mean_that_the_whole_is() -> None:
    """Point 5: 404 while the deletion is prepared says nothing about the resource itself."""
    class Aggregates(InMemory):
        name, singular = 'aggregates', 'aggregate'

        def prepare_delete(self, resource: Resource) -> None:
            raise errors.NotFound('no such host in it', status=404)

    world = World()
    kinds = instances(world, Aggregates)
    key = world.add('aggregates', 'one')
    assert run(world, kinds)[key].status is Status.DELETED
    assert key not in world.bodies


def _restore(world: World, manner: Manner) -> Outcome:
    kinds = instances(world, THINGS)
    key = world.add('things', 'quota', manner)
    resource = next(resources(world, kinds))
    change = Change(resource, 'cores', 20, 10)
    return run(world, kinds, decisions=(
        Decision(resource, Action.RESTORE, 'saved', 'changed', (change,)),))[key]


def test_what_was_changed_is_restored() -> None:
    world = World()
    assert _restore(world, Manner()).status is Status.RESTORED
    assert [(key.id, [c.old for c in changes]) for key, changes in world.restored] == [
        ('quota', [20])]
    assert not world.asked


@pytest.mark.parametrize('error', [
    errors.Conflict('below what is used', status=400), errors.NotFound('gone', status=404)])
def test_what_cannot_be_restored_has_failed(error: errors.ApiError) -> None:
    outcome = _restore(World(), Manner(error=error))
    assert outcome.status is Status.FAILED
    assert error.message in outcome.detail


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
        assert (outcome.status is Status.DELETED) == (key not in world.bodies)
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
