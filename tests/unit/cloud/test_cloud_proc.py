"""What is read out of /proc."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cloud import proc

STAT = '7 (a) b (c) {} 1 7 7 0 -1 4194560 1 0 0 0 1 1 0 0 20 0 1 0 98765 1000 10 18446744073'
TCP = (
    '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout'
    ' inode\n'
    '   0: 0100007F:1388 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0  0 4242\n'
    '   1: 0100007F:C350 0100007F:1388 01 00000000:00000000 00:00000000 00000000     0  0 4343\n'
)


@pytest.fixture
def sleeper(tmp_path: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A process that lives until the end of the test."""
    command = 'import sys; print(flush=True); sys.stdin.read()'
    process = subprocess.Popen(
        [sys.executable, '-c', command],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=tmp_path,
        env=os.environ | {proc.MARK: f'{tmp_path}:nova-api'},
    )
    with process:
        assert process.stdout
        process.stdout.readline()
        yield process
        process.kill()


def test_start_time_whatever_the_program_is_called() -> None:
    assert proc.parse_start(STAT.format('S')) == '98765'


@pytest.mark.parametrize('state', ['Z', 'X'])
def test_a_dead_process_has_no_start_time(state: str) -> None:
    assert proc.parse_start(STAT.format(state)) is None


def test_start_time_of_a_living_process(sleeper: subprocess.Popen[bytes]) -> None:
    assert proc.started(sleeper.pid) == proc.started(sleeper.pid) is not None
    sleeper.kill()
    # Not waited for yet: a zombie.
    os.waitid(os.P_PID, sleeper.pid, os.WEXITED | os.WNOWAIT)
    assert proc.started(sleeper.pid) is None


@pytest.mark.parametrize(
    ('environ', 'service'),
    [
        (b'A=1\0TEST_CLOUD_PROCESS=/x/.cloud:heat-api\0', 'heat-api'),
        (b'TEST_CLOUD_PROCESS=/x/.cloud2:heat-api\0', None),
        (b'TEST_CLOUD_DIR=/x/.cloud\0', None),
        (b'', None),
    ],
)
def test_the_mark_tells_whose_a_process_is(environ: bytes, service: str | None) -> None:
    assert proc.parse_mark(environ, Path('/x/.cloud')) == service


def test_owned_finds_marked_processes_only(
    sleeper: subprocess.Popen[bytes], tmp_path: Path
) -> None:
    assert proc.owned(tmp_path) == [proc.Owned(sleeper.pid, 'nova-api')]
    assert proc.owned(tmp_path / 'other') == []


def test_works_in(sleeper: subprocess.Popen[bytes], tmp_path: Path) -> None:
    assert proc.works_in(sleeper.pid, tmp_path)
    assert not proc.works_in(sleeper.pid, tmp_path / 'other')


def test_only_what_listens_holds_a_port() -> None:
    assert proc.parse_listeners(TCP) == {5000: '4242'}


def test_the_holder_of_a_port_is_found() -> None:
    with socket.socket() as holder:
        holder.bind(('127.0.0.1', 0))
        holder.listen()
        inode = proc.listeners()[holder.getsockname()[1]]
        assert proc.socket_holder(inode) == os.getpid()


def test_memory_of_this_process() -> None:
    rss, pss = proc.memory(os.getpid())
    assert rss >= pss > 0
