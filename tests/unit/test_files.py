"""Files are whole or not there."""
import concurrent.futures
import errno
import fcntl
import os
import pathlib
import subprocess
import sys
import threading
from collections.abc import Callable

import pytest

from tempest_cleanup import errors, files


def _full(*_arguments: object) -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def test_written_and_read(tmp_path: pathlib.Path) -> None:
    path = tmp_path / 'file.json'
    files.write_json(path, {'b': 1, 'a': ['ü', None]})
    assert files.read_json(path, 'file') == {'a': ['ü', None], 'b': 1}
    assert path.read_text() == '{\n  "a": [\n    "\\u00fc",\n    null\n  ],\n  "b": 1\n}\n'


def test_only_the_owner_may_read(tmp_path: pathlib.Path) -> None:
    """Point 11: whatever the umask says, and whatever the file was before."""
    path = tmp_path / 'file'
    path.write_text('old')
    path.chmod(0o666)
    before = os.umask(0)
    try:
        files.write(path, 'new')
    finally:
        os.umask(before)
    assert path.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize('broken', ['fsync', 'replace', 'fdopen'])
def test_a_full_disk_leaves_what_was_there(
    tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch, broken: str,
) -> None:
    """Point 9: the old file is untouched, nothing is left aside, and the error says why."""
    path = tmp_path / 'file'
    files.write(path, 'old')
    if broken == 'fdopen':
        real = os.fdopen

        def full(handle: int, *_rest: object, **_more: object) -> object:
            real(handle).close()
            return open('/dev/full', 'wb')  # noqa: SIM115  # as fdopen does

        monkeypatch.setattr(os, 'fdopen', full)
    else:
        monkeypatch.setattr(os, broken, _full)
    with pytest.raises(errors.FileError, match=r'can\'t write .*file: No space left on device'):
        files.write(path, 'new')
    monkeypatch.undo()
    assert [(p.name, p.read_text()) for p in tmp_path.iterdir()] == [('file', 'old')]


def test_an_interrupt_leaves_what_was_there(
    tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Point 9: also where it is no error that ends the writing."""
    def interrupted(_descriptor: int) -> None:
        raise KeyboardInterrupt

    path = tmp_path / 'file'
    files.write(path, 'old')
    monkeypatch.setattr(os, 'fsync', interrupted)
    with pytest.raises(KeyboardInterrupt):
        files.write(path, 'new')
    assert [p.read_text() for p in tmp_path.iterdir()] == ['old']


def test_what_somebody_who_was_killed_has_left_is_taken_away(tmp_path: pathlib.Path) -> None:
    """Point 9: the next who writes the same file."""
    code = f"""
import os, pathlib
from tempest_cleanup import files
os.fsync = lambda _descriptor: os.kill(os.getpid(), 9)
files.write(pathlib.Path({str(tmp_path / 'file')!r}), 'half')
"""
    assert subprocess.run([sys.executable, '-c', code], check=False).returncode == -9
    assert [p.name for p in tmp_path.iterdir()] == ['.file.new']
    files.write(tmp_path / 'file', 'whole')
    assert [(p.name, p.read_text()) for p in tmp_path.iterdir()] == [('file', 'whole')]


def test_a_file_that_somebody_writes_is_not_taken_away(
    tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(files, 'PATIENCE', 0.1)
    with (tmp_path / '.file.new').open('w') as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        with pytest.raises(errors.FileError, match='File exists'):
            files.write(tmp_path / 'file', 'mine')
    files.write(tmp_path / 'file', 'mine')


def test_many_at_once_write_one_file(tmp_path: pathlib.Path) -> None:
    """One after the other: the last one's is there, and nothing else."""
    path = tmp_path / 'file'
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda n: files.write(path, str(n) * 1000), range(60)))
    assert [p.name for p in tmp_path.iterdir()] == ['file']
    assert len(set(path.read_text())) <= 2


def test_half_a_file_is_never_seen(tmp_path: pathlib.Path) -> None:
    """Point 9: who reads while it is written sees the old one or the new one, whole."""
    path = tmp_path / 'file.json'
    files.write_json(path, ['old'] * 20_000)
    seen: set[tuple[str, int]] = set()
    done = threading.Event()

    def read() -> None:
        while not done.is_set():
            value = files.read_json(path, 'file')
            seen.add((value[0], len(value)))

    reader = threading.Thread(target=read)
    reader.start()
    for _ in range(20):
        files.write_json(path, ['new'] * 20_000)
        files.write_json(path, ['old'] * 20_000)
    done.set()
    reader.join()
    assert seen <= {('old', 20_000), ('new', 20_000)}


@pytest.mark.parametrize('folder', ['nowhere', 'file'])
def test_a_folder_that_is_none(tmp_path: pathlib.Path, folder: str) -> None:
    (tmp_path / 'file').write_text('')
    with pytest.raises(errors.FileError, match='can\'t write'):
        files.write(tmp_path / folder / 'state.json', 'x')


@pytest.mark.skipif(os.geteuid() == 0, reason='nothing is forbidden to root')
def test_a_folder_that_is_forbidden(tmp_path: pathlib.Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(errors.FileError, match='Permission denied'):
        files.write(tmp_path / 'state.json', 'x')


@pytest.mark.skipif(os.geteuid() == 0, reason='nothing is forbidden to root')
def test_a_file_that_is_forbidden(tmp_path: pathlib.Path) -> None:
    path = tmp_path / 'state.json'
    path.write_text('{}')
    path.chmod(0)
    with pytest.raises(errors.FileError, match='Permission denied'):
        files.read_json(path, 'saved state')


@pytest.mark.parametrize(('content', 'says'), [
    (b'', 'broken or cut off'), (b'{"a": 1', 'broken or cut off'), (b'\xff\xfe', 'broken'),
    (b'\x00' * 100, 'broken'), (b'[' * 100_000, 'broken'), (b'no json', 'broken')])
def test_what_is_no_json(tmp_path: pathlib.Path, content: bytes, says: str) -> None:
    """Point 10: the message names the file and says what to do."""
    path = tmp_path / 'state.json'
    path.write_bytes(content)
    with pytest.raises(errors.FileError, match=says) as caught:
        files.read_json(path, 'saved state')
    assert str(path) in str(caught.value)
    assert 'make it again' in str(caught.value)


def test_what_is_not_there(tmp_path: pathlib.Path) -> None:
    with pytest.raises(errors.FileError, match='there is no saved state at'):
        files.read_json(tmp_path / 'none', 'saved state')
    with pytest.raises(errors.FileError, match='Is a directory'):
        files.read_json(tmp_path, 'saved state')


USES: tuple[Callable[[pathlib.Path], object], ...] = (
    lambda path: files.write(path, 'new'), files.check,
    lambda path: files.read_json(path, 'saved state'))


@pytest.mark.parametrize('target', ['precious', 'nowhere'])
def test_no_link_is_followed(tmp_path: pathlib.Path, target: str) -> None:
    """Point 11: neither is what it leads to replaced or read, nor is the link."""
    (tmp_path / 'precious').write_text('{}')
    link = tmp_path / 'file'
    link.symlink_to(tmp_path / target)
    for use in USES:
        with pytest.raises(errors.FileError, match='is a symbolic link to') as caught:
            use(link)
        assert 'remove the link' in str(caught.value)
    assert files.is_there(link)
    assert link.is_symlink()
    assert (tmp_path / 'precious').read_text() == '{}'
    assert {p.name for p in tmp_path.iterdir()} == {'precious', 'file'}


def test_what_is_no_file_is_neither_waited_for_nor_replaced(tmp_path: pathlib.Path) -> None:
    """A pipe that nobody writes to; a device, which root could replace."""
    pipe = tmp_path / 'pipe'
    os.mkfifo(pipe)
    for path in (pipe, pathlib.Path('/dev/null'), pathlib.Path('/dev/full')):
        for use in USES:
            with pytest.raises(errors.FileError, match=r'no plain file\. Name another'):
                use(path)
        assert not path.is_file()


def test_a_link_above_the_file_is_fine(tmp_path: pathlib.Path) -> None:
    """Workspaces are linked to; whoever may change a folder's name needs no link."""
    (tmp_path / 'real').mkdir()
    (tmp_path / 'link').symlink_to(tmp_path / 'real')
    files.write_json(tmp_path / 'link' / 'file', {})
    assert files.read_json(tmp_path / 'link' / 'file', 'file') == {}
