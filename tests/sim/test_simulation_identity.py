"""The simulated Keystone: tokens, roles, refusals, cascades, lists."""

from collections.abc import Iterator

import pytest

from tempest_cleanup.testing import ManualClock, SimulatedCloud
from tests.sim.client import Client, ids

V3 = '/identity/v3'


@pytest.fixture
def cloud() -> Iterator[SimulatedCloud]:
    with SimulatedCloud() as cloud:
        yield cloud


@pytest.fixture
def admin(cloud: SimulatedCloud) -> Client:
    return Client(cloud)


def test_a_token_shows_roles_with_the_implied_ones_and_a_catalog(admin: Client) -> None:
    token = admin.login['token']
    assert admin.login.status == 201
    assert {role['name'] for role in token['roles']} == {'admin', 'manager', 'member', 'reader'}
    urls = {entry['type']: entry['endpoints'][0]['url'] for entry in token['catalog']}
    assert urls['compute'].startswith(admin.cloud.url)
    assert urls['block-storage'].endswith(admin.cloud.admin_project)


def test_a_wrong_password_and_a_missing_token_are_refused(cloud: SimulatedCloud) -> None:
    assert Client(cloud, password='wrong').login.status == 401
    nobody = Client(cloud, password='wrong')
    for path in ('/compute/v2.1/servers', '/network/v2.0/networks', '/image/v2/images',
                 f'/volume/v3/{cloud.admin_project}/volumes', f'{V3}/users',
                 f'/orchestration/v1/{cloud.admin_project}/stacks'):
        assert nobody.get(path).status == 401


def test_a_token_expires() -> None:
    clock = ManualClock()
    with SimulatedCloud(clock=clock, token_lifetime=60) as cloud:
        client = Client(cloud)
        cloud.advance(59)
        assert client.get(f'{V3}/users').status == 200
        cloud.advance(1)
        assert client.get(f'{V3}/users').status == 401


def test_a_project_token_needs_a_role_there(cloud: SimulatedCloud) -> None:
    domain = cloud.create('domains', name='d')
    project = cloud.create('projects', name='p', domain_id=domain)
    user = cloud.create('users', name='u', password='pw')
    scope = {'project': {'id': project}}
    assert Client(cloud, user, 'pw', scope).login.status == 401
    cloud.create('role_assignments', user_id=user, domain_id=domain, role='member')
    assert Client(cloud, user, 'pw', scope).login.status == 401
    cloud.create('role_assignments', user_id=user, domain_id=domain, role='member',
                 inherited=True)
    assert Client(cloud, user, 'pw', scope).login.status == 201


def test_a_group_gives_its_members_roles(cloud: SimulatedCloud) -> None:
    tenant = cloud.make_project('tempest-A')
    group, user = cloud.create('groups', name='g'), cloud.create('users', name='u', password='x')
    cloud.create('role_assignments', group_id=group, project_id=tenant.project_id, role='reader')
    scope = {'project': {'id': tenant.project_id}}
    assert Client(cloud, user, 'x', scope).login.status == 401
    cloud.create('group_memberships', group_id=group, user_id=user)
    assert Client(cloud, user, 'x', scope).login.status == 201


def test_a_grant_opens_a_project_and_its_removal_closes_the_token(admin: Client) -> None:
    cloud = admin.cloud
    tenant = cloud.make_project('tempest-A')
    scope = {'project': {'id': tenant.project_id}}
    assert Client(cloud, scope=scope).login.status == 401
    role = next(role['id'] for role in admin.login['token']['roles'] if role['name'] == 'admin')
    grant = f'{V3}/projects/{tenant.project_id}/users/{cloud.admin_user}/roles/{role}'
    assert admin.send('HEAD', grant).status == 404
    assert admin.put(grant).status == 204
    assert admin.send('HEAD', grant).status == 204
    inside = Client(cloud, scope=scope)
    assert inside.get('/network/v2.0/networks').status == 200
    assert admin.delete(grant).status == 204
    assert inside.get('/network/v2.0/networks').status == 401


def test_others_than_admins_may_only_look_at_themselves(cloud: SimulatedCloud) -> None:
    tenant = cloud.make_project('tempest-A')
    member = Client(cloud, tenant.user_id, tenant.password,
                    {'project': {'id': tenant.project_id}})
    assert member.get(f'{V3}/users').status == 403
    assert member.get(f'{V3}/users/{tenant.user_id}').status == 200
    assert member.get(f'{V3}/users/{cloud.admin_user}').status == 403
    assert member.post(f'{V3}/projects', {'project': {'name': 'x'}}).status == 403


def test_a_domain_is_deleted_only_when_disabled_and_takes_its_contents(admin: Client) -> None:
    cloud = admin.cloud
    before = cloud.snapshot()
    domain = cloud.create('domains', name='d')
    cloud.make_project('tempest-A', domain_id=domain, networks=0)
    cloud.create('groups', name='g', domain_id=domain)
    cloud.create('roles', name='r', domain_id=domain)
    path = f'{V3}/domains/{domain}'
    assert admin.delete(path).status == 403
    assert admin.patch(path, {'domain': {'enabled': False}})['domain']['enabled'] is False
    assert admin.delete(path).status == 204
    left = cloud.snapshot()
    assert {kind for kind in left if left[kind] != before[kind]} == {
        'security_groups', 'security_group_rules'}, 'Keystone tells no other service'


def test_a_project_with_children_and_immutable_roles_stay(admin: Client) -> None:
    parent = admin.cloud.create('projects', name='p')
    child = admin.cloud.create('projects', name='c', parent_id=parent)
    assert admin.delete(f'{V3}/projects/{parent}').status == 403
    assert admin.delete(f'{V3}/projects/{child}').status == 204
    assert admin.delete(f'{V3}/projects/{parent}').status == 204
    role = admin.get(f'{V3}/roles?name=admin')['roles'][0]['id']
    assert admin.delete(f'{V3}/roles/{role}').status == 403


def test_a_user_takes_credentials_trusts_and_roles_along(admin: Client) -> None:
    cloud = admin.cloud
    user = cloud.create('users', name='u')
    before = cloud.snapshot()
    other = cloud.create('users', name='o')
    for kind in ('credentials', 'application_credentials', 'access_rules'):
        cloud.create(kind, user_id=other, name='x')
    cloud.create('trusts', trustor_user_id=other, trustee_user_id=user)
    cloud.create('trusts', trustor_user_id=user, trustee_user_id=other)
    cloud.create('role_assignments', user_id=other, role='member')
    assert admin.delete(f'{V3}/users/{other}').status == 204
    assert cloud.snapshot() == before


def test_access_rules_are_seen_by_their_owner_and_the_system_only(admin: Client) -> None:
    cloud = admin.cloud
    user = cloud.create('users', name='u')
    credential = cloud.create('application_credentials', user_id=user, name='a', access_rules=[
        {'service': 'compute', 'method': 'GET', 'path': '/'}])
    rules, (rule,) = f'{V3}/users/{user}/access_rules', cloud.ids('access_rules')
    assert admin.get(rules).status == 403
    assert admin.get(f'{V3}/users/{user}/application_credentials').status == 200
    system = Client(cloud, scope={'system': {'all': True}})
    assert ids(system.get(rules)['access_rules']) == [rule]
    assert system.delete(f'{rules}/{rule}').status == 403, 'in use'
    assert admin.delete(f'{V3}/users/{user}/application_credentials/{credential}').status == 204
    assert system.delete(f'{rules}/{rule}').status == 204


def test_a_system_token_is_not_for_the_other_services(cloud: SimulatedCloud) -> None:
    system = Client(cloud, scope={'system': {'all': True}})
    assert system.get(f'{V3}/users').status == 200
    assert system.get('/compute/v2.1/servers').status == 403


def test_roles_of_domains_and_domains_as_projects_have_to_be_asked_for(admin: Client) -> None:
    domain = admin.cloud.create('domains', name='d')
    role = admin.cloud.create('roles', name='special', domain_id=domain)
    assert role not in ids(admin.get(f'{V3}/roles')['roles'])
    assert ids(admin.get(f'{V3}/roles?domain_id={domain}')['roles']) == [role]
    assert domain not in ids(admin.get(f'{V3}/projects')['projects'])
    assert domain in ids(admin.get(f'{V3}/projects?is_domain=true')['projects'])
    assert admin.cloud.ids('domain_roles') == [role]


def test_a_configured_limit_cuts_lists_and_says_so() -> None:
    with SimulatedCloud(identity_list_limit=5) as cloud:
        admin = Client(cloud)
        body = admin.get(f'{V3}/users').body
        assert body['truncated'] is True
        assert len(body['users']) == 5
        assert 'truncated' not in admin.get(f'{V3}/domains').body
        page = admin.get(f'{V3}/users?limit=4').body
        assert len(admin.get(page['links']['next'])['users']) == 2


def test_regions_services_and_limits_hold_each_other(admin: Client) -> None:
    cloud = admin.cloud
    region = cloud.create('regions', id='r')
    service = cloud.create('services', name='s', type='s')
    cloud.create('endpoints', service_id=service, region_id=region, url='http://x/')
    registered = cloud.create('registered_limits', service_id=service, resource_name='cores')
    cloud.create('limits', service_id=service, resource_name='cores',
                 project_id=cloud.admin_project)
    assert admin.delete(f'{V3}/regions/{region}').status == 403
    assert admin.delete(f'{V3}/registered_limits/{registered}').status == 403
    assert admin.delete(f'{V3}/services/{service}').status == 204
    assert cloud.ids('limits') == cloud.ids('registered_limits') == []
    assert admin.delete(f'{V3}/regions/{region}').status == 204


def test_role_assignments_are_listed_with_scope_and_names(admin: Client) -> None:
    cloud = admin.cloud
    cloud.create('role_assignments', domain_id='default', role='reader', inherited=True)
    path = f'{V3}/role_assignments?include_names=true&user.id={cloud.admin_user}'
    scopes = [row['scope'] for row in admin.get(path)['role_assignments']]
    assert {'system': {'all': True}} in scopes
    assert any(scope.get('OS-INHERIT:inherited_to') == 'projects' for scope in scopes)
    assert any(scope.get('project', {}).get('name') == 'admin' for scope in scopes)
    for row in admin.get(path)['role_assignments']:
        assert admin.send('HEAD', row['links']['assignment']).status == 204


@pytest.mark.parametrize(('kind', 'path', 'body'), [
    ('identity_providers', 'OS-FEDERATION/identity_providers/x', {'identity_provider': {}}),
    ('mappings', 'OS-FEDERATION/mappings/x', {'mapping': {'rules': []}}),
    ('service_providers', 'OS-FEDERATION/service_providers/x', {'service_provider': {}}),
])
def test_federation_objects_are_put_under_their_id(admin: Client, kind: str, path: str,
                                                   body: dict[str, object]) -> None:
    assert admin.put(f'{V3}/{path}', body).status == 201
    assert admin.cloud.ids(kind) == ['x']
    assert admin.delete(f'{V3}/{path}').status == 204
    assert admin.delete(f'{V3}/{path}').status == 404
