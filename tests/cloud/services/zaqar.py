"""Zaqar: queues, their messages in Swift."""

from collections.abc import Sequence

from tests.cloud import config, process
from tests.cloud.ini import Options
from tests.cloud.paths import PASSWORD, REGION
from tests.cloud.process import Process
from tests.cloud.services.base import Endpoint
from tests.cloud.services.openstack import HomeService


class Zaqar(HomeService):
    """The messaging API."""

    name = 'zaqar'
    packages = ('zaqar',)
    databases = ('zaqar',)
    endpoints = (Endpoint('zaqar', 'messaging', 'zaqar-api'),)

    def configure(self) -> None:
        """zaqar.conf."""
        cloud = self.cloud
        sections: Options = {
            **config.service(cloud, 'zaqar', unreliable=True, admin_mode=True, pooling=False),
            'drivers': {
                'transport': 'wsgi',
                'message_store': 'swift',
                'management_store': 'sqlalchemy',
            },
            'drivers:management_store:sqlalchemy': {
                'uri': cloud.database_url('zaqar'),
            },
            'drivers:message_store:swift': {
                'uri': f'swift://zaqar:{PASSWORD}@/service',
                'auth_url': cloud.auth_url,
                'project_domain_id': 'default',
                'user_domain_id': 'default',
                'region_name': REGION,
                'interface': 'public',
            },
            'signed_url': {'secret_key': PASSWORD},
            'trustee': config.auth(cloud, 'zaqar'),
        }
        config.save(cloud, 'zaqar', 'zaqar.conf', sections)

    def sync(self) -> None:
        """Tables."""
        files = config.files(self.cloud, 'zaqar')
        process.run(self.cloud, *self.program('zaqar-sql-db-manage', *files, 'upgrade', 'head'))

    def processes(self) -> Sequence[Process]:
        """The API."""
        return [self.home_api('zaqar.transport.wsgi.app')]
