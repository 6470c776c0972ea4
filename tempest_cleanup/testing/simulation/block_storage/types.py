"""Volume types, their encryption and who may use private ones."""

from tempest_cleanup.testing.simulation.block_storage.common import kind
from tempest_cleanup.testing.simulation.http import ApiError, Response, Row, bad_request
from tempest_cleanup.testing.simulation.service import Context, Service, World, remove
from tempest_cleanup.testing.simulation.store import public

DEFAULT = '__DEFAULT__'


def _make(world: World, attributes: Row) -> Row:
    for name in ('project_id', 'user_id'):
        attributes.pop(name, None)
    if 'os-volume-type-access:is_public' in attributes:
        attributes['is_public'] = attributes.pop('os-volume-type-access:is_public')
    row = {'id': world.store.uuid(), 'name': f'type-{world.store.number()}', 'is_public': True,
           'description': None, 'extra_specs': {}, 'qos_specs_id': None, **attributes}
    return world.store.add('volume_types', row)


def find_type(world: World, wanted: str) -> Row:
    """A volume type by its id or its name."""
    row = world.store.get('volume_types', wanted) or world.store.first('volume_types', name=wanted)
    if row is None:
        raise ApiError(404, f'Volume type {wanted} could not be found.')
    return row


def default_type(world: World) -> Row | None:
    return world.store.first('volume_types', name=DEFAULT)


def _view(context: Context, row: Row) -> Row:
    return {**public(row), 'os-volume-type-access:is_public': row['is_public']}


def _rows(context: Context) -> list[Row]:
    """Public ones, unless an admin asks for others."""
    asked = context.request.one('is_public', 'true').lower()
    rows = context.store.rows('volume_types')
    if context.token.admin and asked == 'none':
        return rows
    if context.token.admin and asked == 'false':
        return [row for row in rows if not row['is_public']]
    return [row for row in rows if row['is_public']]


def _unused(world: World, row: Row) -> None:
    if row['name'] == DEFAULT:
        raise bad_request(f'The volume type {row["id"]} is the default volume type and cannot be '
                          'deleted.')
    if world.store.find('volumes', '_type', row['id']) or (
            world.store.find('volume_groups', 'volume_types', row['id'])):
        raise bad_request('Target volume type is still in use.')


def _dispose(world: World, row: Row) -> None:
    for name in ('volume_encryptions', 'volume_type_accesses'):
        for held in world.store.find(name, 'volume_type_id', row['id']):
            remove(world, name, held)
    remove(world, 'volume_types', row)


def _show_default(context: Context, project: str) -> Response:
    row = default_type(context.world)
    if row is None:
        raise ApiError(404, 'Default volume type can not be found.')
    return Response(200, {'volume_type': _view(context, row)})


def make_encryption(world: World, attributes: Row) -> Row:
    attributes.pop('project_id', None)
    id = world.store.uuid()
    row = {'encryption_id': id, 'volume_type_id': '', 'provider': 'luks', 'cipher': None,
           'key_size': None, 'control_location': 'front-end', 'deleted': False,
           'deleted_at': None, 'created_at': world.store.stamp('.000000'), 'updated_at': None,
           **attributes}
    return world.store.add('volume_encryptions', row, id)


def _encryption(context: Context, type: str) -> Row | None:
    context.service.lookup(context, TYPES, type)
    return context.store.first('volume_encryptions', volume_type_id=type)


def _show_encryption(context: Context, project: str, type: str) -> Response:
    row = _encryption(context, type)
    return Response(200, public(row) if row else {})


def _create_encryption(context: Context, project: str, type: str) -> Response:
    context.require_admin('volume_extension:volume_type_encryption:create')
    if _encryption(context, type):
        raise bad_request('Encryption already exists for this volume type.')
    row = make_encryption(context.world, {**context.body('encryption'), 'volume_type_id': type})
    shown = ('provider', 'control_location', 'volume_type_id', 'encryption_id', 'cipher',
             'key_size')
    return Response(200, {'encryption': {name: row[name] for name in shown}})


def _delete_encryption(context: Context, project: str, type: str, id: str) -> Response:
    context.require_admin('volume_extension:volume_type_encryption:delete')
    row = _encryption(context, type)
    if row is None:
        raise ApiError(404, f'Volume type encryption for type {type} does not exist.')
    if context.store.find('volumes', '_type', type):
        raise bad_request('Cannot delete encryption specs. Volume type in use.')
    remove(context.world, 'volume_encryptions', row)
    return Response(202)


def allow(world: World, type: str, project: str) -> None:
    """Let a project use a private type."""
    world.store.add('volume_type_accesses', {'volume_type_id': type, 'project_id': project},
                    f'{type}/{project}')


def _access(context: Context, project: str, type: str) -> Response:
    row = context.service.lookup(context, TYPES, type)
    if row['is_public']:
        raise ApiError(404, 'Access list not available for public volume types.')
    found = context.store.find('volume_type_accesses', 'volume_type_id', type)
    return Response(200, {'volume_type_access': [public(access) for access in found]})


def _action(context: Context, project: str, type: str) -> Response:
    context.require_admin('volume_extension:volume_type_access')
    (action, argument), = context.request.json().items()
    if action == 'addProjectAccess':
        allow(context.world, type, argument['project'])
    elif context.store.remove('volume_type_accesses', f'{type}/{argument["project"]}') is None:
        raise ApiError(404, f'Volume type access not found for {type} / {argument["project"]}.')
    return Response(202)


def _set_specs(context: Context, project: str, type: str) -> Response:
    context.require_admin('volume_extension:types_extra_specs:create')
    row = context.service.lookup(context, TYPES, type)
    specs = context.body('extra_specs')
    context.store.change('volume_types', type, extra_specs={**row['extra_specs'], **specs})
    return Response(200, {'extra_specs': specs})


def _show_specs(context: Context, project: str, type: str) -> Response:
    row = context.service.lookup(context, TYPES, type)
    return Response(200, {'extra_specs': row['extra_specs']})


def _delete_spec(context: Context, project: str, type: str, name: str) -> Response:
    context.require_admin('volume_extension:types_extra_specs:delete')
    row = context.service.lookup(context, TYPES, type)
    left = {key: value for key, value in row['extra_specs'].items() if key != name}
    context.store.change('volume_types', type, extra_specs=left)
    return Response(202)


def register(service: Service) -> None:
    service.add(TYPES)
    service.world.kinds[ENCRYPTIONS.name] = ENCRYPTIONS
    path = service.root + '/types'
    service.route('GET', path + '/default', _show_default)
    service.route('GET', path + '/{type}/encryption', _show_encryption)
    service.route('POST', path + '/{type}/encryption', _create_encryption)
    service.route('DELETE', path + '/{type}/encryption/{id}', _delete_encryption)
    service.route('GET', path + '/{type}/os-volume-type-access', _access)
    service.route('POST', path + '/{type}/action', _action)
    service.route('GET', path + '/{type}/extra_specs', _show_specs)
    service.route('POST', path + '/{type}/extra_specs', _set_specs)
    service.route('DELETE', path + '/{type}/extra_specs/{name}', _delete_spec)


TYPES = kind('volume_types', 'types', 'volume_type', _make, admin_only=True, view=_view,
             rows=_rows, refusals=(_unused,), dispose=_dispose, create_status=200)
ENCRYPTIONS = kind('volume_encryptions', 'encryption', 'encryption', make_encryption)
