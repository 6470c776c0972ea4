"""The journal: what was granted stands in it before it is granted."""
import errno
import json
import os
import pathlib
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tempest_cleanup import errors
from tempest_cleanup.journal import NAME, Journal, concerning

CLOUD = {'identity_service': 'abc'}
OTHER = {'identity_service': 'xyz'}


def noted(folder: pathlib.Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (folder / NAME).read_text().splitlines()]


def _crashed(folder: pathlib.Path, *paths: str, cloud: dict[str, str] = CLOUD) -> None:
    """A run that was killed: its grants stand, and nobody holds the lock."""
    journal = Journal(folder, cloud)
    for path in paths:
        journal.granting(path)
    journal._file.close()


def test_a_grant_is_noted_before_it_is_made(tmp_path: pathlib.Path) -> None:
    """Point 9: it is on the disk when granting() returns."""
    with Journal(tmp_path, CLOUD) as journal:
        journal.granting('a/role')
        entry = json.loads((tmp_path / NAME).read_text())
        assert (entry['event'], entry['path'], entry['cloud']) == ('grant', 'a/role', CLOUD)
        journal.taken_back('a/role')


def test_a_run_that_changes_nothing_leaves_no_file(tmp_path: pathlib.Path) -> None:
    with Journal(tmp_path, CLOUD):
        assert (tmp_path / NAME).exists()
    assert not list(tmp_path.iterdir())


def test_it_is_only_added_to(tmp_path: pathlib.Path) -> None:
    """It is the audit trail: what an earlier run has noted stays, byte by byte."""
    for path in ('a', 'b'):
        before = (tmp_path / NAME).read_bytes() if (tmp_path / NAME).exists() else b''
        with Journal(tmp_path, CLOUD) as journal:
            journal.granting(path)
            journal.taken_back(path)
        assert (tmp_path / NAME).read_bytes().startswith(before)
    assert [e['event'] for e in noted(tmp_path)] == ['grant', 'taken back'] * 2


def test_a_change_is_on_the_disk_before_it_is_made(
    tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Point 9: noted and synced when changing() returns; the answer is added to it."""
    synced: list[int] = []
    sync = os.fsync

    def watched(descriptor: int) -> None:
        sync(descriptor)
        synced.append(os.fstat(descriptor).st_size)

    with Journal(tmp_path, CLOUD) as journal:
        monkeypatch.setattr(os, 'fsync', watched)
        with concerning('delete ports p 1'):
            answered = journal.changing('DELETE network/v2.0/ports/1')
        assert synced[-1] == (tmp_path / NAME).stat().st_size
        answered(204, 'req-1', '')
        journal.ended('ports p 1', 'deleted', '')
    request, answer, outcome = noted(tmp_path)
    assert request['request'] == 'DELETE network/v2.0/ports/1'
    assert request['about'] == 'delete ports p 1'
    assert (answer['number'], answer['status'], answer['request_id']) == (
        request['number'], 204, 'req-1')
    assert (outcome['about'], outcome['status']) == ('ports p 1', 'deleted')


def test_threads_do_not_mix_their_lines(tmp_path: pathlib.Path) -> None:
    """Each request is whole, has a number of its own, and says what its thread is about."""
    with Journal(tmp_path, CLOUD) as journal, ThreadPoolExecutor(8) as pool:
        def change(number: int) -> None:
            with concerning(f'about {number}'):
                journal.changing(f'DELETE {number}')(204, f'req-{number}', '')

        list(pool.map(change, range(200)))
    entries = noted(tmp_path)
    requests = {e['number']: e for e in entries if e['event'] == 'request'}
    assert {(e['request'], e['about']) for e in requests.values()} == {
        (f'DELETE {n}', f'about {n}') for n in range(200)}
    assert all(requests[e['number']]['request'] == f'DELETE {e["request_id"][4:]}'
               for e in entries if e['event'] == 'answer')


def test_a_symbolic_link_is_refused(tmp_path: pathlib.Path) -> None:
    """It could have us write into a file of somebody else's."""
    (tmp_path / 'other').write_text('precious')
    (tmp_path / NAME).symlink_to(tmp_path / 'other')
    with pytest.raises(errors.FileError, match='symbolic link'):
        Journal(tmp_path, CLOUD)
    assert (tmp_path / 'other').read_text() == 'precious'


def test_the_next_run_knows_what_a_killed_one_left(tmp_path: pathlib.Path) -> None:
    """Point 9."""
    _crashed(tmp_path, 'a', 'b')
    with Journal(tmp_path, CLOUD) as journal:
        assert journal.pending() == ['a', 'b']
        journal.taken_back('a')
    with Journal(tmp_path, CLOUD) as journal:
        assert journal.pending() == ['b']
        journal.taken_back('b')
    with Journal(tmp_path, CLOUD) as journal:
        assert journal.pending() == []


def test_grants_of_another_cloud_stay(tmp_path: pathlib.Path) -> None:
    """Point 10: they are neither taken back here nor forgotten."""
    _crashed(tmp_path, 'a', cloud=OTHER)
    with Journal(tmp_path, CLOUD) as journal:
        assert journal.pending() == []
        assert journal.foreign() == 1
    with Journal(tmp_path, OTHER) as journal:
        assert journal.pending() == ['a']


@pytest.mark.parametrize('rest', [
    b'{"event": "gra', b'\x00' * 40, b'\xff\xfe', b'{"event": "grant"}', b'[]', b'null',
    b'{"event": "grant", "path": 5}\n'])
def test_what_a_crash_cut_off_hides_nothing(tmp_path: pathlib.Path, rest: bytes) -> None:
    """Point 9: neither what stands before it nor what is written after it."""
    _crashed(tmp_path, 'before')
    with (tmp_path / NAME).open('ab') as broken:
        broken.write(rest)
    _crashed(tmp_path, 'after')
    with Journal(tmp_path, CLOUD) as journal:
        assert {'before', 'after'} <= set(journal.pending())


def test_one_run_at_a_time(tmp_path: pathlib.Path) -> None:
    """The one that comes too late is told whom to wait for."""
    with Journal(tmp_path, CLOUD), pytest.raises(
            errors.Refused, match=rf'another run \(process {os.getpid()}\)'):
        Journal(tmp_path, CLOUD)
    with Journal(tmp_path, CLOUD):
        pass


def test_it_is_for_its_owner_alone(tmp_path: pathlib.Path) -> None:
    """Point 11."""
    with Journal(tmp_path, CLOUD):
        assert (tmp_path / NAME).stat().st_mode & 0o077 == 0


def test_a_full_disk_is_told(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Point 9: what can't be noted is not to be done."""
    def full(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with Journal(tmp_path, CLOUD) as journal:
        monkeypatch.setattr(os, 'fsync', full)
        with pytest.raises(errors.FileError, match='No space left'):
            journal.granting('a')
        monkeypatch.undo()


def test_a_folder_that_is_none(tmp_path: pathlib.Path) -> None:
    with pytest.raises(errors.FileError, match='can\'t write'):
        Journal(tmp_path / 'nowhere', CLOUD)
