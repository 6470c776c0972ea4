"""Commands: what they get, what is kept of them, and that they end."""
import os
import pathlib
import signal
import sys
import time

import pytest

from tempest_cleanup import errors
from tempest_cleanup.remedies.operator import process


def python(code: str, folder: pathlib.Path, timeout: float = 20) -> process.Ended:
    return process.run([sys.executable, '-S', '-c', code], timeout, {}, folder)


def gone(pid: int) -> bool:
    """Whether a process is no more, or only waits to be noticed."""
    try:
        state = pathlib.Path(f'/proc/{pid}/stat').read_text().rsplit(')', 1)[1].split()[0]
    except OSError:
        return True
    return state == 'Z'


def soon_gone(pid: int) -> bool:
    """Whether it is gone, or is so before long: a process that was killed takes a moment."""
    end = time.monotonic() + 10
    while not gone(pid) and time.monotonic() < end:
        time.sleep(0.01)
    return gone(pid)


def test_how_it_ended(tmp_path: pathlib.Path) -> None:
    assert python('print("done")', tmp_path) == process.Ended(0, 'done', False)
    assert python('raise SystemExit(3)', tmp_path).code == 3
    assert python('import os; os.kill(os.getpid(), 9)', tmp_path).code == -9


def test_what_it_gets(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its arguments as they are, its folder, no input, and what was allowed of our variables."""
    monkeypatch.setenv('OS_PASSWORD', 'planted')
    monkeypatch.setenv('ALLOWED', 'yes')
    variables = process.environment(['ALLOWED', 'NOT_THERE'])
    assert 'OS_PASSWORD' not in variables
    assert 'NOT_THERE' not in variables
    code = ('import os, sys; print(sys.argv[1:], os.getcwd(), sys.stdin.read() == "", '
            'sorted(os.environ))')
    argument = '$(touch x); `touch x` "\' *'
    ended = process.run([sys.executable, '-c', code, argument], 20, variables, tmp_path)
    assert str(tmp_path) in ended.output
    assert repr(argument) in ended.output
    assert 'True' in ended.output
    assert "'ALLOWED'" in ended.output
    assert 'OS_PASSWORD' not in ended.output
    assert not list(tmp_path.iterdir())


def test_nothing_of_ours_is_open_in_it(tmp_path: pathlib.Path) -> None:
    """The journal and the connections stay ours."""
    with (tmp_path / 'secret').open('w') as ours:
        os.set_inheritable(ours.fileno(), True)
        ended = python(f'import os\ntry: os.fstat({ours.fileno()})\nexcept OSError: print("no")',
                       tmp_path)
    assert ended.output == 'no'


def test_the_end_of_its_output_is_kept(tmp_path: pathlib.Path) -> None:
    ended = python('import sys; print("x" * 3_000_000, flush=True); '
                   'print("why", file=sys.stderr)', tmp_path)
    assert ended.output.startswith('...x')
    assert ended.output.endswith('x why')
    assert len(ended.output) == process.TOLD


@pytest.mark.parametrize(('written', 'told'), [
    ('password=planted', 'password=***'), ("{'token': 'planted'}", "{'token': '***'}"),
    ('mysql://os:planted@host/db', 'mysql://os:***@host/db'),
    ('a\\nb\\x1b[31m', 'a b\N{REPLACEMENT CHARACTER}[31m')])
def test_its_output_can_be_shown(written: str, told: str, tmp_path: pathlib.Path) -> None:
    assert python(f'print("{written}")', tmp_path).output == told


def test_a_secret_is_hidden_where_the_cut_is(tmp_path: pathlib.Path) -> None:
    secret = 'planted' * 100
    ended = python(f'print("x" * 1000, "password={secret}", "y" * 10)', tmp_path)
    assert 'planted' not in ended.output


def test_what_is_no_text(tmp_path: pathlib.Path) -> None:
    code = 'import sys; sys.stdout.buffer.write(bytes(range(128, 256)))'
    assert set(python(code, tmp_path).output) == {'\N{REPLACEMENT CHARACTER}'}


def test_after_its_time_all_of_it_is_ended(
    tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Also what ignores being told, and what it has started."""
    monkeypatch.setattr(process, 'GRACE', 0.5)
    code = ('import os, signal, subprocess, sys, time\n'
            'signal.signal(signal.SIGTERM, signal.SIG_IGN)\n'
            'child = subprocess.Popen(["sleep", "300"])\n'
            'open("pids", "w").write(f"{os.getpid()} {child.pid}")\n'
            'print("waiting", flush=True)\ntime.sleep(300)')
    began = time.monotonic()
    ended = python(code, tmp_path, 2)
    assert time.monotonic() - began < 10
    assert (ended.timed_out, ended.code, ended.output) == (True, -signal.SIGKILL, 'waiting')
    pids = [int(pid) for pid in (tmp_path / 'pids').read_text().split()]
    assert all(soon_gone(pid) for pid in pids)


def test_what_it_leaves_in_the_background_ends_with_it(tmp_path: pathlib.Path) -> None:
    """And it is not waited for, though it holds the output open."""
    code = ('import subprocess\nchild = subprocess.Popen(["sleep", "300"])\nprint(child.pid)')
    began = time.monotonic()
    ended = python(code, tmp_path)
    assert time.monotonic() - began < 10
    assert (ended.code, ended.timed_out) == (0, False)
    assert soon_gone(int(ended.output))


def test_one_that_floods_us_ends_in_time(
    tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(process, 'GRACE', 0.5)
    assert python('while True: print("x" * 1000)', tmp_path, 1).timed_out


@pytest.mark.parametrize('command', ['/no/such/program', '/', 'nul\0'])
def test_one_that_can_not_be_started(command: str, tmp_path: pathlib.Path) -> None:
    with pytest.raises(errors.RemedyFailed, match='can\'t be run'):
        process.run([command], 5, {}, tmp_path)
