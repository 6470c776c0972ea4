"""A host that dies while a test deletes its server.

It stands alone: a host that comes back goes on with what it was at, so no other fault may be
in force.
"""
import subprocess
import sys
from pathlib import Path

from tests.cloud.paths import CHECKOUT
from tests.functional.conftest import tempest_conf
from tests.functional.fault_table import FAULTS
from tests.functional.findings import check, finding_of
from tests.functional.leaky import LeakyRun, of
from tests.functional.openstack import Cloud, wait_for
from tests.functional.workspace import Workspace

HOST = r'leaky\.test_host'


def test_the_host_dies(admin: Cloud, tmp_path: Path) -> None:
    """nova-compute is down: the finding names it; when it is back, all is cleaned up."""
    run = LeakyRun(tmp_path, tempest_conf())
    workspace = Workspace(tmp_path, run.conf)
    workspace.save()
    try:
        server = of(run.go(HOST), 'HostDies', 'servers')[0]
        done = workspace.cleanup('--dry-run', '--report', 'report.json')
        assert done.code == 0, done
        check(next(f for f in FAULTS if f.test == 'HostDies'),
              finding_of(workspace.json('report.json'), 'servers', server))
    finally:
        subprocess.run([sys.executable, '-m', 'tests.cloud', 'start', 'nova-compute'],
                       cwd=CHECKOUT, check=True)
    wait_for('nova-compute', lambda: all(
        s['state'] == 'up' for s in admin.compute.get('/os-services')['services']), 180)
    assert workspace.cleanup('--preserve-state').code == 0
