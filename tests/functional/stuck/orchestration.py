"""Heat, with a stack that fails over a volume that Cinder does not delete."""

from tests.functional.openstack import Body, wait_for
from tests.functional.stuck.scene import Scene

TEMPLATE: Body = {
    'heat_template_version': '2018-08-31',
    'resources': {'volume': {'type': 'OS::Cinder::Volume', 'properties': {'size': 1}}}}


def make(scene: Scene) -> None:
    heat, name = scene.site.user.orchestration, scene.site.name('stack')
    stack = heat.post('/stacks', {'stack_name': name, 'template': TEMPLATE})['stack']['id']
    path = f'/stacks/{name}/{stack}'
    wait_for(f'{path} complete', lambda: heat.get(path)['stack']['stack_status']
             == 'CREATE_COMPLETE', 90)
    volume = heat.get(f'{path}/resources/volume')['resource']['physical_resource_id']
    scene.execute('cinder', "UPDATE volumes SET status = 'error_deleting' WHERE id = %s", volume)
    scene.expect('stacks', stack, 'resets the status of what it could not delete')
