"""Manila: shares with all that can hang on them, in a group, in the bin, and their networks."""

from typing import Any

from tests.functional.openstack import Body, Cloud, wait_for
from tests.functional.populate.site import Created, Site, becomes


def populate(site: Site) -> None:
    """All is made by the admin but in the site's project where the API allows for that."""
    if not site.admin.has('shared-file-system'):
        return
    kind = share_type(site)
    private_types(site)
    networks(site)
    entangled(site, kind)
    grouped(site, kind)
    path = f'/quota-sets/{site.project_id}'
    was = site.admin.shares.get(path)['quota_set']['shares']
    site.admin.shares.put(path, {'quota_set': {'shares': was - 1 if was > 0 else 99}})
    site.record('share_quotas', {'id': site.project_id}, f'shares was {was}')


def share_type(site: Site) -> str:
    made = site.admin.shares.post('/types', {'share_type': {
        'name': site.name('share-type'), 'extra_specs': {
            'driver_handles_share_servers': 'False', 'snapshot_support': 'True',
            'mount_snapshot_support': 'True'}}})['share_type']
    site.record('share_types', made, project_id=None)
    qos = site.admin.shares.post('/qos-types', {'qos_type': {
        'name': site.name('share-qos'), 'specs': {'peak_iops': '100'}}})['qos_type']
    site.record('share_qos_types', qos, project_id=None)
    return str(made['id'])


def private_types(site: Site) -> None:
    """Types of shares and of groups that nothing uses, and who may."""
    manila, project = site.admin.shares, site.project_id
    made = manila.post('/types', {'share_type': {
        'name': site.name('private-share-type'), 'share_type_access:is_public': False,
        'extra_specs': {'driver_handles_share_servers': 'False', 'old': 'yes'}}})['share_type']
    group = manila.post('/share-group-types', {'share_group_type': {
        'name': site.name('private-group-type'), 'share_types': [made['id']],
        'is_public': False}})['share_group_type']
    for kind, path, thing in (('share_type', 'types', made),
                              ('share_group_type', 'share-group-types', group)):
        site.record(f'{kind}s', thing, 'private', project_id=None)
        manila.post(f'/{path}/{thing["id"]}/action', {'addProjectAccess': {'project': project}})
        site.record(f'{kind}_accesses', {'id': f'{thing["id"]}/{project}'})


def share(site: Site, what: str, kind: str, note: str = '', **more: Any) -> str:
    """A share of the user, once it is available."""
    made = site.user.shares.post('/shares', {'share': {
        'size': 1, 'share_proto': 'NFS', 'name': site.name(what), 'share_type': kind,
        **more}})['share']
    site.record('shares', made, note)
    becomes(site.user.shares, f'/shares/{made["id"]}', 'share', 'available')
    return str(made['id'])


def entangled(site: Site, kind: str) -> None:
    """A share with a snapshot and access rules, one locked, one on offer."""
    manila = site.user.shares
    source = share(site, 'share', kind)
    allow: Body = {'allow_access': {'access_type': 'ip', 'access_to': '10.1.1.1'}}
    rule = manila.post(f'/shares/{source}/action', allow)['access']
    site.record('share_access_rules', rule, f'of share {source}', name='10.1.1.1')
    snapshot = manila.post('/snapshots', {'snapshot': {
        'share_id': source, 'name': site.name('share-snapshot')}})['snapshot']
    site.record('share_snapshots', snapshot)
    path = f'/snapshots/{snapshot["id"]}'
    becomes(manila, path, 'snapshot', 'available')
    rule = manila.post(f'{path}/action', allow)['snapshot_access']
    site.record('share_snapshot_access_rules', rule, f'of snapshot {snapshot["id"]}',
                name='10.1.1.1')
    locked = share(site, 'locked-share', kind)
    lock = manila.post('/resource-locks', {'resource_lock': {
        'resource_id': locked, 'resource_type': 'share', 'resource_action': 'delete',
        'lock_reason': site.name('lock')}})['resource_lock']
    site.record('resource_locks', lock, name=site.name('lock'))
    offered = share(site, 'offered-share', kind, 'awaits a transfer')
    offer = manila.post('/share-transfers', {'transfer': {
        'share_id': offered, 'name': site.name('share-transfer')}})['transfer']
    site.record('share_transfers', offer)
    binned = share(site, 'binned-share', kind, 'in the recycle bin')
    manila.post(f'/shares/{binned}/action', {'soft_delete': None})


def grouped(site: Site, kind: str) -> None:
    """A share group with a share, and a snapshot of the group."""
    manila = site.user.shares
    group_type = site.admin.shares.post('/share-group-types', {'share_group_type': {
        'name': site.name('share-group-type'), 'share_types': [kind],
        'group_specs': {'consistent_snapshot_support': 'pool'}}})['share_group_type']
    site.record('share_group_types', group_type, project_id=None)
    group = manila.post('/share-groups', {'share_group': {
        'name': site.name('share-group'), 'share_group_type_id': group_type['id'],
        'share_types': [kind]}})['share_group']
    site.record('share_groups', group)
    becomes(manila, f'/share-groups/{group["id"]}', 'share_group', 'available')
    share(site, 'grouped-share', kind, f'in group {group["id"]}', share_group_id=group['id'])
    snapshot = manila.post('/share-group-snapshots', {'share_group_snapshot': {
        'share_group_id': group['id'],
        'name': site.name('share-group-snapshot')}})['share_group_snapshot']
    site.record('share_group_snapshots', snapshot)
    becomes(manila, f'/share-group-snapshots/{snapshot["id"]}', 'share_group_snapshot',
            'available')


def networks(site: Site) -> None:
    """A share network with two subnets and a security service."""
    manila = site.user.shares
    made = manila.post('/share-networks', {'share_network': {
        'name': site.name('share-network')}})['share_network']
    site.record('share_networks', made)
    path = f'/share-networks/{made["id"]}'
    zone = manila.get('/availability-zones')['availability_zones'][0]['name']
    manila.post(f'{path}/subnets', {'share-network-subnet': {'availability_zone': zone}})
    for subnet in manila.get(path)['share_network']['share_network_subnets']:
        site.record('share_network_subnets', subnet, f'of {made["id"]}', name=None)
    service = manila.post('/security-services', {'security_service': {
        'type': 'ldap', 'name': site.name('security-service')}})['security_service']
    site.record('security_services', service)
    manila.post(f'{path}/action', {'add_security_service': {
        'security_service_id': service['id']}})


#: In the order in which they go; access rules and subnets go along.
KINDS = ('resource_locks', 'share_transfers', 'share_snapshots',
         'share_group_snapshots', 'shares', 'share_groups', 'share_networks',
         'security_services', 'share_group_types', 'share_types', 'share_qos_types',
         'share_quotas')
PATHS = {'resource_locks': 'resource-locks', 'share_snapshots': 'snapshots',
         'share_types': 'types', 'share_qos_types': 'qos-types', 'share_quotas': 'quota-sets'}


def remove(cloud: Cloud, one: Created) -> None:
    """Delete one of them, and wait until it is gone."""
    manila = cloud.shares
    path = f'/{PATHS.get(one.kind, one.kind.replace("_", "-"))}/{one.id}'
    if one.kind == 'share_networks':
        for subnet in manila.get(path)['share_network']['share_network_subnets'][1:]:
            manila.delete(f'{path}/subnets/{subnet["id"]}')
    group = one.note.removeprefix('in group ')
    manila.delete(path, **({'share_group_id': group} if group != one.note else {}))
    if one.kind != 'share_quotas':
        wait_for(f'{path} gone', lambda: not manila.exists(path))
