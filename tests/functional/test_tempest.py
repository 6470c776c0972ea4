"""Real Tempest tests, killed with -9 at several points: the cloud is as it was before."""
import pytest

from tests.functional import rows
from tests.functional.conftest import tempest_conf
from tests.functional.openstack import Cloud
from tests.functional.rows import Databases
from tests.functional.workspace import Workspace
from tests.tempest_run import COMPUTE, SELECTIONS, VOLUME, Selection, TempestRun

#: A test has its credentials made first; the very first of them is the earliest leak.
AT_ONCE = Selection('first user', (COMPUTE, VOLUME), {'users': 1})


@pytest.mark.parametrize('selection', [AT_ONCE, *SELECTIONS], ids=lambda s: s.name)
def test_killed_half_way(
    admin: Cloud, database: Databases, workspace: Workspace, selection: Selection,
) -> None:
    """Main job: what Tempest had no time to delete is shown, goes, and nothing else does."""
    workspace.save()
    before = rows.snapshot(database)
    run = TempestRun(workspace.folder, str(tempest_conf()), selection)
    left = run.kill_half_way(admin)

    shown = workspace.leaks()
    assert all(shown.get(kind) for kind in selection.until), (left, shown)
    done = workspace.cleanup('--preserve-state', '--report', 'report.json')
    assert done.code == 0, done
    rows.check_same(before, rows.snapshot(database))
    assert workspace.leaks() == {}
