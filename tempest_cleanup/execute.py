"""The scheduler: the only phase that changes the cloud.

The main thread owns all state. Workers send requests and return values; they never
wait for each other, so nothing can starve, with one worker as with many.
"""
import collections
import concurrent.futures
import dataclasses
import heapq
import itertools
import queue
import threading
import time
from collections.abc import Callable, Mapping
from typing import Any

from tempest_cleanup import discover, errors, remedies
from tempest_cleanup.calls import Aid, Answer, carry_out
from tempest_cleanup.model import (
    Action,
    Key,
    Outcome,
    Plan,
    Seen,
    Status,
    Tenant,
)
from tempest_cleanup.nodes import Node, State
from tempest_cleanup.progress import Progress
from tempest_cleanup.services.base import ResourceService
from tempest_cleanup.tempest_plugin import MOST_FAILURES

#: Seconds between two listings that look whether something is gone: first, last, growth.
POLL = (0.4, 5.0, 1.5)
#: Seconds before a refused deletion is asked for again: first, last, growth.
BACK_OFF = (0.5, 10.0, 2.0)
#: So often a refusal is believed to pass, though nothing else moves.
ATTEMPTS = MOST_FAILURES
#: This part of its time something may be under way before a remedy is tried.
PATIENCE = 0.25


@dataclasses.dataclass(frozen=True)
class Limits:
    """How hard to try.

    :param workers: requests under way at once
    :param timeout: seconds that one resource may take, from its first request on
    :param ladders: the remedies that may be used, by kind
    """

    workers: int
    timeout: float
    ladders: remedies.Ladders = dataclasses.field(default_factory=dict)

    @property
    def patience(self) -> float:
        """Seconds that something may be under way before a remedy is tried."""
        return self.timeout * PATIENCE


@dataclasses.dataclass
class Poll:
    """When a listing is next due, and since when one is under way."""

    interval: float = POLL[0]
    due: float = 0.0
    started: float | None = None


def execute(
    planned: Plan, kinds: Mapping[str, ResourceService], limits: Limits, progress: Progress,
    stop: threading.Event,
) -> tuple[Outcome, ...]:
    """Carry out a plan. Always ends; every planned resource gets an outcome.

    :param stop: set it, and what is not done yet is left as it is
    """
    todo = [d for d in planned.decisions if d.action is not Action.KEEP]
    with progress.phase('clean up', len(todo)), concurrent.futures.ThreadPoolExecutor(
            limits.workers, 'call') as pool:
        scheduler = _Scheduler(planned, kinds, limits, progress, pool)
        scheduler.run(stop)
    return tuple(scheduler.outcomes[d.resource.key] for d in todo)


class _Scheduler:
    """Moves each node from waiting to done. All of it runs in the main thread."""

    def __init__(
        self, planned: Plan, kinds: Mapping[str, ResourceService], limits: Limits,
        progress: Progress, pool: concurrent.futures.Executor,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._kinds = kinds
        self._limits = limits
        self._progress = progress
        self._pool = pool
        self._clock = clock
        self._answers: queue.SimpleQueue[tuple[Any, ...]] = queue.SimpleQueue()
        self._polls: dict[tuple[str, Tenant | None], Poll] = {}
        self._moves = 0
        self._asking = 0
        self.outcomes: dict[Key, Outcome] = {}
        todo = {d.resource.key: d for d in planned.decisions if d.action is not Action.KEEP}
        self._nodes = {key: Node(
            d, kinds[d.resource.kind], set(planned.waits.get(key, ())) & set(todo),
            set(planned.owners.get(key, ())) & set(todo)) for key, d in todo.items()}
        self._waiters: dict[Key, list[Node]] = {}
        for node in self._nodes.values():
            for key in node.waits | node.owners:
                self._waiters.setdefault(key, []).append(node)
        self._in: dict[State, dict[Key, Node]] = {state: {} for state in State}
        self._in[State.WAITING].update(self._nodes)
        self._ready: collections.deque[Node] = collections.deque()
        self._later: list[tuple[float, int, Node]] = []
        self._count = itertools.count()
        self._next_look = 0.0

    def run(self, stop: threading.Event) -> None:
        # What takes long begins first.
        for node in sorted(self._nodes.values(), key=lambda n: not n.kind.asynchronous):
            self._release(node)
        while len(self.outcomes) < len(self._nodes) and not stop.is_set():
            self._start_calls()
            self._start_listings()
            self._break_circle()
            self._take_answers()
            self._time_out()
        self._drain()
        for state in State:
            for node in self._open(state):
                self._finish(node, Status.INTERRUPTED, 'stopped before it was done')

    def _drain(self) -> None:
        """Send nothing more; what is under way tells what becomes of it."""
        self._pool.shutdown(cancel_futures=True)
        while not self._answers.empty():
            handle, about, future = self._answers.get_nowait()
            if not future.cancelled():
                handle(about, future)

    def _open(self, *states: State) -> list[Node]:
        return [n for state in states if state is not State.DONE
                for n in self._in[state].values()]

    def _move(self, node: Node, state: State) -> None:
        del self._in[node.state][node.resource.key]
        node.state = state
        self._in[state][node.resource.key] = node

    def _release(self, node: Node) -> None:
        """Let a node go on, if there is nothing more that it waits for."""
        if node.state is not State.WAITING or node.waits or node.owners:
            return
        if node.owner_gone:
            self._move(node, State.CHECKING)
            node.since = self._clock()
            poll = self._polls.setdefault(node.listing, Poll())
            poll.due = min(poll.due, node.since + POLL[0])
        else:
            self._move(node, State.READY)
            self._ready.append(node)

    def _break_circle(self) -> None:
        """Whatever waits while nothing else moves waits for itself."""
        if len(self._in[State.WAITING]) + len(self._in[State.DONE]) < len(self._nodes):
            return
        for node in self._open(State.WAITING):
            if node.state is State.WAITING:
                names = tuple(str(self._nodes[k].resource)
                              for k in sorted(node.waits | node.owners))
                self._finish(node, Status.BLOCKED, 'they wait for each other: '
                             + ', '.join(names), names)

    def _start_calls(self) -> None:
        now = self._clock()
        while self._later and self._later[0][0] <= now:
            self._ready.append(heapq.heappop(self._later)[2])
        while self._ready and self._asking < self._limits.workers * 2:
            node = self._ready.popleft()
            if node.state is not State.READY:
                continue
            self._move(node, State.ASKING)
            node.first_asked = node.first_asked or now
            self._asking += 1
            aid, node.aid = node.aid, None
            self._call(self._answered, node, carry_out, node.kind, node.decision, aid)

    def _call(self, handle: Callable[..., None], about: Any, function: Callable[..., Any],
              *arguments: Any) -> None:
        """Have a worker call a function; its answer comes back to the main thread."""
        future = self._pool.submit(function, *arguments)
        future.add_done_callback(lambda done: self._answers.put((handle, about, done)))

    def _start_listings(self) -> None:
        now = self._clock()
        for listing in {n.listing for n in self._open(State.ACCEPTED, State.CHECKING)}:
            poll = self._polls.setdefault(listing, Poll(due=now + POLL[0]))
            if poll.started is None and poll.due <= now:
                poll.started = now
                name, tenant = listing
                self._call(self._listed, listing, discover.list_kind, self._kinds[name], tenant)

    def _take_answers(self) -> None:
        """Wait for the next answer, or until something is due."""
        try:
            answer = self._answers.get(timeout=self._nap())
            while True:
                handle, about, future = answer
                handle(about, future)
                answer = self._answers.get_nowait()
        except queue.Empty:
            return

    def _nap(self) -> float:
        now = self._clock()
        due = [self._later[0][0] - now] if self._later else []
        if self._in[State.ACCEPTED] or self._in[State.CHECKING]:
            due += [p.due - now for p in self._polls.values() if p.started is None]
        return min(1.0, max(0.02, min(due, default=1.0)))

    def _answered(self, node: Node, future: concurrent.futures.Future[Answer]) -> None:
        self._asking -= 1
        answer = future.result()
        node.attempts += 1
        if answer.step:
            node.steps += (answer.step,)
            self._progress.event(f'{node.resource}: {answer.step}')
        node.needed = isinstance(answer.error, errors.StillNeeded)
        if answer.error is not None:
            self._refused(node, str(answer.error), answer.error.status)
        elif node.decision.action is Action.RESTORE:
            self._finish(node, Status.RESTORED)
        elif node.kind.asynchronous:
            self._move(node, State.ACCEPTED)
            node.error, node.since = '', self._clock()
            poll = self._polls.setdefault(node.listing, Poll())
            poll.interval = POLL[0]
            poll.due = self._clock() + poll.interval
        else:
            self._finish(node, Status.DELETED)

    def _refused(self, node: Node, why: str, code: int = 0) -> None:
        """Try again later; not for ever, and not where nothing moves any more."""
        node.error, node.code = why, code
        first, last, growth = BACK_OFF
        others = any(n is not node for n in self._open(State.ACCEPTED, State.CHECKING))
        still = self._moves == node.progress_then and not others and not self._asking
        node.progress_then = self._moves
        node.aid = self._aid(node, patient=not still and node.attempts < ATTEMPTS
                             and not node.relapses)
        if not node.aid and not self._hopes(node) and (
                node.relapses >= ATTEMPTS or (node.attempts >= ATTEMPTS and still)):
            self._finish(node, Status.FAILED, why)
            return
        self._move(node, State.READY)
        again = self._clock() + min(last, first * growth ** (node.attempts - 1))
        heapq.heappush(self._later, (again, next(self._count), node))

    def _aid(self, node: Node, *, patient: bool) -> Aid | None:
        ladder = self._limits.ladders.get(node.kind.name, ())
        return node.next_aid(
            ladder, self._clock(), self._limits.patience, patient=patient)

    def _hopes(self, node: Node) -> bool:
        ladder = self._limits.ladders.get(node.kind.name, ())
        return node.hopes(
            ladder, self._clock(), self._limits.patience, self._limits.timeout)

    def _listed(
        self, listing: tuple[str, Tenant | None],
        future: concurrent.futures.Future[discover.Listing],
    ) -> None:
        found, coverage = future.result()
        poll = self._polls[listing]
        began, poll.started = poll.started or 0.0, None
        poll.interval = min(POLL[1], poll.interval * POLL[2])
        poll.due = self._clock() + poll.interval
        if coverage.seen is not Seen.COMPLETE:
            return  # what is not seen is not gone
        present = {r.id: r for r in found}
        for node in self._open(State.ACCEPTED, State.CHECKING):
            if node.listing != listing or node.since > began:
                continue
            if (shown := present.get(node.resource.id)) is None:
                self._finish(node, Status.DELETED)
                continue
            node.show(shown)
            if node.state is State.CHECKING:
                # Its owner is gone and left it behind.
                node.owner_gone = False
                self._ask_at_once(node)
            elif node.kind.deletion_failed(shown):
                node.relapses += 1
                self._refused(node, f'accepted, then it went to status {shown.status}')
            elif node.kind.only_marked(shown):
                self._ask_at_once(node)
            elif self._clock() - node.since > self._limits.patience:
                self._prod(node)

    def _prod(self, node: Node) -> None:
        """It was accepted long ago: a remedy, if there is one; else it has time left."""
        node.aid = self._aid(node, patient=False)
        if node.aid:
            self._ask_at_once(node)

    def _ask_at_once(self, node: Node) -> None:
        self._move(node, State.READY)
        self._ready.append(node)

    def _time_out(self) -> None:
        now = self._clock()
        if now < self._next_look:
            return
        self._next_look = now + 1.0
        for node in self._open(State.READY, State.ACCEPTED, State.CHECKING):
            began = node.first_asked if node.first_asked is not None else node.since
            if not began or now - began < self._limits.timeout:
                continue
            why = node.error or 'it is still listed'
            if node.state is State.ACCEPTED:
                why = 'the deletion was accepted, but it is still there'
            self._finish(node, Status.FAILED, f'{why}, after {self._limits.timeout:.0f} s')

    def _finish(
        self, node: Node, status: Status, detail: str = '', blockers: tuple[str, ...] = (),
    ) -> None:
        now = self._clock()
        accepted = node.state is State.ACCEPTED or node.relapses > 0
        self._move(node, State.DONE)
        outcome = Outcome(node.resource, status, detail, blockers,
                          now - (node.first_asked or now), node.attempts, accepted, node.steps)
        # Only what is gone can have been in another's way.
        self._moves += outcome.ok
        self.outcomes[node.resource.key] = outcome
        self._progress.step()
        if not outcome.ok and status is not Status.INTERRUPTED:
            self._progress.event(f'{node.resource}: {status}: {detail}')
        if status is not Status.INTERRUPTED:
            self._tell_waiters(node, outcome)

    def _tell_waiters(self, node: Node, outcome: Outcome) -> None:
        key = node.resource.key
        for waiter in self._waiters.get(key, ()):
            if waiter.state is not State.WAITING:
                continue
            if key in waiter.owners:
                waiter.owners.discard(key)
                waiter.owner_gone = True
                if outcome.ok and not node.kind.asynchronous:
                    # Gone in the same transaction; the last inventory is the proof.
                    self._finish(waiter, Status.DELETED)
                    continue
            waiter.waits.discard(key)
            if not outcome.ok:
                # Also what would go with it: half a network or stack is worse than a whole.
                culprits = outcome.blockers or (str(node.resource),)
                self._finish(waiter, Status.BLOCKED, f'blocked by {", ".join(culprits)}',
                             culprits)
                continue
            self._release(waiter)
