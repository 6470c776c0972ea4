"""A cloud to leak into, and what one clean-up of it took."""
import abc
import concurrent.futures
import contextlib
import dataclasses
import json
import os
import pathlib
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from tempest_cleanup.testing import RemoteCloud
from tests.benchmarks.real import RealCloud


class Stage(abc.ABC):
    """A cloud that leaks are made in."""

    admin_project: str
    tempest_conf: pathlib.Path
    folder: pathlib.Path

    @abc.abstractmethod
    def create(self, kind: str, **attributes: Any) -> str:
        """Make one object; its id."""

    @abc.abstractmethod
    def tenant(self, name: str) -> None:
        """Make a whole project, as Tempest's dynamic credentials and tests do."""

    @abc.abstractmethod
    def ids(self) -> set[tuple[str, str]]:
        """(kind, id) of everything there is, seen without the code under test."""

    @abc.abstractmethod
    def requests(self) -> int:
        """Requests that the services have answered so far."""

    def parallel(self, make: Callable[['Stage', int], None], numbers: Iterable[int]) -> None:
        """Call a function for each number, some at a time."""
        with concurrent.futures.ThreadPoolExecutor(4) as pool:
            list(pool.map(lambda number: make(self, number), numbers))


class Simulated(Stage):
    """The simulated cloud, in a process of its own."""

    def __init__(self, url: str, folder: pathlib.Path) -> None:
        self._remote = RemoteCloud(url)
        self.folder = folder
        self.tempest_conf = folder / 'tempest.conf'
        self.admin_project = next(
            i for i in self._remote.call('ids', 'projects')
            if self._remote.call('get', 'projects', i)['name'] == 'admin')

    def create(self, kind: str, **attributes: Any) -> str:
        attributes.pop('cidr', None)
        return str(self._remote.call('create', kind, **attributes))

    def tenant(self, name: str) -> None:
        self._remote.call('make_project', name, servers=2, volumes=2, floating_ips=1)

    def ids(self) -> set[tuple[str, str]]:
        return {(kind, i) for kind, found in self._remote.call('snapshot').items()
                for i in found}

    def requests(self) -> int:
        return int(self._remote.requests()['total'])


class Real(Stage):
    """The cloud of tests/cloud."""

    def __init__(self, folder: pathlib.Path) -> None:
        self._cloud = RealCloud()
        self.folder = folder
        self.tempest_conf = self._cloud.tempest_conf
        self.admin_project = self._cloud.admin_project

    def create(self, kind: str, **attributes: Any) -> str:
        return self._cloud.create(kind, **attributes)

    def tenant(self, name: str) -> None:
        self._cloud.tenant(name)

    def ids(self) -> set[tuple[str, str]]:
        return self._cloud.ids()

    def requests(self) -> int:
        return 0  # nobody counts them there; ours tells its own


@dataclasses.dataclass(frozen=True)
class Result:
    """
    :param least: requests without which it can't be done: everything listed once before
        and once after, and one for each thing that does not go with another
    :param left: leaks that are still there
    """

    seconds: float
    code: int
    requests: int
    least: int
    left: int


@contextlib.contextmanager
def stage(where: str, latency: float, folder: pathlib.Path) -> Iterator[Stage]:
    """A cloud with nothing leaked."""
    if where == 'real':
        yield Real(folder)
        return
    process = subprocess.Popen(
        [sys.executable, '-m', 'tempest_cleanup.testing.simulation', '--latency', str(latency),
         '--server-delete-time', '1', '--volume-delete-time', '0.3',
         '--tempest-conf', str(folder / 'tempest.conf')],
        stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout
        yield Simulated(json.loads(process.stdout.readline())['url'], folder)
    finally:
        process.terminate()
        process.wait()


def run(where: Stage, argv: list[str], leak: Callable[[Stage], int]) -> Result:
    """Save, leak, clean; timed is the cleaning, as a user waits for it."""
    _command(where, argv, '--init-saved-state')
    listed = _listing(where)
    before = where.ids()
    least = leak(where) + _listing(where) + listed
    counted = where.requests()
    began = time.monotonic()
    done = _command(where, argv)
    seconds = time.monotonic() - began
    sent = where.requests() - counted or _told(done.stdout)
    left = len(where.ids() - before)
    if left:  # for the next contender
        _command(where, ['-m', 'tests.benchmarks.ours'], '--prefix', 'tempest-')
    return Result(seconds, done.returncode, sent, least, left)


def _listing(where: Stage) -> int:
    """Requests for seeing everything once, whoever asks."""
    counted = where.requests()
    ours = ['-m', 'tests.benchmarks.ours']
    done = _command(where, ours, '--dry-run', '--no-saved-state', '--prefix', 'tempest-')
    return where.requests() - counted or _told(done.stdout)


def _command(where: Stage, argv: list[str], *more: str) -> subprocess.CompletedProcess[str]:
    environment = dict(os.environ, PYTHONPATH=str(pathlib.Path(__file__).parents[2]),
                       TEMPEST_CONFIG_DIR=str(where.tempest_conf.parent))
    return subprocess.run([sys.executable, *argv, *more], cwd=where.folder, env=environment,
                          capture_output=True, text=True, check=False)


def _told(out: str) -> int:
    words = out.split()
    return int(words[words.index('requests') - 1]) if 'requests' in words else 0
