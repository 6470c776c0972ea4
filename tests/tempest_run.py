"""Real runs of Tempest that are killed half-way, so that they leave behind what they made."""
import contextlib
import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from tests.functional.openstack import Cloud

#: A run has made its first things within seconds; this is for a machine under load.
PATIENCE = 240.0
POLL = 0.3
LOG = 'tempest-run.log'
PROGRAM = Path(sys.executable).with_name('tempest')

T = TypeVar('T')
Ids = dict[str, set[str]]

#: What is watched: the name of the kind, also that of the listing, and where it is.
LISTINGS = {
    'servers': ('compute', '/servers', {'all_tenants': '1'}),
    'volumes': ('volume', '/volumes', {'all_tenants': '1'}),
    'snapshots': ('volume', '/snapshots', {'all_tenants': '1'}),
    'images': ('image', '/images', {'visibility': 'all'}),
    'networks': ('network', '/networks', {}),
    'routers': ('network', '/routers', {}),
    'ports': ('network', '/ports', {}),
    'floatingips': ('network', '/floatingips', {}),
    'projects': ('identity', '/projects', {}),
    'users': ('identity', '/users', {}),
    'roles': ('identity', '/roles', {}),
}


@dataclass(frozen=True)
class Selection:
    """Tests for two workers, and how much of what has to be there when they are killed."""

    name: str
    workers: tuple[str, str]
    until: Mapping[str, int]

    def met(self, there: Mapping[str, int]) -> bool:
        """Whether there is enough of everything."""
        return all(there.get(kind, 0) >= count for kind, count in self.until.items())


COMPUTE = (
    r'tempest\.api\.compute\.(volumes\.test_attach_volume\.AttachVolumeTestJSON'
    r'|servers\.test_list_server_filters)')
COMPUTE_IMAGES = r'tempest\.api\.compute\.images\.test_list_image_filters\.'
VOLUME = (
    r'tempest\.api\.volume\.(test_volumes_snapshots_list|test_volumes_list'
    r'|test_volumes_backup|admin\.test_group_snapshots)\.')
NETWORK = r'tempest\.api\.network\.(test_floating_ips|test_routers|admin\.test_metering.*)\.'
IMAGE = r'tempest\.api\.image\.v2\.(test_images_member|admin\.test_images_metadefs_namespaces)'
IDENTITY = r'tempest\.api\.identity\.admin\.v3\.(test_roles|test_trusts|test_groups)\.'

#: The five services, two at a time.
SELECTIONS = (
    Selection('compute and volume', (COMPUTE, VOLUME), {'servers': 2, 'volumes': 1}),
    Selection('network and identity', (NETWORK, IDENTITY), {'routers': 1, 'ports': 2, 'roles': 3}),
    Selection('image and compute', (IMAGE, COMPUTE_IMAGES), {'images': 3, 'servers': 1}),
)


class EndedEarly(Exception):
    """Tempest was not killed: it ended by itself, or never made what was waited for."""


class NotGreen(Exception):
    """A test failed, or was skipped."""


class TempestRun:
    """``tempest run`` with a selection, in a workspace; a process group of its own.

    ``program`` is the tempest whose plugins are run; without it that of this environment.
    """

    def __init__(self, folder: Path, conf: str, selection: Selection,
                 program: Path = PROGRAM) -> None:
        self._log = folder / LOG
        self._selection = selection
        name = f'workers-{selection.name.replace(" ", "-")}.yaml'
        # JSON is YAML too.
        (folder / name).write_text(json.dumps([{'worker': [w]} for w in selection.workers]))
        self.command = ('tempest', 'run', '--config-file', conf, '--worker-file', name)
        self._program = program
        self._folder = folder

    def kill_half_way(self, admin: Cloud) -> Ids:
        """Start it, kill all of it with -9 when there is enough; what there was then."""
        before = listed(admin)

        def left() -> Ids | None:
            found = listed(admin, self._selection.until)
            there = {kind: len(ids - before[kind]) for kind, ids in found.items()}
            if not self._selection.met(there):
                return None
            return {kind: ids - before[kind] for kind, ids in listed(admin).items()}

        return self.kill_when(left)

    def kill_when(self, look: Callable[[], T | None]) -> T:
        """Start it, kill all of it with -9 as soon as there is something to see; what that is.

        :raises EndedEarly: there never was
        """
        process = self._start()
        try:
            return self._watch(process, look)
        finally:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()

    def to_the_end(self) -> int:
        """Let it end; how many tests passed.

        :raises NotGreen: one did not, or was skipped
        """
        process = self._start()
        try:
            code = process.wait(PATIENCE)
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
        said = self._log.read_text(errors='replace')
        ended = counts(said)
        if code or ended.get('Skipped') != 0:
            raise NotGreen(f'{" ".join(self.command)}: exit code {code}, {ended}. '
                           f'{self._log} says:\n{said[-4000:]}')
        return ended['Passed']

    def _start(self) -> subprocess.Popen[bytes]:
        with self._log.open('wb') as log:
            return subprocess.Popen(
                [self._program, *self.command[1:]], cwd=self._folder, start_new_session=True,
                stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT)

    def _watch(self, process: subprocess.Popen[bytes], look: Callable[[], T | None]) -> T:
        end = time.monotonic() + PATIENCE
        while True:
            seen = look()
            if seen is not None:
                return seen
            if process.poll() is not None or time.monotonic() > end:
                raise EndedEarly(
                    f'{" ".join(self.command)}: never were there {dict(self._selection.until)} '
                    f'at once. {self._log} says:\n'
                    + self._log.read_text(errors='replace')[-2000:])
            time.sleep(POLL)


def counts(said: str) -> dict[str, int]:
    """How many tests passed, failed and so on, by the summary that a run ends with."""
    return {name: int(number)
            for name, number in re.findall(r'^ - ([A-Z][A-Za-z ]+): (\d+)$', said, re.MULTILINE)}


def listed(admin: Cloud, kinds: Mapping[str, object] = LISTINGS) -> Ids:
    """The ids of all that there is, by kind."""
    found: Ids = {}
    for kind in kinds:
        service, path, parameters = LISTINGS[kind]
        listing = getattr(admin, service).get(path, **parameters)[kind]
        found[kind] = {entry['id'] for entry in listing}
    return found
