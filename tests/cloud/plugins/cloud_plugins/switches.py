"""Fault switches of drivers: a call misbehaves while a matching file exists.

  $TEST_CLOUD_FAULTS/<call>         every such call fails
  $TEST_CLOUD_FAULTS/<call>.<id>    the call on this one resource (id or name) fails

A file with a number in it delays the call by so many seconds instead, or until it is gone.
"""

import os
import time

POLL = 0.1


def hit(call: str, *ids: str | None) -> bool:
    """True when the call should fail; waits first where a delay is asked."""
    root = os.environ['TEST_CLOUD_FAULTS']
    for leaf in [call] + [f'{call}.{name}' for name in ids if name]:
        path = os.path.join(root, leaf)
        try:
            with open(path) as file:
                seconds = file.read().strip()
        except OSError:
            continue
        if not seconds:
            return True
        end = time.monotonic() + float(seconds)
        while time.monotonic() < end and os.path.exists(path):
            time.sleep(POLL)
    return False
