"""Real runs of Tempest that are killed half-way, so that they leave behind what they made."""
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.functional.openstack import Cloud

#: A run has made its first things within seconds; this is for a machine under load.
PATIENCE = 240.0
POLL = 0.3
LOG = 'tempest-run.log'

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


class TempestRun:
    """``tempest run`` with a selection, in a workspace; a process group of its own."""

    def __init__(self, folder: Path, conf: str, selection: Selection) -> None:
        self._log = folder / LOG
        self._selection = selection
        name = f'workers-{selection.name.replace(" ", "-")}.yaml'
        # JSON is YAML too.
        (folder / name).write_text(json.dumps([{'worker': [w]} for w in selection.workers]))
        self.command = ('tempest', 'run', '--config-file', conf, '--worker-file', name)
        self._folder = folder

    def kill_half_way(self, admin: Cloud) -> Ids:
        """Start it, kill all of it with -9 when there is enough; what there was then."""
        before = listed(admin)
        program = Path(sys.executable).with_name('tempest')
        with self._log.open('wb') as log:
            process = subprocess.Popen(
                [program, *self.command[1:]], cwd=self._folder, start_new_session=True,
                stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT)
        try:
            return self._watch(process, admin, before)
        finally:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()

    def _watch(self, process: subprocess.Popen[bytes], admin: Cloud, before: Ids) -> Ids:
        end = time.monotonic() + PATIENCE
        wanted = self._selection.until
        while True:
            there = {kind: ids - before[kind] for kind, ids in listed(admin, wanted).items()}
            if all(len(there[kind]) >= count for kind, count in wanted.items()):
                return {kind: ids - before[kind] for kind, ids in listed(admin).items()}
            if process.poll() is not None or time.monotonic() > end:
                raise EndedEarly(
                    f'{" ".join(self.command)}: never were there {dict(wanted)} at once. '
                    f'{self._log} says:\n' + self._log.read_text(errors='replace')[-2000:])
            time.sleep(POLL)


def listed(admin: Cloud, kinds: Mapping[str, object] = LISTINGS) -> Ids:
    """The ids of all that there is, by kind."""
    found: Ids = {}
    for kind in kinds:
        service, path, parameters = LISTINGS[kind]
        listing = getattr(admin, service).get(path, **parameters)[kind]
        found[kind] = {entry['id'] for entry in listing}
    return found
