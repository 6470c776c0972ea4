"""Manila: shares that its own dummy driver pretends to make."""

from collections.abc import Sequence

from tests.cloud import config, process
from tests.cloud.ports import HOST
from tests.cloud.process import Process
from tests.cloud.rest import Admin
from tests.cloud.services.base import Endpoint
from tests.cloud.services.openstack import OpenStackService

BACKEND = 'DUMMY'
SHARE_TYPE = 'default'


class Manila(OpenStackService):
    """The API, the scheduler, the share service with one backend, and the data service."""

    name = 'manila'
    packages = ('manila',)
    databases = ('manila',)
    endpoints = (
        Endpoint('manilav2', 'shared-file-system', 'manila-api', '/v2'),
        Endpoint('manila', 'sharev2', 'manila-api', '/v2'),
    )

    def configure(self) -> None:
        """manila.conf."""
        cloud = self.cloud
        etc, locks = cloud.venv / 'etc' / 'manila', cloud.state / 'manila' / 'coordination'
        locks.mkdir(parents=True, exist_ok=True)
        sections = config.service(
            cloud,
            'manila',
            host='test',
            my_ip=HOST,
            enabled_share_backends='dummy',
            enabled_share_protocols='NFS,CIFS',
            default_share_type=SHARE_TYPE,
            api_paste_config=str(etc / 'api-paste.ini'),
            rootwrap_config=str(etc / 'rootwrap.conf'),
            quota_shares=200,
            # An offer that ends in five minutes would do so in the middle of a comparison.
            transfer_retention_time=86400,
        )
        sections |= {
            'dummy': {
                'share_driver': 'manila.tests.share.drivers.dummy.DummyDriver',
                'driver_handles_share_servers': False,
                'share_backend_name': BACKEND,
            },
            **{name: config.auth(cloud, name) for name in ('neutron', 'nova', 'cinder', 'glance')},
            'coordination': {'backend_url': f'file://{locks}'},
        }
        config.save(cloud, 'manila', 'manila.conf', sections)

    def sync(self) -> None:
        """Tables."""
        files = config.files(self.cloud, 'manila')
        process.run(self.cloud, *self.program('manila-manage', *files, 'db', 'sync'))

    def complete(self) -> None:
        """The share type that a share without one gets."""
        admin = Admin(self.cloud)
        known = {item['name'] for item in admin.get('manila-api', '/v2/types')['share_types']}
        if SHARE_TYPE not in known:
            specs = {'driver_handles_share_servers': 'False', 'snapshot_support': 'True'}
            body = {'volume_type': {'name': SHARE_TYPE, 'extra_specs': specs}}
            admin.post('manila-api', '/v2/types', body)

    def processes(self) -> Sequence[Process]:
        """The API and the three daemons."""
        files = config.files(self.cloud, 'manila')
        daemons = ('manila-scheduler', 'manila-share', 'manila-data')
        return [
            self.api('manila-api', 'manila.wsgi.api', *files, threads=4),
            *(Process(name, self.program(name, *files)) for name in daemons),
        ]
