"""Magnum: it answers, but no cluster can be made: it ships no driver."""

from collections.abc import Sequence

from tests.cloud import config, process
from tests.cloud.paths import PASSWORD, REGION
from tests.cloud.process import Process
from tests.cloud.services.base import Endpoint
from tests.cloud.services.openstack import OpenStackService

CLIENTS = 'barbican cinder glance heat magnum neutron nova octavia'


class Magnum(OpenStackService):
    """The API and the conductor."""

    name = 'magnum'
    packages = ('magnum',)
    databases = ('magnum',)
    endpoints = (Endpoint('magnum', 'container-infra', 'magnum-api', '/v1'),)

    def configure(self) -> None:
        """magnum.conf."""
        cloud = self.cloud
        paste = cloud.venv / 'etc' / 'magnum' / 'api-paste.ini'
        sections = config.service(cloud, 'magnum', host='test')
        sections |= {
            'api': {'api_paste_config': paste},
            'certificates': {'cert_manager_type': 'x509keypair'},
            'keystone_auth': config.auth(cloud, 'magnum'),
            'conductor': {'workers': 1},
            'trust': {
                'trustee_domain_name': 'heat',
                'trustee_domain_admin_name': 'heat_domain_admin',
                'trustee_domain_admin_password': PASSWORD,
                'trustee_keystone_interface': 'public',
            },
            **{f'{name}_client': {'region_name': REGION} for name in CLIENTS.split()},
        }
        config.save(cloud, 'magnum', 'magnum.conf', sections)

    def sync(self) -> None:
        """Tables."""
        files = config.files(self.cloud, 'magnum')
        process.run(self.cloud, *self.program('magnum-db-manage', *files, 'upgrade'))

    def processes(self) -> Sequence[Process]:
        """The API and the conductor."""
        files = config.files(self.cloud, 'magnum')
        return [
            self.api('magnum-api', 'magnum.wsgi.api', *files, threads=4),
            Process('magnum-conductor', self.program('magnum-conductor', *files)),
        ]
