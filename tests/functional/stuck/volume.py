"""Cinder, which deletes only what is in the right status, not attached and in no group."""

import uuid

from tests.functional.populate.site import becomes
from tests.functional.populate.volume import volume
from tests.functional.stuck.scene import Scene

RESET = 'resets its status to error'
RESET_VOLUME = 'resets its status to error, and ends its migration'


def make(scene: Scene) -> None:
    volumes(scene)
    copies(scene)
    groups(scene)


def volumes(scene: Scene) -> None:
    for values, remedy in (
            ("status = 'error_deleting'", RESET_VOLUME),
            ("migration_status = 'migrating'", RESET_VOLUME),
            ("status = 'attaching'", 'ends its reservation'),
            ("status = 'in-use', attach_status = 'attached'",
             'has it noted that nobody has it attached')):
        made = volume(scene.site, f'volume-{len(scene.stuck)}')['id']
        scene.execute('cinder', f'UPDATE volumes SET {values} WHERE id = %s', made)
        scene.expect('volumes', made, remedy)


    # Attached to a server that is gone: then Cinder lets go of it.
    cinder, made = scene.site.admin.volume, volume(scene.site, 'attached')['id']
    attachment = cinder.post('/attachments', {'attachment': {
        'volume_uuid': made, 'instance_uuid': str(uuid.uuid4()),
        'connector': {'initiator': 'iqn.gone', 'host': 'gone', 'ip': '192.0.2.1'}}})['attachment']
    scene.expect('volume_attachments', attachment['id'])


def copies(scene: Scene) -> None:
    cinder, source = scene.site.user.volume, volume(scene.site, 'copied')['id']
    for kind, singular in (('snapshots', 'snapshot'), ('backups', 'backup')):
        made = cinder.post(f'/{kind}', {singular: {
            'volume_id': source, 'name': scene.site.name(singular)}})[singular]['id']
        becomes(cinder, f'/{kind}/{made}', singular, 'available')
        scene.execute('cinder', f"UPDATE {kind} SET status = 'error_deleting' WHERE id = %s",
                      made)
        scene.expect(kind, made, RESET)


def groups(scene: Scene) -> None:
    site = scene.site
    group_type = site.admin.volume.post(
        '/group_types', {'group_type': {'name': site.name('group-type')}})['group_type']
    cinder = site.user.volume
    plain = cinder.get('/types/default')['volume_type']['id']
    group = cinder.post('/groups', {'group': {
        'name': site.name('group'), 'group_type': group_type['id'],
        'volume_types': [plain]}})['group']['id']
    becomes(cinder, f'/groups/{group}', 'group', 'available')
    volume(site, 'grouped', group_id=group, volume_type=plain)
    snapshot = cinder.post('/group_snapshots', {'group_snapshot': {
        'group_id': group, 'name': site.name('group-snapshot')}})['group_snapshot']['id']
    becomes(cinder, f'/group_snapshots/{snapshot}', 'group_snapshot', 'available')
    for kind, table, made, remedy in (
            ('volume_groups', '`groups`', group, 'resets its status to available'),
            ('group_snapshots', 'group_snapshots', snapshot, RESET)):
        scene.execute('cinder', f"UPDATE {table} SET status = 'error_deleting' WHERE id = %s",
                      made)
        scene.expect(kind, made, remedy)
