"""The rows that are changed in databases, saved before: the only way back.

JSON lines, only ever added to, beside the saved state. ``rows`` has what one statement is about
to change; ``end`` says what became of the transaction.
"""
import base64
import contextlib
import datetime
import decimal
import errno
import json
import os
import pathlib
import stat
import threading
import uuid
from collections.abc import Iterator, Mapping
from typing import Any

from tempest_cleanup import errors

NAME = 'cleanup_rows.jsonl'


class SavedRows:
    """The file, for any number of threads. It is made with the first entry."""

    def __init__(self, folder: pathlib.Path) -> None:
        self.path = folder / NAME
        self._lock = threading.Lock()

    def add(self, entry: Mapping[str, Any]) -> None:
        """Write an entry; it is on the disk when this returns.

        :raises errors.FileError: it can't be written, or a symbolic link is in its place
        """
        at = datetime.datetime.now(datetime.UTC).isoformat()
        line = json.dumps({'at': at, **entry}, default=plain) + '\n'
        with self._lock, self._telling():
            new = not self.path.exists()
            handle = os.open(
                self.path, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW, 0o600)
            with open(handle, 'r+b', buffering=0) as file:
                self._check(handle)
                file.write(_ended(handle) + line.encode())
                os.fsync(handle)
            if new:
                _sync_folder(self.path.parent)

    def _check(self, handle: int) -> None:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            raise errors.FileError(f'can\'t write {self.path}: it is not a file')
        # There may be keys and passwords in the rows.
        os.fchmod(handle, 0o600)

    @contextlib.contextmanager
    def _telling(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            why = ('it is a symbolic link; remove it' if error.errno == errno.ELOOP
                   else error.strerror or error)
            raise errors.FileError(f'can\'t write {self.path}: {why}') from error


def plain(value: object) -> Any:
    """A value of a column that JSON does not know.

    :raises TypeError: of a type that is not known
    """
    if isinstance(value, datetime.datetime | datetime.date | datetime.time):
        return value.isoformat()
    if isinstance(value, bytes | bytearray | memoryview):
        return {'base64': base64.b64encode(bytes(value)).decode()}
    if isinstance(value, decimal.Decimal | uuid.UUID | datetime.timedelta):
        return str(value)
    raise TypeError(f'a value of the type {type(value).__name__}')


def _ended(handle: int) -> bytes:
    """What has to go before the next line, where a crash cut one off."""
    size = os.fstat(handle).st_size
    return b'\n' if size and os.pread(handle, 1, size - 1) != b'\n' else b''


def _sync_folder(folder: pathlib.Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
