"""A command at a terminal: it reads from it, and Ctrl-C and Ctrl-Z are its own."""
import contextlib
import fcntl
import os
import pathlib
import pty
import signal
import subprocess
import sys
import termios
import threading
import time
from collections.abc import Callable, Iterator

import pytest

#: What stands for us: it runs a command, and says how it ended.
US = 'import sys; from tempest_cleanup import child; print(child.run(sys.argv[1:], None).why)'


class Session:
    """A process with a terminal of its own, which we type into."""

    def __init__(self, script: str) -> None:
        self._master, slave = pty.openpty()
        self.process = subprocess.Popen(
            [sys.executable, '-c', US, '/bin/sh', '-c', script], stdin=slave, stdout=slave,
            stderr=slave, start_new_session=True,
            preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0))
        os.close(slave)
        self._shown = b''
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        with contextlib.suppress(OSError):
            while data := os.read(self._master, 4096):
                self._shown += data

    def type(self, text: str) -> None:
        os.write(self._master, text.encode())

    def shows(self, text: str) -> None:
        wait_for(lambda: text.encode() in self._shown, f'{text!r} in {self._shown!r}')

    def close(self) -> None:
        self.process.kill()
        self.process.wait()
        self._reader.join(5)
        os.close(self._master)


def wait_for(condition: Callable[[], bool], what: str) -> None:
    end = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < end, f'never was there {what}'
        time.sleep(0.01)


@contextlib.contextmanager
def at_a_terminal(script: str) -> Iterator[Session]:
    session = Session(script)
    try:
        yield session
    finally:
        session.close()


@pytest.mark.parametrize('end', ['\x03', ''])
def test_it_reads_and_has_ctrl_c(end: str) -> None:
    """It is told once, by the terminal; we go on and say how it ended."""
    with at_a_terminal('trap "echo heard; exit 9" INT; read x; echo "got $x"; read y') as session:
        session.type('word\n')
        session.shows('got word')
        session.type(end or 'more\n')
        session.shows('ended with exit code 9' if end else 'ended with exit code 0')
        assert session.process.wait(20) == 0


def state(pid: int) -> str:
    return pathlib.Path(f'/proc/{pid}/stat').read_text().rsplit(')', 1)[1].split()[0]


def test_ctrl_z_stops_us_too() -> None:
    """Else the terminal would belong to something that is stopped."""
    with at_a_terminal('read x; echo "has $x"; read x; echo "got $x"') as session:
        # Who reads has the terminal by then, and with it Ctrl-Z.
        session.type('it\n')
        session.shows('has it')
        session.type('\x1a')
        wait_for(lambda: state(session.process.pid) == 'T', 'that we stop')
        os.kill(session.process.pid, signal.SIGCONT)
        session.type('word\n')
        session.shows('got word')
        session.shows('ended with exit code 0')
        assert session.process.wait(20) == 0
