"""The cloud's processes: started, found again, asked for their health, stopped."""

import contextlib
import os
import signal
import socket
import subprocess
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tests.cloud import proc
from tests.cloud.errors import CloudError
from tests.cloud.paths import Cloud
from tests.cloud.ports import HOST

POLL = 0.1
GRACE = 20.0
START_LIMIT = 180.0
LOG_TAIL = 25

# A proxy from the environment must not come between us and the loopback.
_opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))


@dataclass(frozen=True)
class Process:
    """One process to run, by name; its log, its pid file and its mark bear that name.

    Healthy is one whose `ports` (names in ports.PORTS) accept connections and whose `url`,
    if any, answers below 500.
    """

    name: str
    argv: tuple[str, ...]
    ports: tuple[str, ...] = ()
    url: str = ''
    env: Mapping[str, str] = field(default_factory=dict)


def environment(cloud: Cloud, service: str, **more: str) -> dict[str, str]:
    """The environment of everything that the cloud starts."""
    env = {k: v for k, v in os.environ.items() if not k.startswith('OS_')}
    env.update(
        {
            proc.MARK: f'{cloud.root}:{service}',
            # cotyledon sets process titles; without this they overwrite our mark in /proc.
            'SPT_NOENV': '1',
            'PATH': f'{cloud.bin}:{cloud.root / "shim"}:{os.environ["PATH"]}',
            'PYTHONWARNINGS': 'ignore',
            'no_proxy': f'{HOST},localhost',
            'TEST_CLOUD_FAULTS': str(cloud.faults),
            'TEST_CLOUD_VOLUMES': str(cloud.state / 'volumes'),
            'OS_NEUTRON_CONFIG_FILES': 'neutron.conf',
        }
    )
    for name in ('nova', 'keystone', 'placement', 'glance', 'neutron'):
        env[f'OS_{name.upper()}_CONFIG_DIR'] = str(cloud.etc / name)
    return env | more


def pid_file(cloud: Cloud, name: str) -> Path:
    """Where the pid and start time of a process are kept."""
    return cloud.run / f'{name}.pid'


def pid_of(cloud: Cloud, name: str) -> int | None:
    """The pid of a process we started, not of a later one with its number."""
    try:
        number, start_time = pid_file(cloud, name).read_text().split()
        pid = int(number)
    except (OSError, ValueError):
        return None
    return pid if proc.started(pid) == start_time else None


def start(cloud: Cloud, process: Process) -> None:
    """Start a process, unless it runs."""
    if pid_of(cloud, process.name):
        return
    with open(cloud.log / f'{process.name}.log', 'ab') as log:
        child = subprocess.Popen(
            process.argv,
            env=environment(cloud, process.name, **process.env),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            cwd=cloud.state,
            start_new_session=True,
        )
    pid_file(cloud, process.name).write_text(f'{child.pid} {proc.started(child.pid)}\n')


def is_healthy(cloud: Cloud, process: Process) -> bool:
    """True when the process runs and answers."""
    if not pid_of(cloud, process.name):
        return False
    try:
        for name in process.ports:
            socket.create_connection((HOST, cloud.port(name)), 2).close()
        if process.url:
            _opener.open(process.url, timeout=10).close()
    except urllib.error.HTTPError as error:
        return error.code < 500
    except OSError:
        return False
    return True


def wait(cloud: Cloud, process: Process, given_up: threading.Event) -> None:
    """Wait until a process is healthy; the end of its log is in the error if it never is."""
    end = time.monotonic() + START_LIMIT
    while not is_healthy(cloud, process):
        ended = not pid_of(cloud, process.name)
        if ended or time.monotonic() > end or given_up.is_set():
            reason = 'ended at once' if ended else f'does not answer after {START_LIMIT:.0f} s'
            raise CloudError(f'{process.name} {reason}. {log_tail(cloud, process.name)}')
        time.sleep(POLL)


def log_tail(cloud: Cloud, name: str) -> str:
    """The last lines of a process's log, with the name of the file."""
    log = cloud.log / f'{name}.log'
    lines = log.read_text(errors='replace').splitlines()[-LOG_TAIL:]
    return '\n'.join([f'The end of {log}:', *lines])


def stop(cloud: Cloud, names: Iterable[str], grace: float = GRACE) -> list[str]:
    """Stop these processes and all that they started; the names of those that had to be killed."""
    names = set(names)
    for name in names:
        if pid := pid_of(cloud, name):
            _signal(pid, signal.SIGTERM)
    left = _wait_gone(cloud, names, grace)
    while late := _members(cloud, names):
        # Anew each time: what is being killed may just have forked.
        for member in late:
            _signal(member.pid, signal.SIGKILL)
        time.sleep(POLL)
    for name in names:
        pid_file(cloud, name).unlink(missing_ok=True)
    return sorted({member.service for member in left})


def _wait_gone(cloud: Cloud, names: set[str], grace: float) -> list[proc.Owned]:
    end = time.monotonic() + grace
    while (left := _members(cloud, names)) and time.monotonic() < end:
        leaders = {name for name in names if pid_of(cloud, name)}
        if not leaders:
            # Children that outlive their parent (epmd, privsep) wait for nobody.
            return []
        time.sleep(POLL)
    return left


def _members(cloud: Cloud, names: set[str]) -> list[proc.Owned]:
    return [member for member in proc.owned(cloud.root) if member.service in names]


def orphans(cloud: Cloud) -> list[proc.Owned]:
    """Processes of the cloud that no pid file leads to any more: left by a command that died."""
    return [item for item in proc.owned(cloud.root) if not pid_of(cloud, item.service)]


def kill(processes: Iterable[proc.Owned]) -> None:
    """End processes that belong to nobody any more, at once."""
    for item in processes:
        _signal(item.pid, signal.SIGKILL)
    while any(proc.started(item.pid) for item in processes):
        time.sleep(POLL)


def run(cloud: Cloud, *argv: str | Path, service: str = 'setup', **env: str) -> str:
    """Run a command to its end; its output, which is in the error if it fails."""
    done = subprocess.run(
        argv,
        env=environment(cloud, service, **env),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if done.returncode:
        command = ' '.join(str(word) for word in argv)
        raise CloudError(f'{done.stdout[-6000:]}\nfailed ({done.returncode}): {command}')
    return done.stdout


def _signal(pid: int, number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, number)
