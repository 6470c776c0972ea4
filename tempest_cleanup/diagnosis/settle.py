"""What is still on its way when it is looked at is looked at twice before it counts as left."""
import threading
import time
from collections.abc import Callable, Iterable, Mapping

from tempest_cleanup import discover
from tempest_cleanup.model import Resource, Seen
from tempest_cleanup.progress import Progress
from tempest_cleanup.services.base import ResourceService

#: Seconds between two looks.
INTERVAL = 2.0


def settle(
    kinds: Mapping[str, ResourceService], resources: Iterable[Resource], seconds: float,
    progress: Progress, stop: threading.Event, clock: Callable[[], float] = time.monotonic,
) -> bool:
    """Wait till nothing of some resources is in transition any more, or the time is over.

    :returns: whether there was anything to wait for, so that all has to be looked at anew
    """
    moving = [r for r in resources if kinds[r.kind].in_transition(r)]
    if not moving or seconds <= 0:
        return False
    progress.event(f'{len(moving)} resources are in transition: looking again within '
                   f'{seconds:.0f} s')
    end = clock() + seconds
    while moving and (left := end - clock()) > 0 and not stop.wait(min(INTERVAL, left)):
        moving = still(kinds, moving)
    return True


def still(
    kinds: Mapping[str, ResourceService], moving: Iterable[Resource],
) -> list[Resource]:
    """Those that are in transition yet. What can't be seen is taken to be."""
    moving = tuple(moving)
    found: list[Resource] = []
    for name, tenant in dict.fromkeys((r.kind, kinds[r.kind].listed_in(r)) for r in moving):
        ours = {r.id: r for r in moving if (r.kind, kinds[name].listed_in(r)) == (name, tenant)}
        listed, coverage = discover.list_kind(kinds[name], tenant)
        if coverage.seen is not Seen.COMPLETE:
            found += ours.values()
        else:
            found += [r for r in listed if r.id in ours and kinds[name].in_transition(r)]
    return found
