"""Ports. Those that stand for something else go with it, and not before."""

from tempest_cleanup.testing.simulation.http import ApiError, Row, conflict
from tempest_cleanup.testing.simulation.network.common import INTERFACE_OWNERS, kind, standard
from tempest_cleanup.testing.simulation.network.networks import address
from tempest_cleanup.testing.simulation.network.security import default_group
from tempest_cleanup.testing.simulation.service import Service, World, remove

_UNTOUCHABLE = (*INTERFACE_OWNERS, 'network:router_gateway', 'network:floatingip')


def _make(world: World, attributes: Row) -> Row:
    store = world.store
    network = store.get('networks', attributes.get('network_id', ''))
    if network is None:
        raise ApiError(404, f'Network {attributes.get("network_id")} could not be found.',
                       'NetworkNotFound')
    attributes.setdefault('project_id', network['project_id'])
    system = attributes.get('device_owner', '').startswith('network:')
    if not system and 'security_groups' not in attributes:
        attributes['security_groups'] = [default_group(world, attributes['project_id'])]
    mac = store.hex(24)
    host = attributes.get('binding:host_id', '')
    row = standard(world, {**attributes, 'fixed_ips': _addresses(world, network, attributes)}, **{
        'mac_address': f'fa:16:3e:{mac[:2]}:{mac[2:4]}:{mac[4:]}', 'admin_state_up': True,
        'status': 'DOWN', 'device_id': '', 'device_owner': '', 'allowed_address_pairs': [],
        'extra_dhcp_opts': [], 'security_groups': [], 'binding:vnic_type': 'normal',
        'binding:profile': {}, 'binding:host_id': '', 'binding:vif_details': {},
        'binding:vif_type': 'ovs' if host else 'unbound', 'qos_policy_id': None,
        'port_security_enabled': not system, 'dns_name': '', 'dns_domain': '',
        'dns_assignment': [], 'resource_request': None, 'ip_allocation': 'immediate',
        'data_plane_status': None, 'hints': None, 'propagate_uplink_status': True,
        'qos_network_policy_id': network['qos_policy_id']})
    return store.add('ports', row)


def _addresses(world: World, network: Row, attributes: Row) -> list[Row]:
    """One address of the network's first subnet, unless something else is wanted."""
    wanted = attributes.get('fixed_ips')
    if wanted is None:
        wanted = [{'subnet_id': subnet['id']} for subnet in
                  world.store.find('subnets', 'network_id', network['id'])[:1]]
    result = []
    for fixed in wanted:
        subnet = world.store.get('subnets', fixed.get('subnet_id', ''))
        if subnet is not None:
            given = fixed.get('ip_address') or address(world, subnet)
            result.append({'subnet_id': subnet['id'], 'ip_address': given})
    return result


def _not_of_a_router(world: World, row: Row) -> None:
    if row['device_owner'] in _UNTOUCHABLE:
        raise conflict('ServicePortInUse', f'Port {row["id"]} cannot be deleted directly via the '
                       f'port API: has device owner {row["device_owner"]}.')


def _not_in_a_trunk(world: World, row: Row) -> None:
    parents = world.store.find('trunks', 'port_id', row['id'])
    if parents:
        raise conflict('PortInUseAsTrunkParent', f'Port {row["id"]} is currently a parent port '
                       f'for trunk {parents[0]["id"]}.')
    if world.store.find('trunks', 'sub_ports.port_id', row['id']):
        raise conflict('PortInUseAsSubPort', f'Port {row["id"]} is currently a subport for '
                       f'trunk {row["device_id"]}.')


def _dispose(world: World, row: Row) -> None:
    """Floating IPs stay, without a port; what only pointed to the port goes."""
    store = world.store
    for floating in store.find('floatingips', 'port_id', row['id']):
        store.change('floatingips', floating['id'], port_id=None, fixed_ip_address=None,
                     router_id=None, status='DOWN')
    for name, field in (('port_forwardings', 'internal_port_id'), ('ndp_proxies', 'port_id'),
                        ('local_ip_associations', 'fixed_port_id')):
        for held in store.find(name, field, row['id']):
            store.remove(name, held['_key'])
    remove(world, 'ports', row)


def register(service: Service) -> None:
    service.add(PORTS)


PORTS = kind('ports', 'ports', 'port', _make, dispose=_dispose,
             refusals=(_not_of_a_router, _not_in_a_trunk))
