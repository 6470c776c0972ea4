"""Services that go down while a run is under way: whatever was done is told."""
import pytest

from tests.sim.conftest import MakeWorkspace
from tests.sim.leaks import full_project
from tests.sim.runs import Workspace, open_grants

ASSIGNMENTS = 'GET /identity/v3/role_assignments'


@pytest.fixture
def granting(make_workspace: MakeWorkspace) -> Workspace:
    """A cloud where grants are needed, and a leak in it."""
    workspace = make_workspace(stacks_of_all_projects=False)
    full_project(workspace.cloud, 'old')
    workspace.save()
    full_project(workspace.cloud, 'tempest-new')
    return workspace


def asked(workspace: Workspace, what: str) -> int:
    """How often one look asks for something."""
    workspace.cloud.reset_requests()
    workspace.run('--dry-run', '--settle', '0', code=0)
    return sum(f'{r.method} {r.target}'.startswith(what) for r in workspace.cloud.requests)


def test_no_look_after_the_clean_up(granting: Workspace) -> None:
    """Points 2 and 12: what was deleted is told, and that nothing proves it."""
    cloud = granting.cloud
    cloud.fault(ASSIGNMENTS, status=403, skip=asked(granting, ASSIGNMENTS))
    done = granting.run('--preserve-state', '--settle', '0', '--report', 'report.json', code=4)
    told = granting.json('report.json')
    assert told['exit_code'] == 4
    assert {d['outcome']['status'] for d in told['decisions'] if d['outcome']} == {'deleted'}
    assert [n for n in told['not_seen'] if 'no proof' in n['detail']], done
    cloud.clear_faults()
    granting.run('--preserve-state', code=0)


def test_a_role_that_is_not_taken_back_costs_no_report(granting: Workspace) -> None:
    """Points 6 and 9: the report is there, the exit code says it, the next run takes it back."""
    cloud = granting.cloud
    before = cloud.snapshot()['role_assignments']
    cloud.fault('DELETE /identity/v3/OS-INHERIT', status=403)
    done = granting.run('--preserve-state', '--report', 'report.json', code=4)
    assert 'OS-INHERIT' in done.err
    assert granting.json('report.json')['decisions']
    cloud.clear_faults()
    granting.run('--preserve-state', code=0)
    assert cloud.snapshot()['role_assignments'].keys() <= before.keys()


def test_heat_is_asked_once_what_it_shows(workspace: Workspace) -> None:
    """Point 8: three kinds want to know it before anything is listed; it may be down."""
    cloud = workspace.cloud
    workspace.save()
    cloud.reset_requests()
    workspace.run('--preserve-state', code=0)
    asked = [r.target for r in cloud.requests if r.target.endswith('/stacks?limit=1')]
    assert len(asked) == 1, asked


@pytest.mark.parametrize('status', [200, 404])
def test_a_gateway_that_answers_for_keystone_takes_no_role_back(
    granting: Workspace, status: int,
) -> None:
    """Point 5, for our own roles: what is still listed stands, and the next run knows of it."""
    cloud = granting.cloud
    before = cloud.snapshot()['role_assignments']
    cloud.fault('DELETE /identity/v3/OS-INHERIT', status=status)
    done = granting.run('--dry-run', '--settle', '0', code=4)
    assert 'it still lists it' in done.err
    assert open_grants(granting)
    cloud.clear_faults()
    granting.run('--preserve-state', code=0)
    assert cloud.snapshot()['role_assignments'].keys() <= before.keys()


def test_what_is_seen_at_last_and_kept_is_told(workspace: Workspace) -> None:
    """Point 12: the first look missed it, and the last keeps it for what it can't see."""
    cloud = workspace.cloud
    workspace.save()
    user = cloud.create('users', name='leak')
    cloud.create('images', name='leak')
    cloud.fault('GET /identity/v3/users[?]?[^/]*$', status=501, times=1)
    cloud.fault(f'GET /compute/v2.1/os-keypairs.*{user}', status=501)
    workspace.run('--preserve-state', '--settle', '0', '--report', 'report.json', code=4)
    told = {d['id']: d for d in workspace.json('report.json')['decisions']}
    assert told[user]['action'] == 'keep'
    assert 'keypairs' in told[user]['reason']
