"""Routers, their interfaces, gateway and conntrack helpers; NDP proxies."""

import ipaddress

from tempest_cleanup.testing.simulation.http import ApiError, Response, Row, bad_request, conflict
from tempest_cleanup.testing.simulation.network.common import (
    INTERFACE_OWNERS,
    drop,
    kind,
    plain,
    standard,
)
from tempest_cleanup.testing.simulation.service import Context, Service, World, remove
from tempest_cleanup.testing.simulation.store import public


def _make(world: World, attributes: Row) -> Row:
    gateway = attributes.pop('external_gateway_info', None)
    row = world.store.add('routers', standard(world, attributes, **{
        'admin_state_up': True, 'status': 'ACTIVE', 'external_gateway_info': None,
        'availability_zones': [], 'availability_zone_hints': [], 'distributed': False,
        'ha': False, 'routes': [], 'flavor_id': None, 'enable_ndp_proxy': False}))
    if gateway:
        _set_gateway(world, row, gateway)
    return row


def _set_gateway(world: World, row: Row, gateway: Row) -> None:
    port = world.kinds['ports'].make(world, {
        'network_id': gateway['network_id'], 'device_id': row['id'], 'project_id': '',
        'device_owner': 'network:router_gateway',
        **({'fixed_ips': asked} if (asked := gateway.get('external_fixed_ips')) else {})})
    world.store.change('routers', row['id'], external_gateway_info={
        'enable_snat': True, **gateway, 'external_fixed_ips': port['fixed_ips']})


def _remove_gateway(world: World, row: Row) -> None:
    for port in world.store.find('ports', 'device_id', row['id']):
        if port['device_owner'] == 'network:router_gateway':
            world.kinds['ports'].destroy(world, port)
    world.store.change('routers', row['id'], external_gateway_info=None)


def _update(context: Context, row: Row, changes: Row) -> Row:
    if 'external_gateway_info' in changes:
        gateway = changes.pop('external_gateway_info') or {}
        now = row['external_gateway_info']
        if now and gateway and _same_place(now, gateway):
            return {**changes, 'external_gateway_info': {**now, **gateway, 'external_fixed_ips':
                                                         now['external_fixed_ips']}}
        if now:
            _gateway_unused(context.world, row)
            _remove_gateway(context.world, row)
        if gateway:
            _set_gateway(context.world, row, gateway)
    return changes


def _same_place(now: Row, wanted: Row) -> bool:
    """Whether Neutron leaves the gateway's port as it is."""
    addresses = {ip.get('ip_address') for ip in wanted.get('external_fixed_ips') or ()}
    return now['network_id'] == wanted['network_id'] and (
        not addresses or addresses == {ip['ip_address'] for ip in now['external_fixed_ips']})


def _gateway_unused(world: World, row: Row) -> None:
    for name, user in (('floatingips', 'FloatingIp'), ('ndp_proxies', 'NDPProxy')):
        if world.store.find(name, 'router_id', row['id']):
            network = row['external_gateway_info']['network_id']
            raise conflict(f'RouterExternalGatewayInUseBy{user}',
                           f'Gateway cannot be updated for router {row["id"]}, since a gateway '
                           f'to external network {network} is required by one or more '
                           f'{"floating IPs" if user == "FloatingIp" else "NDP proxies"}.')


def interfaces(world: World, router_id: str) -> list[Row]:
    return [port for port in world.store.find('ports', 'device_id', router_id)
            if port['device_owner'] in INTERFACE_OWNERS]


def _without_interfaces(world: World, row: Row) -> None:
    held = [port['id'] for port in interfaces(world, row['id'])]
    if held:
        raise conflict('RouterInUse', f'Router {row["id"]} has ports still attached: '
                       + ', '.join(held))


def _dispose(world: World, row: Row) -> None:
    _remove_gateway(world, row)
    drop(world, 'conntrack_helpers', '_router', row['id'])
    drop(world, 'ndp_proxies', 'router_id', row['id'])
    remove(world, 'routers', row)


def _view(context: Context, row: Row) -> Row:
    helpers = context.store.find('conntrack_helpers', '_router', row['id'])
    return {**public(row), 'conntrack_helpers': [
        {name: helper[name] for name in ('protocol', 'port', 'helper')} for helper in helpers]}


def add_interface(world: World, router: Row, subnet_id: str = '', port_id: str = '') -> Row:
    """Put a router into a subnet; it gets the subnet's gateway address."""
    if port_id:
        port = world.store.get('ports', port_id)
        if port is None:
            raise ApiError(404, f'Port {port_id} could not be found.', 'PortNotFound')
        return world.store.change('ports', port_id, device_id=router['id'],
                                  device_owner='network:router_interface')
    subnet = world.store.get('subnets', subnet_id)
    if subnet is None:
        raise ApiError(404, f'Subnet {subnet_id} could not be found.', 'SubnetNotFound')
    if any(port['fixed_ips'][0]['subnet_id'] == subnet_id
           for port in interfaces(world, router['id'])):
        raise bad_request(f'Router already has a port on subnet {subnet_id}.')
    return world.kinds['ports'].make(world, {
        'network_id': subnet['network_id'], 'project_id': router['project_id'],
        'device_id': router['id'], 'device_owner': 'network:router_interface',
        'fixed_ips': [{'subnet_id': subnet_id, 'ip_address': subnet['gateway_ip']}]})


def _interface_body(router: Row, port: Row) -> Row:
    subnets = [fixed['subnet_id'] for fixed in port['fixed_ips']]
    return {'id': router['id'], 'project_id': router['project_id'],
            'tenant_id': router['tenant_id'], 'port_id': port['id'],
            'network_id': port['network_id'], 'subnet_id': subnets[0] if subnets else None,
            'subnet_ids': subnets}


def _add_interface(context: Context, id: str) -> Response:
    router = context.service.lookup(context, ROUTERS, id)
    wanted = context.request.json()
    port = add_interface(context.world, router, wanted.get('subnet_id', ''),
                         wanted.get('port_id', ''))
    return Response(200, _interface_body(router, port))


def _remove_interface(context: Context, id: str) -> Response:
    router = context.service.lookup(context, ROUTERS, id)
    wanted = context.request.json()
    for port in interfaces(context.world, id):
        subnets = [fixed['subnet_id'] for fixed in port['fixed_ips']]
        if wanted.get('port_id', port['id']) == port['id'] and (
                wanted.get('subnet_id') is None or wanted['subnet_id'] in subnets):
            for subnet in subnets:
                _interface_unused(context.world, router, subnet)
            context.world.kinds['ports'].destroy(context.world, port)
            return Response(200, _interface_body(router, port))
    what = wanted.get('subnet_id') or wanted.get('port_id')
    raise ApiError(404, f'Router {id} has no interface on subnet {what}.',
                   'RouterInterfaceNotFoundForSubnet')


def _interface_unused(world: World, router: Row, subnet_id: str) -> None:
    store = world.store

    def refuse(type: str, users: str) -> ApiError:
        return conflict(type, f'Router interface for subnet {subnet_id} on router '
                        f'{router["id"]} cannot be deleted, as it is required by one or more '
                        f'{users}.')

    behind = {port['id'] for port in store.find('ports', 'fixed_ips.subnet_id', subnet_id)}
    for floating in store.find('floatingips', 'router_id', router['id']):
        forwards = store.find('port_forwardings', '_floatingip', floating['id'])
        if floating['port_id'] in behind or any(f['internal_port_id'] in behind
                                                for f in forwards):
            raise refuse('RouterInterfaceInUseByFloatingIP', 'floating IPs')
    if any(proxy['port_id'] in behind
           for proxy in store.find('ndp_proxies', 'router_id', router['id'])):
        raise refuse('RouterInterfaceInUseByNDPProxy', 'NDP proxies')
    subnet = store.get('subnets', subnet_id)
    cidr = ipaddress.ip_network(subnet['cidr']) if subnet else None
    if cidr and any(ipaddress.ip_address(route['nexthop']) in cidr for route in router['routes']):
        raise refuse('RouterInterfaceInUseByRoute', 'routes')


def _change_routes(context: Context, id: str, add: bool) -> Response:
    router = context.service.lookup(context, ROUTERS, id)
    given = context.body('router').get('routes', [])
    left = [route for route in router['routes'] if route not in given]
    context.store.change('routers', id, routes=left + given if add else left)
    return Response(200, {'router': _view(context, router)})


def make_helper(world: World, attributes: Row) -> Row:
    row = {'id': world.store.uuid(), 'protocol': 'tcp', 'port': 21, 'helper': 'ftp',
           '_router': attributes.pop('router_id', ''),
           **{name: value for name, value in attributes.items() if name != 'project_id'}}
    return world.store.add('conntrack_helpers', row)


def _list_helpers(context: Context, router: str) -> Response:
    context.service.lookup(context, ROUTERS, router)
    rows = context.store.find('conntrack_helpers', '_router', router)
    return Response(200, context.service.page(context, HELPERS, rows))


def _create_helper(context: Context, router: str) -> Response:
    context.service.lookup(context, ROUTERS, router)
    row = make_helper(context.world, {**context.body('conntrack_helper'), 'router_id': router})
    return Response(201, {'conntrack_helper': public(row)})


def register(service: Service) -> None:
    service.add(ROUTERS)
    service.add(NDP_PROXIES)
    service.world.kinds[HELPERS.name] = HELPERS
    path = '/v2.0/routers/{id}'
    service.route('PUT', path + '/add_router_interface', _add_interface)
    service.route('PUT', path + '/remove_router_interface', _remove_interface)
    service.route('PUT', path + '/add_extraroutes',
                  lambda context, id: _change_routes(context, id, True))
    service.route('PUT', path + '/remove_extraroutes',
                  lambda context, id: _change_routes(context, id, False))
    helpers = '/v2.0/routers/{router}/conntrack_helpers'
    service.route('GET', helpers, _list_helpers)
    service.route('POST', helpers, _create_helper)
    service.route('GET', helpers + '/{id}', service.showing(HELPERS))
    service.route('DELETE', helpers + '/{id}', service.deleting(HELPERS))


ROUTERS = kind('routers', 'routers', 'router', _make, view=_view, update=_update,
               refusals=(_without_interfaces,), dispose=_dispose)
NDP_PROXIES = kind('ndp_proxies', 'ndp_proxies', 'ndp_proxy',
                   plain('ndp_proxies', router_id='', port_id='', ip_address=''))
HELPERS = kind('conntrack_helpers', 'conntrack_helpers', 'conntrack_helper', make_helper,
               owner='')
