"""Files that are whole or not there: written aside, synced, then put in place.

Plain files only: a link may lead anywhere, and whoever may make one beside our files would
have us read or replace what it leads to.
"""
import contextlib
import errno
import fcntl
import io
import json
import os
import pathlib
import stat
import time
from typing import Any

from tempest_cleanup import errors

#: Seconds that somebody else may take to write the same file.
PATIENCE = 10.0


def is_there(path: pathlib.Path) -> bool:
    """Whether there is anything by that name, be it a link that leads nowhere."""
    return os.path.lexists(path)


def check(path: pathlib.Path) -> None:
    """See that a path names a plain file, or nothing yet.

    :raises errors.FileError: it is a link, a device or the like
    """
    try:
        mode = path.lstat().st_mode
    except (FileNotFoundError, NotADirectoryError):
        return  # writing tells what is wrong with the folder
    except OSError as error:
        raise errors.FileError(f'can\'t use {path}: {error.strerror or error}') from error
    if not stat.S_ISREG(mode):
        raise errors.FileError(_not_plain(path, mode))


def write(path: pathlib.Path, content: str | bytes) -> None:
    """Replace a file atomically; only its owner may read it.

    :param content: text is written as UTF-8

    :raises errors.FileError: it can't be written, or is no plain file; what was there before is
        untouched
    """
    check(path)
    try:
        aside = path.with_name(f'.{path.name}.new')
        handle = _aside(aside)
        try:
            with os.fdopen(handle, 'wb') as file:
                file.write(content.encode() if isinstance(content, str) else content)
                file.flush()
                os.fsync(file.fileno())
                os.replace(aside, path)
        except BaseException:
            with contextlib.suppress(FileNotFoundError):
                os.unlink(aside)
            raise
        _sync_folder(path.parent)
    except OSError as error:
        raise errors.FileError(f'can\'t write {path}: {error.strerror or error}') from error


def _aside(path: pathlib.Path) -> int:
    """A new file, locked. One that somebody who was killed has left is taken away first.

    :raises OSError: it can't be made, or somebody else goes on writing it
    """
    check(path)
    end = time.monotonic() + PATIENCE
    while True:
        try:
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            if not _left_behind(path) and time.monotonic() > end:
                raise
            continue
        fcntl.flock(handle, fcntl.LOCK_EX)
        if _is_at(handle, path):
            return handle
        os.close(handle)  # taken for one that was left behind, before it was locked


def _left_behind(path: pathlib.Path) -> bool:
    """Take away a file that nobody writes any more; whether there is none now."""
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW)
    except FileNotFoundError:
        return True
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if _is_at(handle, path):
            os.unlink(path)
        return True
    except BlockingIOError:
        time.sleep(0.02)
        return False
    finally:
        os.close(handle)


def _is_at(handle: int, path: pathlib.Path) -> bool:
    try:
        return os.path.samestat(os.fstat(handle), path.lstat())
    except FileNotFoundError:
        return False


def as_json(value: Any) -> str:
    """In the form upstream's files have: sorted, indented."""
    text = io.StringIO()
    # json.dumps would have each word of it in memory, a string of its own, before it joins them.
    for piece in json.JSONEncoder(
            sort_keys=True, indent=2, separators=(',', ': ')).iterencode(value):
        text.write(piece)
    return text.getvalue() + '\n'


def write_json(path: pathlib.Path, value: Any) -> None:
    """As :func:`write`, a value in that form."""
    write(path, as_json(value))


def read_json(path: pathlib.Path, what: str) -> Any:
    """The value in a JSON file.

    :param what: what the file is, for the message
    :raises errors.FileError: it is missing, unreadable, broken or no plain file
    """
    try:
        return json.loads(_content(path))
    except FileNotFoundError:
        raise errors.FileError(f'there is no {what} at {path}') from None
    except OSError as error:
        raise errors.FileError(f'can\'t read {path}: {error.strerror or error}') from error
    except (ValueError, RecursionError) as error:
        raise errors.FileError(
            f'{path} is not the {what} it should be (broken or cut off: {error}); '
            'restore it or make it again') from error


def _content(path: pathlib.Path) -> str:
    # Neither following a link nor waiting for who writes to a pipe.
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError as error:
        if error.errno == errno.ELOOP:
            check(path)
        raise
    with os.fdopen(descriptor, 'rb') as opened:
        mode = os.fstat(descriptor).st_mode
        if not stat.S_ISREG(mode):
            raise errors.FileError(_not_plain(path, mode))
        return opened.read().decode()


def _not_plain(path: pathlib.Path, mode: int) -> str:
    if stat.S_ISLNK(mode):
        return (f'{path} is a symbolic link to {os.readlink(path)}, and none is followed. Name '
                'the file that is meant, or remove the link')
    if stat.S_ISDIR(mode):
        return f'can\'t use {path}: {os.strerror(errno.EISDIR)}'
    return f'{path} is a device, a pipe or the like, and no plain file. Name another'


def _sync_folder(folder: pathlib.Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
