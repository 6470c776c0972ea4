"""Another command, run to its end: in a process group of its own, with our terminal."""
import contextlib
import dataclasses
import os
import shutil
import signal
import sys
import threading
import time
import types
from collections.abc import Iterable, Iterator, Sequence

from tempest_cleanup import errors

#: Seconds that a command has to end after it was told to, before all of it is killed.
GRACE = 30.0
#: Seconds between two looks at it.
POLL = 0.05
#: What would end us goes to the command.
PASSED_ON = (signal.SIGINT, signal.SIGTERM)
#: What ``timeout`` ends with where the command itself claims success.
TIMED_OUT = 124


@dataclasses.dataclass(frozen=True, slots=True)
class Ended:
    """How a command ended.

    :param code: as a shell has it: 128 and the number of the signal that ended it
    :param why: for people
    """

    code: int
    why: str
    seconds: float


def find(program: str) -> str:
    """The file that a program's name stands for.

    :raises errors.NoSuchCommand: there is none
    :raises errors.NotExecutable: it may not be run
    """
    found = shutil.which(program)
    if found:
        return found
    if os.path.dirname(program) and os.path.exists(program):
        raise errors.NotExecutable(f'{program} can\'t be run: it is not executable')
    raise errors.NoSuchCommand(f'there is no command {program}')


def run(
    command: Sequence[str], timeout: float | None, grace: float = GRACE,
    stop: threading.Event | None = None,
) -> Ended:
    """Run a command with our standard input, output and error, and wait for its end.

    Ctrl-C and SIGTERM go to it and not to us; the second one kills it.

    :param timeout: seconds after which it is told to end, whatever it was told before
    :param stop: what such a signal has set that came before
    :raises errors.NotExecutable: it can't be started
    :raises errors.Interrupted: it was to stop before it began
    """
    sys.stdout.flush()
    sys.stderr.flush()
    began = time.monotonic()
    with contextlib.ExitStack() as stack:
        # One that comes before it can be passed on would be lost.
        with _held_back() as mask:
            if stop and stop.is_set():
                raise errors.Interrupted(f'interrupted before {command[0]} was started')
            child = _Child(command, grace, mask)
            stack.enter_context(child.signals())
        with child.terminal():
            code = child.wait(began + timeout if timeout else None)
    seconds = time.monotonic() - began
    if child.told or code < 0:
        # What is left of it would go on while we look.
        child.send(signal.SIGKILL)
    if child.timed_out:
        return Ended(_shell(code) or TIMED_OUT,
                     f'was ended after {timeout:g} s (--command-timeout)', seconds)
    if child.told and code == 0:
        return Ended(128 + child.told, f'was ended by {_name(child.told)}', seconds)
    if code < 0:
        return Ended(_shell(code), f'was ended by {_name(-code)}', seconds)
    return Ended(code, f'ended with exit code {code}', seconds)


class _Child:
    """The process group of a command.

    :ivar told: the signal that we passed on to it, 0 where there was none
    :ivar timed_out: whether that was for its time-out
    """

    def __init__(
        self, command: Sequence[str], grace: float, mask: Iterable[signal.Signals | int],
    ) -> None:
        self.told = 0
        self.timed_out = False
        self._grace = grace
        self._kill_at: float | None = None
        self._has_terminal = False
        try:
            # Python ignores these two; a program expects not to.
            self._pid = os.posix_spawnp(
                command[0], tuple(command), os.environ, setpgroup=0, setsigmask=mask,
                setsigdef=(signal.SIGPIPE, signal.SIGXFSZ))
        except OSError as error:
            raise errors.NotExecutable(
                f'{command[0]} can\'t be run: {error.strerror or error}') from error

    def send(self, number: int) -> None:
        """Send a signal to all of it that is left."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._pid, number)

    def end(self, number: int) -> None:
        """Tell it to end; at the second time it is killed."""
        if self.told:
            self.send(signal.SIGKILL)
        else:
            self._tell(number)

    def _tell(self, number: int) -> None:
        self.told = self.told or number
        self.send(number)
        # One that was stopped hears it only then.
        self.send(signal.SIGCONT)
        if number == signal.SIGTERM and self._kill_at is None:
            self._kill_at = time.monotonic() + self._grace

    def wait(self, deadline: float | None) -> int:
        """Its exit code, negative for the signal that ended it."""
        while True:
            pid, status = os.waitpid(self._pid, os.WNOHANG | os.WUNTRACED)
            now = time.monotonic()
            if pid and os.WIFSTOPPED(status):
                self._stopped(os.WSTOPSIG(status))
            elif pid:
                return os.waitstatus_to_exitcode(status)
            elif self._kill_at is not None and now > self._kill_at:
                self.send(signal.SIGKILL)
            elif deadline is not None and now > deadline and not self.timed_out:
                self.timed_out = True
                self._tell(signal.SIGTERM)
            time.sleep(POLL)

    @contextlib.contextmanager
    def signals(self) -> Iterator[None]:
        """Pass on what would end us."""
        def handle(number: int, _frame: types.FrameType | None) -> None:
            self.end(number)

        before = {n: signal.signal(n, handle) for n in PASSED_ON}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    @contextlib.contextmanager
    def terminal(self) -> Iterator[None]:
        """Let it read from the terminal and have Ctrl-C, as a shell does."""
        if os.isatty(0) and os.tcgetpgrp(0) == os.getpgrp():
            self._has_terminal = True
            _foreground(self._pid)
        try:
            yield
        finally:
            if self._has_terminal:
                _foreground(os.getpgrp())

    def _stopped(self, number: int) -> None:
        """Ctrl-Z, or it asked for the terminal before it had it."""
        if not self._has_terminal:
            return
        if number not in (signal.SIGTTIN, signal.SIGTTOU):
            _foreground(os.getpgrp())
            os.killpg(os.getpgrp(), signal.SIGSTOP)
            # From here on somebody has continued us.
            _foreground(self._pid)
        self.send(signal.SIGCONT)


@contextlib.contextmanager
def _held_back() -> Iterator[set[signal.Signals | int]]:
    """Have what is passed on wait; gives the mask of before."""
    mask = signal.pthread_sigmask(signal.SIG_BLOCK, PASSED_ON)
    try:
        yield mask
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, mask)


def _foreground(group: int) -> None:
    # Who is not in the foreground is stopped for asking.
    before = signal.signal(signal.SIGTTOU, signal.SIG_IGN)
    try:
        os.tcsetpgrp(0, group)
    finally:
        signal.signal(signal.SIGTTOU, before)


def _shell(code: int) -> int:
    return 128 - code if code < 0 else code


def _name(number: int) -> str:
    return signal.Signals(number).name
