"""What a run tells while it goes on. Silent by default."""
import contextlib
import re
import sys
import threading
import time
from collections.abc import Iterator
from typing import TextIO

import rich.console
import rich.progress

#: What controls a terminal, the order of letters or the end of a line, and what no encoding
#: and no XML can hold.
_CONTROL = re.compile(
    '[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069'
    '\ud800-\udfff\ufeff\ufffe\uffff]')


def printable(text: str) -> str:
    """A text from the cloud as one line, without what could control where it is shown."""
    return _CONTROL.sub('\N{REPLACEMENT CHARACTER}', text)


class Progress:
    """Tells nobody. The phases call this; what it becomes is the subclass's business."""

    @contextlib.contextmanager
    def phase(self, name: str, total: int = 0) -> Iterator[None]:
        """One phase of the run, of so many steps."""
        yield

    def more(self, steps: int) -> None:
        """The phase has more steps than was known."""

    def step(self, text: str = '') -> None:
        """A step is done."""

    def event(self, text: str) -> None:
        """Something that is worth a line."""


class Lines(Progress):
    """One plain line per event: for logs of CI."""

    def __init__(self, stream: TextIO | None = None) -> None:
        self._stream = stream or sys.stderr
        self._began = time.monotonic()
        self._lock = threading.Lock()

    @contextlib.contextmanager
    def phase(self, name: str, total: int = 0) -> Iterator[None]:
        began = time.monotonic()
        self.event(f'{name} ...')
        yield
        self.event(f'{name}: done in {time.monotonic() - began:.1f} s')

    def event(self, text: str) -> None:
        with self._lock:
            print(f'[{time.monotonic() - self._began:7.1f}s] {printable(text)}',
                  file=self._stream, flush=True)


class Terminal(Progress):
    """A bar per phase, and the events above it."""

    def __init__(self, stream: TextIO | None = None) -> None:
        self._console = rich.console.Console(
            file=stream or sys.stderr, highlight=False, markup=False, emoji=False)
        self._bar: rich.progress.Progress | None = None
        self._task: rich.progress.TaskID | None = None

    @contextlib.contextmanager
    def phase(self, name: str, total: int = 0) -> Iterator[None]:
        with rich.progress.Progress(
                rich.progress.TextColumn('{task.description}'), rich.progress.BarColumn(),
                rich.progress.MofNCompleteColumn(), rich.progress.TimeElapsedColumn(),
                console=self._console) as self._bar:
            self._task = self._bar.add_task(name, total=total or None)
            try:
                yield
            finally:
                self._bar = None

    def more(self, steps: int) -> None:
        if self._bar is not None and self._task is not None:
            total = self._bar.tasks[0].total or 0
            self._bar.update(self._task, total=total + steps)

    def step(self, text: str = '') -> None:
        if self._bar is not None and self._task is not None:
            self._bar.advance(self._task)

    def event(self, text: str) -> None:
        self._console.print(printable(text))
