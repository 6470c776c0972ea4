"""The scheduler at work on kinds in memory, faster than life."""
import functools
import threading
import time
from collections.abc import Iterable, Iterator, Mapping

import pytest

from tempest_cleanup import execute
from tempest_cleanup.model import Action, Decision, Key, Outcome, Plan
from tempest_cleanup.progress import Progress
from tempest_cleanup.remedies import Ladders
from tempest_cleanup.services.base import ResourceService
from tests.unit.kinds import World, kind, resources

Edges = Mapping[Key, Iterable[Key]]

#: Seconds of the scheduler in one of ours.
SPEED = 20


@pytest.fixture(scope='module')
def hurry() -> Iterator[None]:
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
    decisions: tuple[Decision, ...] | None = None, ladders: Ladders | None = None,
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
                planned, kinds, execute.Limits(workers, timeout, ladders or {}), Progress(),
                halt))
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
