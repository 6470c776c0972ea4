"""Floating IPs and their port forwardings."""

from tempest_cleanup.testing.simulation.http import ApiError, Response, Row, conflict
from tempest_cleanup.testing.simulation.network.common import INTERFACE_OWNERS, kind, standard
from tempest_cleanup.testing.simulation.service import Context, Service, World, remove
from tempest_cleanup.testing.simulation.store import public


def _make(world: World, attributes: Row) -> Row:
    """Its address is held by a port on the external network."""
    store = world.store
    network = attributes.get('floating_network_id') or _external(world)
    port_id = attributes.pop('port_id', None)
    row = standard(world, {**attributes, 'floating_network_id': network}, **{
        'floating_ip_address': None, 'router_id': None, 'port_id': None,
        'fixed_ip_address': None, 'status': 'DOWN', 'qos_policy_id': None, 'dns_domain': '',
        'dns_name': '', 'revision_number': 0})
    del row['name']
    port = world.kinds['ports'].make(world, {
        'network_id': network, 'device_owner': 'network:floatingip', 'device_id': row['id'],
        'project_id': '', 'status': 'N/A'})
    if port['fixed_ips']:
        row['floating_ip_address'] = port['fixed_ips'][0]['ip_address']
    store.add('floatingips', row)
    return store.change('floatingips', row['id'], **_association(world, port_id))


def _external(world: World) -> str:
    found = world.store.find('networks', 'router:external', True)
    return str(found[0]['id']) if found else ''


def router_of(world: World, port: Row) -> str | None:
    """The router that the port's subnet hangs on."""
    for fixed in port['fixed_ips']:
        for other in world.store.find('ports', 'fixed_ips.subnet_id', fixed['subnet_id']):
            if other['device_owner'] in INTERFACE_OWNERS:
                return str(other['device_id'])
    return None


def _association(world: World, port_id: str | None) -> Row:
    if not port_id:
        return {'port_id': None, 'fixed_ip_address': None, 'router_id': None, 'status': 'DOWN'}
    port = world.store.get('ports', port_id)
    if port is None:
        raise ApiError(404, f'Port {port_id} could not be found.', 'PortNotFound')
    addresses = [fixed['ip_address'] for fixed in port['fixed_ips']]
    return {'port_id': port_id, 'fixed_ip_address': addresses[0] if addresses else None,
            'router_id': router_of(world, port), 'status': 'ACTIVE'}


def _update(context: Context, row: Row, changes: Row) -> Row:
    if 'port_id' in changes:
        changes |= _association(context.world, changes['port_id'])
    return changes


def _view(context: Context, row: Row) -> Row:
    forwards = context.store.find('port_forwardings', '_floatingip', row['id'])
    port = context.store.get('ports', row['port_id']) if row['port_id'] else None
    shown = ('name', 'network_id', 'mac_address', 'admin_state_up', 'status', 'device_id',
             'device_owner')
    return {**public(row), 'port_details': {name: port[name] for name in shown} if port else None,
            'port_forwardings': [{name: value for name, value in public(forward).items()
                                  if name != 'description'} for forward in forwards]}


def _without_forwardings(world: World, row: Row) -> None:
    if world.store.find('port_forwardings', '_floatingip', row['id']):
        raise conflict('FipInUseByPortForwarding', f'Floating IP {row["id"]} in use by Port '
                       'Forwarding resources.')


def _dispose(world: World, row: Row) -> None:
    for port in world.store.find('ports', 'device_id', row['id']):
        world.kinds['ports'].destroy(world, port)
    remove(world, 'floatingips', row)


def _make_forwarding(world: World, attributes: Row) -> Row:
    store = world.store
    floating = store.get('floatingips', attributes.pop('floatingip_id', ''))
    port = store.get('ports', attributes.get('internal_port_id', ''))
    if floating is None or port is None:
        raise ApiError(404, 'A port forwarding needs a floating IP and an internal port.',
                       'FloatingIPNotFound')
    attributes.pop('project_id', None)
    row = {'id': store.uuid(), 'protocol': 'tcp', 'external_port': 1024 + store.number() % 64000,
           'internal_port': 80, 'internal_ip_address': port['fixed_ips'][0]['ip_address'],
           'description': '', **attributes, '_floatingip': floating['id']}
    store.change('floatingips', floating['id'], router_id=router_of(world, port))
    return store.add('port_forwardings', row)


def _dispose_forwarding(world: World, row: Row) -> None:
    remove(world, 'port_forwardings', row)
    floating = world.store.get('floatingips', row['_floatingip'])
    others = world.store.find('port_forwardings', '_floatingip', row['_floatingip'])
    if floating is not None and not others and not floating['port_id']:
        world.store.change('floatingips', floating['id'], router_id=None)


def _list_forwardings(context: Context, floatingip: str) -> Response:
    context.service.lookup(context, FLOATINGIPS, floatingip)
    rows = context.store.find('port_forwardings', '_floatingip', floatingip)
    return Response(200, context.service.page(context, FORWARDINGS, rows))


def _create_forwarding(context: Context, floatingip: str) -> Response:
    context.service.lookup(context, FLOATINGIPS, floatingip)
    row = _make_forwarding(context.world, {**context.body('port_forwarding'),
                                           'floatingip_id': floatingip})
    return Response(201, {'port_forwarding': public(row)})


def register(service: Service) -> None:
    service.add(FLOATINGIPS)
    service.world.kinds[FORWARDINGS.name] = FORWARDINGS
    path = '/v2.0/floatingips/{floatingip}/port_forwardings'
    service.route('GET', path, _list_forwardings)
    service.route('POST', path, _create_forwarding)
    service.route('GET', path + '/{id}', service.showing(FORWARDINGS))
    service.route('DELETE', path + '/{id}', service.deleting(FORWARDINGS))


FLOATINGIPS = kind('floatingips', 'floatingips', 'floatingip', _make, update=_update, view=_view,
                   refusals=(_without_forwardings,), dispose=_dispose)
FORWARDINGS = kind('port_forwardings', 'port_forwardings', 'port_forwarding', _make_forwarding,
                   owner='', dispose=_dispose_forwarding)
