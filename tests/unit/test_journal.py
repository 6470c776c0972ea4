"""The journal: what was granted stands in it before it is granted."""
import errno
import json
import os
import pathlib

import pytest

from tempest_cleanup import errors
from tempest_cleanup.journal import NAME, Journal

CLOUD = {'identity_service': 'abc'}
OTHER = {'identity_service': 'xyz'}


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


def test_nothing_is_left_when_all_is_taken_back(tmp_path: pathlib.Path) -> None:
    with Journal(tmp_path, CLOUD) as journal:
        journal.granting('a')
        journal.taken_back('a')
    assert not list(tmp_path.iterdir())


def test_the_next_run_knows_what_a_killed_one_left(tmp_path: pathlib.Path) -> None:
    """Point 9."""
    _crashed(tmp_path, 'a', 'b')
    with Journal(tmp_path, CLOUD) as journal:
        assert journal.pending() == ['a', 'b']
        journal.taken_back('a')
    with Journal(tmp_path, CLOUD) as journal:
        assert journal.pending() == ['b']
        journal.taken_back('b')
    assert not list(tmp_path.iterdir())


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
    with Journal(tmp_path, CLOUD), pytest.raises(errors.Refused, match='another run'):
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
