"""Ironic: nodes."""

from tests.functional.changes.scene import Scene
from tests.functional.populate import Site
from tests.functional.populate.baremetal import system


def prepare(site: Site) -> None:
    """A node that was not made ready yet: others can't be retired, nor change their class."""
    if site.admin.has('baremetal'):
        made = system(site.admin).baremetal.post('/nodes', {
            'driver': 'fake-hardware', 'name': site.name('enrolled'),
            'resource_class': site.name('class')})
        site.record('baremetal_nodes', made, 'enrolled', id=made['uuid'], project_id=None)


def change(scene: Scene) -> None:
    if not scene.site.admin.has('baremetal'):
        return
    ironic, node = system(scene.site.admin).baremetal, scene.one('baremetal_nodes', 'enrolled')
    values = {'name': scene.site.name('changed'), 'description': 'changed',
              'owner': scene.site.project_id, 'lessee': scene.site.project_id, 'retired': True,
              'resource_class': scene.site.name('other')}
    path = f'/nodes/{node}'
    ironic.request('PATCH', path, [
        {'op': 'add', 'path': f'/{key}', 'value': value} for key, value in values.items()])
    ironic.put(f'{path}/traits', {'traits': ['CUSTOM_CHANGED']})
    ironic.put(f'{path}/maintenance', {'reason': 'changed'})
    scene.note('baremetal_nodes', node, *values, 'traits', 'maintenance')
