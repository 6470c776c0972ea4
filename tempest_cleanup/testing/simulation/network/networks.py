"""Networks and subnets."""

import ipaddress

from tempest_cleanup.testing.simulation.http import Row, bad_request, conflict
from tempest_cleanup.testing.simulation.network.common import (
    AUTOMATIC_OWNERS,
    drop,
    kind,
    standard,
)
from tempest_cleanup.testing.simulation.service import Context, Service, World, remove
from tempest_cleanup.testing.simulation.store import keys_of, public


def _make_network(world: World, attributes: Row) -> Row:
    store = world.store
    row = store.add('networks', standard(
        world, attributes, **{
            'admin_state_up': True, 'mtu': 1450, 'status': 'ACTIVE', 'shared': False,
            'router:external': False, 'availability_zone_hints': [],
            'availability_zones': [], 'ipv4_address_scope': None, 'ipv6_address_scope': None,
            'port_security_enabled': True, 'qos_policy_id': None, 'dns_domain': '',
            'l2_adjacency': True, 'provider:network_type': 'vxlan',
            'provider:physical_network': None, 'provider:segmentation_id': store.number()}))
    world.kinds['segments'].make(world, {
        'network_id': row['id'], 'network_type': row['provider:network_type'],
        'physical_network': row['provider:physical_network'],
        'segmentation_id': row['provider:segmentation_id'], 'description': None})
    for flag, action in (('shared', 'access_as_shared'),
                         ('router:external', 'access_as_external')):
        if row[flag]:
            share(world, row, action)
    return row


def share(world: World, row: Row, action: str) -> None:
    """Let every project use a network: that is an RBAC policy."""
    world.kinds['rbac_policies'].make(world, {
        'object_type': 'network', 'object_id': row['id'], 'action': action,
        'target_tenant': '*', 'project_id': row['project_id']})


def _update_network(context: Context, row: Row, changes: Row) -> Row:
    """The flags are RBAC policies underneath."""
    for flag, action in (('shared', 'access_as_shared'),
                         ('router:external', 'access_as_external')):
        if flag not in changes or changes[flag] == row[flag]:
            continue
        if changes[flag]:
            share(context.world, row, action)
        else:
            for policy in context.store.find('rbac_policies', 'object_id', row['id']):
                if policy['action'] == action and policy['target_tenant'] == '*':
                    context.store.remove('rbac_policies', policy['id'])
    return changes


def _network_view(context: Context, row: Row) -> Row:
    return {**public(row),
            'subnets': keys_of(context.store.find('subnets', 'network_id', row['id']))}


def _networks(context: Context) -> list[Row]:
    rows = context.store.rows('networks')
    if context.token.admin:
        return rows
    mine = context.token.project_id
    return [row for row in rows
            if row['project_id'] == mine or row['shared'] or row['router:external']]


def _without_ports(world: World, row: Row) -> None:
    held = [port['id'] for port in world.store.find('ports', 'network_id', row['id'])
            if port['device_owner'] not in AUTOMATIC_OWNERS]
    if held:
        raise conflict('NetworkInUse', f'Unable to complete operation on network {row["id"]}. '
                       'There are one or more ports still in use on the network, id for these '
                       f'ports is: {",".join(held)}.')


def _dispose_network(world: World, row: Row) -> None:
    """Its subnets, RBAC policies and segments go with it."""
    drop(world, 'ports', 'network_id', row['id'])
    drop(world, 'subnets', 'network_id', row['id'])
    for name, field in (('rbac_policies', 'object_id'), ('segments', 'network_id')):
        for held in world.store.find(name, field, row['id']):
            remove(world, name, held)
    remove(world, 'networks', row)


def _make_subnet(world: World, attributes: Row) -> Row:
    network = world.store.get('networks', attributes.get('network_id', ''))
    if network is None:
        raise bad_request('Invalid input: a subnet needs an existing network_id.')
    attributes.setdefault('project_id', network['project_id'])
    prefixlen = attributes.pop('prefixlen', None)
    pool_id = attributes.get('subnetpool_id')
    if not attributes.get('cidr'):
        attributes['cidr'] = (_from_pool(world, pool_id, prefixlen) if pool_id
                              else _free_cidr(world))
    cidr = ipaddress.ip_network(attributes['cidr'], strict=False)
    attributes['ip_version'] = cidr.version
    gateway = str(cidr[1]) if 'gateway_ip' not in attributes else attributes['gateway_ip']
    last = cidr[-2] if cidr.version == 4 else cidr[-1]
    return world.store.add('subnets', standard(world, {**attributes, 'gateway_ip': gateway}, **{
        'subnetpool_id': None, 'enable_dhcp': True, 'ipv6_ra_mode': None,
        'ipv6_address_mode': None, 'host_routes': [], 'dns_nameservers': [],
        'allocation_pools': [{'start': str(cidr[2]), 'end': str(last)}],
        'router:external': network['router:external'], 'service_types': [],
        'dns_publish_fixed_ip': False, 'segment_id': None, 'revision_number': 0,
        '_used': 1}))


def _free_cidr(world: World) -> str:
    number = world.store.number()
    return f'10.{number >> 8 & 255}.{number & 255}.0/24'


def _from_pool(world: World, pool_id: str, prefixlen: int | None) -> str:
    pool = world.store.get('subnetpools', pool_id)
    if pool is None:
        raise bad_request(f'Subnet pool {pool_id} could not be found.')
    length = int(prefixlen or pool['default_prefixlen'])
    taken = {subnet['cidr'] for subnet in world.store.find('subnets', 'subnetpool_id', pool_id)}
    for prefix in pool['prefixes']:
        for cidr in ipaddress.ip_network(prefix).subnets(new_prefix=length):
            if str(cidr) not in taken:
                return str(cidr)
    raise conflict('SubnetAllocationError', 'Failed to allocate subnet: Insufficient prefix '
                   'space to allocate subnet size /' + str(length))


def address(world: World, subnet: Row) -> str:
    """The next address of a subnet; when it has come to the end, any free one."""
    cidr = ipaddress.ip_network(subnet['cidr'])
    number = subnet['_used'] + 1
    if number < cidr.num_addresses - 1:
        world.store.change('subnets', subnet['id'], _used=number)
        return str(cidr[number])
    taken = {fixed['ip_address'] for port in
             world.store.find('ports', 'fixed_ips.subnet_id', subnet['id'])
             for fixed in port['fixed_ips']}
    for host in cidr.hosts():
        if str(host) not in taken and str(host) != subnet['gateway_ip']:
            return str(host)
    raise conflict('IpAddressGenerationFailure', 'No more IP addresses available on network '
                   f'{subnet["network_id"]}.')


def _without_addresses(world: World, row: Row) -> None:
    for port in world.store.find('ports', 'fixed_ips.subnet_id', row['id']):
        if port['device_owner'] not in AUTOMATIC_OWNERS:
            raise conflict('SubnetInUse', f'Unable to complete operation on subnet {row["id"]}: '
                           'One or more ports have an IP allocation from this subnet.')


def _dispose_subnet(world: World, row: Row) -> None:
    for port in world.store.find('ports', 'fixed_ips.subnet_id', row['id']):
        left = [ip for ip in port['fixed_ips'] if ip['subnet_id'] != row['id']]
        if left:
            world.store.change('ports', port['id'], fixed_ips=left)
        else:
            world.kinds['ports'].destroy(world, port)
    remove(world, 'subnets', row)


def register(service: Service) -> None:
    service.add(NETWORKS)
    service.add(SUBNETS)


NETWORKS = kind('networks', 'networks', 'network', _make_network, rows=_networks,
                view=_network_view, update=_update_network, refusals=(_without_ports,),
                dispose=_dispose_network)
SUBNETS = kind('subnets', 'subnets', 'subnet', _make_subnet, refusals=(_without_addresses,),
               dispose=_dispose_subnet)
