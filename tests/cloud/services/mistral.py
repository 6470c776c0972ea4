"""Mistral: workflows."""

from collections.abc import Sequence

from tests.cloud import config, process
from tests.cloud.process import Process
from tests.cloud.services.base import Endpoint
from tests.cloud.services.openstack import HomeService


class Mistral(HomeService):
    """The workflow API, and engine and executor in one process."""

    name = 'mistral'
    packages = ('mistral',)
    databases = ('mistral',)
    endpoints = (Endpoint('mistral', 'workflowv2', 'mistral-api', '/v2'),)

    def configure(self) -> None:
        """mistral.conf."""
        sections = config.service(self.cloud, 'mistral')
        sections |= {
            'pecan': {'auth_enable': True},
            **{name: {'host': 'test'} for name in ('engine', 'executor', 'event_engine')},
            'cron_trigger': {'enabled': True},
        }
        config.save(self.cloud, 'mistral', 'mistral.conf', sections)

    def sync(self) -> None:
        """Tables, and the actions that come with it."""
        files = config.files(self.cloud, 'mistral')
        for command in (('upgrade', 'head'), ('populate',)):
            process.run(self.cloud, *self.program('mistral-db-manage', *files, *command))

    def processes(self) -> Sequence[Process]:
        """The API and the daemon."""
        files = config.files(self.cloud, 'mistral')
        daemon = self.program('mistral-server', *files, '--server', 'engine,executor')
        return [self.home_api('mistral.wsgi'), Process('mistral-engine', daemon)]
