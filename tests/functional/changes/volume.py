"""Cinder: volumes and what was made of them, types, services."""

from tests.functional.changes.scene import ADDED, GONE, Scene, renamed
from tests.functional.populate import Site

ENCRYPTION = {'provider': 'luks', 'cipher': 'aes-xts-plain64', 'key_size': 256,
              'control_location': 'front-end'}
META = {'metadata': {'changed': 'yes'}}


def prepare(site: Site) -> None:
    """Types that no volume has, encrypted; one of them is the default of a project."""
    cinder = site.admin.volume
    made = cinder.post('/types', {'volume_type': {'name': site.name('unused-type')}})
    unused = site.record('volume_types', made['volume_type'], 'unused', project_id=None)['id']
    encryption = cinder.post(
        f'/types/{unused}/encryption', {'encryption': ENCRYPTION})['encryption']
    site.record('volume_encryptions', encryption, 'unused', id=encryption['encryption_id'],
                project_id=None)
    lost = cinder.post('/types', {'volume_type': {'name': site.name('lost-type')}})[
        'volume_type']
    site.record('volume_types', lost, project_id=None)
    cinder.post(f'/types/{lost["id"]}/encryption', {'encryption': ENCRYPTION})
    cinder.put(f'/default-types/{child(site)}', {'default_type': {'volume_type': unused}})
    site.record('default_volume_types', {'id': child(site)})


def child(site: Site) -> str:
    return Scene(site).one('projects', 'child of the project')


def change(scene: Scene) -> None:
    things(scene)
    types(scene)
    defaults(scene)
    services(scene)


def things(scene: Scene) -> None:
    cinder = scene.site.admin.volume
    for kind, wrapper, what in (('volumes', 'volume', 'source'), ('backups', 'backup', 'backup')):
        identifier = scene.one(kind, what)
        scene.send(kind, identifier, cinder, f'/{kind}/{identifier}', wrapper,
                   renamed(scene.site, **META))
    snapshot = scene.one('snapshots', 'snapshot')
    for below, wrapper, values in (('', 'snapshot', renamed(scene.site)), ('/metadata', '', META)):
        scene.send('snapshots', snapshot, cinder, f'/snapshots/{snapshot}{below}', wrapper, values)
    volume = scene.one('volumes', 'source')
    cinder.post(f'/volumes/{volume}/action', {'os-set_bootable': {'bootable': True}})
    cinder.post(f'/volumes/{volume}/action', {'os-update_readonly_flag': {'readonly': True}})
    scene.note('volumes', volume, 'bootable', 'readonly')
    group = scene.one('volume_groups')
    scene.send('volume_groups', group, cinder, f'/groups/{group}', 'group', renamed(scene.site))


def types(scene: Scene) -> None:
    cinder, one = scene.site.admin.volume, scene.one
    unused, used = one('volume_types', 'unused'), one('volume_types', 'volume-type')
    scene.send('volume_types', unused, cinder, f'/types/{unused}', 'volume_type', renamed(
        scene.site, is_public=False))
    cinder.post(f'/types/{unused}/extra_specs', {'extra_specs': {'changed': 'yes'}})
    scene.note('volume_types', unused, 'extra_specs')
    cinder.request('GET', f'/qos-specs/{one("volume_qos")}/disassociate',
                   params={'vol_type_id': used})
    scene.note('volume_types', used, 'qos_specs_id')
    specs = one('volume_qos')
    scene.send('volume_qos', specs, cinder, f'/qos-specs/{specs}', 'qos_specs',
               {'consumer': 'back-end', 'changed': 'yes'})
    scene.changed.pop()
    scene.note('volume_qos', specs, 'specs')
    encryption = one('volume_encryptions', 'unused')
    scene.send('volume_encryptions', encryption, cinder,
               f'/types/{unused}/encryption/{encryption}', 'encryption', {
                   'provider': 'plain', 'cipher': 'aes-cbc-essiv', 'key_size': 128,
                   'control_location': 'back-end'})
    group_type = one('group_types')
    scene.send('group_types', group_type, cinder, f'/group_types/{group_type}', 'group_type',
               renamed(scene.site, is_public=False))
    cinder.post(f'/group_types/{group_type}/group_specs', {'group_specs': {'changed': 'yes'}})
    scene.note('group_types', group_type, 'group_specs')
    private, project = one('volume_types', 'private'), scene.site.project_id
    other = scene.site.admin.project_id
    for action, who, what in (('removeProjectAccess', project, GONE),
                              ('addProjectAccess', other, ADDED)):
        cinder.post(f'/types/{private}/action', {action: {'project': who}})
        scene.note('volume_type_accesses', f'{private}/{who}', what)


def defaults(scene: Scene) -> None:
    cinder, used = scene.site.admin.volume, scene.one('volume_types', 'volume-type')
    for project, what in ((scene.site.project_id, 'volume_type_id'),
                          (scene.one('projects', 'in the domain'), ADDED)):
        cinder.put(f'/default-types/{project}', {'default_type': {'volume_type': used}})
        scene.note('default_volume_types', project, what)
    cinder.delete(f'/default-types/{child(scene.site)}')
    scene.note('default_volume_types', child(scene.site), GONE)
    lost = scene.one('volume_types', 'lost-type')
    encryption = cinder.get(f'/types/{lost}/encryption')['encryption_id']
    cinder.delete(f'/types/{lost}/encryption/{encryption}')
    scene.note('volume_encryptions', encryption, GONE)


def services(scene: Scene) -> None:
    """One back end is frozen; Cinder disables it by that."""
    cinder = scene.site.admin.volume
    found = [s['host'] for s in cinder.get('/os-services')['services']
             if s['binary'] == 'cinder-volume']
    cinder.put('/os-services/freeze', {'host': found[-1]})
    scene.note('volume_services', f'cinder-volume/{found[-1]}', 'frozen', 'status',
               'disabled_reason')
