"""Tempest's own cleanup command, unchanged, against the simulated cloud."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tempest_cleanup.testing import SimulatedCloud

pytest.importorskip('tempest.cmd.cleanup', reason='Tempest is not installed')

# Tempest's entry point would start ours: the class is run without any hook.
PROGRAM = """
import sys
from cliff.app import App
from cliff.commandmanager import CommandManager
from tempest.cmd.cleanup import TempestCleanup
commands = CommandManager('upstream')
commands.add_command('cleanup', TempestCleanup)
sys.exit(App('upstream', '1', command_manager=commands).run(['cleanup', *sys.argv[1:]]))
"""


@pytest.fixture
def cloud() -> Iterator[SimulatedCloud]:
    with SimulatedCloud() as cloud:
        yield cloud


def run(directory: Path, *options: str) -> str:
    env = {**os.environ, 'TEMPEST_CONFIG_DIR': str(directory), 'TEMPEST_CONFIG': 'tempest.conf'}
    result = subprocess.run([sys.executable, '-c', PROGRAM, *options], cwd=directory, env=env,
                            capture_output=True, text=True, timeout=120, check=False)
    assert result.returncode == 0, result.stderr
    return result.stdout + result.stderr


def leak(cloud: SimulatedCloud) -> dict[str, str]:
    """What tests leave in the admin's project, one of every kind that upstream knows."""
    network = cloud.create('networks', name='leak')
    subnet = cloud.create('subnets', network_id=network)
    router = cloud.create('routers', external_gateway_info={'network_id': cloud.public_network})
    volume = cloud.create('volumes', name='leak')
    label = cloud.create('metering_labels', name='leak')
    cloud.create('router_interfaces', router_id=router, subnet_id=subnet)
    named = ('domains', 'projects', 'users', 'roles', 'security_groups')
    plain = ('floatingips', 'server_groups', 'keypairs', 'flavors', 'images', 'regions',
             'subnetpools')
    return {
        'networks': network, 'subnets': subnet, 'routers': router, 'volumes': volume,
        'metering_labels': label, 'ports': cloud.create('ports', network_id=network),
        'servers': cloud.create('servers', name='leak', networks=[network]),
        'snapshots': cloud.create('snapshots', volume_id=volume),
        'metering_label_rules': cloud.create('metering_label_rules', metering_label_id=label),
        **{kind: cloud.create(kind, name='leak') for kind in named},
        **{kind: cloud.create(kind) for kind in plain}}


def test_upstream_saves_looks_and_cleans(cloud: SimulatedCloud, tmp_path: Path) -> None:
    cloud.tempest_conf(tmp_path / 'tempest.conf')
    run(tmp_path, '--init-saved-state')
    assert not [request for request in cloud.requests if request.status >= 400]
    before = cloud.snapshot()
    leaks = leak(cloud)

    cloud.reset_requests()
    run(tmp_path, '--dry-run')
    assert {request.method for request in cloud.requests} == {'GET', 'POST'}
    found = json.loads((tmp_path / 'dry_run.json').read_text())
    assert {kind for kind in leaks if not found[kind]} == set()

    run(tmp_path)
    assert {kind: id for kind, id in leaks.items() if cloud.get(kind, id)} == {}
    assert cloud.snapshot() == before
