"""Files that are whole or not there: written aside, synced, then put in place."""
import contextlib
import json
import os
import pathlib
import tempfile
from typing import Any

from tempest_cleanup import errors


def write(path: pathlib.Path, content: str | bytes) -> None:
    """Replace a file atomically; only its owner may read it.

    :param content: text is written as UTF-8

    :raises errors.FileError: it can't be written; what was there before is untouched
    """
    try:
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f'.{path.name}.')
        try:
            with os.fdopen(handle, 'wb') as aside:
                aside.write(content.encode() if isinstance(content, str) else content)
                aside.flush()
                os.fsync(aside.fileno())
            os.replace(name, path)
        except BaseException:
            with contextlib.suppress(FileNotFoundError):
                os.unlink(name)
            raise
        _sync_folder(path.parent)
    except OSError as error:
        raise errors.FileError(f'can\'t write {path}: {error.strerror or error}') from error


def write_json(path: pathlib.Path, value: Any) -> None:
    """As :func:`write`, in the form upstream's files have: sorted, indented."""
    write(path, json.dumps(value, sort_keys=True, indent=2, separators=(',', ': ')) + '\n')


def read_json(path: pathlib.Path, what: str) -> Any:
    """The value in a JSON file.

    :param what: what the file is, for the message
    :raises errors.FileError: it is missing, unreadable or broken
    """
    try:
        return json.loads(path.read_text(encoding='utf-8'))
    except FileNotFoundError:
        raise errors.FileError(f'there is no {what} at {path}') from None
    except OSError as error:
        raise errors.FileError(f'can\'t read {path}: {error.strerror or error}') from error
    except (ValueError, RecursionError) as error:
        raise errors.FileError(
            f'{path} is not the {what} it should be (broken or cut off: {error}); '
            'restore it or make it again') from error


def _sync_folder(folder: pathlib.Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
