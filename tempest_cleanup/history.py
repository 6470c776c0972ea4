"""What earlier runs have found: a small SQLite file that knows findings by fingerprint."""
import contextlib
import dataclasses
import datetime
import json
import os
import pathlib
import sqlite3
from collections.abc import Iterator, Mapping

from tempest_cleanup import errors, files

#: "tcln", in the header of the file: a database of anybody else is left alone.
APPLICATION = 0x74636c6e
FORMAT = 1

#: So many runs, this one among them, are looked back at.
WINDOW = 5
#: How long another process may hold the file.
_BUSY_SECONDS = 30.0

_TABLES = (
    'CREATE TABLE runs (id INTEGER PRIMARY KEY, cloud TEXT NOT NULL, began TEXT NOT NULL, '
    'saved_at TEXT NOT NULL, dry INTEGER NOT NULL, doubtful TEXT NOT NULL)',
    'CREATE TABLE findings (run INTEGER NOT NULL REFERENCES runs ON DELETE CASCADE, '
    'fingerprint TEXT NOT NULL, sentence TEXT NOT NULL, test TEXT NOT NULL, '
    'kinds TEXT NOT NULL, count INTEGER NOT NULL, PRIMARY KEY (run, fingerprint))',
    'CREATE INDEX findings_by_fingerprint ON findings (fingerprint)')


@dataclasses.dataclass(frozen=True, slots=True)
class Known:
    """A finding as it is remembered.

    :param kinds: of what it has left
    """

    fingerprint: str
    sentence: str
    test: str
    kinds: frozenset[str]
    count: int


@dataclasses.dataclass(frozen=True, slots=True)
class Entry:
    """One run, as it is remembered.

    :param saved_at: of the saved state it was compared with, None without one
    :param dry: whether it only looked
    :param doubtful: the kinds of which a finding may have been there unseen
    """

    cloud: str
    began: datetime.datetime
    saved_at: datetime.datetime | None
    dry: bool
    doubtful: frozenset[str]
    findings: tuple[Known, ...]


@dataclasses.dataclass(frozen=True, slots=True)
class Recurrence:
    """How often a finding was there.

    :param runs: that are looked back at, this one among them
    :param first: when it was seen first, however long ago
    """

    seen: int
    runs: int
    first: datetime.datetime
    new: bool

    def __str__(self) -> str:
        return 'new' if self.new else f'seen in {self.seen} of the last {self.runs} runs'


@dataclasses.dataclass(frozen=True, slots=True)
class Gone:
    """A finding that is no longer there.

    :param last: the run that saw it last
    """

    finding: Known
    last: datetime.datetime


@dataclasses.dataclass(frozen=True)
class Past:
    """What the earlier runs say about this one.

    :param recurrences: by the fingerprint of the finding
    :param runs: that are remembered of this cloud, this one among them
    """

    recurrences: Mapping[str, Recurrence]
    gone: tuple[Gone, ...]
    runs: int


def check(path: pathlib.Path) -> None:
    """Make the file where there is none, and see that it is one that can be used.

    :raises errors.FileError: it is not
    """
    with _database(path) as database:
        (answer,) = database.execute('PRAGMA quick_check(1)').fetchone()
        if answer != 'ok':
            raise sqlite3.DatabaseError(answer)


def remember(path: pathlib.Path, entry: Entry) -> Past:
    """Add a run, and say what the ones before it had seen.

    A clean-up takes the place of the dry run just before it that looked at the same leaks:
    compared with the same saved state.

    :raises errors.FileError: the file is broken, another program's, or can't be written
    """
    with _database(path) as database:
        _drop_its_dry_run(database, entry)
        before = [_load(database, row) for row in database.execute(
            'SELECT id, cloud, began, saved_at, dry, doubtful FROM runs WHERE cloud = ? '
            'ORDER BY id DESC LIMIT ?', (entry.cloud, WINDOW - 1))]
        first = {fingerprint: datetime.datetime.fromisoformat(began)
                 for fingerprint, began in database.execute(
                     'SELECT fingerprint, MIN(began) FROM findings JOIN runs ON run = id '
                     'WHERE cloud = ? GROUP BY fingerprint', (entry.cloud,))}
        _insert(database, entry)
        (count,) = database.execute(
            'SELECT COUNT(*) FROM runs WHERE cloud = ?', (entry.cloud,)).fetchone()
    return look_back(entry, before, first, count)


def look_back(
    entry: Entry, before: list[Entry], first: Mapping[str, datetime.datetime], count: int,
) -> Past:
    """
    :param before: the earlier runs, the last one first
    :param first: when each finding was seen first, of those seen at all
    """
    recurrences = {known.fingerprint: Recurrence(
        seen=1 + sum(known.fingerprint in _by_fingerprint(run) for run in before),
        runs=1 + len(before), first=first.get(known.fingerprint, entry.began),
        new=known.fingerprint not in first) for known in entry.findings}
    return Past(recurrences, tuple(_gone(entry, before)), count)


def _gone(entry: Entry, before: list[Entry]) -> Iterator[Gone]:
    """Those that this run is the first to miss, where nothing could hide them from it."""
    missed = [entry]
    told = set(_by_fingerprint(entry))
    for run in before:
        for known in run.findings:
            if known.fingerprint in told:
                continue
            told.add(known.fingerprint)
            if [not known.kinds & later.doubtful for later in missed] == [
                    True, *[False] * (len(missed) - 1)]:
                yield Gone(known, run.began)
        missed.append(run)


def _by_fingerprint(entry: Entry) -> dict[str, Known]:
    return {known.fingerprint: known for known in entry.findings}


@contextlib.contextmanager
def _database(path: pathlib.Path) -> Iterator[sqlite3.Connection]:
    """The file in a transaction of its own, which no other process can get between."""
    try:
        # Only its owner may read it, whatever the umask says.
        files.check(path)
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600))
        database = sqlite3.connect(path, timeout=_BUSY_SECONDS, isolation_level=None)
        try:
            database.execute('PRAGMA foreign_keys = ON')
            database.execute('BEGIN IMMEDIATE')
            _prepare(database, path)
            yield database
            database.execute('COMMIT')
        finally:
            database.close()
    except OSError as error:
        raise errors.FileError(
            f'can\'t use the history {path}: {error.strerror or error}') from error
    except sqlite3.OperationalError as error:
        raise errors.FileError(
            f'can\'t use the history {path}: {error}. Is another run holding it, is the disk '
            'full, may the folder be written to?') from error
    except (sqlite3.DatabaseError, ValueError) as error:
        raise errors.FileError(
            f'{path} is not a history, or a broken one ({error}). Restore it, or move it away: '
            'a new one is then begun') from error


def _prepare(database: sqlite3.Connection, path: pathlib.Path) -> None:
    (application,) = database.execute('PRAGMA application_id').fetchone()
    (version,) = database.execute('PRAGMA user_version').fetchone()
    (tables,) = database.execute('SELECT COUNT(*) FROM sqlite_master').fetchone()
    if not tables and not application:
        for statement in _TABLES:
            database.execute(statement)
        database.execute(f'PRAGMA application_id = {APPLICATION}')
        database.execute(f'PRAGMA user_version = {FORMAT}')
    elif application != APPLICATION:
        raise errors.FileError(
            f'{path} is a database of another program, not a history; it was left as it is. '
            'Name another file with --history')
    elif version > FORMAT:
        raise errors.FileError(
            f'{path} has format {version}, this version reads up to {FORMAT}: '
            'upgrade tempest-cleanup')


def _drop_its_dry_run(database: sqlite3.Connection, entry: Entry) -> None:
    if entry.dry or entry.saved_at is None:
        return
    last = database.execute(
        'SELECT id, saved_at, dry FROM runs WHERE cloud = ? ORDER BY id DESC LIMIT 1',
        (entry.cloud,)).fetchone()
    if last and last[2] and last[1] == entry.saved_at.isoformat():
        database.execute('DELETE FROM runs WHERE id = ?', (last[0],))


def _insert(database: sqlite3.Connection, entry: Entry) -> None:
    run = database.execute(
        'INSERT INTO runs (cloud, began, saved_at, dry, doubtful) VALUES (?, ?, ?, ?, ?)',
        (entry.cloud, entry.began.isoformat(),
         entry.saved_at.isoformat() if entry.saved_at else '', int(entry.dry),
         json.dumps(sorted(entry.doubtful)))).lastrowid
    database.executemany(
        'INSERT INTO findings VALUES (?, ?, ?, ?, ?, ?)',
        [(run, known.fingerprint, known.sentence, known.test, json.dumps(sorted(known.kinds)),
          known.count) for known in _by_fingerprint(entry).values()])


def _load(database: sqlite3.Connection, row: tuple[int, str, str, str, int, str]) -> Entry:
    run, cloud, began, saved_at, dry, doubtful = row
    return Entry(
        cloud, datetime.datetime.fromisoformat(began),
        datetime.datetime.fromisoformat(saved_at) if saved_at else None, bool(dry),
        frozenset(json.loads(doubtful)),
        tuple(Known(fingerprint, sentence, test, frozenset(json.loads(kinds)), count)
              for fingerprint, sentence, test, kinds, count in database.execute(
                  'SELECT fingerprint, sentence, test, kinds, count FROM findings '
                  'WHERE run = ? ORDER BY count DESC, fingerprint', (run,))))
