"""The files of a log, read in pieces that hold whole records."""
import gzip
import io
import pathlib
import re
import zlib
from collections.abc import Iterable, Iterator
from typing import BinaryIO

from tempest_cleanup import errors
from tempest_cleanup.diagnosis import log_lines

PIECE = 4 * 1024 * 1024
#: A record longer than this is cut.
LONGEST = 16 * 1024 * 1024

_GZIP = b'\x1f\x8b'
_NAME = re.compile(r'(.*\.log)(?:[.-](\d+))?(?:\.gz)?')


def expand(paths: Iterable[pathlib.Path]) -> tuple[pathlib.Path, ...]:
    """Files, and the logs in folders, the older of a rotated log before the newer.

    :raises errors.FileError: one is missing, or a folder has none
    """
    found: dict[pathlib.Path, None] = {}
    for path in paths:
        if path.is_dir():
            inside = [entry for entry in path.iterdir()
                      if _NAME.fullmatch(entry.name) and entry.is_file()]
            if not inside:
                raise errors.FileError(f'there is no log (*.log, *.log.1, *.gz) in {path}')
            found |= dict.fromkeys(sorted(inside, key=_age))
        elif not path.exists():
            raise errors.FileError(f'there is no log at {path}')
        else:
            found[path] = None
    return tuple(found)


def rotated(path: pathlib.Path) -> tuple[pathlib.Path, ...]:
    """A log and what it was called before it was rotated, the oldest first."""
    inside = path.parent.glob(f'{path.name}*') if path.parent.is_dir() else ()
    return tuple(sorted((entry for entry in inside
                         if _NAME.fullmatch(entry.name) and entry.is_file()), key=_age))


def pieces(path: pathlib.Path) -> Iterator[bytes]:
    """A file, plain or compressed, in pieces that begin where a record does.

    What was cut off by a killed writer ends where it ends.

    :raises errors.FileError: it can't be read
    """
    rest = b''
    for read in _read(path):
        rest += read
        cut = _last_record(rest)
        if not cut and len(rest) > LONGEST:
            cut = rest.rfind(b'\n') + 1 or len(rest)
        if cut:
            yield rest[:cut]
            rest = rest[cut:]
    if rest:
        yield rest


def _last_record(piece: bytes) -> int:
    """Where the last record of a piece begins, 0 where that is at its start."""
    end = len(piece)
    while (end := piece.rfind(b'\n', 0, end)) >= 0:
        if log_lines.HEAD.match(piece, end):
            return end + 1
    return 0


def _read(path: pathlib.Path) -> Iterator[bytes]:
    try:
        with path.open('rb') as raw:
            compressed = raw.read(2) == _GZIP
            raw.seek(0)
            source: BinaryIO | gzip.GzipFile = gzip.GzipFile(fileobj=raw) if compressed else raw
            yield from _filled(source)
    except (OSError, io.UnsupportedOperation) as error:
        raise errors.FileError(
            f'can\'t read the log {path}: {getattr(error, "strerror", "") or error}') from error


def _filled(source: BinaryIO | gzip.GzipFile) -> Iterator[bytes]:
    """Pieces of the usual size, up to where a compressed file is broken."""
    gathered: list[bytes] = []
    size = 0
    try:
        while read := source.read1(PIECE):  # type: ignore[union-attr]  # both have it
            gathered.append(read)
            size += len(read)
            if size >= PIECE:
                yield b''.join(gathered)
                gathered, size = [], 0
    except (EOFError, zlib.error, gzip.BadGzipFile):
        pass  # the writer was killed, or the disk was full
    yield b''.join(gathered)


def _age(path: pathlib.Path) -> tuple[str, int]:
    found = _NAME.fullmatch(path.name)
    return (found[1], -int(found[2] or 0)) if found else (path.name, 0)
