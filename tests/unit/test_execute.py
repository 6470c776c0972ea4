"""The scheduler: what is asked for, in which order, and what becomes of it."""
import pytest

from tempest_cleanup import errors, execute
from tempest_cleanup.model import Action, Change, Decision, Key, Outcome, Resource, Status
from tests.unit.kinds import InMemory, Manner, World, instances, kind, resources
from tests.unit.running import SLOW, THINGS, run, statuses
from tests.unit.running import hurry as hurry

pytestmark = pytest.mark.usefixtures('hurry')


def test_what_is_kept_is_not_asked_for() -> None:
    world = World()
    kinds = instances(world, THINGS)
    keep, go = world.add('things', 'keep'), world.add('things', 'go')
    outcomes = run(world, kinds, actions={keep: Action.KEEP})
    assert statuses(outcomes) == {'go': 'deleted'}
    assert world.asked == [go]


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
    assert outcomes[top].blockers == ('slows stuck',)
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


def test_what_belongs_to_an_owner_that_fails_is_left_whole() -> None:
    """A network without its segment can't even lose its ports any more."""
    world = World()
    kinds = instances(world, THINGS)
    owner = world.add('things', 'owner', Manner(error=errors.Denied('no', status=403)))
    child = world.add('things', 'child')
    outcomes = run(world, kinds, owners={child: {owner}})
    assert statuses(outcomes) == {'owner': 'failed', 'child': 'blocked'}
    assert outcomes[child].blockers == ('things owner',)
    assert child not in world.asked


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
