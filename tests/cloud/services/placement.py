"""Placement: what the compute hosts have to give."""

from collections.abc import Sequence

from tests.cloud import config, process
from tests.cloud.ini import Options
from tests.cloud.process import Process
from tests.cloud.services.base import Endpoint
from tests.cloud.services.openstack import OpenStackService


class Placement(OpenStackService):
    """The placement API."""

    name = 'placement'
    packages = ('openstack-placement',)
    databases = ('placement',)
    endpoints = (Endpoint('placement', 'placement', 'placement'),)

    def configure(self) -> None:
        """placement.conf."""
        sections: Options = {
            'DEFAULT': {},
            'api': {'auth_strategy': 'keystone'},
            'placement_database': config.database(self.cloud, 'placement'),
            'keystone_authtoken': config.token(self.cloud, 'placement'),
        }
        config.save(self.cloud, 'placement', 'placement.conf', sections)

    def sync(self) -> None:
        """Tables."""
        files = config.files(self.cloud, 'placement')
        process.run(self.cloud, *self.program('placement-manage', *files, 'db', 'sync'))

    def processes(self) -> Sequence[Process]:
        """The API."""
        return [self.api('placement', 'placement.wsgi.api')]
