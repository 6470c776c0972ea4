"""The simulated Nova: pages, slow deletions, key pairs, aggregates, quotas."""

from collections.abc import Iterator

import pytest

from tempest_cleanup.testing import ManualClock, SimulatedCloud
from tests.sim.client import CINDER, NOVA, Client, ids

V2 = '/compute/v2.1'


@pytest.fixture
def cloud() -> Iterator[SimulatedCloud]:
    with SimulatedCloud(clock=ManualClock(), server_delete_time=5, page_limit=2,
                        token_lifetime=10**6) as cloud:
        yield cloud


@pytest.fixture
def admin(cloud: SimulatedCloud) -> Client:
    return Client(cloud)


def test_servers_come_in_pages_and_a_full_one_has_a_link(admin: Client) -> None:
    made = [admin.cloud.create('servers', name=f's{number}') for number in range(5)]
    seen: list[str] = []
    address = f'{V2}/servers/detail?all_tenants=1'
    while address:
        body = admin.get(address).body
        seen += ids(body['servers'])
        links = body.get('servers_links', [{'href': ''}])
        address = links[0]['href']
    assert seen == made[::-1]
    assert len(admin.get(f'{V2}/servers?limit=1')['servers']) == 1
    assert admin.get(f'{V2}/servers?marker=unknown').status == 400


def test_servers_of_other_projects_are_shown_for_all_tenants_only(admin: Client) -> None:
    tenant = admin.cloud.make_project('tempest-A', servers=1)
    assert admin.get(f'{V2}/servers')['servers'] == []
    assert ids(admin.get(f'{V2}/servers?all_tenants=1')['servers']) == tenant.servers
    member = Client(admin.cloud, tenant.user_id, tenant.password,
                    {'project': {'id': tenant.project_id}})
    assert ids(member.get(f'{V2}/servers')['servers']) == tenant.servers
    assert member.get(f'{V2}/servers?all_tenants=1').status == 403
    other = admin.cloud.create('servers')
    assert member.delete(f'{V2}/servers/{other}').status == 404


def test_versions_add_fields(admin: Client) -> None:
    server = admin.cloud.create('servers', locked=True)
    old = admin.get(f'{V2}/servers/{server}')['server']
    new = admin.get(f'{V2}/servers/{server}', **NOVA)
    assert 'locked' not in old
    assert new['server']['locked'] is True
    assert new['server']['flavor']['original_name'] == 'm1.nano'
    assert new.headers['X-OpenStack-Nova-API-Version'] == '2.96'
    assert old['flavor']['id'] == '42'


def test_a_deleted_server_stays_for_a_while_and_takes_its_ports(admin: Client) -> None:
    cloud = admin.cloud
    tenant = cloud.make_project('tempest-A', servers=1, volumes=1)
    own_port = cloud.create('ports', network_id=tenant.networks[0])
    server = cloud.create('servers', project_id=tenant.project_id, volumes=tenant.volumes,
                          networks=[{'uuid': tenant.networks[0]}, {'port': own_port}])
    ports = len(cloud.ids('ports'))
    volume = f'{admin.volume}/volumes/{tenant.volumes[0]}'
    assert admin.get(volume)['volume']['status'] == 'in-use'
    assert admin.delete(f'{V2}/servers/{server}').status == 204
    body = admin.get(f'{V2}/servers/{server}')['server']
    assert body['OS-EXT-STS:task_state'] == 'deleting'
    cloud.advance(5)
    assert admin.get(f'{V2}/servers/{server}').status == 404
    assert len(cloud.ids('ports')) == ports - 1
    assert (cloud.get('ports', own_port) or {})['device_id'] == ''
    assert admin.get(volume)['volume']['status'] == 'available'
    actions = admin.get(f'{V2}/servers/{server}/os-instance-actions')['instanceActions']
    assert [action['action'] for action in actions] == ['delete', 'create']


def test_a_locked_server_is_only_deleted_by_an_admin(admin: Client) -> None:
    tenant = admin.cloud.make_project('tempest-A')
    server = admin.cloud.create('servers', project_id=tenant.project_id, locked=True)
    member = Client(admin.cloud, tenant.user_id, tenant.password,
                    {'project': {'id': tenant.project_id}})
    assert member.delete(f'{V2}/servers/{server}').status == 409
    assert admin.delete(f'{V2}/servers/{server}').status == 204


@pytest.mark.parametrize(('how', 'status', 'cure'), [
    ('hang-force', 'ACTIVE', {'forceDelete': None}),
    ('error-reset', 'ERROR', {'os-resetState': {'state': 'error'}}),
])
def test_a_stuck_server_can_be_cured(admin: Client, how: str, status: str,
                                     cure: dict[str, object]) -> None:
    cloud = admin.cloud
    server = cloud.create('servers')
    cloud.stick('servers', server, how)
    path = f'{V2}/servers/{server}'
    admin.delete(path)
    cloud.advance(100)
    assert admin.get(path)['server']['status'] == status
    assert admin.post(path + '/action', cure).status == 202
    admin.delete(path)
    cloud.advance(5)
    assert admin.get(path).status == 404


def test_key_pairs_belong_to_users_and_outlive_them(admin: Client) -> None:
    user = admin.cloud.create('users', name='u')
    for number in range(3):
        admin.cloud.create('keypairs', name=f'k{number}', user_id=user)
    admin.cloud.delete('users', user)
    path = f'{V2}/os-keypairs'
    assert admin.get(path, **NOVA)['keypairs'] == []
    first = admin.get(f'{path}?user_id={user}', **NOVA).body
    assert [row['keypair']['name'] for row in first['keypairs']] == ['k0', 'k1']
    rest = admin.get(first['keypairs_links'][0]['href'], **NOVA)['keypairs']
    assert [row['keypair']['name'] for row in rest] == ['k2']
    assert admin.delete(f'{path}/k0?user_id={user}').status == 404, 'not before 2.10'
    assert admin.delete(f'{path}/k0?user_id={user}', **NOVA).status == 204
    assert admin.cloud.ids('keypairs') == [f'{user}/k1', f'{user}/k2']


def test_server_groups_have_an_offset_and_no_links(admin: Client) -> None:
    made = [admin.cloud.create('server_groups') for _ in range(3)]
    path = f'{V2}/os-server-groups?all_projects=True'
    assert ids(admin.get(path)['server_groups']) == made[:2]
    last = admin.get(path + '&offset=2', **NOVA).body
    assert ids(last['server_groups']) == made[2:]
    assert 'server_groups_links' not in last


def test_private_flavors_have_to_be_asked_for(admin: Client) -> None:
    flavor = admin.cloud.create('flavors', is_public=False)
    path = f'{V2}/flavors'
    assert flavor not in str(admin.get(path).body)
    assert ids(admin.get(f'{path}?is_public=False')['flavors']) == [flavor]
    assert ids(admin.get(f'{path}/detail?is_public=None&marker=84')['flavors']) == [flavor]
    access = {'addTenantAccess': {'tenant': 'gone'}}
    assert admin.post(f'{path}/{flavor}/action', access).status == 200
    assert admin.get(f'{path}/42/os-flavor-access').status == 404
    assert admin.delete(f'{path}/{flavor}').status == 202
    assert admin.cloud.ids('flavor_accesses') == []


def test_an_aggregate_has_to_be_empty(admin: Client) -> None:
    body = {'aggregate': {'name': 'a', 'availability_zone': 'z'}}
    path = f'{V2}/os-aggregates'
    path += f'/{admin.post(path, body)["aggregate"]["id"]}'
    assert admin.post(path + '/action', {'add_host': {'host': 'unknown'}}).status == 404
    admin.post(path + '/action', {'add_host': {'host': 'simulated'}})
    assert admin.delete(path).status == 400
    answer = admin.post(path + '/action', {'remove_host': {'host': 'simulated'}})
    assert answer['aggregate']['hosts'] == []
    assert admin.delete(path).status == 200


def test_quotas_of_a_vanished_project(admin: Client) -> None:
    cloud = admin.cloud
    project = cloud.create('projects', name='p')
    cloud.create('compute_quotas', project_id=project, cores=1)
    path = f'{V2}/os-quota-sets/{project}'
    assert admin.get(path)['quota_set']['cores'] == 1
    cloud.delete('projects', project)
    assert admin.get(path).status == 400
    assert admin.put(path, {'quota_set': {'cores': 2}}).status == 400
    assert admin.delete(path).status == 202
    assert 'compute_quotas' not in cloud.snapshot()


def test_a_compute_service_is_disabled_and_enabled(admin: Client) -> None:
    before = admin.cloud.snapshot()
    service = admin.get(f'{V2}/os-services?binary=nova-compute', **NOVA)['services'][0]
    path = f'{V2}/os-services/{service["id"]}'
    admin.put(path, {'status': 'disabled', 'disabled_reason': 'test'}, **NOVA)
    assert admin.cloud.snapshot() != before
    answer = admin.put(path, {'status': 'enabled'}, **NOVA)
    assert answer['service']['disabled_reason'] is None
    assert admin.cloud.snapshot() == before


def test_volumes_are_attached_and_detached(admin: Client) -> None:
    cloud = admin.cloud
    server, volume = cloud.create('servers'), cloud.create('volumes')
    path = f'{V2}/servers/{server}/os-volume_attachments'
    body = {'volumeAttachment': {'volumeId': volume}}
    assert admin.post(path, body).status == 200
    assert admin.post(path, body).status == 400, 'it is in use'
    (attachment,) = admin.get(f'{admin.volume}/attachments', **CINDER)['attachments']
    assert admin.delete(f'{admin.volume}/attachments/{attachment["id"]}', **CINDER).status == 409
    assert admin.delete(f'{path}/{volume}').status == 202
    assert cloud.ids('volume_attachments') == []


def test_a_server_is_created_by_http(admin: Client) -> None:
    cloud = admin.cloud
    cloud.settings.build_time = 3
    tenant = cloud.make_project('tempest-A')
    body = {'server': {'name': 's', 'flavorRef': '42', 'imageRef': cloud.ids('images')[0],
                       'networks': [{'uuid': tenant.networks[0]}]}}
    answer = admin.post(f'{V2}/servers', body)
    assert answer.status == 202
    path = f'{V2}/servers/{answer["server"]["id"]}'
    assert admin.get(path)['server']['status'] == 'BUILD'
    cloud.advance(3)
    assert admin.get(path)['server']['status'] == 'ACTIVE'
    assert list(admin.get(path)['server']['addresses']) == ['tempest-A-0-network']
