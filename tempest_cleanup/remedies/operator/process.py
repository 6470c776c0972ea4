"""A command of an operator: without a shell, without our secrets, and with an end."""
import contextlib
import dataclasses
import os
import pathlib
import select
import signal
import subprocess  # nosec B404  # what this module is for
import time
from collections.abc import Iterable, Mapping, Sequence
from typing import IO

from tempest_cleanup import errors
from tempest_cleanup.progress import printable
from tempest_cleanup.services.telling import without_secrets

#: What a command gets of our environment. Nothing that logs in is among them.
INHERITED = ('PATH', 'HOME', 'USER', 'LOGNAME', 'LANG', 'LC_ALL', 'TZ', 'TMPDIR')
#: Seconds that a command has to end after it was told to, before all of it is killed.
GRACE = 5.0
#: Seconds between two looks at it.
POLL = 0.05
#: Bytes of its output that are kept, the last ones; and characters that are told.
KEPT, TOLD = 65536, 400


@dataclasses.dataclass(frozen=True)
class Ended:
    """How a command ended.

    :param code: its exit code, negative for the signal that ended it
    :param output: the end of what it has written, in one line and without secrets
    """

    code: int
    output: str
    timed_out: bool


def environment(more: Iterable[str]) -> dict[str, str]:
    """What a command gets of our environment.

    :param more: names that its operator asks for
    """
    return {name: os.environ[name] for name in (*INHERITED, *more) if name in os.environ}


def run(
    command: Sequence[str], timeout: float, variables: Mapping[str, str], folder: pathlib.Path,
) -> Ended:
    """Run a command to its end. Nothing that it has started in its group goes on after it.

    :param variables: its whole environment
    :raises errors.RemedyFailed: it can't be started, or not be ended
    """
    try:
        # What the operator's own file names, as a list of arguments and without a shell.
        process = subprocess.Popen(  # nosec B603
            command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            env=variables, cwd=folder, process_group=0)
    except (OSError, ValueError) as error:
        raise errors.RemedyFailed(f'{command[0]} can\'t be run: {error}') from error
    assert process.stdout  # nosec B101  # for mypy: it was asked for
    with process.stdout as pipe:
        tail = _Tail(pipe)
        timed_out = not _ended(process, tail, timeout)
        if timed_out:
            _send(process, signal.SIGTERM)
            _ended(process, tail, GRACE)
        _send(process, signal.SIGKILL)
        try:
            code = process.wait(GRACE)
        except subprocess.TimeoutExpired:
            raise errors.RemedyFailed(
                f'{command[0]} did not end within {timeout:g} s, and can\'t be ended by us: '
                f'process {process.pid}') from None
        tail.read()
    return Ended(code, tail.told(), timed_out)


class _Tail:
    """The last of what comes out of a pipe; all of it is read, so that nobody waits for us."""

    def __init__(self, pipe: IO[bytes]) -> None:
        os.set_blocking(pipe.fileno(), False)
        self._number = pipe.fileno()
        self._poll = select.poll()
        self._poll.register(self._number, select.POLLIN)
        self._kept = bytearray()
        self._open = True

    def wait(self, seconds: float) -> None:
        """Until something comes out."""
        if self._open:
            self._poll.poll(seconds * 1000)
        else:
            time.sleep(seconds)

    def read(self) -> None:
        """What is there now, up to what is kept anyway."""
        with contextlib.suppress(BlockingIOError):
            found = os.read(self._number, KEPT)
            self._open = bool(found)
            self._kept += found
            del self._kept[:-KEPT]

    def told(self) -> str:
        """The end of it, in one line and without what is secret by its looks."""
        line = printable(without_secrets(self._kept.decode(errors='replace')))
        return line if len(line) <= TOLD else f'...{line[3 - TOLD:]}'


def _ended(process: subprocess.Popen[bytes], tail: _Tail, seconds: float) -> bool:
    """Whether it ends within this time. It is not waited for: its group can't be another's yet."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT):
            return True
        tail.wait(POLL)
        tail.read()
    return False


def _send(process: subprocess.Popen[bytes], number: int) -> None:
    # Without leave to (it became another user's), it is found out by whether it ends.
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, number)
