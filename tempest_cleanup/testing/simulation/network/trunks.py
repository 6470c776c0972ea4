"""Trunks: a parent port, and sub-ports that belong to it."""

from tempest_cleanup.testing.simulation.http import ApiError, Response, Row, conflict
from tempest_cleanup.testing.simulation.network.common import kind, standard
from tempest_cleanup.testing.simulation.service import Context, Service, World, remove
from tempest_cleanup.testing.simulation.store import public


def _make(world: World, attributes: Row) -> Row:
    sub_ports = attributes.pop('sub_ports', [])
    row = world.store.add('trunks', standard(
        world, attributes, admin_state_up=True, port_id='', status='DOWN', sub_ports=[],
        revision_number=0))
    _add(world, row, sub_ports)
    return row


def _add(world: World, row: Row, sub_ports: list[Row]) -> None:
    for sub in sub_ports:
        if world.store.get('ports', sub['port_id']) is None:
            raise ApiError(404, f'Port {sub["port_id"]} could not be found.', 'PortNotFound')
        world.store.change('ports', sub['port_id'], device_owner='trunk:subport',
                           device_id=row['id'])
    filled = [{'segmentation_type': 'vlan', 'segmentation_id': world.store.number() % 4000 + 1,
               **sub} for sub in sub_ports]
    world.store.change('trunks', row['id'], sub_ports=[*row['sub_ports'], *filled])


def _take(world: World, row: Row, ports: set[str]) -> None:
    for port in ports:
        if world.store.get('ports', port):
            world.store.change('ports', port, device_owner='', device_id='')
    left = [sub for sub in row['sub_ports'] if sub['port_id'] not in ports]
    world.store.change('trunks', row['id'], sub_ports=left)


def _parent_free(world: World, row: Row) -> None:
    parent = world.store.get('ports', row['port_id'])
    if parent is not None and parent['device_owner'].startswith('compute:'):
        raise conflict('TrunkInUse', f'Trunk {row["id"]} is currently in use.')


def _dispose(world: World, row: Row) -> None:
    _take(world, row, {sub['port_id'] for sub in row['sub_ports']})
    remove(world, 'trunks', row)


def _add_subports(context: Context, id: str) -> Response:
    row = context.service.lookup(context, TRUNKS, id)
    _add(context.world, row, context.request.json().get('sub_ports', []))
    return Response(200, public(row))


def _remove_subports(context: Context, id: str) -> Response:
    row = context.service.lookup(context, TRUNKS, id)
    wanted = {sub['port_id'] for sub in context.request.json().get('sub_ports', [])}
    if not wanted <= {sub['port_id'] for sub in row['sub_ports']}:
        raise ApiError(404, f'SubPort on trunk {id} could not be found.', 'SubPortNotFound')
    _take(context.world, row, wanted)
    return Response(200, public(row))


def register(service: Service) -> None:
    service.add(TRUNKS)
    service.route('PUT', '/v2.0/trunks/{id}/add_subports', _add_subports)
    service.route('PUT', '/v2.0/trunks/{id}/remove_subports', _remove_subports)


TRUNKS = kind('trunks', 'trunks', 'trunk', _make, refusals=(_parent_free,), dispose=_dispose)
