"""QoS specs; a volume type may be associated with one."""

from tempest_cleanup.testing.simulation.block_storage.common import kind
from tempest_cleanup.testing.simulation.http import Response, Row, bad_request, true
from tempest_cleanup.testing.simulation.service import Context, Service, World, remove


def _make(world: World, attributes: Row) -> Row:
    for name in ('project_id', 'user_id'):
        attributes.pop(name, None)
    known: Row = {name: attributes.pop(name) for name in ('id', 'name', 'consumer', 'specs')
             if name in attributes}
    row = {'id': world.store.uuid(), 'name': '', 'consumer': 'back-end', 'specs': attributes,
           **known}
    return world.store.add('volume_qos', row)


def _users(world: World, id: str) -> list[Row]:
    return world.store.find('volume_types', 'qos_specs_id', id)


def _delete(context: Context, project: str, id: str) -> Response:
    context.require_admin('volume_extension:qos_specs_manage:delete')
    row = context.service.lookup(context, QOS, id)
    if _users(context.world, id) and not true(context.request.one('force')):
        raise bad_request('Qos specs still in use.')
    _release(context.world, id)
    remove(context.world, 'volume_qos', row)
    return Response(202)


def _release(world: World, id: str) -> None:
    for type in _users(world, id):
        world.store.change('volume_types', type['id'], qos_specs_id=None)


def _associations(context: Context, project: str, id: str) -> Response:
    return Response(200, {'qos_associations': [
        {'association_type': 'volume_type', 'name': type['name'], 'id': type['id']}
        for type in _users(context.world, id)]})


def _associate(context: Context, project: str, id: str) -> Response:
    context.require_admin('volume_extension:qos_specs_manage:update')
    context.service.lookup(context, QOS, id)
    context.store.change('volume_types', context.request.one('vol_type_id'), qos_specs_id=id)
    return Response(202)


def _disassociate(context: Context, project: str, id: str) -> Response:
    context.require_admin('volume_extension:qos_specs_manage:update')
    context.store.change('volume_types', context.request.one('vol_type_id'), qos_specs_id=None)
    return Response(202)


def _disassociate_all(context: Context, project: str, id: str) -> Response:
    context.require_admin('volume_extension:qos_specs_manage:update')
    _release(context.world, id)
    return Response(202)


def register(service: Service) -> None:
    service.add(QOS, 'lsc')
    path = service.root + '/qos-specs/{id}'
    service.route('DELETE', path, _delete)
    service.route('GET', path + '/associations', _associations)
    service.route('GET', path + '/associate', _associate)
    service.route('GET', path + '/disassociate', _disassociate)
    service.route('GET', path + '/disassociate_all', _disassociate_all)


QOS = kind('volume_qos', 'qos-specs', 'qos_specs', _make, plural='qos_specs', admin_only=True,
           create_status=200)
