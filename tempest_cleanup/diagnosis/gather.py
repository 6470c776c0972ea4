"""The evidence of the services: many resources at once, within limits; reads only."""
import concurrent.futures
import contextlib
import dataclasses
import queue
import threading
import time
from collections.abc import Iterable, Mapping

from tempest_cleanup.model import Evidence, Key, Resource, Source
from tempest_cleanup.services.base import ResourceService

#: Seconds between two looks whether the user wants to stop.
LOOK_UP = 0.2


@dataclasses.dataclass(frozen=True, slots=True)
class Limits:
    """How much is asked for.

    :param workers: requests under way at once
    :param seconds: that all of it may take
    :param per_kind: resources of one kind that are asked about one by one
    """

    workers: int
    seconds: float = 60.0
    per_kind: int = 200


@dataclasses.dataclass(frozen=True)
class Gathered:
    """What was told, and what was not looked at, in words."""

    evidence: Mapping[Key, tuple[Evidence, ...]]
    missing: tuple[str, ...] = ()


def gather(
    kinds: Mapping[str, ResourceService], resources: Iterable[Resource], limits: Limits,
    stop: threading.Event,
) -> Gathered:
    """What the services tell of resources. Never raises for what one of them answers.

    :param stop: set it, and what was not told by then is given up
    """
    chosen, missing = choose(kinds, resources, limits.per_kind)
    answers: queue.SimpleQueue[tuple[Key, tuple[Evidence, ...]]] = queue.SimpleQueue()
    found: dict[Key, tuple[Evidence, ...]] = {}
    end = time.monotonic() + limits.seconds
    pool = concurrent.futures.ThreadPoolExecutor(limits.workers, 'ask')
    try:
        for resource in chosen:
            pool.submit(_answer, answers, kinds[resource.kind], resource)
        while len(found) < len(chosen) and time.monotonic() < end and not stop.is_set():
            with contextlib.suppress(queue.Empty):
                key, evidence = answers.get(timeout=LOOK_UP)
                found[key] = evidence
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
    if left := len(chosen) - len(found):
        why = 'stopped' if stop.is_set() else f'it would take more than {limits.seconds:.0f} s'
        missing = (*missing, f'{left} resources were not asked about: {why}')
    return Gathered(found, missing)


def _answer(
    answers: 'queue.SimpleQueue[tuple[Key, tuple[Evidence, ...]]]', kind: ResourceService,
    resource: Resource,
) -> None:
    answers.put((resource.key, ask(kind, resource)))


def choose(
    kinds: Mapping[str, ResourceService], resources: Iterable[Resource], per_kind: int,
) -> tuple[list[Resource], tuple[str, ...]]:
    """Those that are asked about, and what is left out, in words.

    A kind that tells all it knows in its listing costs nothing, and has no limit.
    """
    chosen: list[Resource] = []
    counts: dict[str, int] = {}
    for resource in resources:
        if type(kinds[resource.kind]).evidence is not ResourceService.evidence:
            counts[resource.kind] = counts.get(resource.kind, 0) + 1
            if counts[resource.kind] > per_kind:
                continue
        chosen.append(resource)
    return chosen, tuple(
        f'{count - per_kind} more {name} were not looked at one by one'
        for name, count in sorted(counts.items()) if count > per_kind)


def ask(kind: ResourceService, resource: Resource) -> tuple[Evidence, ...]:
    """What a kind tells of a resource, up to what went wrong with asking."""
    found: list[Evidence] = []
    try:
        # An error ends it, and what was told before stands.
        for fact in kind.evidence(resource):
            found.append(fact)  # noqa: PERF402
    except Exception as error:  # noqa: BLE001  # one bad object must not stop the others
        found.append(Evidence(Source.SERVICE, f'more could not be asked for: {error}'))
    return tuple(found)
