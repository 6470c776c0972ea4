"""Octavia: load balancers that nothing serves."""

from collections.abc import Sequence

from tests.cloud import config, process
from tests.cloud.ini import Options
from tests.cloud.paths import PASSWORD
from tests.cloud.process import Process
from tests.cloud.services.base import Endpoint
from tests.cloud.services.openstack import OpenStackService

DRIVERS = ('amphora', 'compute', 'network', 'volume', 'image', 'distributor')


class Octavia(OpenStackService):
    """The API, the worker and the housekeeper, over drivers that do nothing."""

    name = 'octavia'
    packages = ('octavia',)
    databases = ('octavia',)
    endpoints = (Endpoint('octavia', 'load-balancer', 'octavia-api'),)
    roles = ('load-balancer_member',)

    def configure(self) -> None:
        """octavia.conf."""
        cloud = self.cloud
        certificates, run = cloud.state / 'octavia', cloud.run
        sections: Options = {
            **config.service(cloud, 'octavia'),
            'api_settings': {
                'auth_strategy': 'keystone',
                'enabled_provider_drivers':
                    'amphora:nothing behind it,octavia:the same,noop_driver:takes any flavor',
                'default_provider_driver': 'amphora',
                'allow_ping_health_monitors': True,
            },
            'oslo_messaging': {'topic': 'octavia_prov', 'rpc_thread_pool_size': 4},
            'service_auth': config.auth(cloud, 'octavia'),
            'certificates': {
                'cert_generator': 'local_cert_generator',
                'cert_manager': 'noop_cert_manager',
                'ca_certificate': certificates / 'ca.pem',
                'ca_private_key': certificates / 'ca.key',
                'ca_private_key_passphrase': PASSWORD,
                'server_certs_key_passphrase': '0' * 32,
            },
            'controller_worker': {
                **{f'{name}_driver': f'{name}_noop_driver' for name in DRIVERS},
                'loadbalancer_topology': 'SINGLE',
                'workers': 1,
                'amp_flavor_id': 'none',
                'amp_boot_network_list': '11111111-1111-1111-1111-111111111111',
                'client_ca': certificates / 'ca.pem',
            },
            'health_manager': {'heartbeat_key': PASSWORD},
            'driver_agent': {
                f'{name}_socket_path': run / f'octavia-{name}.sock'
                for name in ('status', 'stats', 'get')
            },
            'task_flow': {'engine': 'parallel'},
        }
        config.save(cloud, 'octavia', 'octavia.conf', sections)

    def sync(self) -> None:
        """Tables, and the authority that signs what an amphora would be given."""
        state = self.cloud.state / 'octavia'
        output = ('-keyout', str(state / 'ca.key'), '-out', str(state / 'ca.pem'))
        request = ('req', '-x509', '-newkey', 'rsa:2048', '-days', '3650', '-subj', '/CN=test')
        process.run(self.cloud, 'openssl', *request, '-passout', f'pass:{PASSWORD}', *output)
        files = config.files(self.cloud, 'octavia')
        process.run(self.cloud, *self.program('octavia-db-manage', *files, 'upgrade', 'head'))

    def processes(self) -> Sequence[Process]:
        """The API and two daemons; no amphora reports, so no health manager."""
        files = config.files(self.cloud, 'octavia')
        daemons = ('octavia-worker', 'octavia-housekeeping')
        return [
            self.api('octavia-api', 'octavia.wsgi.api', *files, threads=4),
            *(Process(name, self.program(name, *files)) for name in daemons),
        ]
