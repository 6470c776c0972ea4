"""Cinder: volumes in every entanglement that keeps them from being deleted, and types."""

from typing import Any

from tests.functional.openstack import Body
from tests.functional.populate.site import Site, becomes, together


def populate(site: Site) -> None:
    together(lambda: groups(site), lambda: backups(site), lambda: odd_volumes(site))
    private_type(site)


def volume(site: Site, what: str, note: str = '', **more: Any) -> Body:
    """A volume of the user, once it is available."""
    made = site.user.volume.post('/volumes', {
        'volume': {'size': 1, 'name': site.name(what), **more}})['volume']
    site.record('volumes', made, note)
    return becomes(site.user.volume, f'/volumes/{made["id"]}', 'volume', 'available')


def backups(site: Site) -> None:
    """A volume with a snapshot, a backup and an incremental backup of that."""
    cinder, source = site.user.volume, volume(site, 'source')['id']
    snapshot = cinder.post('/snapshots', {'snapshot': {
        'volume_id': source, 'name': site.name('snapshot')}})['snapshot']
    site.record('snapshots', snapshot)
    becomes(cinder, f'/snapshots/{snapshot["id"]}', 'snapshot', 'available')
    for what, incremental in (('backup', False), ('increment', True)):
        backup = cinder.post('/backups', {'backup': {
            'volume_id': source, 'name': site.name(what), 'incremental': incremental}})['backup']
        site.record('backups', backup, 'child of the other' if incremental else '')
        becomes(cinder, f'/backups/{backup["id"]}', 'backup', 'available')


def groups(site: Site) -> None:
    """A group type, a group with a volume, and a snapshot of the group."""
    cinder = site.user.volume
    group_type = site.admin.volume.post(
        '/group_types', {'group_type': {'name': site.name('group-type')}})['group_type']
    site.record('group_types', group_type, project_id=None)
    types = cinder.get('/types')['volume_types']
    plain = next(one['id'] for one in types if one['name'] == cinder.get(
        '/types/default')['volume_type']['name'])
    group = cinder.post('/groups', {'group': {
        'name': site.name('volume-group'), 'group_type': group_type['id'],
        'volume_types': [plain]}})['group']
    site.record('volume_groups', group)
    becomes(cinder, f'/groups/{group["id"]}', 'group', 'available')
    volume(site, 'grouped', 'in the group', group_id=group['id'], volume_type=plain)
    snapshot = cinder.post('/group_snapshots', {'group_snapshot': {
        'group_id': group['id'], 'name': site.name('group-snapshot')}})['group_snapshot']
    site.record('group_snapshots', snapshot)
    becomes(cinder, f'/group_snapshots/{snapshot["id"]}', 'group_snapshot', 'available')
    for one in cinder.get('/snapshots/detail')['snapshots']:
        if one['group_snapshot_id'] == snapshot['id']:
            site.record('snapshots', one, 'of the group snapshot')


def odd_volumes(site: Site) -> None:
    """Volumes that wait for a transfer, are reserved, nameless or encrypted."""
    cinder = site.user.volume
    given = volume(site, 'transferred', 'awaits a transfer')['id']
    transfer = cinder.post('/volume-transfers', {'transfer': {'volume_id': given}})['transfer']
    site.record('volume_transfers', transfer, 'nameless')
    reserved = volume(site, 'reserved', 'nameless, reserved', name='')['id']
    attachment = cinder.post('/attachments', {
        'attachment': {'volume_uuid': reserved}})['attachment']
    site.record('volume_attachments', attachment, 'reserved for nobody', name=None)
    volume(site, 'encrypted', 'encrypted', volume_type=encrypted_type(site))


def encrypted_type(site: Site) -> str:
    """The name of a volume type with encryption and QoS."""
    cinder, name = site.admin.volume, site.name('volume-type')
    made = cinder.post('/types', {'volume_type': {'name': name}})['volume_type']
    site.record('volume_types', made, 'encrypted, with QoS', project_id=None)
    encryption = cinder.post(f'/types/{made["id"]}/encryption', {'encryption': {
        'provider': 'luks', 'cipher': 'aes-xts-plain64', 'key_size': 256,
        'control_location': 'front-end'}})['encryption']
    site.record('volume_encryptions', encryption, f'of type {made["id"]}',
                id=encryption['encryption_id'], project_id=None)
    qos = cinder.post('/qos-specs', {'qos_specs': {
        'name': site.name('qos-spec'), 'consumer': 'front-end'}})['qos_specs']
    site.record('volume_qos', qos, project_id=None)
    cinder.request('GET', f'/qos-specs/{qos["id"]}/associate',
                   params={'vol_type_id': made['id']})
    return name


def private_type(site: Site) -> None:
    """A volume type for one project, and that project's default."""
    cinder, project = site.admin.volume, site.project_id
    made = cinder.post('/types', {'volume_type': {
        'name': site.name('private-type'), 'os-volume-type-access:is_public': False,
        }})['volume_type']
    site.record('volume_types', made, 'private', project_id=None)
    cinder.post(f'/types/{made["id"]}/action', {'addProjectAccess': {'project': project}})
    site.record('volume_type_accesses', {'id': f'{made["id"]}/{project}'})
    cinder.put(f'/default-types/{project}', {'default_type': {'volume_type': made['id']}})
    site.record('default_volume_types', {'id': project})
