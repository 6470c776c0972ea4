"""On a cloud that others use: what comes from the run goes, and nothing else."""
import sys
from pathlib import Path

from tests.functional import rows
from tests.functional.conftest import tempest_conf
from tests.functional.openstack import Cloud
from tests.functional.rows import Databases
from tests.functional.workspace import Workspace
from tests.tempest_run import COMPUTE, NETWORK, Selection, TempestRun

SOME = Selection('some', (NETWORK, COMPUTE), {'routers': 1, 'ports': 1})
UNPROVEN = 'foreign: nothing proves that the run made it'


def test_a_reviewed_report_of_what_is_tempests(
    admin: Cloud, database: Databases, workspace: Workspace,
) -> None:
    """Real tests are killed; somebody else's network and quota are left alone all the time."""
    workspace.save()
    before = rows.snapshot(database)
    left = TempestRun(workspace.folder, str(tempest_conf()), SOME).kill_half_way(admin)
    web = admin.network.post('/networks', {'network': {'name': 'web'}})['network']['id']
    try:
        with_web = workspace.cleanup('--dry-run', '--tempest-only', '--report', 'plan.json')
        assert with_web.code == 0, with_web
        decided = {d['id']: d for d in workspace.json('plan.json')['decisions']}
        assert (decided[web]['action'], decided[web]['reason']) == ('keep', UNPROVEN)
        for kind in ('projects', 'users', 'networks', 'routers', 'servers', 'volumes'):
            # One that was being deleted when Tempest was killed is gone by now.
            for identifier in left[kind] & set(decided):
                found = decided[identifier]
                assert found['action'] == 'delete', found
                assert found['proof'], found
        assert left['projects'] & set(decided)

        done = workspace.cleanup('--plan', 'plan.json', '--report', 'report.json')
        assert done.code == 0, done
        after = {d['id']: d for d in workspace.json('report.json')['decisions']}
        assert after[web]['reason'] == 'not in the plan'
        assert admin.network.exists(f'/networks/{web}')
    finally:
        admin.network.delete(f'/networks/{web}')
    rows.check_same(before, rows.snapshot(database))


def test_run_with_a_time_out(database: Databases, workspace: Workspace) -> None:
    """However far Tempest got, the cloud is as it was before."""
    before = rows.snapshot(database)
    run = TempestRun(workspace.folder, str(tempest_conf()), SOME)
    tempest = str(Path(sys.executable).with_name('tempest'))
    done = workspace.cleanup(
        'run', '--then-clean', '--command-timeout', '40', '--', tempest, *run.command[1:])
    assert done.code in (143, 137), done
    assert 'was ended after 40 s' in done.out
    assert 'Clean: a complete listing' in done.out
    rows.check_same(before, rows.snapshot(database))
