"""One command at a time works on a cloud."""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager

from tests.cloud.errors import CloudError
from tests.cloud.paths import Cloud

RETRY = 0.1


@contextmanager
def held(cloud: Cloud, command: str, patience: float = 0) -> Iterator[None]:
    """Hold the cloud's lock; refused when another command still has it after `patience` seconds.

    The kernel gives the lock back when its holder dies, so it cannot go stale.
    """
    cloud.root.mkdir(parents=True, exist_ok=True)
    path = cloud.root / 'lock'
    with open(path, 'a+') as file:
        end = time.monotonic() + patience
        while not _taken(file.fileno()):
            if time.monotonic() >= end:
                file.seek(0)
                holder = file.read().strip() or 'another command'
                raise CloudError(f'{holder} is at work on {cloud.root}: wait until it has ended')
            time.sleep(RETRY)
        file.truncate(0)
        file.write(f'`{command}` (pid {os.getpid()})')
        file.flush()
        yield
        file.truncate(0)


def _taken(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
