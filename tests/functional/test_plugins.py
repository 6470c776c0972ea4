"""Upstream Tempest's plugins as sources of leaks: killed with -9 at random moments."""
import random
import time
from collections.abc import Callable

import pytest

from tests.cloud import current
from tests.functional import rows
from tests.functional.conftest import tempest_conf
from tests.functional.rows import Databases
from tests.functional.workspace import Workspace
from tests.tempest_run import EndedEarly, Selection, TempestRun

pytestmark = pytest.mark.long

#: Seconds from the first row to the earliest and the latest kill.
EARLIEST, LATEST = 1.0, 20.0

#: Two plugins at a time, one for each worker; what has to be there are rows of tables.
SELECTIONS = (
    Selection(
        'neutron and heat',
        (r'neutron_tempest_plugin\.api\.(test_trunk|test_qos|test_subnetpools'
         r'|test_routers|test_address_groups|test_port_forwardings|admin\.test_shared_network)',
         r'heat_tempest_plugin\.tests\.'
         r'(functional\.test_(create_update|hooks|software_config|nova_server|templates|extra)'
         r'|api\.)'),
        {'neutron.networks': 1, 'heat.stack': 1}),
    Selection(
        'octavia and designate',
        (r'octavia_tempest_plugin\.tests\.api\.v2\.',
         r'designate_tempest_plugin\.tests\.api\.'),
        {'octavia.load_balancer': 1, 'designate.zones': 1}),
    Selection(
        'barbican and manila',
        (r'barbican_tempest_plugin\.tests\.(api|rbac)\.',
         r'manila_tempest_tests\.tests\.api\.test_(shares|snapshots|metadata|shares_actions)\.'),
        # What Barbican's tests make is there for moments only.
        {'manila.shares': 1}),
)


def random_moment(
    database: Databases, selection: Selection, seconds: float,
) -> Callable[[], dict[str, int] | None]:
    """True once so long after the first row there is enough again, of all that is wanted."""
    before = {table: rows.count(database, table) for table in selection.until}
    first: list[float] = []

    def look() -> dict[str, int] | None:
        there = {table: rows.count(database, table) - before[table] for table in before}
        if any(there.values()) and not first:
            first.append(time.monotonic())
        late_enough = first and time.monotonic() >= first[0] + seconds
        return there if late_enough and selection.met(there) else None

    return look


@pytest.mark.parametrize('selection', SELECTIONS, ids=lambda s: s.name)
def test_killed_at_a_random_moment(
    database: Databases, workspace: Workspace, selection: Selection, kill: int, seed: int,
) -> None:
    """What the plugins' tests had no time to delete is shown, goes, and nothing else does."""
    seconds = random.Random(f'{seed} {kill} {selection.name}').uniform(EARLIEST, LATEST)
    workspace.save()
    before = rows.snapshot(database)
    run = TempestRun(workspace.folder, str(tempest_conf()), selection,
                     current().tempest_venv / 'bin' / 'tempest')
    try:
        left = run.kill_when(random_moment(database, selection, seconds))
    except EndedEarly:
        workspace.cleanup('--preserve-state')
        raise
    print(f'seed {seed}, kill {kill}: {seconds:.2f} s after the first row; left: {left}')

    assert workspace.leaks()
    done = workspace.cleanup('--preserve-state', '--report', 'report.json')
    assert done.code == 0, done
    rows.check_same(before, rows.snapshot(database))
    assert workspace.leaks() == {}
