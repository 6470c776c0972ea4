"""Steps of work that wait for each other, and otherwise run at the same time."""

import graphlib
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from typing import NamedTuple


class Step(NamedTuple):
    """A piece of work, its name, and the names of the steps that come before it."""

    name: str
    after: tuple[str, ...]
    work: Callable[[], None]


def run(steps: Sequence[Step], give_up: Callable[[], None] = lambda: None) -> None:
    """Run every step as soon as those before it are done.

    After the first failure `give_up` is called, no further step begins, and the failure is
    raised once the steps under way have ended.
    """
    work = {step.name: step.work for step in steps}
    order = graphlib.TopologicalSorter({step.name: step.after for step in steps})
    order.prepare()
    with ThreadPoolExecutor(len(steps)) as pool:
        under_way: dict[Future[None], str] = {}
        while order.is_active():
            under_way |= {pool.submit(work[name]): name for name in order.get_ready()}
            done, _ = wait(under_way, return_when=FIRST_COMPLETED)
            for future in done:
                if future.exception():
                    give_up()
                future.result()
                order.done(under_way.pop(future))
