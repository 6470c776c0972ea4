"""Neutron, which keeps what somebody may use, also where nobody does any more."""

import uuid

from tests.functional.populate import network
from tests.functional.stuck.scene import Scene


def make(scene: Scene) -> None:
    site, neutron = scene.site, scene.site.admin.network
    # Ports of an interface, a gateway and a floating IP that are gone.
    for what in ('router_interface', 'router_gateway', 'floatingip'):
        stray = network.network(site, what)['id']
        network.subnet(site, stray, cidr='10.95.0.0/24')
        port = neutron.post('/ports', {'port': {
            'network_id': stray, 'project_id': site.project_id,
            'device_owner': f'network:{what}', 'device_id': str(uuid.uuid4())}})['port']['id']
        if what == 'router_interface':
            scene.expect('router_interfaces', port)
        else:
            scene.expect('networks', stray, 'deletes the ports on it of what is gone')
