"""What was changed, noted before it is done: JSON lines, only ever added to.

It is three things. What was granted for the tool's own sake stands in it, so that the run after
one that was killed can take it back. It is the audit trail: every request that changes the
cloud, what it is about, and the service's id of it. And it is the lock: one run at a time on
one saved state.

``grant`` and ``taken back`` have the path of a role; ``request`` has a number, method and path,
and what it is about; ``answer`` has the number again, the HTTP status and the request id, or
the error; ``outcome`` says what became of a resource. A request without an answer may or may
not have been carried out.
"""
import contextlib
import contextvars
import datetime
import errno
import fcntl
import itertools
import json
import os
import pathlib
import socket
import threading
from collections.abc import Callable, Iterator, Mapping
from typing import IO, Any

from tempest_cleanup import errors

NAME = 'cleanup_journal.jsonl'

#: What the answer to a request was: its HTTP status, request id and error.
Answered = Callable[[int, str, str], None]

_concern: contextvars.ContextVar[str] = contextvars.ContextVar('concern', default='')


@contextlib.contextmanager
def concerning(what: str) -> Iterator[None]:
    """Say what the requests are about that this thread sends meanwhile."""
    token = _concern.set(what)
    try:
        yield
    finally:
        _concern.reset(token)


class Journal:
    """The journal beside a saved state, for any number of threads. Use it as a context manager.

    :raises errors.Refused: another run holds it
    :raises errors.FileError: it can't be written
    """

    def __init__(self, folder: pathlib.Path, cloud: Mapping[str, str]) -> None:
        self.path = folder / NAME
        self._cloud = dict(cloud)
        self._file = self._open()
        self._open_entries = {entry['path']: entry for entry in self._unfinished()}
        self._end_line()
        self._lock = threading.Lock()
        self._disk = threading.Lock()
        self._written = itertools.count(1)
        self._last = self._synced = 0
        self._numbers = itertools.count(1)

    def _open(self) -> IO[str]:
        try:
            while True:
                handle = os.open(
                    self.path, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW, 0o600)
                opened = os.fdopen(handle, 'r+', encoding='utf-8', errors='replace')
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                # Whoever held it may have put it away between our two calls.
                if self.path.exists() and os.fstat(handle).st_ino == self.path.stat().st_ino:
                    return opened
                opened.close()
        except BlockingIOError:
            who = holder(os.fstat(handle).st_ino)
            opened.close()
            raise errors.Refused(
                f'another run{who} works with {self.path.parent}: wait for it to end'
            ) from None
        except OSError as error:
            why = ('it is a symbolic link; remove it' if error.errno == errno.ELOOP
                   else error.strerror or error)
            raise errors.FileError(f'can\'t write {self.path}: {why}') from error

    def _unfinished(self) -> list[dict[str, Any]]:
        self._file.seek(0)
        granted: dict[str, dict[str, Any]] = {}
        for entry in entries(self._file):
            if entry.get('event') == 'grant':
                granted[entry['path']] = entry
            elif entry.get('event') == 'taken back':
                granted.pop(entry['path'], None)
        return list(granted.values())

    def _end_line(self) -> None:
        """A line that a crash cut off must not swallow the next."""
        size = self._file.seek(0, os.SEEK_END)
        if size and os.pread(self._file.fileno(), 1, size - 1) != b'\n':
            self._file.write('\n')
            self._file.flush()

    def pending(self) -> list[str]:
        """The paths of grants of this cloud that were not taken back."""
        return [path for path, entry in self._open_entries.items()
                if entry.get('cloud') == self._cloud]

    def foreign(self) -> int:
        """How many grants of other clouds still stand in it."""
        return len(self._open_entries) - len(self.pending())

    def granting(self, path: str) -> None:
        """To be called before a role is granted."""
        self._open_entries[path] = self._write('grant', path=path)
        self._sync()

    def taken_back(self, path: str) -> None:
        """To be called after a grant is taken back."""
        self._write('taken back', path=path)
        self._sync()
        self._open_entries.pop(path, None)

    def changing(self, request: str) -> Answered:
        """To be called before anything is sent that changes the cloud.

        :param request: method and path, or what else is done
        :returns: to be called with the answer
        """
        number = next(self._numbers)
        self._write('request', number=number, request=request, about=_concern.get())
        self._sync()

        def answered(status: int, request_id: str, error: str) -> None:
            self._write('answer', number=number, status=status, request_id=request_id,
                        **({'error': error} if error else {}))
        return answered

    def ended(self, about: str, status: str, detail: str) -> None:
        """To be called when it is known what became of a resource."""
        self._write('outcome', about=about, status=status, detail=detail)

    def _write(self, event: str, **what: Any) -> dict[str, Any]:
        entry = {'at': datetime.datetime.now(datetime.UTC).isoformat(), 'event': event,
                 'pid': os.getpid(), 'host': socket.gethostname(), 'cloud': self._cloud, **what}
        with self._lock, self._telling():
            self._file.write(json.dumps(entry) + '\n')
            self._file.flush()
            self._last = next(self._written)
        return entry

    def _sync(self) -> None:
        """What was written is on the disk; those who wait for it share one sync."""
        wanted = self._last
        with self._disk:
            if self._synced < wanted:
                written = self._last
                with self._telling():
                    os.fsync(self._file.fileno())
                self._synced = written

    @contextlib.contextmanager
    def _telling(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise errors.FileError(
                f'can\'t write {self.path}: {error.strerror or error}') from error

    def __enter__(self) -> 'Journal':
        return self

    def __exit__(self, *_exception: object) -> None:
        # What could not be written was told when it was: closing would try once more.
        with contextlib.suppress(OSError):
            if not os.fstat(self._file.fileno()).st_size:
                self.path.unlink(missing_ok=True)
            self._file.close()


def entries(lines: IO[str]) -> Iterator[dict[str, Any]]:
    """What a journal says of grants; a line that a crash cut off is left out."""
    for line in lines:
        try:
            entry = json.loads(line)
        except (ValueError, RecursionError):
            continue  # and so before its change was made
        if isinstance(entry, dict) and isinstance(entry.get('path'), str):
            yield entry


def holder(inode: int) -> str:
    """Who holds the lock of a file, in words; '' where the system does not tell."""
    with contextlib.suppress(OSError):
        for line in pathlib.Path('/proc/locks').read_text().splitlines():
            # "1: FLOCK  ADVISORY  WRITE 4321 fd:00:131 0 EOF"; who waits has "->" in front.
            parts = line.split()
            if parts[1] == 'FLOCK' and parts[5].rsplit(':', 1)[-1] == str(inode):
                return f' (process {parts[4]})'
    return ''
