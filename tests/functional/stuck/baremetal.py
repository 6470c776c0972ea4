"""Ironic, which keeps a node that is protected, deployed, or waits for its ramdisk."""

from tests.functional.populate.baremetal import arrived, system
from tests.functional.stuck.scene import Scene

MAINTAINED = 'puts it into maintenance, in which any node can be deleted'


def make(scene: Scene) -> None:
    ironic = system(scene.site.admin)

    def node(what: str) -> str:
        made = ironic.baremetal.post('/nodes', {
            'driver': 'fake-hardware', 'name': scene.site.name(what)})['uuid']
        ironic.baremetal.put(f'/nodes/{made}/states/provision', {'target': 'manage'})
        arrived(ironic, f'/nodes/{made}', 'manageable')
        return str(made)

    deployed = node('deployed')
    ironic.baremetal.put(f'/nodes/{deployed}/states/provision', {'target': 'adopt'})
    arrived(ironic, f'/nodes/{deployed}', 'active')
    ironic.baremetal.patch(f'/nodes/{deployed}', [
        {'op': 'replace', 'path': '/protected', 'value': True}])
    scene.expect('baremetal_nodes', deployed, 'takes away its protection', MAINTAINED)
    waiting = node('waiting')
    scene.execute('ironic', "UPDATE nodes SET provision_state = 'clean wait', "
                            "target_provision_state = 'available' WHERE uuid = %s", waiting)
    scene.expect('baremetal_nodes', waiting, 'aborts what it waits for', MAINTAINED)
