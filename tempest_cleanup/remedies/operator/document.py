"""A YAML file that somebody wrote by hand and that makes us run things: read with suspicion."""
import errno
import math
import os
import pathlib
import stat
from collections.abc import Hashable
from typing import Any

import yaml

from tempest_cleanup import errors

#: Bytes that such a file may have.
MOST = 256 * 1024
_OTHERS = stat.S_IWGRP | stat.S_IWOTH


class Document:
    """What a YAML file says.

    :param lines: of each entry of its first list, the line where it begins
    """

    def __init__(self, value: Any, lines: tuple[int, ...]) -> None:
        self.value = value
        self.lines = lines


def read(path: pathlib.Path) -> Document:
    """A file that nobody else may write to.

    :raises errors.FileError: it is missing, may be somebody else's words, or is no such YAML
    """
    try:
        text = _content(path).decode('utf-8')
    except UnicodeDecodeError as error:
        raise errors.FileError(
            f'{path} is not UTF-8 (byte {error.start + 1}): save it as that') from None
    loader = None
    try:
        loader = _Loader(text)
        node = loader.get_single_node()
        value = None if node is None else loader.construct_document(node)
    except yaml.YAMLError as error:
        raise errors.FileError(f'{path} is not YAML as it should be: {_told(error)}') from None
    except RecursionError:
        raise errors.FileError(f'{path} is nested too deeply') from None
    except (ValueError, OverflowError, TypeError, AttributeError) as error:
        # What PyYAML lets out of odd numbers and times.
        raise errors.FileError(f'{path} has a value that can\'t be read: {error}') from None
    finally:
        if loader:
            loader.dispose()
    found = Document(value, _lines(node))
    check_json(path, value)
    return found


def check_json(path: pathlib.Path, value: Any, where: str = '') -> None:
    """Refuse what YAML knows and JSON does not.

    :raises errors.FileError: there is some
    """
    if isinstance(value, dict):
        for key, inner in value.items():
            if not isinstance(key, str):
                raise errors.FileError(
                    f'{path}: {where or "at the top"}: the key {key!r} is not text: put quotes '
                    'around it')
            check_json(path, inner, f'{where}.{key}' if where else key)
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            check_json(path, inner, f'{where}[{number}]')
    elif not (value is None or isinstance(value, (str, bool, int))
              or (isinstance(value, float) and math.isfinite(value))):
        raise errors.FileError(
            f'{path}: {where or "all of it"} is {value!r}, a {type(value).__name__}: put quotes '
            'around it')


def _content(path: pathlib.Path) -> bytes:
    try:
        # It may be a pipe that nobody writes to.
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        with os.fdopen(handle, 'rb') as file:
            _check(path, os.fstat(handle), path.absolute().parent.stat())
            content = file.read(MOST + 1)
    except FileNotFoundError:
        raise errors.FileError(f'there is no remedies file at {path}') from None
    except OSError as error:
        why = ('it is a symbolic link, which others could turn: name the file itself'
               if error.errno == errno.ELOOP else error.strerror or error)
        raise errors.FileError(f'can\'t read {path}: {why}') from error
    if len(content) > MOST:
        raise errors.FileError(f'{path} has more than {MOST // 1024} KiB: no remedies file is '
                               'that long')
    return content


def _check(path: pathlib.Path, file: os.stat_result, folder: os.stat_result) -> None:
    """Refuse a file that others could have us run things with.

    :raises errors.FileError: it is one
    """
    if not stat.S_ISREG(file.st_mode):
        raise errors.FileError(f'{path} is not a file')
    why = 'what is in it is run with all that we may do'
    if file.st_uid not in (0, os.geteuid()):
        raise errors.FileError(
            f'{path} belongs to the user {file.st_uid}: {why}, so it has to be ours or root\'s')
    if file.st_mode & _OTHERS:
        raise errors.FileError(
            f'{path} can be written by others (mode {stat.S_IMODE(file.st_mode):04o}): {why}. '
            f'Look into it, then: chmod go-w {path}')
    if folder.st_mode & _OTHERS and not folder.st_mode & stat.S_ISVTX:
        raise errors.FileError(
            f'the folder of {path} can be written by others (mode '
            f'{stat.S_IMODE(folder.st_mode):04o}), who could put another file there: {why}. '
            'Move it, or take that leave away')


class _Loader(yaml.SafeLoader):  # type: ignore[misc]  # PyYAML has no types
    """Plain YAML: a key stands once, and nothing stands for something else."""

    def compose_node(self, parent: Any, index: Any) -> Any:
        if self.check_event(yaml.AliasEvent):
            event = self.peek_event()
            raise yaml.composer.ComposerError(
                None, None, f'the alias *{event.anchor}: write it out', event.start_mark)
        return super().compose_node(parent, index)

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[Hashable, Any]:
        seen: set[str] = set()
        for key, _ in node.value if isinstance(node, yaml.MappingNode) else ():
            # The later one would win, and nobody would know.
            if isinstance(key, yaml.ScalarNode) and key.value in seen:
                raise yaml.constructor.ConstructorError(
                    None, None, f'the key {key.value!r} is there twice', key.start_mark)
            seen.add(str(key.value))
        found: dict[Hashable, Any] = super().construct_mapping(node, deep)
        return found


def _lines(node: Any) -> tuple[int, ...]:
    if not isinstance(node, yaml.MappingNode):
        return ()
    return next((tuple(item.start_mark.line + 1 for item in value.value)
                 for _, value in node.value if isinstance(value, yaml.SequenceNode)), ())


def _told(error: yaml.YAMLError) -> str:
    """PyYAML's words in one line."""
    mark = getattr(error, 'problem_mark', None)
    problem = getattr(error, 'problem', None) or str(error)
    line = f'line {mark.line + 1}: ' if mark else ''
    return line + ' '.join(str(problem).split())[:300]
