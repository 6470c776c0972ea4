"""Processes: found again by pid and start time, started, stopped with all they started."""

import dataclasses
import os
import socket
import sys
import threading
from pathlib import Path

import pytest

from tests.cloud import proc, process
from tests.cloud.errors import CloudError
from tests.cloud.paths import Cloud
from tests.cloud.ports import HOST, PORTS
from tests.cloud.process import Process

PARENT = """
import subprocess, sys
subprocess.Popen([sys.executable, '-c', 'import time; print(flush=True); time.sleep(60)'],
                 start_new_session=True, stdout=subprocess.PIPE).stdout.readline()
print('ready', flush=True)
sys.stdin = open('/dev/zero')
while sys.stdin.read(1): pass
"""


@pytest.fixture
def cloud(tmp_path: Path) -> Cloud:
    """An empty cloud."""
    made = Cloud(tmp_path, 19000)
    for path in (made.run, made.log, made.state):
        path.mkdir()
    return made


def start(cloud: Cloud, program: str) -> None:
    """Start a Python program under the name `it`, in a process that does not stay its parent."""
    child = os.fork()
    if not child:
        process.start(cloud, Process('it', (sys.executable, '-c', program)))
        os._exit(0)
    os.waitpid(child, 0)


def test_a_pid_taken_by_a_later_process_is_not_ours(cloud: Cloud) -> None:
    file = process.pid_file(cloud, 'it')
    file.write_text(f'{os.getpid()} {proc.started(os.getpid())}\n')
    assert process.pid_of(cloud, 'it') == os.getpid()
    file.write_text(f'{os.getpid()} 1\n')
    assert process.pid_of(cloud, 'it') is None


@pytest.mark.parametrize('text', ['', '12', 'a b', '1 2 3'])
def test_a_broken_pid_file_is_no_process(cloud: Cloud, text: str) -> None:
    process.pid_file(cloud, 'it').write_text(text)
    assert process.pid_of(cloud, 'it') is None


def test_stop_ends_children_in_sessions_of_their_own_too(cloud: Cloud) -> None:
    start(cloud, PARENT)
    while 'ready' not in (cloud.log / 'it.log').read_text():
        assert process.pid_of(cloud, 'it')
    assert len(proc.owned(cloud.root)) == 2
    assert process.stop(cloud, ['it']) == []
    assert proc.owned(cloud.root) == []
    assert not process.pid_file(cloud, 'it').exists()


def test_who_does_not_heed_the_signal_is_killed_and_named(cloud: Cloud) -> None:
    start(
        cloud,
        'import signal, time\n'
        'signal.signal(signal.SIGTERM, signal.SIG_IGN)\n'
        'print("ready", flush=True)\n'
        'time.sleep(60)',
    )
    while 'ready' not in (cloud.log / 'it.log').read_text():
        assert process.pid_of(cloud, 'it')
    assert process.stop(cloud, ['it'], grace=0.2) == ['it']
    assert proc.owned(cloud.root) == []


def test_a_process_whose_pid_file_is_lost_is_an_orphan(cloud: Cloud) -> None:
    start(cloud, 'import time; time.sleep(60)')
    assert process.orphans(cloud) == []
    process.pid_file(cloud, 'it').unlink()
    left = process.orphans(cloud)
    assert [item.service for item in left] == ['it']
    process.kill(left)
    assert proc.owned(cloud.root) == []


def test_the_log_is_in_the_error_when_a_process_ends_at_once(cloud: Cloud) -> None:
    with socket.socket() as taken:
        # Bound and deaf: nobody else can answer for the process there.
        taken.bind((HOST, 0))
        cloud = dataclasses.replace(cloud, offset=taken.getsockname()[1] - PORTS['keystone'])
        start(cloud, 'raise SystemExit("no such table")')
        with pytest.raises(CloudError, match='no such table'):
            process.wait(cloud, Process('it', (), ports=('keystone',)), threading.Event())


def test_a_failing_command_shows_its_output(cloud: Cloud) -> None:
    with pytest.raises(CloudError, match=r'(?s)Access denied.*failed \(3\)'):
        process.run(cloud, sys.executable, '-c', 'print("Access denied"); raise SystemExit(3)')
