"""Barbican: secrets, encrypted in the database."""

from collections.abc import Sequence

from tests.cloud import config, process
from tests.cloud.process import Process
from tests.cloud.services.base import Endpoint
from tests.cloud.services.openstack import HomeService


class Barbican(HomeService):
    """The key manager API."""

    name = 'barbican'
    packages = ('barbican',)
    databases = ('barbican',)
    endpoints = (Endpoint('barbican', 'key-manager', 'barbican-api'),)
    roles = ('creator',)

    def configure(self) -> None:
        """barbican.conf."""
        cloud = self.cloud
        sections = config.service(
            cloud, 'barbican', host_href=cloud.url('barbican-api'), db_auto_create=False
        )
        sections |= {
            'secretstore': {'enabled_secretstore_plugins': 'store_crypto'},
            'crypto': {'enabled_crypto_plugins': 'simple_crypto'},
            'simple_crypto_plugin': {'kek': 'dGVzdHRlc3R0ZXN0dGVzdHRlc3R0ZXN0dGVzdHRlc3Q='},
            'queue': {'enable': False},
            'keystone_notifications': {'enable': False},
        }
        config.save(cloud, 'barbican', 'barbican.conf', sections)

    def sync(self) -> None:
        """Tables."""
        program = self.program('barbican-manage', 'db', 'upgrade')
        process.run(self.cloud, *program, **self.home)

    def processes(self) -> Sequence[Process]:
        """The API."""
        return [self.home_api('cloud_plugins.barbican')]
