"""The simulated Cinder, Glance and Heat."""

from collections.abc import Iterator

import pytest

from tempest_cleanup.testing import ManualClock, SimulatedCloud
from tests.sim.client import CINDER, NOVA, Client, ids


@pytest.fixture
def cloud() -> Iterator[SimulatedCloud]:
    with SimulatedCloud(clock=ManualClock(), volume_delete_time=5, stack_delete_time=5,
                        server_delete_time=5, page_limit=2, token_lifetime=10**6) as cloud:
        yield cloud


@pytest.fixture
def admin(cloud: SimulatedCloud) -> Client:
    return Client(cloud)


def test_volumes_are_listed_in_pages_and_by_project(admin: Client) -> None:
    tenant = admin.cloud.make_project('tempest-A', volumes=3)
    own = admin.cloud.create('volumes')
    assert ids(admin.get(f'{admin.volume}/volumes')['volumes']) == [own]
    first = admin.get(f'{admin.volume}/volumes/detail?all_tenants=1').body
    rest = admin.get(first['volumes_links'][0]['href']).body
    assert ids(first['volumes'] + rest['volumes']) == [own, *tenant.volumes[::-1]]
    assert first['volumes'][1]['os-vol-tenant-attr:tenant_id'] == tenant.project_id
    assert admin.get(f'/volume/v3/{tenant.project_id}/volumes').status == 400
    assert admin.get(f'{admin.volume}/volumes?marker=unknown').status == 404


def test_a_volume_with_snapshots_stays_unless_they_go_too(admin: Client) -> None:
    cloud = admin.cloud
    volume = cloud.create('volumes')
    snapshot = cloud.create('snapshots', volume_id=volume)
    path = f'{admin.volume}/volumes/{volume}'
    assert admin.delete(path).status == 400
    assert admin.delete(path + '?cascade=true').status == 202
    assert admin.get(path)['volume']['status'] == 'deleting'
    cloud.advance(5)
    assert admin.get(path).status == 404
    assert admin.get(f'{admin.volume}/snapshots/{snapshot}').status == 404


@pytest.mark.parametrize('status', ['in-use', 'creating', 'error_deleting', 'awaiting-transfer'])
def test_a_volume_in_the_wrong_state_stays(admin: Client, status: str) -> None:
    volume = admin.cloud.create('volumes', status=status)
    path = f'{admin.volume}/volumes/{volume}'
    assert admin.delete(path).status == 400
    reset = {'os-reset_status': {'status': 'error'}}
    assert admin.post(path + '/action', reset).status == 202
    assert admin.delete(path).status == 202


def test_a_volume_that_cannot_be_deleted_leaves_a_message(admin: Client) -> None:
    cloud = admin.cloud
    volume = cloud.create('volumes')
    cloud.stick('volumes', volume, 'error')
    path = f'{admin.volume}/volumes/{volume}'
    admin.delete(path)
    cloud.advance(5)
    assert admin.get(path)['volume']['status'] == 'error_deleting'
    messages = f'{admin.volume}/messages'
    (message,) = admin.get(f'{messages}?resource_uuid={volume}', **CINDER)['messages']
    assert 'failed to delete' in message['user_message']
    assert admin.get(f'{messages}?all_tenants=1', **CINDER)['messages'] == []


def test_a_forced_deletion_may_help(admin: Client) -> None:
    cloud = admin.cloud
    volume = cloud.create('volumes')
    cloud.stick('volumes', volume, 'hang-force')
    path = f'{admin.volume}/volumes/{volume}'
    admin.delete(path)
    cloud.advance(100)
    assert admin.get(path)['volume']['status'] == 'deleting'
    admin.post(path + '/action', {'os-force_delete': None})
    cloud.advance(5)
    assert admin.get(path).status == 404


def test_transfers_backups_and_attachments_hold_volumes(admin: Client) -> None:
    cloud = admin.cloud
    volume = cloud.create('volumes')
    path = f'{admin.volume}/volumes/{volume}'
    transfer = cloud.create('volume_transfers', volume_id=volume)
    assert admin.delete(path).status == 400
    assert admin.delete(f'{admin.volume}/os-volume-transfer/{transfer}').status == 202
    first = cloud.create('backups', volume_id=volume)
    second = cloud.create('backups', volume_id=volume, incremental=True)
    backups = f'{admin.volume}/backups'
    assert admin.delete(f'{backups}/{first}').status == 400
    assert admin.delete(f'{backups}/{second}').status == 202
    cloud.advance(5)
    assert admin.delete(f'{backups}/{first}').status == 202
    reserved = cloud.create('volume_attachments', volume_id=volume, instance='gone')
    assert admin.delete(path).status == 400
    assert admin.delete(f'{admin.volume}/attachments/{reserved}', **CINDER).status == 200
    assert admin.delete(path).status == 202


def test_groups_go_with_their_volumes_when_that_is_said(admin: Client) -> None:
    cloud = admin.cloud
    before = cloud.snapshot()
    kind = cloud.create('group_types')
    group = cloud.create('volume_groups', group_type=kind)
    volume = cloud.create('volumes', group_id=group)
    snapshot = cloud.create('group_snapshots', group_id=group)
    (member,) = cloud.ids('snapshots')
    base = admin.volume
    action = f'{base}/groups/{group}/action'
    assert admin.delete(f'{base}/group_types/{kind}', **CINDER).status == 400
    assert admin.delete(f'{base}/snapshots/{member}').status == 400
    assert admin.delete(f'{base}/volumes/{volume}').status == 400
    assert admin.post(action, {'delete': {'delete-volumes': True}}).status == 400
    assert admin.delete(f'{base}/group_snapshots/{snapshot}', **CINDER).status == 202
    cloud.advance(5)
    assert admin.post(action, {'delete': {'delete-volumes': False}}).status == 400
    assert admin.post(action, {'delete': {'delete-volumes': True}}).status == 202
    cloud.advance(5)
    cloud.advance(5)
    assert admin.delete(f'{base}/group_types/{kind}', **CINDER).status == 202
    assert cloud.snapshot() == before


def test_a_volume_type_is_held_by_its_volumes(admin: Client) -> None:
    cloud = admin.cloud
    kind = cloud.create('volume_types', name='t')
    encryption = cloud.create('volume_encryptions', volume_type_id=kind)
    volume = cloud.create('volumes', volume_type='t')
    path = f'{admin.volume}/types/{kind}'
    assert admin.get(f'{path}/encryption')['encryption_id'] == encryption
    assert admin.delete(f'{path}/encryption/{encryption}').status == 400
    assert admin.delete(path).status == 400
    cloud.delete('volumes', volume)
    assert admin.delete(path).status == 202
    assert cloud.ids('volume_encryptions') == []
    (default,) = cloud.ids('volume_types')
    assert admin.delete(f'{admin.volume}/types/{default}').status == 400


def test_qos_specs_are_held_by_types(admin: Client) -> None:
    cloud = admin.cloud
    qos = cloud.create('volume_qos', name='q')
    cloud.create('volume_types', name='t', qos_specs_id=qos)
    path = f'{admin.volume}/qos-specs/{qos}'
    assert admin.delete(path).status == 400
    assert admin.get(path + '/disassociate_all').status == 202
    assert admin.delete(path).status == 202


def test_volume_quotas_know_the_types_and_no_projects(admin: Client) -> None:
    admin.cloud.create('volume_types', name='t')
    path = f'{admin.volume}/os-quota-sets/feed'
    assert admin.put(path, {'quota_set': {'volumes_t': 3}})['quota_set']['volumes_t'] == 3
    assert admin.get(path + '?usage=true')['quota_set']['volumes_t']['limit'] == 3
    assert admin.delete(path).status == 200
    assert admin.get(path)['quota_set']['volumes_t'] == -1


def test_images_come_by_25_and_some_have_to_be_asked_for(admin: Client) -> None:
    cloud = admin.cloud
    tenant = cloud.make_project('tempest-A')
    for _ in range(30):
        cloud.create('images')
    hidden = cloud.create('images', os_hidden=True)
    foreign = cloud.create('images', project_id=tenant.project_id, visibility='community')
    page = admin.get('/image/v2/images').body
    assert len(page['images']) == 25
    assert admin.get('/image' + page['next'])['images']
    images = '/image/v2/images'
    assert hidden not in str(admin.get(f'{images}?limit=2').body)
    assert ids(admin.get(f'{images}?visibility=all&os_hidden=true')['images']) == [hidden]
    assert foreign in ids(admin.get(f'{images}?visibility=all')['images'])
    assert foreign not in ids(page['images'])


def test_a_protected_image_stays(admin: Client) -> None:
    image = admin.cloud.create('images', protected=True)
    path = f'/image/v2/images/{image}'
    assert admin.delete(path).status == 403
    change = [{'op': 'replace', 'path': '/protected', 'value': False}]
    assert admin.patch(path, change)['protected'] is False
    assert admin.delete(path).status == 204
    assert admin.get(path).status == 404


def test_a_protected_namespace_stays(admin: Client) -> None:
    body = {'namespace': 'A::B', 'protected': True}
    assert admin.post('/image/v2/metadefs/namespaces', body).status == 201
    path = '/image/v2/metadefs/namespaces/A%3A%3AB'
    assert admin.delete(path).status == 403
    assert admin.put(path, {**body, 'protected': False}).status == 200
    assert admin.delete(path).status == 204


def test_stacks_are_seen_by_their_project_and_by_admins_of_heat(admin: Client) -> None:
    cloud = admin.cloud
    tenant = cloud.make_project('tempest-A')
    stack = cloud.create('stacks', name='s', project_id=tenant.project_id)
    cloud.create('stacks', name='inner', project_id=tenant.project_id, parent=stack)
    own = f'/orchestration/v1/{cloud.admin_project}/stacks'
    assert ids(admin.get(own)['stacks']) == [stack], 'Heat shows an admin all'
    assert ids(admin.get(f'/orchestration/v1/{"0" * 32}/stacks')['stacks']) == [stack]
    cloud.settings.stacks_of_all_projects = False
    assert admin.get(own)['stacks'] == []
    assert admin.get(own + '?global_tenant=true').status == 403
    there = f'/orchestration/v1/{tenant.project_id}/stacks'
    assert admin.get(there).status == 403
    member = Client(cloud, tenant.user_id, tenant.password,
                    {'project': {'id': tenant.project_id}})
    assert ids(member.get(there)['stacks']) == [stack]
    assert len(member.get(there + '?show_nested=true')['stacks']) == 2
    redirect = admin.get(f'{own}/{stack}')
    assert redirect.status == 302
    assert admin.get(redirect.headers['Location'])['stack']['id'] == stack
    assert admin.delete(f'{own}/s/{stack}').status == 204


def test_a_stack_takes_its_parts_along(admin: Client) -> None:
    cloud = admin.cloud
    before = cloud.snapshot()
    network = cloud.create('networks')
    server = cloud.create('servers', networks=[network])
    stack = cloud.create('stacks', name='s', resources=[('networks', network),
                                                        ('servers', server)])
    path = f'/orchestration/v1/{cloud.admin_project}/stacks/s/{stack}'
    parts = admin.get(path + '/resources')['resources']
    assert [part['physical_resource_id'] for part in parts] == [network, server]
    admin.delete(path)
    assert admin.get(path)['stack']['stack_status'] == 'DELETE_IN_PROGRESS'
    for _ in range(4):
        cloud.advance(5)
    assert admin.get(path).status == 404
    assert cloud.snapshot() == before


def test_a_stack_fails_on_what_is_used_by_others(admin: Client) -> None:
    cloud = admin.cloud
    network = cloud.create('networks')
    port = cloud.create('ports', network_id=network)
    stack = cloud.create('stacks', name='s', resources=[('networks', network)])
    path = f'/orchestration/v1/{cloud.admin_project}/stacks/s/{stack}'
    admin.delete(path)
    cloud.advance(5)
    body = admin.get(path)['stack']
    assert body['stack_status'] == 'DELETE_FAILED'
    assert port in body['stack_status_reason']
    cloud.delete('ports', port)
    admin.delete(path)
    cloud.advance(5)
    assert admin.get(path).status == 404
    assert cloud.get('networks', network) is None


def test_a_stack_is_created_from_a_template(admin: Client) -> None:
    body = {'stack_name': 's', 'template': {'resources': {
        'net': {'type': 'OS::Neutron::Net'}, 'vol': {'type': 'OS::Cinder::Volume'}}}}
    path = f'/orchestration/v1/{admin.cloud.admin_project}/stacks'
    answer = admin.post(path, body)
    assert answer.status == 201
    assert 's-net' in [row['name'] for row in admin.get('/network/v2.0/networks')['networks']]
    assert len(admin.cloud.ids('volumes')) == 1
    (link,) = answer['stack']['links']
    assert admin.delete(link['href']).status == 204


def test_versions_of_cinder_and_nova_differ_in_one_request(admin: Client) -> None:
    volume = admin.cloud.create('volumes')
    path = f'{admin.volume}/volumes/{volume}'
    assert 'group_id' not in admin.get(path)['volume']
    assert 'group_id' not in admin.get(path, **NOVA)['volume']
    assert 'group_id' in admin.get(path, **CINDER)['volume']
