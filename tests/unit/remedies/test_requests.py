"""Which requests a remedy sends."""
from collections.abc import Mapping
from typing import Any

import pytest

from tempest_cleanup.remedies import (
    baremetal,
    block_storage,
    compute,
    dns,
    identity,
    image,
    key_manager,
    load_balancer,
    network,
    object_storage,
    orchestration,
    shared_file_system,
)
from tempest_cleanup.remedies.base import Remedy, Trouble
from tests.unit.remedies.ask import apply, trouble
from tests.unit.restoring import Sent

VOLUME = {'id': 'x', 'attachments': [], 'group_id': 'g'}
STALE = {**VOLUME, 'attachments': [{'attachment_id': 'a', 'server_id': 'gone'}]}
CONSUMER = {'service': 'glance', 'resource_type': 'image', 'resource_id': 'i'}

ACTIONS: list[tuple[Remedy, str, str, Any]] = [
    (compute.UnlockServer(), 'servers', 'servers', {'unlock': None}),
    (compute.ResetServer(), 'servers', 'servers', {'os-resetState': {'state': 'error'}}),
    (compute.ForceDeleteServer(), 'servers', 'servers', {'forceDelete': None}),
    (block_storage.Unreserve(), 'volumes', 'volumes', {'os-unreserve': {}}),
    (block_storage.ResetCopy(), 'snapshots', 'snapshots',
     {'os-reset_status': {'status': 'error'}}),
    (block_storage.ForceDeleteCopy(), 'backups', 'backups', {'os-force_delete': {}}),
    (block_storage.ResetGroup(), 'volume_groups', 'groups',
     {'reset_status': {'status': 'available'}}),
    (block_storage.ResetGroupSnapshot(), 'group_snapshots', 'group_snapshots',
     {'reset_status': {'status': 'error'}}),
    (shared_file_system.ResetShare(), 'share_servers', 'share-servers',
     {'reset_status': {'status': 'error'}}),
    (shared_file_system.ResetTask(), 'shares', 'shares',
     {'reset_task_state': {'task_state': None}}),
    (shared_file_system.ForceDeleteShare(), 'share_replicas', 'share-replicas',
     {'force_delete': None})]


@pytest.mark.parametrize(('remedy', 'kind', 'path', 'body'), ACTIONS,
                         ids=lambda v: v if isinstance(v, str) else '')
def test_actions(remedy: Remedy, kind: str, path: str, body: Any) -> None:
    assert apply(remedy, trouble(kind)).sent == [('post', f'{path}/x/action', body)]


@pytest.mark.parametrize(('remedy', 'against', 'answers', 'sent'), [
    (block_storage.ResetVolume(), trouble('volumes'), {'volumes/x': {'volume': VOLUME}}, [
        ('post', 'volumes/x/action',
         {'os-reset_status': {'status': 'error', 'migration_status': 'none'}})]),
    (block_storage.DetachVolume(), trouble('volumes'), {'volumes/x': {'volume': STALE}}, [
        ('post', 'volumes/x/action', {'os-force_detach': {'attachment_id': 'a'}})]),
    (block_storage.ForgetAttachments(), trouble('volumes'), {'volumes/x': {'volume': STALE}}, [
        ('post', 'volumes/x/action',
         {'os-reset_status': {'status': 'error', 'attach_status': 'detached'}})]),
    (block_storage.LeaveGroup(), trouble('volumes'), {'volumes/x': {'volume': VOLUME}}, [
        ('put', 'groups/g', {'group': {'remove_volumes': 'x'}})]),
    (block_storage.ForceDeleteVolume(), trouble('volumes'), {'volumes/x': {'volume': STALE}}, [
        ('post', 'volumes/x/action', {'os-force_delete': {}})]),
    (block_storage.EndAttachment(),
     trouble('volume_attachments', volume_id='v', instance='gone'), {}, [
        ('post', 'volumes/v/action', {'os-force_detach': {'attachment_id': 'x'}})]),
    (image.UnprotectImage(), trouble('images'), {}, [
        ('patch', 'images/x', [{'op': 'replace', 'path': '/protected', 'value': False}])]),
    (image.UnprotectNamespace(), trouble('metadef_namespaces'), {}, [
        ('put', 'metadefs/namespaces/x', {'namespace': 'x', 'protected': False})]),
    (identity.Unlock(), trouble('domain_roles'), {}, [
        ('patch', 'roles/x', {'role': {'options': {'immutable': False}}})]),
    (baremetal.Unprotect(), trouble('baremetal_nodes'), {}, [
        ('patch', 'nodes/x', [{'op': 'replace', 'path': '/protected', 'value': False}])]),
    (baremetal.Abort(), trouble('baremetal_nodes'), {}, [
        ('put', 'nodes/x/states/provision', {'target': 'abort'})]),
    (baremetal.Maintain(), trouble('baremetal_nodes'),
     {'nodes/x': {'uuid': 'x', 'instance_uuid': 'gone'}},
     [('put', 'nodes/x/maintenance', {})]),
    (dns.Abandon(), trouble('zones'), {}, [
        ('post', 'v2/zones/x/tasks/abandon?all_projects=true', None)]),
    (dns.EditManaged(), trouble('recordsets', zone_id='z'), {}, [
        ('delete', 'v2/zones/z/recordsets/x', None)]),
    (load_balancer.Failover(), trouble('loadbalancers'), {}, [
        ('put', 'v2.0/lbaas/loadbalancers/x/failover', None)]),
    (orchestration.AbandonStack(), trouble('stacks'), {'stacks': {}}, [
        ('delete', 'stacks/x/x/abandon', None)]),
    (shared_file_system.EndLocks(), trouble('shares'),
     {'resource-locks': {'resource_locks': [{'id': 'one'}, {'id': 'two'}]}}, [
        ('delete', 'resource-locks/one', None), ('delete', 'resource-locks/two', None)]),
    (shared_file_system.Unrestrict(), trouble('share_access_rules', share_id='s'), {}, [
        ('post', 'shares/s/action', {'deny_access': {'access_id': 'x', 'unrestrict': True}})]),
    (key_manager.Unregister(), trouble('secrets'),
     {'secrets/x/consumers': {'consumers': [CONSUMER]}}, [
        ('delete', 'secrets/x/consumers', CONSUMER)]),
    (network.ClearRouter(), trouble('routers'), {}, [
        ('put', 'routers/x', {'router': {'routes': []}}),
        ('put', 'routers/x', {'router': {'external_gateway_info': None}})]),
    (network.RemoveInterfaces(), trouble('routers'), {'ports': {'ports': [
        {'id': 'i', 'device_owner': 'network:router_interface'},
        {'id': 'g', 'device_owner': 'network:router_gateway'}]}}, [
        ('put', 'routers/x/remove_router_interface', {'port_id': 'i'})]),
    (network.ClearPort(), trouble('ports'), {'ports/x': {'port': {'device_owner': ''}}}, [
        ('put', 'ports/x', {'port': {'admin_state_up': False, 'fixed_ips': []}})]),
    (network.FreePort(), trouble('ports'),
     {'ports/x': {'port': {'device_owner': 'compute:nova', 'device_id': 'gone'}}}, [
        ('put', 'ports/x', {'port': {'device_id': '', 'device_owner': ''}})]),
    (network.DeleteStrays(), trouble('subnets'), {'ports': {'ports': [
        {'id': 'd', 'device_owner': 'network:dhcp', 'device_id': 'dhcp'},
        {'id': 'g', 'device_owner': 'network:router_gateway', 'device_id': 'gone'}]}}, [
        ('delete', 'ports/g', None)])])
def test_requests(
    remedy: Remedy, against: Trouble, answers: Mapping[str, Any], sent: list[Sent],
) -> None:
    tried = apply(remedy, against, answers)
    assert (tried.sent, tried.refused) == (sent, '')


@pytest.mark.parametrize(('remedy', 'against', 'answers'), [
    (block_storage.LeaveGroup(), trouble('volumes'), {'volumes/x': {'volume': {'id': 'x'}}}),
    (block_storage.DetachVolume(), trouble('volumes'), {'volumes/x': {'volume': VOLUME}}),
    (shared_file_system.EndLocks(), trouble('shares'), {}),
    (network.RemoveInterfaces(), trouble('routers'), {}),
    (network.DeleteStrays(), trouble('networks'), {}),
    (key_manager.Unregister(), trouble('secrets'), {}),
    (object_storage.Empty(), trouble('containers'), {'x': {}})],
    ids=lambda v: type(v).__name__)
def test_that_there_is_nothing_to_do_is_told(
    remedy: Remedy, against: Trouble, answers: Mapping[str, Any],
) -> None:
    found = apply(remedy, against, answers)
    assert (found.sent, found.refused[:22]) == ([], 'there is nothing to do')


@pytest.mark.parametrize(('remedy', 'action'), [
    (orchestration.ResetInside(), {'os-resetState': {'state': 'error'}}),
    (orchestration.ForceInside(), {'forceDelete': None})])
def test_what_is_in_a_stack_is_helped(remedy: Remedy, action: Any) -> None:
    inside = {'resources': [
        {'resource_type': 'OS::Nova::Server', 'resource_status': 'DELETE_FAILED',
         'physical_resource_id': 's'},
        {'resource_type': 'OS::Nova::Server', 'resource_status': 'CREATE_COMPLETE',
         'physical_resource_id': 'not this'},
        {'resource_type': 'OS::Neutron::Net', 'resource_status': 'DELETE_FAILED',
         'physical_resource_id': 'n'}]}
    found = apply(remedy, trouble('stacks'), {
        'stacks/x/x/resources': inside, 'stacks': {}, 'servers/s': {'server': {'id': 's'}}})
    assert found.sent == [('post', 'servers/s/action', action)]
    assert apply(remedy, trouble('stacks'), {'stacks/x/x/resources': {}, 'stacks': {}}).refused


def test_a_container_is_emptied_in_bulk() -> None:
    found = apply(object_storage.Empty(), trouble('containers'), {'x': {
        'x-versions-location': 'archive', 'x-versions-enabled': 'True', 'list': [
            {'name': 'a b', 'version_id': 'null'}, {'name': 'c', 'version_id': '1'},
            {'name': 'd'}]}})
    assert found.sent == [
        ('post', 'x', None), ('post', 'x', None), ('delete', 'x/c', None),
        ('post', '?bulk-delete', b'x/a%20b\nx/d')]


def test_what_swift_could_not_delete_is_told() -> None:
    found = apply(object_storage.Empty(), trouble('containers'), {
        'x': {'list': [{'name': 'a'}]},
        '?bulk-delete': {'Response Status': '400 Bad Request', 'Number Deleted': 0,
                         'Errors': [['x/a', '403 Forbidden']]}})
    assert found.refused == '1 of 1 objects could not be deleted: x/a: 403 Forbidden'
