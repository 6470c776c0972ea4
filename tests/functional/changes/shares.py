"""Manila: shares and who may mount them, types, services."""

from tests.functional.changes.scene import ADDED, GONE, Scene, renamed
from tests.functional.openstack import Body
from tests.functional.populate import Site

NAMED = {'display_name': 'changed', 'display_description': 'changed'}


def prepare(site: Site) -> None:
    """Do away with an offer that Manila drops after some minutes."""
    if site.admin.has('shared-file-system'):
        site.user.shares.delete(f'/share-transfers/{Scene(site).one("share_transfers")}')


def change(scene: Scene) -> None:
    if not scene.site.admin.has('shared-file-system'):
        return
    things(scene)
    types(scene)
    service = scene.site.admin.shares.get('/services')['services'][-1]
    scene.site.admin.shares.put('/services/disable', {
        'binary': service['binary'], 'host': service['host'], 'disabled_reason': 'changed'})
    scene.note('share_services', str(service['id']), 'status', 'disabled_reason')


def things(scene: Scene) -> None:
    manila, one = scene.site.admin.shares, scene.one
    for kind, path, wrapper in (
            ('share_access_rules', f'/shares/{scene.one("shares", "share")}', 'access'),
            ('share_snapshot_access_rules', f'/snapshots/{scene.one("share_snapshots")}',
             'snapshot_access')):
        made = manila.post(f'{path}/action', {'allow_access': {
            'access_type': 'ip', 'access_to': '10.7.7.7'}})[wrapper]
        scene.note(kind, made['id'], ADDED)
    service = scene.one('security_services')
    manila.post(f'/share-networks/{scene.one("share_networks")}/action', {
        'remove_security_service': {'security_service_id': service}})
    scene.note('security_services', service, 'share_networks')
    share, snapshot = one('shares', 'share'), one('share_snapshots')
    manila.put(f'/shares/{share}', {'share': {**NAMED, 'is_public': True}})
    manila.put(f'/snapshots/{snapshot}', {'snapshot': NAMED})
    scene.note('shares', share, 'is_public')
    for kind, path in (('shares', f'/shares/{share}'),
                       ('share_snapshots', f'/snapshots/{snapshot}')):
        manila.put(f'{path}/metadata', {'metadata': {'changed': 'yes'}})
        scene.note(kind, path.rsplit('/', 1)[-1], 'name', 'description', 'metadata')
    values: Body
    for kind, wrapper, values in (
            ('share_networks', 'share_network', {}), ('share_groups', 'share_group', {}),
            ('security_services', 'security_service', {
                'dns_ip': '192.0.2.7', 'server': 'changed', 'user': 'changed',
                'domain': 'changed', 'ou': 'changed'})):
        path = f'/{kind.replace("_", "-")}/{one(kind)}'
        scene.send(kind, one(kind), manila, path, wrapper, renamed(scene.site, **values))


def types(scene: Scene) -> None:
    manila, one = scene.site.admin.shares, scene.one
    project, other = scene.site.project_id, scene.site.admin.project_id
    private, group = one('share_types', 'private'), one('share_group_types', 'private')
    for kind, path, thing in (('share_type', 'types', private),
                              ('share_group_type', 'share-group-types', group)):
        for action, who, what in (('removeProjectAccess', project, GONE),
                                  ('addProjectAccess', other, ADDED)):
            manila.post(f'/{path}/{thing}/action', {action: {'project': who}})
            scene.note(f'{kind}_accesses', f'{thing}/{who}', what)
    manila.post(f'/types/{private}/extra_specs', {'extra_specs': {'new': 'yes', 'old': 'no'}})
    manila.post(f'/share-group-types/{group}/group-specs', {'group_specs': {
        'consistent_snapshot_support': 'pool'}})
    scene.note('share_types', private, 'extra_specs')
    scene.note('share_group_types', group, 'group_specs')
    used = one('share_types', 'share-type')
    scene.send('share_types', used, manila, f'/types/{used}', 'share_type', renamed(
        scene.site, **{'share_type_access:is_public': False}))
    qos = one('share_qos_types')
    scene.send('share_qos_types', qos, manila, f'/qos-types/{qos}', 'qos_type',
               {'description': 'changed'})
    manila.post(f'/qos-types/{qos}/specs', {'specs': {'new': 'yes', 'peak_iops': '7'}})
    scene.note('share_qos_types', qos, 'specs')
