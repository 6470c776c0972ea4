"""What was changed for the tool's own sake, noted before it is done.

JSON lines, synced one by one. A run that was killed leaves its journal; the next one
takes back what stands in it. It is also the lock: one run at a time on one saved state.
"""
import contextlib
import datetime
import fcntl
import json
import os
import pathlib
from collections.abc import Iterator, Mapping
from typing import IO, Any

from tempest_cleanup import errors

NAME = 'cleanup_journal.jsonl'


class Journal:
    """The journal beside a saved state. Use it as a context manager.

    :raises errors.Refused: another run holds it
    :raises errors.FileError: it can't be written
    """

    def __init__(self, folder: pathlib.Path, cloud: Mapping[str, str]) -> None:
        self.path = folder / NAME
        self._cloud = dict(cloud)
        self._file = self._open()
        self._open_entries = {entry['path']: entry for entry in self._unfinished()}
        self._end_line()

    def _open(self) -> IO[str]:
        try:
            while True:
                handle = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
                opened = os.fdopen(handle, 'r+', encoding='utf-8', errors='replace')
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                # Whoever held it may have put it away between our two calls.
                if self.path.exists() and os.fstat(handle).st_ino == self.path.stat().st_ino:
                    return opened
                opened.close()
        except BlockingIOError:
            opened.close()
            raise errors.Refused(
                f'another run works with {self.path.parent}: wait for it to end') from None
        except OSError as error:
            raise errors.FileError(
                f'can\'t write {self.path}: {error.strerror or error}') from error

    def _unfinished(self) -> list[dict[str, Any]]:
        self._file.seek(0)
        granted: dict[str, dict[str, Any]] = {}
        for entry in _entries(self._file):
            if entry.get('event') == 'grant':
                granted[entry['path']] = entry
            elif entry.get('event') == 'taken back':
                granted.pop(entry['path'], None)
        return list(granted.values())

    def _end_line(self) -> None:
        """A line that a crash cut off must not swallow the next."""
        self._file.seek(0, os.SEEK_END)
        if self._file.tell() and not self.path.read_bytes().endswith(b'\n'):
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
        self._open_entries[path] = self._write('grant', path)

    def taken_back(self, path: str) -> None:
        """To be called after a grant is taken back."""
        self._write('taken back', path)
        self._open_entries.pop(path, None)

    def _write(self, event: str, path: str) -> dict[str, Any]:
        entry = {'at': datetime.datetime.now(datetime.UTC).isoformat(), 'event': event,
                 'cloud': self._cloud, 'path': path}
        try:
            self._file.write(json.dumps(entry) + '\n')
            self._file.flush()
            os.fsync(self._file.fileno())
        except OSError as error:
            raise errors.FileError(
                f'can\'t write {self.path}: {error.strerror or error}') from error
        return entry

    def __enter__(self) -> 'Journal':
        return self

    def __exit__(self, *_exception: object) -> None:
        if not self._open_entries:
            self.path.unlink(missing_ok=True)
        # What could not be written was told when it was: closing would try once more.
        with contextlib.suppress(OSError):
            self._file.close()


def _entries(lines: IO[str]) -> Iterator[dict[str, Any]]:
    for line in lines:
        try:
            entry = json.loads(line)
        except ValueError:
            continue  # cut off by the crash, and so before its change was made
        if isinstance(entry, dict) and isinstance(entry.get('path'), str):
            yield entry
