"""Project by project: stacks where Heat shows an admin his own project's only, and grants."""
import pathlib
import threading

import pytest

from tempest_cleanup.errors import ExitCode
from tempest_cleanup.journal import NAME
from tempest_cleanup.model import Seen
from tests.sim.conftest import MakeWorkspace
from tests.sim.runs import Workspace, is_grant, open_grants, wait_for


@pytest.fixture
def per_project(make_workspace: MakeWorkspace) -> Workspace:
    """Projects in two domains, each with a stack from before."""
    workspace = make_workspace(stacks_of_all_projects=False)
    cloud = workspace.cloud
    domain = cloud.create('domains', name='other')
    for name, where in (('a', 'default'), ('b', 'default'), ('c', domain)):
        project = cloud.make_project(name, domain_id=where).project_id
        cloud.create('stacks', name=f'old-{name}', project_id=project)
    return workspace


def grants(workspace: Workspace) -> list[tuple[str, str]]:
    return [(r.method, r.target) for r in workspace.cloud.requests
            if is_grant(r.target) and r.method in ('PUT', 'DELETE')]


def test_stacks_of_every_project_in_every_domain(per_project: Workspace) -> None:
    """Found and deleted with the project's own token; the grants are taken back."""
    cloud = per_project.cloud
    before = cloud.snapshot()
    assert len(per_project.save().of('stacks')) == 3
    assert cloud.snapshot() == before
    for project in cloud.ids('projects'):
        network = cloud.create('networks', name='of-a-stack', project_id=project)
        cloud.create('stacks', name='leak', project_id=project,
                     resources=[('networks', network)])
    report = per_project.clean()
    assert [str(o) for o in report.failures()] == []
    assert report.exit_code() is ExitCode.CLEAN
    assert cloud.snapshot() == before
    assert {method for method, _ in grants(per_project)} == {'PUT', 'DELETE'}
    assert not open_grants(per_project)


def test_a_gateway_that_says_nothing_does_not_speak_for_heat(per_project: Workspace) -> None:
    """Point 2: 200 without a body is no leave to see every project's stacks in one listing."""
    fault = per_project.cloud.fault('GET .*/stacks[?]limit=1$', status=200, times=1)
    assert len(per_project.save().of('stacks')) == 3
    assert fault.hits


def test_nothing_is_granted_where_heat_shows_everything(workspace: Workspace) -> None:
    """One listing sees all stacks then; and the seeded admin has a role on the system."""
    project = workspace.cloud.make_project('a').project_id
    workspace.cloud.create('stacks', name='old', project_id=project)
    assert len(workspace.save().of('stacks')) == 1
    assert grants(workspace) == []


def test_no_grant(per_project: Workspace) -> None:
    """What is not seen then is told, and kept: the stacks, and the projects they may be in."""
    cloud = per_project.cloud
    per_project.save()
    project = cloud.make_project('tempest-a').project_id
    stack = cloud.create('stacks', name='leak', project_id=project)
    cloud.reset_requests()
    ended = per_project.run('--no-grant', code=4)
    assert grants(per_project) == []
    assert 'stacks' in ended.out
    assert cloud.get('stacks', stack)
    assert cloud.get('projects', project)
    assert cloud.ids('networks') != []


def test_a_grant_that_is_refused(per_project: Workspace) -> None:
    """As if it were forbidden, and told."""
    cloud = per_project.cloud
    per_project.save()
    cloud.fault('PUT /identity/v3/OS-INHERIT', status=403)
    report = per_project.look()
    assert report.exit_code() is ExitCode.UNSEEN
    assert {c.seen for c in report.blind if c.kind == 'stacks'} <= {
        Seen.FORBIDDEN, Seen.FAILED}


def test_a_grant_that_is_refused_is_no_grant(per_project: Workspace) -> None:
    """There is nothing to take back: the folder can be used, and the report is there."""
    cloud = per_project.cloud
    cloud.fault('(PUT|DELETE) /identity/v3/OS-INHERIT', status=403)
    saved = per_project.run('--init-saved-state', code=4)
    assert 'no role was granted' in saved.err
    assert 'OS-INHERIT' not in saved.err.splitlines()[-1]
    assert not open_grants(per_project)
    per_project.run('--dry-run', '--no-grant', '--report', 'report.json', code=4)
    assert per_project.json('report.json')['not_seen']


def test_a_grant_of_another_run_is_not_put_back(make_workspace: MakeWorkspace,
                                                tmp_path: pathlib.Path) -> None:
    """Saved while another run with another folder had it: it was never the cloud's."""
    one = make_workspace(stacks_of_all_projects=False)
    cloud = one.cloud
    cloud.make_project('base')
    other_folder = tmp_path / 'other'
    other_folder.mkdir()
    other = Workspace(cloud, other_folder)
    before = cloud.snapshot()
    with one.engine() as run, run.session(threading.Event()) as session:
        session.inventory(run.kinds({}), None)
        granted = cloud.snapshot()['role_assignments'].keys() - before['role_assignments'].keys()
        other.save()
    assert granted
    assert cloud.snapshot() == before
    ended = other.run('--preserve-state', code=0)
    assert 'is not put back' in ended.err
    assert 'OS-INHERIT/domains' in ended.err
    assert cloud.snapshot() == before


def test_an_answer_that_is_lost_may_have_been_a_grant(per_project: Workspace) -> None:
    """Whatever is not known to be refused is taken back."""
    cloud = per_project.cloud
    cloud.fault('PUT /identity/v3/OS-INHERIT', status=503)
    cloud.fault('DELETE /identity/v3/OS-INHERIT', status=403)
    per_project.run('--init-saved-state', code=4)
    assert open_grants(per_project)


def test_an_error_in_mid_run_leaves_no_grant(per_project: Workspace) -> None:
    """Whatever ends a run: what it gave itself is taken back."""
    before = per_project.cloud.snapshot()
    fault = per_project.cloud.fault('GET /network/v2.0/networks', delay=1)
    started = per_project.start('--init-saved-state')
    wait_for(lambda: fault.hits)
    # What is no file before the run is refused before it begins.
    per_project.saved.mkdir()
    ended = started.wait()
    assert ended.code == 2, ended
    assert "can't use" in ended.err
    assert per_project.cloud.snapshot() == before
    assert grants(per_project)


def test_a_grant_that_can_not_be_taken_back_stays_in_the_journal(
    per_project: Workspace,
) -> None:
    """Keystone fails at the end: the exit code says so, and the next run does it."""
    cloud = per_project.cloud
    before = cloud.snapshot()
    fault = cloud.fault('DELETE /identity/v3/OS-INHERIT', status=501)
    ended = per_project.run('--init-saved-state')
    assert ended.code != 0
    assert 'Traceback' not in ended.err
    assert fault.hits
    assert (per_project.folder / NAME).exists()
    cloud.clear_faults()
    per_project.run('--init-saved-state', code=0)
    assert cloud.snapshot() == before


def test_key_pairs_of_users_that_are_gone(workspace: Workspace) -> None:
    """They outlive their user: those of users whom only the saved state still knows."""
    cloud = workspace.cloud
    user = cloud.create('users', name='tempest-user')
    workspace.save()
    key = cloud.create('keypairs', name='leak', user_id=user)
    cloud.delete('users', user)
    assert cloud.get('keypairs', key)
    workspace.clean()
    assert cloud.get('keypairs', key) is None


def test_objects_whose_project_is_gone(workspace: Workspace) -> None:
    """Keystone tells no service: they are found and deleted all the same."""
    cloud = workspace.cloud
    before = cloud.snapshot()
    workspace.save()
    tenant = cloud.make_project('tempest-a', servers=1, volumes=1, floating_ips=1)
    cloud.delete('projects', tenant.project_id)
    cloud.delete('users', tenant.user_id)
    assert workspace.clean().exit_code() is ExitCode.CLEAN
    assert cloud.snapshot() == before
