"""What Tempest's log tells of resources: who made each, and what was asked of it later.

It is streamed: a log of gigabytes takes no more memory than what is found in it.
"""
import dataclasses
import datetime
import functools
import pathlib
import re
from collections.abc import Collection, Iterable, Mapping

from tempest_cleanup.diagnosis import answers, log_files, log_lines, log_waits, log_zone
from tempest_cleanup.diagnosis.marks import Mark
from tempest_cleanup.diagnosis.model import Request, Test, Trail, Wait
from tempest_cleanup.diagnosis.trails import Trails
from tempest_cleanup.model import Key

#: So much of a line has its time and its process.
_STAMP = 40


@dataclasses.dataclass(frozen=True, slots=True)
class Span:
    """When a test, or a phase of it, sent its first and its last request.

    :param worker: the file and the process id
    """

    test: Test
    first: datetime.datetime
    last: datetime.datetime
    worker: str = ''


@dataclasses.dataclass(frozen=True)
class Log:
    """What was read.

    :param trails: of the resources that were asked for and that it knows
    :param made: every id that an answer brought; without answers, those that URLs tell
    :param answers: whether they are logged, which they are at level DEBUG
    :param requests: how many there are
    """

    trails: Mapping[Key, Trail] = dataclasses.field(default_factory=dict)
    made: frozenset[str] = frozenset()
    spans: tuple[Span, ...] = ()
    answers: bool = False
    requests: int = 0
    files: tuple[pathlib.Path, ...] = ()

    @functools.cached_property
    def began(self) -> datetime.datetime | None:
        return min((span.first for span in self.spans), default=None)

    @functools.cached_property
    def ended(self) -> datetime.datetime | None:
        return max((span.last for span in self.spans), default=None)

    @functools.cached_property
    def by_class(self) -> Mapping[str, tuple[Span, ...]]:
        """The spans of each test class."""
        found: dict[str, list[Span]] = {}
        for span in self.spans:
            found.setdefault(span.test.class_name, []).append(span)
        return {name: tuple(spans) for name, spans in found.items()}

    @property
    def last(self) -> tuple[Span, ...]:
        """What each worker did last."""
        workers = {span.worker: span for span in sorted(self.spans, key=lambda s: s.last)}
        return tuple(workers.values())


def read(paths: Iterable[pathlib.Path], marks: Collection[Mark]) -> Log:
    """Everything that logs tell of the marked resources.

    :raises errors.FileError: a file is missing or can't be read
    """
    files = log_files.expand(paths)
    trails = Trails(marks)
    scans = [_Scan(trails, path) for path in files]
    for scan in scans:
        scan.run()
    return Log(
        trails.of_all(), frozenset(trails.made), _merged(scans),
        any(scan.answers for scan in scans), sum(scan.requests for scan in scans), files)


@dataclasses.dataclass(frozen=True, slots=True)
class _Pending:
    """A request whose answer may still come."""

    request: Request
    parts: list[str]


class _Scan:
    """One file's way through the trails.

    Most lines are looked at with one search and no more.
    """

    def __init__(self, trails: Trails, path: pathlib.Path) -> None:
        self._trails = trails
        self._path = path
        self._zone = log_zone.offset(path)
        self._offsets: dict[datetime.datetime, datetime.timedelta] = {}
        self._pending: dict[bytes, _Pending] = {}
        self._stamps: dict[tuple[bytes | None, bytes], tuple[bytes, bytes]] = {}
        self._piece = b''
        self._counted, self._line = 0, 1
        self.answers = False
        self.requests = 0

    def run(self) -> None:
        """Read all of it."""
        for piece in log_files.pieces(self._path):
            first, self._counted, self._piece = self._line, 0, piece
            self._requests()
            line = self._line_at(len(self._piece))
            self._counted, self._line = 0, first
            self._waits()
            self._line = line
        for worker in tuple(self._pending):
            self._settle(worker, None)
        self._piece = b''

    def spans(self) -> Iterable[Span]:
        for (class_name, caller), (first, last) in self._stamps.items():
            began, ended = self._time(first), self._time(last)
            if began and ended:
                yield Span(_test(class_name, caller), began, ended,
                           f'{self._path} {log_lines.process(last).decode()}')

    def _requests(self) -> None:
        piece, stamps = self._piece, self._stamps
        for found in log_lines.REQUEST.finditer(piece):
            class_name, caller, _, method, url, _ = found.groups()
            if url is None:
                self._answer(found.start())
                continue
            start = piece.rfind(b'\n', 0, found.start()) + 1
            stamp = piece[start:start + _STAMP]
            if not stamp[:4].isdigit() or piece[found.start() - 2:found.start()] != b'] ':
                continue
            self.requests += 1
            known = stamps.get((class_name, caller))
            stamps[class_name, caller] = (known[0] if known else stamp, stamp)
            if self._trails.concern(method, log_lines.raw_parts(url), self.answers):
                self._request(found, start)

    def _request(self, found: re.Match[bytes], start: int) -> None:
        """A request that matters, or may: what it made is in its answer."""
        head = self._piece[start:found.start()]
        at = self._time(head)
        parts = log_lines.parts(found[5])
        if at is None or not log_lines.is_start(head):
            return
        worker = log_lines.process(head)
        self._settle(worker, None)
        class_name, caller, status, method, url, seconds = found.groups()
        self._pending[worker] = _Pending(Request(
            at, method.decode(), log_lines.shown(url), int(status), _test(class_name, caller),
            float(seconds or 0), log_lines.request_id(head),
            where=f'{self._path}:{self._line_at(start)}'), parts)

    def _answer(self, start: int) -> None:
        """The details of a request, which its worker logs right after it."""
        self.answers = True
        if not self._pending:
            return
        piece = self._piece
        head = piece[piece.rfind(b'\n', 0, start) + 1:start]
        pending = self._pending.get(log_lines.process(head))
        if (pending is None or log_lines.request_id(head) != pending.request.request_id
                or not log_lines.is_start(head)):
            return
        end = log_lines.HEAD.search(piece, start)
        self._settle(log_lines.process(head),
                     piece[start:end.start() if end else len(piece)])

    def _settle(self, worker: bytes, record: bytes | None) -> None:
        """Pass on what a worker asked, with the details where there are any."""
        pending = self._pending.pop(worker, None)
        if pending is None:
            return
        request, answer = pending.request, log_lines.answer(record) if record else None
        if record and not request.request_id:
            request = dataclasses.replace(request, request_id=log_lines.answered_id(record))
        if answer and not request.ok:
            request = dataclasses.replace(request, error=answers.message(answer.body))
        self._trails.add(request, pending.parts, worker, answer)

    def _waits(self) -> None:
        for start, end in log_waits.places(self._piece):
            line = self._piece[start:end]
            at = self._time(line)
            ids = log_waits.ids(line)
            if at and ids:
                self._trails.add_wait(Wait(
                    at, log_waits.waiting(line), log_waits.message(line),
                    f'{self._path}:{self._line_at(start)}'), ids)

    def _time(self, stamp: bytes) -> datetime.datetime | None:
        naive = log_lines.time(stamp)
        try:
            return naive and (naive - self._offset(naive)).replace(tzinfo=datetime.UTC)
        except (OverflowError, OSError, ValueError):
            return None

    def _offset(self, naive: datetime.datetime) -> datetime.timedelta:
        """From UTC: what its answers say, else that of this machine at that hour."""
        if self._zone is not None:
            return self._zone
        hour = naive.replace(minute=0, second=0, microsecond=0)
        if hour not in self._offsets:
            self._offsets[hour] = hour.astimezone().utcoffset() or datetime.timedelta()
        return self._offsets[hour]

    def _line_at(self, position: int) -> int:
        """The number of a line; the places of a piece are asked for one after the other."""
        self._line += self._piece.count(b'\n', self._counted, position)
        self._counted = position
        return self._line


@functools.cache
def _test(class_name: bytes | None, caller: bytes) -> Test:
    return log_lines.test(class_name, caller)


def _merged(scans: Iterable[_Scan]) -> tuple[Span, ...]:
    """One span a test, though it may be in several files."""
    merged: dict[Test, Span] = {}
    for span in (span for scan in scans for span in scan.spans()):
        other = merged.get(span.test, span)
        later = max(span, other, key=lambda s: s.last)
        merged[span.test] = dataclasses.replace(later, first=min(span.first, other.first))
    return tuple(sorted(merged.values(), key=lambda span: (span.first, str(span.test))))
