"""Cinder: volumes as sparse files."""

from collections.abc import Sequence

from tests.cloud import config, process
from tests.cloud.ini import Options
from tests.cloud.ports import HOST
from tests.cloud.process import Process
from tests.cloud.services.base import Endpoint
from tests.cloud.services.openstack import OpenStackService

BACKENDS = ('fake1', 'fake2')
DRIVER = 'cloud_plugins.cinder_driver.SparseFileDriver'


class Cinder(OpenStackService):
    """The block storage API, scheduler, volume service with two backends, and backups."""

    name = 'cinder'
    packages = ('cinder',)
    databases = ('cinder',)
    endpoints = (
        Endpoint('cinder', 'block-storage', 'cinder-api', '/v3/%(project_id)s'),
        Endpoint('cinderv3', 'volumev3', 'cinder-api', '/v3/%(project_id)s'),
    )

    def configure(self) -> None:
        """cinder.conf."""
        sections = {**self._default(), **self._clients()}
        for name in BACKENDS:
            sections[name] = {'volume_driver': DRIVER, 'volume_backend_name': name}
        for name in ('backups', 'coordination'):
            (self.cloud.state / 'cinder' / name).mkdir(parents=True, exist_ok=True)
        config.save(self.cloud, 'cinder', 'cinder.conf', sections)

    def _default(self) -> Options:
        cloud = self.cloud
        state, etc = cloud.state / 'cinder', cloud.venv / 'etc' / 'cinder'
        return config.common(
            cloud,
            'cinder',
            host='test',
            my_ip=HOST,
            auth_strategy='keystone',
            enabled_backends=','.join(BACKENDS),
            default_volume_type=BACKENDS[0],
            api_paste_config=str(etc / 'api-paste.ini'),
            glance_api_servers=cloud.url('glance-api'),
            osapi_volume_workers=1,
            backup_driver='cinder.backup.drivers.posix.PosixBackupDriver',
            backup_posix_path=str(state / 'backups'),
            backup_workers=1,
            rootwrap_config=str(etc / 'rootwrap.conf'),
            service_down_time=30,
            report_interval=5,
            quota_volumes=200,
            quota_snapshots=200,
            quota_backups=200,
            quota_gigabytes=10000,
            resource_query_filters_file=str(etc / 'resource_filters.json'),
        )

    def _clients(self) -> Options:
        cloud = self.cloud
        # cinder-rootwrap looks for privsep-helper in the system's directories only, and ends
        # with 96 when it is not there.
        helper = f'{cloud.bin / "privsep-helper"} --config-file {cloud.etc / "cinder/cinder.conf"}'
        return {
            'database': config.database(cloud, 'cinder', 'pymysql'),
            'keystone_authtoken': config.token(cloud, 'cinder'),
            'nova': config.auth(cloud, 'nova'),
            'service_user': config.auth(cloud, 'cinder', send_service_user_token=True),
            'coordination': {'backend_url': f'file://{cloud.state / "cinder" / "coordination"}'},
            'key_manager': {
                'backend': 'cinder.keymgr.conf_key_mgr.ConfKeyManager',
                'fixed_key': '0' * 64,
            },
            'cinder_sys_admin': {'helper_command': helper},
            'privsep_osbrick': {'helper_command': helper},
        }

    def sync(self) -> None:
        """Tables."""
        files = config.files(self.cloud, 'cinder')
        process.run(self.cloud, *self.program('cinder-manage', *files, 'db', 'sync'))

    def processes(self) -> Sequence[Process]:
        """The API and the three daemons."""
        files = config.files(self.cloud, 'cinder')
        daemons = ('cinder-scheduler', 'cinder-volume', 'cinder-backup')
        return [
            self.api('cinder-api', 'cinder.wsgi.api', *files),
            *(Process(name, self.program(name, *files)) for name in daemons),
        ]
