"""Neutron: networks, and what hangs on a router."""

from typing import Any
from zlib import crc32

from tests.functional.openstack import Body, Refused
from tests.functional.populate.site import Site


def number(site: Site, below: int) -> int:
    """A number that differs between prefixes, for values that are unique in the whole cloud."""
    return crc32(site.prefix.encode()) % below


def network(site: Site, what: str, note: str = '', **more: Any) -> Body:
    """A network that the admin makes in the project, as flags like router:external need."""
    made = site.admin.network.post('/networks', {'network': {
        'name': site.name(what), 'project_id': site.project_id, **more}})['network']
    return site.record('networks', made, note)


def subnet(site: Site, network_id: str, note: str = '', **more: Any) -> Body:
    """A nameless subnet."""
    body = {'network_id': network_id, 'ip_version': 4, 'project_id': site.project_id, **more}
    made = site.admin.network.post('/subnets', {'subnet': body})['subnet']
    return site.record('subnets', made, note or 'nameless')


def port(site: Site, network_id: str, note: str = '', **more: Any) -> Body:
    made = site.user.network.post('/ports', {
        'port': {'network_id': network_id, **more}})['port']
    return site.record('ports', made, note or 'nameless')


def interface(site: Site, router_id: str, subnet_id: str) -> None:
    made = site.admin.network.put(f'/routers/{router_id}/add_router_interface',
                                  {'subnet_id': subnet_id})
    site.record('router_interfaces', made, f'of router {router_id}', id=made['port_id'],
                name=None)


def basics(site: Site) -> str:
    """A network with a subnet that servers can use; its id."""
    made = network(site, 'network')['id']
    subnet(site, made, cidr='10.91.0.0/24')
    return str(made)


def routed(site: Site) -> None:
    """A router with interface, gateway, route and conntrack helper; floating IPs of each sort."""
    neutron, external = site.user.network, public_network(site)
    inner = network(site, 'routed')['id']
    inner_subnet = subnet(site, inner, cidr='10.92.0.0/24')['id']
    router = neutron.post('/routers', {'router': {
        'name': site.name('router'),
        'external_gateway_info': {'network_id': external}}})['router']
    site.record('routers', router)
    interface(site, router['id'], inner_subnet)
    neutron.put(f'/routers/{router["id"]}', {'router': {'routes': [
        {'destination': '10.93.0.0/24', 'nexthop': '10.92.0.200'}]}})
    helper = neutron.post(f'/routers/{router["id"]}/conntrack_helpers', {
        'conntrack_helper': {'protocol': 'tcp', 'port': 21, 'helper': 'ftp'}})
    site.record('conntrack_helpers', helper['conntrack_helper'], f'of router {router["id"]}')
    floating_ips(site, external, port(site, inner), port(site, inner))


def floating_ips(site: Site, external: str, first: Body, second: Body) -> None:
    """One free, one at a port, and one that forwards to another port."""
    def floating(note: str, **more: Any) -> str:
        made = site.user.network.post('/floatingips', {
            'floatingip': {'floating_network_id': external, **more}})['floatingip']
        return str(site.record('floatingips', made, note)['id'])

    floating('free')
    floating('associated', port_id=first['id'])
    forwards = floating('forwards a port')
    forwarding = site.user.network.post(f'/floatingips/{forwards}/port_forwardings', {
        'port_forwarding': {
            'internal_port_id': second['id'], 'protocol': 'tcp', 'external_port': 2222,
            'internal_ip_address': second['fixed_ips'][0]['ip_address'], 'internal_port': 22}})
    site.record('port_forwardings', forwarding['port_forwarding'],
                f'of floating IP {forwards}')


def public_network(site: Site) -> str:
    """The external network that is there from the beginning."""
    found = site.user.network.get('/networks?router:external=true', name='public')
    return str(found['networks'][0]['id'])


def trunk(site: Site) -> None:
    """A trunk with a sub-port."""
    under = network(site, 'trunked')['id']
    parent, child = port(site, under, 'trunk parent'), port(site, under, 'sub-port')
    made = site.user.network.post('/trunks', {'trunk': {'port_id': parent['id'], 'sub_ports': [
        {'port_id': child['id'], 'segmentation_type': 'vlan', 'segmentation_id': 7}]}})
    site.record('trunks', made['trunk'], 'nameless')


def version_six(site: Site) -> None:
    """An IPv6 external network of our own with a router, and an NDP proxy behind it."""
    neutron = site.admin.network
    scope = neutron.post('/address-scopes', {'address_scope': {
        'name': site.name('scope-v6'), 'ip_version': 6,
        'project_id': site.project_id}})['address_scope']
    site.record('address_scopes', scope)
    pool = neutron.post('/subnetpools', {'subnetpool': {
        'name': site.name('pool-v6'), 'address_scope_id': scope['id'], 'default_prefixlen': 64,
        'prefixes': ['2001:db8:1::/48'], 'project_id': site.project_id}})['subnetpool']
    site.record('subnetpools', pool)
    outer = network(site, 'external', 'router:external', **{'router:external': True})
    inner = network(site, 'inner-v6')
    six = {'ip_version': 6, 'subnetpool_id': pool['id']}
    subnet(site, outer['id'], **six)
    slaac = {'ipv6_ra_mode': 'slaac', 'ipv6_address_mode': 'slaac'}
    inner_subnet = subnet(site, inner['id'], **six, **slaac)
    router = neutron.post('/routers', {'router': {
        'name': site.name('router-v6'), 'project_id': site.project_id, 'enable_ndp_proxy': True,
        'external_gateway_info': {'network_id': outer['id']}}})['router']
    site.record('routers', router)
    interface(site, router['id'], inner_subnet['id'])
    proxy = site.user.network.post('/ndp_proxies', {'ndp_proxy': {
        'router_id': router['id'], 'port_id': port(site, inner['id'])['id']}})['ndp_proxy']
    site.record('ndp_proxies', proxy, 'nameless')
    auto_allocated(site, outer['id'])


def auto_allocated(site: Site, external: str) -> None:
    """The project's auto-allocated topology (a network, subnet and router), if it has none."""
    neutron, path = site.user.network, f'/auto-allocated-topology/{site.project_id}'
    if neutron.get('/networks', name='auto_allocated_network',
                   project_id=site.project_id)['networks']:
        return
    try:
        neutron.get(path, fields='dry-run')
    except Refused:
        default_pool(site)
        site.admin.network.put(f'/networks/{external}', {'network': {'is_default': True}})
    network_id = neutron.get(path)['auto_allocated_topology']['id']
    note = 'auto-allocated'
    site.record('networks', neutron.get(f'/networks/{network_id}')['network'], note)
    for one in neutron.get('/subnets', network_id=network_id)['subnets']:
        site.record('subnets', one, note)
    for one in neutron.get('/ports', network_id=network_id,
                           device_owner='network:router_interface')['ports']:
        router = neutron.get(f'/routers/{one["device_id"]}')['router']
        site.record('routers', router, note)
        site.record('router_interfaces', one, f'of router {router["id"]}', name=None)


def default_pool(site: Site) -> None:
    """The default subnet pool of the cloud, which an auto-allocated topology draws from."""
    pool = site.admin.network.post('/subnetpools', {'subnetpool': {
        'name': site.name('default-pool'), 'prefixes': ['10.200.0.0/16'], 'is_default': True,
        'default_prefixlen': 26, 'shared': True, 'project_id': site.project_id}})['subnetpool']
    site.record('subnetpools', pool, 'default')
