"""Files of test results: subunit version 2, or version 1 as a stestr repository keeps it.

A writer that was killed leaves a file that ends anywhere: what is whole is told.
"""
import dataclasses
import datetime
import gzip
import io
import pathlib
import struct
import zlib
from collections.abc import Mapping
from typing import Any, BinaryIO

import subunit
import subunit.v2

from tempest_cleanup import errors
from tempest_cleanup.diagnosis.model import Verdict

_GZIP = b'\x1f\x8b'
_VERSION_1 = (b'time: ', b'test: ', b'tags: ', b'progress: ', b'successful: ', b'failure: ')
#: What the parsers raise where a file is cut off or damaged.
_BROKEN = (ValueError, AssertionError, LookupError, TypeError, AttributeError, EOFError,
           zlib.error, struct.error, gzip.BadGzipFile)
#: The test that version 2's parser makes up for what it can't read.
_PARSER = 'subunit.parser'
#: Attachments are also logs, with bodies; nothing else is kept.
_TRACEBACK = 'traceback'

_VERDICTS = {
    'inprogress': Verdict.NEVER_ENDED, 'success': Verdict.SUCCESS, 'xfail': Verdict.SUCCESS,
    'skip': Verdict.SKIPPED, 'fail': Verdict.FAILURE, 'uxsuccess': Verdict.FAILURE}


@dataclasses.dataclass(slots=True)
class Entry:
    """What a file says of one test.

    :param tracebacks: of the test and, as ``traceback-1`` and so on, of its cleanups
    """

    name: str
    verdict: Verdict = Verdict.NEVER_ENDED
    began: datetime.datetime | None = None
    ended: datetime.datetime | None = None
    tracebacks: dict[str, bytes] = dataclasses.field(default_factory=dict)


def read(path: pathlib.Path) -> tuple[Entry, ...]:
    """The tests in a file of either version, in the order of their start.

    :raises errors.FileError: it can't be read
    """
    try:
        with path.open('rb') as raw:
            compressed = raw.read(2) == _GZIP
            raw.seek(0)
            source: Any = gzip.GzipFile(fileobj=raw) if compressed else raw
            return _entries(source)
    except OSError as error:
        raise errors.FileError(
            f'can\'t read the test results {path}: {error.strerror or error}') from error


def _entries(source: BinaryIO) -> tuple[Entry, ...]:
    found: dict[str, Entry] = {}
    try:
        lines = source.read(65536).splitlines()
        source.seek(0)
        if any(line.startswith(_VERSION_1) for line in lines):
            subunit.ProtocolTestCase(source, passthrough=io.BytesIO()).run(_First(found))
        else:
            # With a name, what is no packet is passed over.
            subunit.v2.ByteStreamToStreamResult(source, 'other').run(_Second(found))
    except _BROKEN:
        return tuple(found.values())
    return tuple(found.values())


class _Second:
    """Takes the events of version 2."""

    def __init__(self, entries: dict[str, Entry]) -> None:
        self._entries = entries

    def status(self, **event: Any) -> None:
        name, status = event.get('test_id'), event.get('test_status')
        if not name or name == _PARSER or status == 'exists':
            return
        entry = self._entries.setdefault(name, Entry(name, began=event.get('timestamp')))
        if str(event.get('file_name')).startswith(_TRACEBACK) and event.get('file_bytes'):
            before = entry.tracebacks.get(event['file_name'], b'')
            entry.tracebacks[event['file_name']] = before + bytes(event['file_bytes'])
        if status in _VERDICTS:
            entry.verdict = _VERDICTS[status]
            entry.ended = None if status == 'inprogress' else event.get('timestamp')


class _First:
    """Takes the calls of version 1."""

    def __init__(self, entries: dict[str, Entry]) -> None:
        self._entries = entries
        self._now: datetime.datetime | None = None

    def time(self, now: datetime.datetime) -> None:
        self._now = now

    def startTest(self, test: Any) -> None:
        name = str(test.id())
        self._entries[name] = Entry(name, began=self._now)

    def stopTest(self, test: Any) -> None:
        pass

    def tags(self, new: Any, gone: Any) -> None:
        pass

    def progress(self, offset: Any, whence: Any) -> None:
        pass

    def addSuccess(self, test: Any, details: Any = None) -> None:
        self._end(test, Verdict.SUCCESS, details)

    addExpectedFailure = addSuccess

    def addSkip(self, test: Any, reason: Any = None, details: Any = None) -> None:
        self._end(test, Verdict.SKIPPED, details)

    def addFailure(self, test: Any, error: Any = None, details: Any = None) -> None:
        entry = self._entries[str(test.id())]
        # So stestr notes a test whose worker died: nothing says when it ended, or why.
        if details or self._now != entry.began:
            self._end(test, Verdict.FAILURE, details)

    def addError(self, test: Any, error: Any = None, details: Any = None) -> None:
        # The parser itself reports one where the file ends within a test.
        if details is not None:
            self._end(test, Verdict.FAILURE, details)

    def addUnexpectedSuccess(self, test: Any, details: Any = None) -> None:
        self._end(test, Verdict.FAILURE, details)

    def _end(self, test: Any, verdict: Verdict, details: Mapping[str, Any] | None) -> None:
        entry = self._entries[str(test.id())]
        entry.verdict, entry.ended = verdict, self._now
        entry.tracebacks = {name: b''.join(content.iter_bytes())
                            for name, content in (details or {}).items()
                            if name.startswith(_TRACEBACK)}
