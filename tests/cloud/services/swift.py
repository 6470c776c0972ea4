"""Swift: objects, one replica in one directory."""

from collections.abc import Sequence

from tests.cloud import config, process
from tests.cloud.ini import Options, Section
from tests.cloud.ports import HOST
from tests.cloud.process import Process
from tests.cloud.services.base import Endpoint, Service

KINDS = ('account', 'container', 'object')
PIPELINE = (
    'catch_errors gatekeeper healthcheck faults cache container_sync bulk tempurl ratelimit '
    'crossdomain formpost authtoken keystoneauth staticweb copy container-quotas '
    'account-quotas slo dlo versioned_writes symlink proxy-server'
)
PLAIN_FILTERS = (
    'catch_errors gatekeeper healthcheck container_sync bulk tempurl ratelimit copy slo dlo '
    'symlink crossdomain formpost staticweb'
)


class Swift(Service):
    """The proxy and one server each for accounts, containers and objects."""

    name = 'swift'
    packages = ('swift',)
    endpoints = (Endpoint('swift', 'object-store', 'swift-proxy', '/v1/AUTH_%(project_id)s'),)

    def configure(self) -> None:
        """swift.conf and a file for each process."""
        config.save(
            self.cloud,
            'swift',
            'swift.conf',
            {
                'swift-hash': {'swift_hash_path_suffix': 'test', 'swift_hash_path_prefix': 'test'},
                'storage-policy:0': {'name': 'Policy-0', 'default': 'yes'},
            },
        )
        config.save(self.cloud, 'swift', 'proxy-server.conf', self._proxy())
        for kind in KINDS:
            sections: Options = {
                'DEFAULT': {
                    **self._default(f'swift-{kind}'),
                    'devices': self.cloud.state / 'swift',
                    'mount_check': False,
                },
                'pipeline:main': {'pipeline': f'{kind}-server'},
                f'app:{kind}-server': {'use': f'egg:swift#{kind}'},
            }
            config.save(self.cloud, 'swift', f'{kind}-server.conf', sections)

    def _default(self, name: str) -> dict[str, str | int | bool]:
        return {
            'bind_ip': HOST,
            'bind_port': self.cloud.port(name),
            'user': 'root',
            'swift_dir': str(self.cloud.etc / 'swift'),
            'workers': 0,
            'log_level': 'WARNING',
            # No such socket: swift then logs to its standard error, which we keep.
            'log_address': str(self.cloud.state / 'none'),
            'eventlet_debug': False,
        }

    def _filters(self) -> dict[str, Section]:
        return {
            **{name: {'use': f'egg:swift#{name}'} for name in PLAIN_FILTERS.split()},
            'authtoken': {
                **config.token(self.cloud, 'swift'),
                'paste.filter_factory': 'keystonemiddleware.auth_token:filter_factory',
                'delay_auth_decision': True,
                'cache': 'swift.cache',
                'include_service_catalog': False,
            },
            'keystoneauth': {
                'use': 'egg:swift#keystoneauth',
                'operator_roles': 'admin,member',
                'reseller_prefix': 'AUTH',
                'system_reader_roles': 'swiftreader',
                'reseller_admin_role': 'ResellerAdmin',
            },
            'cache': {
                'use': 'egg:swift#memcache',
                'memcache_servers': self.cloud.address('memcached'),
            },
            'versioned_writes': {
                'use': 'egg:swift#versioned_writes',
                'allow_versioned_writes': True,
                'allow_object_versioning': True,
            },
            'container-quotas': {'use': 'egg:swift#container_quotas'},
            'account-quotas': {'use': 'egg:swift#account_quotas'},
            'faults': {'paste.filter_factory': 'cloud_plugins.http_faults:filter_factory'},
        }

    def _proxy(self) -> Options:
        return {
            'DEFAULT': self._default('swift-proxy'),
            'pipeline:main': {'pipeline': PIPELINE},
            'app:proxy-server': {
                'use': 'egg:swift#proxy',
                'account_autocreate': True,
                'allow_account_management': True,
            },
            **{f'filter:{name}': section for name, section in self._filters().items()},
        }

    def prepare(self) -> None:
        """The three rings, of one device each."""
        (self.cloud.state / 'swift' / 'd1').mkdir(parents=True, exist_ok=True)
        tool = str(self.cloud.bin / 'swift-ring-builder')
        for kind in KINDS:
            builder = str(self.cloud.etc / 'swift' / f'{kind}.builder')
            device = f'r1z1-{self.cloud.address(f"swift-{kind}")}/d1'
            process.run(self.cloud, tool, builder, 'create', '6', '1', '1')
            process.run(self.cloud, tool, builder, 'add', device, '100')
            process.run(self.cloud, tool, builder, 'rebalance')

    def forget(self) -> None:
        """Remove the rings."""
        for path in (self.cloud.etc / 'swift').glob('*.builder'):
            path.unlink()

    def processes(self) -> Sequence[Process]:
        """The proxy and the three servers."""
        etc = self.cloud.etc / 'swift'
        proxy = Process(
            'swift-proxy',
            self.program('swift-proxy-server', str(etc / 'proxy-server.conf')),
            ports=('swift-proxy',),
            url=self.cloud.url('swift-proxy', '/healthcheck'),
            env={'TEST_CLOUD_SERVICE': 'swift-proxy'},
        )
        servers = [
            Process(
                f'swift-{kind}',
                self.program(f'swift-{kind}-server', str(etc / f'{kind}-server.conf')),
                ports=(f'swift-{kind}',),
            )
            for kind in KINDS
        ]
        return [proxy, *servers]
