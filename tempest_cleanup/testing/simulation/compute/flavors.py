"""Flavors, who has access to private ones, and their extra specs."""

from tempest_cleanup.testing.simulation.compute.versions import minor
from tempest_cleanup.testing.simulation.http import ApiError, Response, Row, conflict
from tempest_cleanup.testing.simulation.paging import links
from tempest_cleanup.testing.simulation.service import Context, Kind, Service, World, remove

_PUBLIC = 'os-flavor-access:is_public'
_SHOWN = ('id', 'name', 'ram', 'disk', 'swap', 'OS-FLV-EXT-DATA:ephemeral',
          'OS-FLV-DISABLED:disabled', 'vcpus', _PUBLIC, 'rxtx_factor')


def _make(world: World, attributes: Row) -> Row:
    for name in ('project_id', 'user_id'):
        attributes.pop(name, None)
    if 'is_public' in attributes:
        attributes[_PUBLIC] = attributes.pop('is_public')
    id = attributes.pop('id', None) or attributes.pop('flavorid', None)
    id = world.store.uuid() if id in (None, 'auto') else str(id)
    if world.store.get('flavors', id):
        raise conflict('FlavorIdExists', f'Flavor with ID {id} already exists.')
    row = {'id': id, 'name': f'flavor-{id}', 'ram': 64, 'disk': 0, 'swap': 0, 'vcpus': 1,
           'OS-FLV-EXT-DATA:ephemeral': 0, 'OS-FLV-DISABLED:disabled': False, _PUBLIC: True,
           'rxtx_factor': 1.0, 'description': None, 'extra_specs': {}, **attributes}
    return world.store.add('flavors', row)


def _view(context: Context, row: Row) -> Row:
    version = minor(context)
    body = {name: row[name] for name in _SHOWN}
    body['links'] = _links(context, row)
    if version < 75 and not row['swap']:
        body['swap'] = ''
    if version >= 55:
        body['description'] = row['description']
    if version >= 61:
        body['extra_specs'] = row['extra_specs']
    return body


def _links(context: Context, row: Row) -> list[Row]:
    return links(context.world.base, '/compute', f'v2.1/flavors/{row["id"]}')


def _brief(context: Context, row: Row) -> Row:
    body = {'id': row['id'], 'name': row['name'], 'links': _links(context, row)}
    if minor(context) >= 55:
        body['description'] = row['description']
    return body


def _rows(context: Context) -> list[Row]:
    """An admin sees public ones, unless he asks; others see what is theirs too."""
    rows = context.store.rows('flavors')
    if context.token.admin:
        asked = context.request.one('is_public', 'true').lower()
        if asked in ('none', ''):
            return rows
        return [row for row in rows if row[_PUBLIC] == (asked in ('true', '1', 't', 'yes'))]
    mine = {row['flavor_id'] for row in
            context.store.find('flavor_accesses', 'tenant_id', context.token.project_id)}
    return [row for row in rows if row[_PUBLIC] or row['id'] in mine]


def _dispose(world: World, row: Row) -> None:
    for access in world.store.find('flavor_accesses', 'flavor_id', row['id']):
        remove(world, 'flavor_accesses', access)
    remove(world, 'flavors', row)


def allow(world: World, flavor: str, project: str) -> None:
    """Give a project access to a private flavor."""
    world.store.add('flavor_accesses', {'flavor_id': flavor, 'tenant_id': project},
                    f'{flavor}/{project}')


def _access(context: Context, flavor: str) -> Response:
    row = context.service.lookup(context, FLAVORS, flavor)
    if row[_PUBLIC]:
        raise ApiError(404, 'Access list not available for public flavors.')
    found = context.store.find('flavor_accesses', 'flavor_id', flavor)
    return Response(200, {'flavor_access': [
        {'flavor_id': flavor, 'tenant_id': access['tenant_id']} for access in found]})


def _action(context: Context, flavor: str) -> Response:
    context.require_admin('os_compute_api:os-flavor-access')
    context.service.lookup(context, FLAVORS, flavor)
    (action, argument), = context.request.json().items()
    project = argument['tenant']
    if action == 'addTenantAccess':
        allow(context.world, flavor, project)
    elif context.store.remove('flavor_accesses', f'{flavor}/{project}') is None:
        raise ApiError(404, f'Flavor access not found for {flavor} / {project} combination.')
    return _access(context, flavor)


def _specs(context: Context, flavor: str) -> Response:
    row = context.service.lookup(context, FLAVORS, flavor)
    return Response(200, {'extra_specs': row['extra_specs']})


def _set_specs(context: Context, flavor: str) -> Response:
    context.require_admin('os_compute_api:os-flavor-extra-specs:create')
    row = context.service.lookup(context, FLAVORS, flavor)
    context.store.change('flavors', flavor,
                         extra_specs={**row['extra_specs'], **context.body('extra_specs')})
    return Response(200, {'extra_specs': row['extra_specs']})


def _delete_spec(context: Context, flavor: str, name: str) -> Response:
    context.require_admin('os_compute_api:os-flavor-extra-specs:delete')
    row = context.service.lookup(context, FLAVORS, flavor)
    if name not in row['extra_specs']:
        raise ApiError(404, f'Flavor {flavor} has no extra specs with key {name}.')
    left = {key: value for key, value in row['extra_specs'].items() if key != name}
    context.store.change('flavors', flavor, extra_specs=left)
    return Response(200)


def register(service: Service) -> None:
    service.add(FLAVORS, 'scud')
    service.route('GET', '/v2.1/flavors/detail', service.listing(FLAVORS))
    service.route('GET', '/v2.1/flavors', service.listing(BRIEF))
    path = '/v2.1/flavors/{flavor}'
    service.route('GET', path + '/os-flavor-access', _access)
    service.route('POST', path + '/action', _action)
    service.route('GET', path + '/os-extra_specs', _specs)
    service.route('POST', path + '/os-extra_specs', _set_specs)
    service.route('DELETE', path + '/os-extra_specs/{name}', _delete_spec)


FLAVORS = Kind(name='flavors', path='flavors', singular='flavor', make=_make, admin_only=True,
               rows=_rows, view=_view, dispose=_dispose, create_status=200, delete_status=202,
               missing='Flavor {id} could not be found.')
BRIEF = Kind(name='flavors', path='flavors', singular='flavor', make=_make, rows=_rows,
             view=_brief)
