"""Point 9: killed at any moment, the next run finishes the work."""
import json
import signal
import threading

import pytest

from tempest_cleanup.errors import ExitCode
from tests.sim.conftest import MakeWorkspace
from tests.sim.leaks import full_project
from tests.sim.runs import Workspace, deleted_of, open_grants, wait_for

#: Requests of a clean-up after which it is killed: in its grants, its inventory, its
#: deletions, its verification.
MOMENTS = (1, 4, 7, 12, 40, 90, 120, 135, 150, 165, 185, 220, 260)


def kill_after(workspace: Workspace, requests: int, *options: str) -> int:
    """Kill -9 a run when the cloud has seen so many of its requests."""
    cloud = workspace.cloud
    seen = len(cloud.requests)
    started = workspace.start(*options)
    wait_for(lambda: len(cloud.requests) - seen >= requests or not started.running)
    if started.running:
        started.signal(signal.SIGKILL)
    return started.wait().code


@pytest.fixture
def slow(make_workspace: MakeWorkspace) -> Workspace:
    """A cloud where grants are needed, and where every moment lasts long enough."""
    return make_workspace(stacks_of_all_projects=False, latency=0.004, server_delete_time=0.2,
                          volume_delete_time=0.2)


def test_killed_at_many_moments(slow: Workspace) -> None:
    """After each kill -9 a run on top; at the end all is as it was, and no grant is left."""
    cloud = slow.cloud
    tenant = full_project(cloud, 'old')
    cloud.create('stacks', name='old', project_id=tenant.project_id)
    before = cloud.snapshot()
    slow.save()
    assert cloud.snapshot() == before, 'the grants of the saving run are taken back'
    state = slow.saved.read_bytes()
    full_project(cloud, 'tempest-new')
    new = full_project(cloud, 'tempest-new-2')
    cloud.create('stacks', name='leak', project_id=new.project_id)
    cloud.create('compute_quotas', project_id=tenant.project_id, cores=3)
    cloud.reset_requests()
    codes = [kill_after(slow, moment, '--preserve-state') for moment in MOMENTS]
    assert codes.count(-signal.SIGKILL) > len(MOMENTS) // 2, codes
    assert slow.saved.read_bytes() == state
    slow.run('--preserve-state', code=0)
    assert cloud.snapshot() == before
    assert not deleted_of(cloud, before)
    assert not open_grants(slow)


def test_a_grant_of_a_killed_run_is_taken_back_by_the_next(slow: Workspace) -> None:
    """Also by a dry run; and what was granted by somebody else stays."""
    cloud = slow.cloud
    project = full_project(cloud, 'old').project_id
    theirs = cloud.create('role_assignments', user_id=cloud.admin_user, role='admin',
                          project_id=project)
    full_project(cloud, 'old-2')
    before = cloud.snapshot()
    slow.save()
    fault = cloud.fault('GET /network/v2.0/networks', delay=30)
    started = slow.start('--dry-run')
    wait_for(lambda: fault.hits)
    started.signal(signal.SIGKILL)
    started.wait()
    assert set(cloud.snapshot()['role_assignments']) - set(before['role_assignments'])
    assert open_grants(slow)
    cloud.clear_faults()
    slow.run('--dry-run', code=0)
    assert not open_grants(slow)
    assert cloud.snapshot() == before
    assert theirs in cloud.snapshot()['role_assignments']


@pytest.mark.parametrize('requests', [1, 20, 60, 100])
def test_a_saving_run_that_is_killed_leaves_no_half_file(
    slow: Workspace, requests: int,
) -> None:
    """Files are replaced atomically: the old state, or none, or all of the new."""
    full_project(slow.cloud, 'old')
    kill_after(slow, requests, '--init-saved-state')
    if slow.saved.exists():
        json.loads(slow.saved.read_text())
    slow.run('--init-saved-state', code=0)
    assert slow.look().exit_code() is ExitCode.CLEAN


def test_interrupted_and_run_again(slow: Workspace) -> None:
    """Ctrl-C in the engine: what is not done is told so, and done by the next run."""
    cloud = slow.cloud
    before = cloud.snapshot()
    slow.save()
    tenant = cloud.make_project('tempest-a', servers=2, volumes=2)
    cloud.settings.server_delete_time = 600
    stop = threading.Event()
    fault = cloud.fault('DELETE /compute/v2.1/servers')

    def interrupt() -> None:
        wait_for(lambda: fault.hits == 2)
        stop.set()

    threading.Thread(target=interrupt).start()
    report = slow.clean(stop)
    assert report.exit_code() is ExitCode.INTERRUPTED
    assert cloud.get('projects', tenant.project_id)
    cloud.settings.server_delete_time = 0
    for server in cloud.ids('servers'):
        cloud.delete('servers', server)
    assert slow.clean().exit_code() is ExitCode.CLEAN
    assert cloud.snapshot() == before
