"""Designate: zones that no name server but its own knows."""

import json
import shutil
from collections.abc import Sequence

from tests.cloud import config, process
from tests.cloud.ini import Options, write
from tests.cloud.ports import HOST
from tests.cloud.process import Process
from tests.cloud.services.base import Endpoint
from tests.cloud.services.openstack import OpenStackService

DAEMONS = ('central', 'worker', 'producer', 'mdns')


class Designate(OpenStackService):
    """The API and its daemons; the fake backend, whose name server is mdns itself."""

    name = 'designate'
    packages = ('designate',)
    databases = ('designate',)
    endpoints = (Endpoint('designate', 'dns', 'designate-api'),)

    def configure(self) -> None:
        """designate.conf and the pool."""
        cloud = self.cloud
        common = config.service(cloud, 'designate', root_helper='', host='test')
        sections: Options = {
            **common,
            'storage:sqlalchemy': common.pop('database'),
            'service:api': {
                'auth_strategy': 'keystone',
                'api_base_uri': cloud.url('designate-api', '/'),
                'enable_api_v2': True,
                'enabled_extensions_v2': 'quotas, reports',
            },
            **{f'service:{name}': {'workers': 1} for name in ('central', 'producer')},
            # mdns never forgets a zone: any answer to a poll counts.
            'service:worker': {'workers': 1, 'threshold_percentage': 0},
            'service:mdns': {'workers': 1, 'listen': cloud.address('designate-mdns')},
        }
        config.save(cloud, 'designate', 'designate.conf', sections)
        # The API looks for it beside designate.conf.
        shutil.copy(cloud.venv / 'etc/designate/api-paste.ini', cloud.etc / 'designate')
        server = {'host': HOST, 'port': cloud.port('designate-mdns')}
        pool = {
            'name': 'default',
            'description': 'nothing behind it',
            'attributes': {},
            'ns_records': [{'hostname': 'ns1.test.local.', 'priority': 1}],
            'nameservers': [server],
            'targets': [{'type': 'fake', 'masters': [server], 'options': server}],
        }
        # JSON is YAML.
        write(cloud.etc / 'designate' / 'pools.yaml', json.dumps([pool], indent=2) + '\n')

    def sync(self) -> None:
        """Tables."""
        files = config.files(self.cloud, 'designate')
        process.run(self.cloud, *self.program('designate-manage', *files, 'database', 'sync'))

    def complete(self) -> None:
        """The pool: central has to be asked for it."""
        files = config.files(self.cloud, 'designate')
        file = str(self.cloud.etc / 'designate' / 'pools.yaml')
        update = ('pool', 'update', '--file', file)
        process.run(self.cloud, *self.program('designate-manage', *files, *update))

    def processes(self) -> Sequence[Process]:
        """The API and four daemons."""
        files = config.files(self.cloud, 'designate')
        env = {'OS_DESIGNATE_CONFIG_DIR': str(self.cloud.etc / 'designate')}
        return [
            self.api('designate-api', 'designate.wsgi.api', threads=4, env=env),
            *(
                Process(
                    f'designate-{name}',
                    self.program(f'designate-{name}', *files),
                    ports=('designate-mdns',) if name == 'mdns' else (),
                )
                for name in DAEMONS
            ),
        ]
