"""The ladder at work: when a remedy is tried, which, and what is told of it."""
from collections.abc import Callable
from dataclasses import dataclass, field

import pytest

from tempest_cleanup import errors, execute
from tempest_cleanup.model import Action, Key, Outcome
from tempest_cleanup.remedies.base import Rank, Remedy, Trouble
from tempest_cleanup.services.base import ResourceService
from tests.unit.kinds import Manner, World, instances
from tests.unit.running import SLOW, THINGS, run
from tests.unit.running import hurry as hurry

pytestmark = pytest.mark.usefixtures('hurry')

NO = errors.Conflict('no', status=409)


@dataclass
class Helps(Remedy):
    """A remedy that notes on what it was tried, and does what a test says."""

    does: str
    rank: Rank = Rank.RESET
    cure: Callable[[Key], None] = lambda key: None
    deletes: bool = False
    only: Callable[[Trouble], bool] = lambda trouble: True
    kinds: tuple[str, ...] = ('things', 'slows')
    tried: list[Trouble] = field(default_factory=list)

    def fits(self, trouble: Trouble) -> bool:
        return self.only(trouble)

    def apply(self, kind: ResourceService, trouble: Trouble) -> None:
        self.tried.append(trouble)
        self.cure(trouble.resource.key)


def clean(
    world: World, *ladder: Helps, timeout: float = 200.0,
    actions: dict[Key, Action] | None = None,
) -> dict[Key, Outcome]:
    return run(world, instances(world, THINGS, SLOW), timeout=timeout, actions=actions,
               ladders={'things': ladder, 'slows': ladder})


def lets_go(world: World) -> Callable[[Key], None]:
    def cure(key: Key) -> None:
        world.manners[key] = Manner()
    return cure


def steps(outcome: Outcome) -> list[str]:
    return [step.remedy for step in outcome.steps]


@pytest.mark.parametrize('rank', list(Rank))
def test_none_is_tried_where_the_deletion_would_harm_what_stays(rank: Rank) -> None:
    """Point 4: a kind's own check is no refusal that could be got around."""
    world = World()
    needed = errors.StillNeeded('a volume would go with it', status=400)
    key = world.add('slows', 'one', Manner(error=needed))
    force = Helps('force', rank, lets_go(world))
    outcome = clean(world, force, timeout=3)[key]
    assert force.tried == []
    assert not outcome.ok
    assert 'a volume would go with it' in outcome.detail
    assert key in world.bodies


def test_none_is_tried_where_nothing_is_in_the_way() -> None:
    world = World()
    keys = [world.add('things', 'one'), world.add('slows', 'two', Manner(listings=3))]
    remedy = Helps('resets its state')
    outcomes = clean(world, remedy)
    assert all(outcomes[key].ok and not outcomes[key].steps for key in keys)
    assert not remedy.tried


def test_a_refusal_that_passes_needs_none() -> None:
    """Something else was in the way: what overrides the service has time."""
    world = World()
    key = world.add('things', 'busy', Manner(refusals=1))
    world.add('slows', 'other', Manner(listings=20))
    remedy = Helps('resets its state')
    assert clean(world, remedy)[key].ok
    assert not remedy.tried


def test_the_gentlest_first_and_no_more_than_needed() -> None:
    world = World()
    key = world.add('things', 'stuck', Manner(error=NO))
    gentle = Helps('unlocks it', Rank.UNLOCK)
    middle = Helps('resets its state', Rank.RESET, lets_go(world))
    harsh = Helps('deletes it by force', Rank.FORCE)
    outcome = clean(world, gentle, middle, harsh)[key]
    assert outcome.ok
    assert steps(outcome) == ['unlocks it', 'resets its state']
    assert not harsh.tried
    assert [step.error for step in outcome.steps] == ['', '']
    assert outcome.steps[0].trouble == '409 no'


def test_a_lock_is_taken_away_at_the_first_refusal() -> None:
    world = World()
    key = world.add('things', 'locked', Manner(error=NO))
    world.add('slows', 'other', Manner(listings=20))
    remedy = Helps('unlocks it', Rank.UNLOCK, lets_go(world))
    outcome = clean(world, remedy)[key]
    assert outcome.ok
    assert outcome.attempts == 2
    assert remedy.tried[0].code == 409


def test_each_is_tried_once_and_then_it_has_failed() -> None:
    world = World()
    key = world.add('things', 'stuck', Manner(error=NO))
    remedies = [Helps('unlocks it', Rank.UNLOCK), Helps('resets its state')]
    outcome = clean(world, *remedies)[key]
    assert not outcome.ok
    assert '409 no' in outcome.detail
    assert steps(outcome) == ['unlocks it', 'resets its state']
    assert all(len(remedy.tried) == 1 for remedy in remedies)


def test_without_a_ladder_it_fails_as_before() -> None:
    world = World()
    key = world.add('things', 'stuck', Manner(error=NO))
    outcome = clean(world)[key]
    assert (outcome.ok, outcome.attempts, outcome.steps) == (False, execute.ATTEMPTS, ())


def test_what_does_not_fit_is_not_tried() -> None:
    world = World()
    key = world.add('things', 'stuck', Manner(error=NO))
    remedy = Helps('resets its state', only=lambda trouble: trouble.code == 500)
    assert not clean(world, remedy)[key].ok
    assert not remedy.tried


def test_a_remedy_that_fails_is_told_and_stops_nothing() -> None:
    """Neither a service's no, nor a fault of whoever wrote it."""
    world = World()
    key = world.add('things', 'stuck', Manner(error=NO))

    def refused(_key: Key) -> None:
        raise errors.RemedyFailed('server s still has it')

    def broken(_key: Key) -> None:
        raise ZeroDivisionError('oops')

    outcome = clean(world, Helps('detaches it', Rank.DETACH, refused),
                    Helps('breaks', Rank.FORCE, broken),
                    Helps('runs the command', Rank.OPERATOR, lets_go(world)))[key]
    assert outcome.ok
    assert [step.error for step in outcome.steps] == [
        'server s still has it', 'a fault of the remedy: ZeroDivisionError(\'oops\')', '']


def test_one_that_deletes_is_believed_only_by_a_listing() -> None:
    """Point 5: accepted is not deleted, whoever has asked."""
    world = World()
    stuck = world.add('slows', 'stuck', Manner(error=NO))
    force = Helps('deletes it by force', Rank.FORCE, deletes=True)
    outcome = clean(world, force, timeout=20)[stuck]
    assert not outcome.ok
    assert steps(outcome) == ['deletes it by force']
    assert 'still there' in outcome.detail


def test_what_was_accepted_and_stays_is_helped_in_time() -> None:
    """Long before its time is over, and not at once."""
    world = World()
    key = world.add('slows', 'stuck', Manner(stuck=True))
    remedy = Helps('resets its state', cure=lets_go(world))
    outcome = clean(world, remedy, timeout=100)[key]
    assert outcome.ok
    assert 100 * execute.PATIENCE <= remedy.tried[0].seconds < 100
    assert outcome.steps[0].trouble == 'the deletion was accepted, but it is still there'


def test_a_relapse_is_helped_at_once() -> None:
    """The service tried and failed: waiting does not help."""
    world = World()
    key = world.add('slows', 'stuck', Manner(stuck=True, status_then='error'))
    remedy = Helps('resets its state', cure=lets_go(world))
    outcome = clean(world, remedy)[key]
    assert outcome.ok
    assert (remedy.tried[0].relapses, remedy.tried[0].status) == (1, 'error')


def test_a_setting_that_can_not_be_put_back_is_not_forced() -> None:
    """Remedies are for what is to be deleted, and for nothing else."""
    world = World()
    key = world.add('things', 'kept', Manner(error=NO))
    remedy = Helps('resets its state')
    clean(world, remedy, actions={key: Action.RESTORE})
    assert not remedy.tried


@pytest.mark.parametrize('only', [
    lambda trouble: trouble.attempts >= execute.ATTEMPTS + 3,
    lambda trouble: trouble.seconds >= 60])
def test_a_remedy_that_waits_is_waited_for(only: Callable[[Trouble], bool]) -> None:
    """One that wants more attempts, or more time, than are made where nothing else moves."""
    world = World()
    key = world.add('things', 'stuck', Manner(error=NO))
    remedy = Helps('runs the command', Rank.OPERATOR, lets_go(world), only=only)
    outcome = clean(world, remedy)[key]
    assert outcome.ok
    assert len(remedy.tried) == 1


def test_a_remedy_that_could_fit_only_after_the_time_is_not_waited_for() -> None:
    world = World()
    key = world.add('things', 'stuck', Manner(error=NO))
    remedy = Helps('runs the command', Rank.OPERATOR, only=lambda trouble: trouble.seconds > 1000)
    outcome = clean(world, remedy)[key]
    assert (outcome.ok, outcome.attempts) == (False, execute.ATTEMPTS)


def test_one_that_fails_when_it_is_asked_whether_it_fits_is_told() -> None:
    """A plugin's fault is told with the resource, and the next is tried."""
    world = World()
    key = world.add('things', 'stuck', Manner(error=NO))

    def broken(_trouble: Trouble) -> bool:
        raise KeyError('options')

    outcome = clean(world, Helps('breaks', Rank.UNLOCK, only=broken),
                    Helps('resets its state', cure=lets_go(world)))[key]
    assert outcome.ok
    assert [(s.remedy, s.error) for s in outcome.steps] == [
        ('breaks', "a fault of the remedy: KeyError('options')"), ('resets its state', '')]


@pytest.mark.parametrize(('kind', 'manner'), [
    ('things', Manner(error=NO)), ('slows', Manner(listings=10 ** 6, status_then='error')),
    ('slows', Manner(stuck=True))], ids=['refused', 'accepted, then failed', 'never done'])
def test_what_has_failed_often_enough(kind: str, manner: Manner) -> None:
    """However it fails: a remedy for what has failed three times has its turn before the end."""
    world = World()
    key = world.add(kind, 'stuck', manner)
    remedy = Helps('changes the database', Rank.DATABASE, lets_go(world),
                   only=lambda trouble: trouble.failures >= 3)
    outcome = clean(world, remedy)[key]
    assert outcome.ok
    assert steps(outcome) == ['changes the database']
    trouble, = remedy.tried
    assert trouble.failures == 3
    assert trouble.attempts == (1 if manner.stuck else 3)
    if manner.stuck:
        assert trouble.seconds >= 3 * 200.0 * execute.PATIENCE


def test_what_is_asked_for_again_meanwhile_counts_once() -> None:
    """A remedy that asks again begins a new wait; the one before has failed."""
    world = World()
    key = world.add('slows', 'stuck', Manner(stuck=True))
    gentle = Helps('resets its state')
    harsh = Helps('changes the database', Rank.DATABASE, lets_go(world),
                  only=lambda trouble: trouble.failures >= 3)
    assert steps(clean(world, gentle, harsh)[key]) == ['resets its state', 'changes the database']
    assert (harsh.tried[0].attempts, harsh.tried[0].failures) == (2, 3)
