"""Designate: zones and what is in them, the administrator's lists."""

from tests.functional.changes.scene import ADDED, Scene
from tests.functional.openstack import Api
from tests.functional.populate.dns import ALL


def change(scene: Scene) -> None:
    if scene.site.admin.has('dns'):
        lists(scene)
        zones(scene)


def zones(scene: Scene) -> None:
    """The zone that is shared already is shared once more, and offered once more."""
    api = Api(scene.site.admin.session, 'dns', '/v2')
    tld = scene.site.name('tld')
    outer = next(one.id for one in scene.site.created
                 if one.kind == 'zones' and one.name == f'zone.{tld}.')
    scene.send('zones', outer, api, f'/zones/{outer}', '', {
        'email': 'changed@example.org', 'ttl': 777, 'description': 'changed'}, 'PATCH', ALL)
    inner = scene.find('zone_shares').note.rsplit(' ', 1)[-1]
    record = scene.one('recordsets')
    scene.send('recordsets', record, api, f'/zones/{inner}/recordsets/{record}', '', {
        'records': ['192.0.2.77'], 'ttl': 777, 'description': 'changed'}, 'PUT', ALL)
    shared = api.post(f'/zones/{inner}/shares', {
        'target_project_id': scene.one('projects', 'child of the project')}, headers=ALL)
    scene.note('zone_shares', shared['id'], ADDED)
    offered = api.post(f'/zones/{outer}/tasks/transfer_requests', {}, headers=ALL)
    scene.note('zone_transfer_requests', offered['id'], ADDED)


def lists(scene: Scene) -> None:
    api = Api(scene.site.admin.session, 'dns', '/v2')
    for kind, values in (
            ('tlds', {'name': scene.site.name('other-tld'), 'description': 'changed'}),
            ('blacklists', {'pattern': '^changed$', 'description': 'changed'}),
            ('tsigkeys', {'name': scene.site.name('changed'), 'scope': 'ZONE',
                          'resource_id': scene.one('zones')})):
        identifier = scene.one(kind)
        scene.send(kind, identifier, api, f'/{kind}/{identifier}', '', values, 'PATCH', ALL)
