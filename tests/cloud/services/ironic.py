"""Ironic: nodes of hardware that does not exist."""

from collections.abc import Sequence

from tests.cloud import config, process
from tests.cloud.process import Process
from tests.cloud.services.base import Endpoint
from tests.cloud.services.openstack import OpenStackService

INTERFACES = (
    'bios boot console deploy firmware inspect management network power raid rescue storage vendor'
)


class Ironic(OpenStackService):
    """The bare metal API and the conductor, with fake hardware."""

    name = 'ironic'
    packages = ('ironic',)
    databases = ('ironic',)
    endpoints = (Endpoint('ironic', 'baremetal', 'ironic-api'),)

    def configure(self) -> None:
        """ironic.conf."""
        cloud, state = self.cloud, self.cloud.state / 'ironic'
        kinds = dict.fromkeys(INTERFACES.split(), 'fake') | {'network': 'noop', 'storage': 'noop'}
        sections = config.service(
            cloud,
            'ironic',
            auth_strategy='keystone',
            host='test',
            enabled_hardware_types='fake-hardware',
            **{f'enabled_{name}_interfaces': value for name, value in kinds.items()},
        )
        clients = ('service_catalog', 'glance', 'neutron', 'swift', 'inspector')
        sections |= {
            **{name: config.auth(cloud, 'ironic') for name in clients},
            # With fewer than 33 the conductor refuses to start.
            'conductor': {'workers_pool_size': 60},
            'deploy': {'http_root': state / 'http'},
            'sensor_data': {'send_sensor_data': False},
            'pxe': {
                'tftp_root': state / 'tftp',
                'images_path': state / 'images',
                'instance_master_path': state / 'master',
            },
        }
        config.save(cloud, 'ironic', 'ironic.conf', sections)

    def sync(self) -> None:
        """Tables."""
        files = config.files(self.cloud, 'ironic')
        process.run(self.cloud, *self.program('ironic-dbsync', *files, 'upgrade'))

    def processes(self) -> Sequence[Process]:
        """The API and the conductor, apart: so the API can be made to fail."""
        files = config.files(self.cloud, 'ironic')
        return [
            self.api('ironic-api', 'ironic.wsgi', *files, threads=4),
            Process('ironic-conductor', self.program('ironic-conductor', *files)),
        ]
