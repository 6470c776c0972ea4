"""Aodh: alarms that nothing evaluates."""

from collections.abc import Sequence

from tests.cloud import config, process
from tests.cloud.process import Process
from tests.cloud.services.base import Endpoint
from tests.cloud.services.openstack import HomeService


class Aodh(HomeService):
    """The alarming API; without measurements there is nothing to evaluate."""

    name = 'aodh'
    packages = ('aodh',)
    databases = ('aodh',)
    endpoints = (Endpoint('aodh', 'alarming', 'aodh-api'),)

    def configure(self) -> None:
        """aodh.conf."""
        cloud = self.cloud
        locks = cloud.state / 'aodh' / 'coordination'
        locks.mkdir(parents=True, exist_ok=True)
        sections = config.service(cloud, 'aodh')
        sections |= {
            'service_credentials': config.auth(cloud, 'aodh', interface='public'),
            'coordination': {'backend_url': f'file://{locks}'},
        }
        config.save(cloud, 'aodh', 'aodh.conf', sections)

    def sync(self) -> None:
        """Tables."""
        files = config.files(self.cloud, 'aodh')
        process.run(self.cloud, *self.program('aodh-dbsync', *files))

    def processes(self) -> Sequence[Process]:
        """The API."""
        return [self.home_api('aodh.wsgi.api')]
