"""Point 4: what is never deleted, though there is no saved state that names it."""
import pytest

from tempest_cleanup.context import Filters
from tempest_cleanup.errors import ExitCode
from tests.sim.leaks import full_project, one_of_everything
from tests.sim.runs import Workspace, deleted_of, to_go


def test_4_nothing_saved_is_ever_sent_a_delete(workspace: Workspace) -> None:
    """Point 4, with every filter that could be thought to say otherwise."""
    cloud = workspace.cloud
    tenant = full_project(cloud, 'tempest-old')
    one_of_everything(cloud, 'tempest-neighbour', tenant)
    before = cloud.snapshot()
    workspace.save()
    cloud.reset_requests()
    every = {kind: frozenset(rows) for kind, rows in before.items()}
    for filters in (Filters(prefix='tempest-'), Filters(recorded=every),
                    Filters(projects=frozenset((tenant.project_id,))), Filters()):
        report = workspace.clean(filters=filters)
        assert not deleted_of(cloud, before)
        assert to_go(report) == set()
    assert cloud.snapshot() == before


def test_4_without_a_saved_state_it_does_not_saw_off_its_branch(workspace: Workspace) -> None:
    """Point 4: everything goes but what the tool and the services stand on."""
    cloud = workspace.cloud
    bare = cloud.snapshot()
    one_of_everything(cloud, 'leak', full_project(cloud, 'tempest-a'))
    report = workspace.clean()
    left = cloud.snapshot()
    kept = ('users', 'projects', 'domains', 'roles', 'role_assignments', 'regions', 'services',
            'endpoints', 'networks', 'subnets', 'images', 'flavors', 'compute_services',
            'volume_services', 'security_groups', 'default_security_group_rules')
    for kind in kept:
        assert bare[kind].items() <= left[kind].items(), kind
    gone = ('servers', 'volumes', 'routers', 'floatingips', 'stacks', 'keypairs', 'aggregates',
            'trunks', 'volume_groups', 'credentials', 'trusts', 'groups')
    assert [kind for kind in gone if left.get(kind)] == []
    assert {p['name'] for p in left['projects'].values()} == {'admin', 'service'}
    # It still works there, and finds nothing more to do than what the services refuse.
    assert report.exit_code() in (ExitCode.CLEAN, ExitCode.LEFT)
    again = workspace.look()
    assert to_go(again) == {o.resource.key for o in report.failures()}


def test_4_without_a_saved_state_rights_through_groups_stay(workspace: Workspace) -> None:
    """Point 4: ours, those of the services' accounts, and the roles that only these have."""
    cloud = workspace.cloud
    service = next(p for p in cloud.ids('projects')
                   if (cloud.get('projects', p) or {})['name'] == 'service')
    admins, accounts, leaked = (cloud.create('groups', name=name)
                                for name in ('admins', 'accounts', 'leaked'))
    octavia, stranger = (cloud.create('users', name=name) for name in ('octavia', 'stranger'))
    for name in ('of-services', 'of-accounts'):
        cloud.create('roles', name=name)
    unused = cloud.create('roles', name='unused')
    for group, user in ((admins, cloud.admin_user), (accounts, octavia), (leaked, stranger)):
        cloud.create('group_memberships', group_id=group, user_id=user)
    cloud.create('role_assignments', group_id=admins, project_id=cloud.admin_project,
                 role='admin')
    cloud.create('role_assignments', user_id=octavia, project_id=service, role='of-services')
    cloud.create('role_assignments', group_id=accounts, project_id=service, role='of-accounts')
    before = cloud.snapshot()
    workspace.clean()
    after = cloud.snapshot()
    gone = {kind: set(before[kind]) - set(after.get(kind, ())) for kind in (
        'groups', 'users', 'roles', 'role_assignments')}
    assert gone == {'groups': {leaked}, 'users': {stranger}, 'roles': {unused},
                    'role_assignments': set()}
    assert set(after['group_memberships']) == {
        f'{admins}/{cloud.admin_user}', f'{accounts}/{octavia}'}


@pytest.mark.parametrize('prefix', ['admin', 'service', 'nova', 'Default', 'member', 'public',
                                    'default', 'cinder', 'heat', 'RegionOne', 'simulated'])
def test_4_no_prefix_reaches_it_either(workspace: Workspace, prefix: str) -> None:
    """Point 4: --prefix with the names of what the tool stands on."""
    before = workspace.cloud.snapshot()
    report = workspace.clean(filters=Filters(prefix=prefix))
    assert not deleted_of(workspace.cloud, before)
    assert to_go(report) == set()


def test_4_what_the_services_made_for_themselves(workspace: Workspace) -> None:
    """Point 4: system ports, HA networks, the image cache, default groups, the service's."""
    cloud = workspace.cloud
    service = next(p for p in cloud.ids('projects')
                   if (cloud.get('projects', p) or {})['name'] == 'service')
    workspace.save()
    dhcp = cloud.create('ports', network_id=cloud.public_network, device_owner='network:dhcp')
    tunnel = cloud.create('networks', name='HA network tenant 123', project_id='')
    cached = cloud.create('volumes', name='image-1', metadata={'glance_image_id': '1'})
    amphora = cloud.create('users', name='octavia')
    cloud.create('role_assignments', user_id=amphora, project_id=service, role='admin')
    heat = cloud.create('domains', name='heat')
    leak = cloud.create('volumes', name='image-2')
    report = workspace.clean()
    assert report.exit_code() is ExitCode.CLEAN
    for kind, identifier in (('ports', dhcp), ('networks', tunnel), ('volumes', cached),
                             ('users', amphora), ('domains', heat)):
        assert cloud.get(kind, identifier), kind
    assert cloud.get('volumes', leak) is None
