"""Nova, which believes that a deletion is under way, and Glance, which protects."""

from tests.functional.leaks import boot
from tests.functional.populate.network import basics
from tests.functional.stuck.scene import Scene

UNPROTECTED = 'takes away its protection'


def make(scene: Scene) -> None:
    site = scene.site
    server = boot(site.user, site.name('deleting'), basics(site))
    # As where the message to the host was lost.
    scene.execute('nova_cell1', "UPDATE instances SET task_state = 'deleting' WHERE uuid = %s",
                  server)
    scene.expect('servers', server, 'resets its state to error')
    made = site.user.image.post('/images', {
        'name': site.name('protected'), 'disk_format': 'raw', 'container_format': 'bare',
        'protected': True})
    scene.expect('images', made['id'], UNPROTECTED)
    name = site.name('namespace')
    site.admin.image.post('/metadefs/namespaces', {
        'namespace': name, 'protected': True, 'visibility': 'private'})
    scene.expect('metadef_namespaces', name, UNPROTECTED)
