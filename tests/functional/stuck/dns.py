"""Designate, with a zone of a pool that no name server has, and a record of its own."""

from tests.functional.openstack import Api
from tests.functional.populate.dns import becomes
from tests.functional.stuck.scene import Scene


def make(scene: Scene) -> None:
    mine = Api(scene.site.user.session, 'dns', '/v2')
    name = f'{scene.site.name("zone")}.'
    zones = [mine.post('/zones', {'name': f'{what}.{name}', 'email': 'a@example.org'})
             for what in ('nowhere', 'managed')]
    for zone in zones:
        becomes(mine, zone)
    record = mine.post(f'/zones/{zones[1]["id"]}/recordsets', {
        'name': zones[1]['name'], 'type': 'A', 'records': ['192.0.2.1']})['id']
    becomes(mine, zones[1])
    scene.execute('designate', 'UPDATE records SET managed = 1 WHERE recordset_id = %s',
                  record.replace('-', ''))
    scene.execute('designate', "UPDATE zones SET pool_id = REPLACE(id, '-', '') WHERE id = %s",
                  zones[0]['id'].replace('-', ''))
    scene.expect('zones', zones[0]['id'], 'has Designate forget it, whatever the name servers say')
