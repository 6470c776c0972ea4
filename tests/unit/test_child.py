"""Another command, run to its end: real processes, none of which takes long."""
import os
import pathlib
import signal
import sys
import threading
import time
from collections.abc import Callable

import pytest

from tempest_cleanup import child, errors
from tempest_cleanup.errors import ExitCode

Command = list[str]


def shell(script: str) -> Command:
    return ['/bin/sh', '-c', script]


@pytest.mark.parametrize(('script', 'code', 'why'), [
    ('exit 0', 0, 'ended with exit code 0'), ('exit 3', 3, 'ended with exit code 3'),
    ('kill -TERM $$', 143, 'was ended by SIGTERM'), ('kill -KILL $$', 137, 'was ended by SIGKILL'),
    ('kill -SEGV $$', 139, 'was ended by SIGSEGV')])
def test_how_it_ended(script: str, code: int, why: str) -> None:
    """128 and the number of the signal, as shells do."""
    ended = child.run(shell(script), None)
    assert (ended.code, ended.why) == (code, why)


def test_it_has_our_files_and_no_shell(capfd: pytest.CaptureFixture[str]) -> None:
    """Arguments are passed on as they are."""
    print('before')
    child.run(['echo', '$HOME; *', '--', '-x'], None)
    child.run(shell('echo wrong >&2'), None)
    seen = capfd.readouterr()
    assert seen.out == 'before\n$HOME; * -- -x\n'
    assert seen.err == 'wrong\n'


def test_it_dies_of_a_closed_pipe() -> None:
    """Python ignores SIGPIPE; what it starts must not."""
    assert child.run(shell('kill -PIPE $$'), None).code == 128 + signal.SIGPIPE


@pytest.mark.parametrize(('script', 'code'), [
    ('sleep 60', 143), ('trap "exit 0" TERM; sleep 60 & wait', 124),
    ('trap "exit 5" TERM; sleep 60 & wait', 5), ('trap "" TERM; sleep 60', 137)])
def test_a_time_out(script: str, code: int) -> None:
    """TERM, and KILL where that is not heard; never a success."""
    ended = child.run(shell(script), 0.3, grace=0.5)
    assert ended.code == code
    assert 'was ended after 0.3 s (--command-timeout)' in ended.why
    assert ended.seconds < 20


def alive(pid: int) -> bool:
    try:
        state = pathlib.Path(f'/proc/{pid}/stat').read_text().rsplit(')', 1)[1].split()[0]
    except FileNotFoundError:
        return False
    return state != 'Z'


@pytest.mark.parametrize('end', ['trap "exit 0" TERM; wait', 'kill -KILL $$'])
def test_nothing_of_it_goes_on(tmp_path: pathlib.Path, end: str) -> None:
    """Workers that it leaves behind would go on to make things while we look."""
    note = tmp_path / 'pid'
    child.run(shell(f'(trap "" TERM; exec sleep 60) & echo $! > {note}; {end}'), 0.3, grace=5)
    worker = int(note.read_text())
    deadline = time.monotonic() + 10
    while alive(worker) and time.monotonic() < deadline:
        time.sleep(0.01)
    assert not alive(worker)


def when(path: pathlib.Path, does: Callable[[], None]) -> threading.Thread:
    """Do something as soon as a file is there."""
    def body() -> None:
        deadline = time.monotonic() + 20
        while not path.exists() and time.monotonic() < deadline:
            time.sleep(0.01)
        does()

    thread = threading.Thread(target=body)
    thread.start()
    return thread


@pytest.mark.parametrize(('number', 'trap', 'code'), [
    (signal.SIGINT, 'exit 9', 9), (signal.SIGINT, 'exit 0', 130), (signal.SIGTERM, 'exit 0', 143)])
def test_a_signal_goes_to_it_first(
    tmp_path: pathlib.Path, number: signal.Signals, trap: str, code: int,
) -> None:
    """And what is interrupted has not succeeded, whatever it says."""
    ready = tmp_path / 'ready'
    before = signal.getsignal(number)
    thread = when(ready, lambda: os.kill(os.getpid(), number))
    ended = child.run(shell(
        f'trap "{trap}" INT TERM; touch {ready}; while :; do sleep 0.05; done'), None)
    thread.join()
    assert ended.code == code
    assert signal.getsignal(number) is before


def test_the_second_signal_kills_it(tmp_path: pathlib.Path) -> None:
    ready, heard = tmp_path / 'ready', tmp_path / 'heard'
    threads = [when(path, lambda: os.kill(os.getpid(), signal.SIGINT)) for path in (ready, heard)]
    ended = child.run(shell(
        f'trap "touch {heard}" INT; touch {ready}; while :; do sleep 0.05; done'), None)
    for thread in threads:
        thread.join()
    assert ended.code == 137


def test_a_time_out_after_a_signal_that_was_not_heard(tmp_path: pathlib.Path) -> None:
    """Who ignores Ctrl-C has not got all the time there is."""
    ready = tmp_path / 'ready'
    thread = when(ready, lambda: os.kill(os.getpid(), signal.SIGINT))
    ended = child.run(shell(
        f'trap "" INT; touch {ready}; n=0; while [ $n -lt 100 ]; do sleep 0.1; n=$((n+1)); done'),
        1.5, grace=0.5)
    thread.join()
    assert ended.code == 143
    assert 'was ended after 1.5 s (--command-timeout)' in ended.why
    assert ended.seconds < 8


def test_a_signal_before_it_began(tmp_path: pathlib.Path) -> None:
    """Nothing is started that nobody wants any more."""
    stop = threading.Event()
    stop.set()
    with pytest.raises(errors.Interrupted, match='before touch was started'):
        child.run(['touch', str(tmp_path / 'ran')], None, stop=stop)
    assert not (tmp_path / 'ran').exists()


@pytest.mark.parametrize(('program', 'error', 'code'), [
    ('no-such-command-at-all', errors.NoSuchCommand, ExitCode.NO_SUCH_COMMAND),
    ('./no-such-file', errors.NoSuchCommand, ExitCode.NO_SUCH_COMMAND),
    ('/etc/passwd', errors.NotExecutable, ExitCode.NOT_EXECUTABLE),
    ('/etc', errors.NotExecutable, ExitCode.NOT_EXECUTABLE)])
def test_what_can_not_be_started(
    program: str, error: type[errors.CleanupError], code: ExitCode,
) -> None:
    with pytest.raises(error, match=program) as caught:
        child.find(program)
    assert caught.value.exit_code is code


def test_what_is_no_program(tmp_path: pathlib.Path) -> None:
    """It may be run, and can't."""
    path = tmp_path / 'data'
    path.write_bytes(b'\x00\x01\x02')
    path.chmod(0o755)
    assert child.find(str(path)) == str(path)
    with pytest.raises(errors.NotExecutable, match='data can\'t be run'):
        child.run([str(path)], None)
    assert child.find(sys.executable) == sys.executable
