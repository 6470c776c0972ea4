"""What the command tells while it works."""

import time


class Clock:
    """Prints lines that start with the seconds since it was made."""

    def __init__(self) -> None:
        self._began = time.monotonic()

    def say(self, text: str) -> None:
        """Print one line. In one write, since steps in several threads tell at once."""
        print(f'[{time.monotonic() - self._began:6.1f}s] {text}\n', end='', flush=True)
