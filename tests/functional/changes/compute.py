"""Nova: servers, flavors, hosts."""

from tests.functional.changes.scene import ADDED, GONE, Scene, renamed


def change(scene: Scene) -> None:
    servers(scene)
    flavors(scene)
    hosts(scene)


def servers(scene: Scene) -> None:
    nova, server = scene.site.admin.compute, scene.one('servers', 'server')
    path = f'/servers/{server}'
    scene.send('servers', server, nova, path, 'server', renamed(scene.site))
    nova.put(f'{path}/tags', {'tags': ['changed']})
    nova.post(f'{path}/action', {'lock': None})
    scene.note('servers', server, 'tags', 'locked')


def flavors(scene: Scene) -> None:
    nova, project = scene.site.admin.compute, scene.site.project_id
    flavor, private = scene.one('flavors', 'flavor'), scene.one('flavors', 'private')
    scene.send('flavors', flavor, nova, f'/flavors/{flavor}', 'flavor',
               {'description': 'changed'})
    specs = f'/flavors/{flavor}/os-extra_specs'
    nova.post(specs, {'extra_specs': {'hw:mem_page_size': 'large'}})
    nova.delete(f'{specs}/hw:cpu_policy')
    scene.note('flavors', flavor, 'extra_specs')
    other = scene.site.admin.project_id
    nova.post(f'/flavors/{private}/action', {'removeTenantAccess': {'tenant': project}})
    nova.post(f'/flavors/{private}/action', {'addTenantAccess': {'tenant': other}})
    scene.note('flavor_accesses', f'{private}/{project}', GONE)
    scene.note('flavor_accesses', f'{private}/{other}', ADDED)


def hosts(scene: Scene) -> None:
    """The aggregate loses its host, and the compute service no longer takes servers."""
    nova, aggregate = scene.site.admin.compute, scene.one('aggregates')
    path = f'/os-aggregates/{aggregate}'
    host = nova.get(path)['aggregate']['hosts'][0]
    nova.post(f'{path}/action', {'remove_host': {'host': host}})
    nova.post(f'{path}/action', {'set_metadata': {'metadata': {'changed': 'yes'}}})
    nova.put(path, {'aggregate': {'name': scene.site.name('changed')}})
    scene.note('aggregates', aggregate, 'hosts', 'metadata', 'name')
    service = nova.get('/os-services', binary='nova-compute')['services'][0]['id']
    scene.send('compute_services', service, nova, f'/os-services/{service}', '', {
        'status': 'disabled', 'disabled_reason': 'changed', 'forced_down': True})
