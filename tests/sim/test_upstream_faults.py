"""The faults of upstream's own command (T1 to T16): ours does not have them.

Where it is cheap the same test shows that upstream's command does.
"""
import json

import pytest

from tempest_cleanup.errors import ExitCode
from tempest_cleanup.state import checksum
from tests.sim.conftest import MakeWorkspace
from tests.sim.leaks import full_project, one_of_everything
from tests.sim.runs import Workspace, deletes, kinds, to_go
from tests.sim.test_upstream_files import run_upstream


def test_t1_servers_and_volumes_of_every_project(workspace: Workspace) -> None:
    """T1: upstream lists servers, volumes, snapshots and key pairs of the admin's own only."""
    cloud = workspace.cloud
    workspace.save()
    tenant = full_project(cloud, 'tempest-a')
    wanted = {('servers', tenant.servers[0]), ('volumes', tenant.volumes[0]),
              ('snapshots', tenant.snapshots[0]), ('keypairs', tenant.keypairs[0])}
    assert wanted <= to_go(workspace.look())
    workspace.saved.unlink()
    run_upstream(workspace, '--init-saved-state')
    second = full_project(cloud, 'tempest-b')
    run_upstream(workspace, '--dry-run')
    theirs = workspace.json('dry_run.json')
    assert second.servers[0] not in theirs['servers']
    assert second.volumes[0] not in theirs['volumes']


def test_t2_what_can_not_be_deleted_shows_in_the_exit_code(workspace: Workspace) -> None:
    """T2: upstream swallows every failed deletion and ends with 0."""
    cloud = workspace.cloud
    run_upstream(workspace, '--init-saved-state')
    image = cloud.create('images', name='leak')
    cloud.fault('DELETE /image', status=403)
    assert run_upstream(workspace).code == 0
    assert cloud.get('images', image)
    cloud.delete('images', image)
    workspace.save()
    cloud.create('images', name='leak')
    assert workspace.clean().exit_code() is ExitCode.LEFT


def test_t3_projects_and_users_go_last_and_servers_are_waited_for(
    make_workspace: MakeWorkspace,
) -> None:
    """T3: upstream deletes projects before what is in them, and waits for no server."""
    workspace = make_workspace(server_delete_time=1)
    cloud = workspace.cloud

    def order() -> list[str]:
        """What was deleted, in its order, by the name of the collection."""
        return [target.split('/')[-2] for target in deletes(cloud)]

    run_upstream(workspace, '--init-saved-state')
    before = cloud.snapshot()
    cloud.create('projects', name='leak')
    cloud.create('volumes', name='leak')
    run_upstream(workspace)
    assert order().index('projects') < order().index('volumes')
    workspace.saved.unlink()
    workspace.save()
    full_project(cloud, 'tempest-a')
    cloud.reset_requests()
    assert workspace.clean().exit_code() is ExitCode.CLEAN
    assert order()[-1] == 'projects'
    assert order().index('servers') < order().index('networks')
    assert cloud.snapshot() == before


def test_t4_t5_a_dry_run_leaves_the_resource_list(workspace: Workspace) -> None:
    """T4, T5: upstream's dry run empties it, and the clean-up after it finds nothing to do."""
    volume = workspace.cloud.create('volumes', name='leak')
    path = workspace.folder / 'resource_list.json'
    text = json.dumps({'volumes': {volume: 'leak'}})
    path.write_text(text)
    run_upstream(workspace, '--dry-run', '--resource-list')
    assert json.loads(path.read_text()) == {}
    path.write_text(text)
    workspace.run('--dry-run', '--resource-list', code=0)
    assert path.read_text() == text
    workspace.run('--resource-list', code=0)
    assert workspace.cloud.get('volumes', volume) is None


def test_t6_a_failed_listing_of_roles_deletes_no_role(workspace: Workspace) -> None:
    """T6: with upstream every role but admin goes after one failed listing while saving."""
    cloud = workspace.cloud
    roles = set(cloud.ids('roles'))
    fault = cloud.fault('GET /identity/v3/roles', status=501)
    workspace.save()
    cloud.clear_faults()
    assert fault.hits
    cloud.create('roles', name='new')
    report = workspace.clean()
    assert roles < set(cloud.ids('roles')), 'the new one could be an old one'
    assert not {key for key in to_go(report) if key.kind == 'roles'}


def test_t7_a_prefix_survives_what_has_no_name(workspace: Workspace) -> None:
    """T7: upstream crashes on the first volume, snapshot or image without a name."""
    cloud = workspace.cloud
    cloud.create('volumes', name=None)
    cloud.create('images', name=None)
    leak = cloud.create('images', name='tempest-image')
    theirs = run_upstream(workspace, '--prefix', 'tempest')
    assert 'startswith' in theirs.err + theirs.out or theirs.code != 0
    workspace.run('--prefix', 'tempest', code=0)
    assert cloud.get('images', leak) is None
    assert len(cloud.ids('volumes')) == 1


@pytest.mark.parametrize('kind', ['trunks', 'stacks', 'images'])
def test_t8_a_saved_state_from_before_a_service_was_there(
    workspace: Workspace, kind: str,
) -> None:
    """T8: upstream aborts with a KeyError; we keep what that state does not know."""
    workspace.save()
    state = workspace.json('saved_state.json')
    state['kinds'].remove(kind)
    state['coverage'] = [c for c in state['coverage'] if c['kind'] != kind]
    del state['resources'][kind], state['checksum']
    workspace.saved.write_text(json.dumps(state | {'checksum': checksum(state)}))
    needs = ({'port_id': workspace.cloud.create('ports', network_id=workspace.cloud.create(
        'networks', name='n'))} if kind == 'trunks' else {})
    identifier = workspace.cloud.create(kind, name='leak', **needs)
    workspace.clean()
    assert workspace.cloud.get(kind, identifier)


def test_t9_a_security_group_without_rules(workspace: Workspace) -> None:
    """T9: upstream aborts with an IndexError in its default mode."""
    cloud = workspace.cloud
    workspace.save()
    group = cloud.create('security_groups', name='bare')
    for rule in cloud.ids('security_group_rules'):
        if (cloud.get('security_group_rules', rule) or {})['security_group_id'] == group:
            cloud.delete('security_group_rules', rule)
    assert workspace.clean().exit_code() is ExitCode.CLEAN
    assert cloud.get('security_groups', group) is None


def test_t10_lists_are_read_to_their_end_before_and_after(
    make_workspace: MakeWorkspace,
) -> None:
    """T10: a page limit makes upstream take old servers for new ones, and delete them."""
    workspace = make_workspace(page_limit=2)
    cloud = workspace.cloud
    old = [cloud.create('servers', name=f'old-{number}') for number in range(5)]
    run_upstream(workspace, '--init-saved-state')
    assert len(workspace.json('saved_state.json')['servers']) < len(old)
    workspace.saved.unlink()
    assert len(workspace.save().of('servers')) == len(old)
    cloud.create('servers', name='leak')
    assert workspace.clean().exit_code() is ExitCode.CLEAN
    assert set(cloud.ids('servers')) == set(old)


def test_t11_what_others_make_meanwhile_can_be_left_alone(workspace: Workspace) -> None:
    """T11: upstream deletes what any tenant made after the snapshot; ours can be narrowed."""
    cloud = workspace.cloud
    customer = full_project(cloud, 'customer')
    workspace.run('--init-saved-state', code=0)
    theirs = cloud.create('networks', name='new', project_id=customer.project_id)
    test = full_project(cloud, 'tempest-a')
    workspace.run('--project', 'tempest-a', code=0)
    assert cloud.get('networks', theirs)
    assert cloud.get('servers', test.servers[0]) is None


def test_t12_a_prefix_does_not_reach_what_was_saved(workspace: Workspace) -> None:
    """T12: upstream's prefix ignores the saved state, and old users named tempest go."""
    cloud = workspace.cloud
    old = {kind: cloud.create(kind, name='tempest-operator') for kind in (
        'users', 'projects', 'roles', 'networks')}
    workspace.run('--init-saved-state', code=0)
    workspace.run('--prefix', 'tempest', code=0)
    assert {kind for kind, identifier in old.items() if not cloud.get(kind, identifier)} == set()
    workspace.saved.unlink()
    run_upstream(workspace, '--init-saved-state')
    run_upstream(workspace, '--prefix', 'tempest')
    assert {kind for kind, identifier in old.items() if not cloud.get(kind, identifier)} >= {
        'users', 'projects'}


def test_t13_changed_quotas_of_old_projects_are_put_back(workspace: Workspace) -> None:
    """T13: upstream neither saves nor notices them."""
    cloud = workspace.cloud
    project = cloud.make_project('old').project_id
    for kind, limit in (('compute_quotas', 'cores'), ('volume_quotas', 'volumes'),
                        ('network_quotas', 'network')):
        cloud.create(kind, project_id=project, **{limit: 5})
    before = cloud.snapshot()
    workspace.save()
    for kind, limit in (('compute_quotas', 'cores'), ('volume_quotas', 'volumes'),
                        ('network_quotas', 'network')):
        cloud.create(kind, project_id=project, **{limit: 77})
    assert workspace.clean().exit_code() is ExitCode.CLEAN
    assert cloud.snapshot() == before


def test_t14_every_kind_that_tempests_tests_create(workspace: Workspace) -> None:
    """T14: upstream knows a third of them."""
    cloud = workspace.cloud
    before = cloud.snapshot()
    workspace.save()
    one_of_everything(cloud, 'leak', full_project(cloud, 'tempest-a'))
    aside = workspace.saved.rename(workspace.folder / 'ours.json')
    run_upstream(workspace, '--init-saved-state')
    theirs = set(workspace.json('saved_state.json'))
    aside.rename(workspace.saved)
    ours = {key.kind for key in to_go(workspace.look())}
    assert ours >= set(kinds()) & set(cloud.known_kinds())
    assert {'volume_types', 'aggregates', 'stacks', 'trunks', 'backups'} <= ours - theirs
    assert workspace.clean().exit_code() is ExitCode.CLEAN
    assert cloud.snapshot() == before


def test_t15_a_report_by_project(workspace: Workspace) -> None:
    """T15: upstream's _projects_to_clean has had nothing but quotas since 2019."""
    workspace.run('--init-saved-state', code=0)
    tenant = full_project(workspace.cloud, 'tempest-a')
    ended = workspace.run('--dry-run', '--report', 'report.json', code=0)
    assert tenant.project_id in workspace.json('dry_run.json')['_projects_to_clean']
    of_project = {d['kind'] for d in workspace.json('report.json')['decisions']
                  if d['project_id'] == tenant.project_id}
    assert {'servers', 'volumes', 'networks', 'routers', 'floatingips'} <= of_project
    rows = [line for line in ended.out.splitlines() if line.startswith('│ tempest-a ')]
    assert len(rows) == 1, 'one row group of the table'


def test_t16_leaks_fail_a_job_that_wants_it(workspace: Workspace) -> None:
    """T16: a job that sets the role's option gets its answer from the file and the code."""
    workspace.run('--init-saved-state', code=0)
    workspace.run('--dry-run', '--fail-on-leaks', code=0)
    assert not any(workspace.json('dry_run.json').values())
    workspace.cloud.create('stacks', name='leak')
    workspace.run('--dry-run', '--fail-on-leaks', code=1)
    assert workspace.json('dry_run.json')['stacks']
