"""What earlier runs have found."""
import dataclasses
import datetime
import multiprocessing
import pathlib
import sqlite3
from collections.abc import Callable

import pytest

from tempest_cleanup import errors, history
from tempest_cleanup.history import Entry, Known, Past

NOW = datetime.datetime(2026, 11, 22, tzinfo=datetime.UTC)
DAY = datetime.timedelta(days=1)


def known(name: str, *kinds: str) -> Known:
    return Known(name, f'{name} was the cause', 'a.b.Test.test_c',
                 frozenset(kinds or ['ports']), 2)


def entry(day: int, *findings: str | Known, cloud: str = 'http://cloud/v3', dry: bool = True,
          doubtful: frozenset[str] = frozenset(), saved: int | None = None) -> Entry:
    return Entry(cloud, NOW + day * DAY, None if saved is None else NOW + saved * DAY, dry,
                 doubtful, tuple(f if isinstance(f, Known) else known(f) for f in findings))


def told(path: pathlib.Path, *entries: Entry) -> Past:
    """What is said of the last of these."""
    return [history.remember(path, one) for one in entries][-1]


def words(past: Past) -> dict[str, str]:
    return {name: str(recurrence) for name, recurrence in past.recurrences.items()}


@pytest.fixture
def path(tmp_path: pathlib.Path) -> pathlib.Path:
    return tmp_path / 'history.sqlite'


def test_new_and_seen_before(path: pathlib.Path) -> None:
    assert words(told(path, entry(0, 'a'))) == {'a': 'new'}
    past = told(path, entry(1, 'a', 'b'), entry(2, 'b'), entry(3, 'a', 'b'), entry(4, 'a', 'c'))
    assert words(past) == {'a': 'seen in 4 of the last 5 runs', 'c': 'new'}
    assert past.runs == 5
    assert past.recurrences['a'].first == NOW


def test_only_the_last_runs_are_counted(path: pathlib.Path) -> None:
    """But when it was seen first is known for good."""
    past = told(path, entry(0, 'a'), *(entry(day) for day in range(1, 9)), entry(9, 'a'))
    assert words(past) == {'a': 'seen in 1 of the last 5 runs'}
    assert past.recurrences['a'].first == NOW
    assert past.runs == 10


def test_gone_is_told_once(path: pathlib.Path) -> None:
    past = told(path, entry(0, 'a', 'b'), entry(1, 'b'))
    assert [(g.finding, g.last) for g in past.gone] == [(known('a'), NOW)]
    assert told(path, entry(2, 'b')).gone == ()


def test_what_could_not_be_seen_is_not_gone(path: pathlib.Path) -> None:
    """Point 2: it is told by the first run that could have seen it."""
    blind = frozenset(('ports', 'stacks'))
    a, b = known('a', 'ports', 'servers'), known('b', 'servers')
    past = told(path, entry(0, a, b), entry(1, doubtful=blind))
    assert [g.finding for g in past.gone] == [b]
    assert told(path, entry(2, doubtful=blind)).gone == ()
    past = told(path, entry(3))
    assert [(g.finding, g.last) for g in past.gone] == [(a, NOW)]


def test_each_cloud_has_its_own_past(path: pathlib.Path) -> None:
    past = told(path, entry(0, 'a'), entry(1, 'b', cloud='http://other/v3'))
    assert words(past) == {'b': 'new'}
    assert past.gone == ()
    assert past.runs == 1


@pytest.mark.parametrize(('second', 'said'), [
    (entry(1, 'a', dry=False, saved=0), 'new'),
    (entry(1, 'a', dry=False, saved=1), 'seen in 2 of the last 2 runs'),
    (entry(1, 'a', dry=True, saved=0), 'seen in 2 of the last 2 runs'),
    (entry(1, 'a', dry=False), 'seen in 2 of the last 2 runs')])
def test_a_clean_up_replaces_its_dry_run(path: pathlib.Path, second: Entry, said: str) -> None:
    """Both have looked at the leaks of one Tempest run."""
    assert words(told(path, entry(0, 'a', saved=0), second)) == {'a': said}


def test_two_findings_of_one_fingerprint_are_one(path: pathlib.Path) -> None:
    assert words(told(path, entry(0, 'a', 'a'), entry(1, 'a'))) == {
        'a': 'seen in 2 of the last 2 runs'}


def test_only_the_owner_may_read(path: pathlib.Path) -> None:
    """Point 11."""
    told(path, entry(0, 'a'))
    assert path.stat().st_mode & 0o777 == 0o600


def _writer(path: pathlib.Path, name: str) -> None:
    for day in range(10):
        history.remember(path, entry(day, name))


def test_two_processes_at_once(path: pathlib.Path) -> None:
    """Point 9: no run is lost, and none fails."""
    context = multiprocessing.get_context('spawn')
    processes = [context.Process(target=_writer, args=(path, name)) for name in ('a', 'b')]
    for process in processes:
        process.start()
    for process in processes:
        process.join(60)
    assert [process.exitcode for process in processes] == [0, 0]
    assert told(path, entry(10, 'a')).runs == 21


def test_a_failure_leaves_what_was_there(path: pathlib.Path) -> None:
    """Point 9: a run is in it as a whole, or not at all."""
    told(path, entry(0, 'a'))
    broken = dataclasses.replace(known('b'), sentence=None)  # type: ignore[arg-type]
    with pytest.raises(errors.FileError):
        history.remember(path, entry(1, 'a', broken))
    assert told(path, entry(1, 'a')).runs == 2


def _foreign(path: pathlib.Path) -> None:
    with sqlite3.connect(path) as database:
        database.execute('CREATE TABLE bookmarks (url TEXT)')
    database.close()


def _newer(path: pathlib.Path) -> None:
    history.check(path)
    with sqlite3.connect(path) as database:
        database.execute(f'PRAGMA user_version = {history.FORMAT + 1}')
    database.close()


def _cut(path: pathlib.Path) -> None:
    told(path, *(entry(day, *(f'finding {n}' for n in range(50))) for day in range(9)))
    with path.open('r+b') as file:
        file.truncate(5000)


def _folder(path: pathlib.Path) -> None:
    path.mkdir()


@pytest.mark.parametrize(('spoil', 'message'), [
    (lambda path: path.write_text('{"format": 1}' * 100), 'is not a history'),
    (_cut, 'history'), (_foreign, 'another program'), (_newer, 'upgrade'),
    (_folder, 'Is a directory')])
def test_a_file_that_is_no_history(
    path: pathlib.Path, spoil: Callable[[pathlib.Path], object], message: str,
) -> None:
    """Point 10: it is told before the work, and left as it is."""
    spoil(path)
    before = path.read_bytes() if path.is_file() else b''
    with pytest.raises(errors.FileError, match=message):
        history.check(path)
    with pytest.raises(errors.FileError, match=message):
        history.remember(path, entry(20, 'a'))
    assert (path.read_bytes() if path.is_file() else b'') == before


def test_a_folder_that_is_not_there(tmp_path: pathlib.Path) -> None:
    with pytest.raises(errors.FileError, match='No such file'):
        history.check(tmp_path / 'nowhere' / 'history.sqlite')
