"""Nova: servers that its own fake driver pretends to run."""

import shutil
from collections.abc import Sequence

from tests.cloud import config, process
from tests.cloud.ini import Options
from tests.cloud.paths import PASSWORD
from tests.cloud.ports import HOST
from tests.cloud.process import Process
from tests.cloud.services.base import Endpoint
from tests.cloud.services.openstack import OpenStackService

QUOTA = {'instances': 200, 'cores': 800, 'ram': 512000, 'key_pairs': 500, 'server_groups': 100}


class Nova(OpenStackService):
    """The compute API, conductor, scheduler and one compute host; one cell besides cell0."""

    name = 'nova'
    packages = ('nova',)
    databases = ('nova_api', 'nova_cell0', 'nova_cell1')
    endpoints = (Endpoint('nova', 'compute', 'nova-api', '/v2.1'),)

    def configure(self) -> None:
        """A file for the API and the scheduler, one for the cell, one for the compute host."""
        api = {**_default(self), **_clients(self)}
        api['api_database'] = config.database(self.cloud, 'nova_api')
        api['database'] = config.database(self.cloud, 'nova_cell0')
        config.save(self.cloud, 'nova', 'nova.conf', api)
        cell = {**api, 'database': config.database(self.cloud, 'nova_cell1')}
        config.save(self.cloud, 'nova', 'nova-cell1.conf', cell)
        # With a database in its file nova-compute logs DBNotAllowed.
        compute = {k: v for k, v in api.items() if k not in ('api_database', 'database')}
        config.save(self.cloud, 'nova', 'nova-compute.conf', compute)
        # The API looks for it beside nova.conf.
        shutil.copy(self.cloud.venv / 'etc/nova/api-paste.ini', self.cloud.etc / 'nova')

    def sync(self) -> None:
        """Tables and cells. With cell1's file, `db sync` makes the tables of both cells."""
        files = config.files(self.cloud, 'nova', 'nova-cell1.conf')
        cell0 = self.cloud.database_url('nova_cell0', 'mysqldb')
        self.run_all(
            'nova.cmd.manage',
            (*files, 'api_db', 'sync'),
            (*files, 'cell_v2', 'map_cell0', '--database_connection', cell0),
            (*files, 'db', 'sync'),
            (*files, 'cell_v2', 'create_cell', '--name', 'cell1'),
        )

    def processes(self) -> Sequence[Process]:
        """The API and the three daemons."""
        conductor = config.files(self.cloud, 'nova', 'nova-cell1.conf')
        scheduler = config.files(self.cloud, 'nova')
        compute = config.files(self.cloud, 'nova', 'nova-compute.conf')
        return [
            self.api('nova-api', 'nova.wsgi.osapi_compute'),
            Process('nova-conductor', self.program('nova-conductor', *conductor)),
            Process('nova-scheduler', self.program('nova-scheduler', *scheduler)),
            Process('nova-compute', self.program('nova-compute', *compute)),
        ]

    def discover_hosts(self) -> None:
        """Map the compute host, which has reported itself, to its cell."""
        files = config.files(self.cloud, 'nova')
        argv = self.program('nova-manage', *files, 'cell_v2', 'discover_hosts')
        process.run(self.cloud, *argv)


def _default(nova: Nova) -> Options:
    sections = config.common(
        nova.cloud,
        'nova',
        compute_driver='switched.SwitchedDriver',
        host='test',
        my_ip=HOST,
        allow_resize_to_same_host=True,
        # Nobody plugs anything, so nobody would ever report it.
        vif_plugging_is_fatal=False,
        vif_plugging_timeout=0,
        osapi_compute_workers=1,
        metadata_workers=1,
        instance_usage_audit=False,
        force_config_drive=False,
        running_deleted_instance_action='noop',
        sync_power_state_interval=-1,
        update_resources_interval=60,
        report_interval=5,
        service_down_time=20,
    )
    return sections | {
        'api': {'auth_strategy': 'keystone', 'max_limit': 1000},
        'wsgi': {'api_paste_config': nova.cloud.venv / 'etc/nova/api-paste.ini'},
        'conductor': {'workers': 1},
        'scheduler': {'workers': 1},
        'filter_scheduler': {'track_instance_changes': False},
        'quota': QUOTA,
        'vnc': {'enabled': False},
    }


def _clients(nova: Nova) -> Options:
    cloud = nova.cloud
    return {
        'keystone_authtoken': config.token(cloud, 'nova'),
        'service_user': config.auth(cloud, 'nova', send_service_user_token=True),
        'placement': config.auth(cloud, 'placement'),
        'neutron': config.auth(
            cloud,
            'neutron',
            service_metadata_proxy=True,
            metadata_proxy_shared_secret=PASSWORD,
        ),
        'cinder': config.auth(cloud, 'cinder', os_region_name='RegionOne'),
        'glance': config.auth(cloud, 'glance'),
    }
