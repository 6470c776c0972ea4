"""Neutron: networks that exist in the database only."""

from collections.abc import Sequence

from tests.cloud import config, process
from tests.cloud.ini import Options
from tests.cloud.process import Process
from tests.cloud.services.base import Endpoint
from tests.cloud.services.openstack import OpenStackService

PLUGINS = (
    'router,qos,trunk,metering,segments,network_ip_availability,auto_allocate,flavors,'
    'port_forwarding,conntrack_helper,ndp_proxy,tag,timestamp,revisions,'
    'network_segment_range,log,local_ip'
)
EXTENSION_DRIVERS = (
    'port_security,qos,dns_domain_keywords,data_plane_status,uplink_status_propagation,'
    'port_hints,subnet_dns_publish_fixed_ip,tag_ports_during_bulk_creation'
)
QUOTAS = (
    'network,subnet,port,router,floatingip,security_group,security_group_rule,trunk,rbac_policy'
)


class Neutron(OpenStackService):
    """The network API; no agents: the driver `anyhost` binds every port and calls it ACTIVE."""

    name = 'neutron'
    packages = ('neutron',)
    databases = ('neutron',)
    endpoints = (Endpoint('neutron', 'network', 'neutron-api'),)

    def configure(self) -> None:
        """neutron.conf."""
        cloud = self.cloud
        sections = self._default() | {
            'database': config.database(cloud, 'neutron'),
            'keystone_authtoken': config.token(cloud, 'neutron'),
            'nova': config.auth(cloud, 'nova'),
            'placement': config.auth(cloud, 'placement'),
            'oslo_messaging_rabbit': {'heartbeat_in_pthread': False},
            'quotas': {f'quota_{name}': 1000 for name in QUOTAS.split(',')},
            'service_providers': {},
            **_ml2(),
        }
        config.save(cloud, 'neutron', 'neutron.conf', sections)

    def _default(self) -> Options:
        cloud = self.cloud
        return config.common(
            cloud,
            'neutron',
            core_plugin='ml2',
            host='test',
            auth_strategy='keystone',
            service_plugins=PLUGINS,
            api_paste_config=str(cloud.venv / 'etc' / 'neutron' / 'api-paste.ini'),
            rpc_workers=1,
            rpc_state_report_workers=0,
            api_workers=1,
            dns_domain='test.local.',
            max_allowed_address_pair=100,
            notify_nova_on_port_status_changes=True,
            notify_nova_on_port_data_changes=True,
            allow_automatic_dhcp_failover=False,
            max_dns_nameservers=5,
            max_subnet_host_routes=20,
        )

    def sync(self) -> None:
        """Tables."""
        files = config.files(self.cloud, 'neutron')
        process.run(self.cloud, *self.program('neutron-db-manage', *files, 'upgrade', 'heads'))

    def processes(self) -> Sequence[Process]:
        """The API: one process is a bottleneck to sixteen clients."""
        return [self.api('neutron-api', 'cloud_plugins.neutron_api', processes=2)]


def _ml2() -> Options:
    return {
        'ml2': {
            'type_drivers': 'local,flat,vlan,vxlan,gre,geneve',
            'tenant_network_types': 'vxlan',
            'mechanism_drivers': 'anyhost,openvswitch',
            'extension_drivers': EXTENSION_DRIVERS,
        },
        'ml2_type_flat': {'flat_networks': '*'},
        'ml2_type_vlan': {'network_vlan_ranges': 'physnet1:100:999'},
        'ml2_type_vxlan': {'vni_ranges': '1:20000'},
        'ml2_type_gre': {'tunnel_id_ranges': '1:2000'},
        'ml2_type_geneve': {'vni_ranges': '20001:30000', 'max_header_size': 38},
    }
