"""Key pairs: they belong to a user, and stay when the user goes."""

from tempest_cleanup.testing.simulation.compute.versions import minor
from tempest_cleanup.testing.simulation.http import ApiError, Response, Row, conflict
from tempest_cleanup.testing.simulation.paging import asked_limit
from tempest_cleanup.testing.simulation.service import Context, Kind, Service, World


def key_of(user_id: str, name: str) -> str:
    return f'{user_id}/{name}'


def _make(world: World, attributes: Row) -> Row:
    store = world.store
    user = attributes.get('user_id') or world.admin_user
    name = attributes.get('name') or f'keypair-{store.number()}'
    if store.get('keypairs', key_of(user, name)):
        raise conflict('KeyPairExists', f"Key pair '{name}' already exists.")
    digest = store.hex()
    row = {'name': name, 'public_key': f'ssh-rsa AAAA{store.hex(256)} Generated-by-Nova',
           'fingerprint': ':'.join(digest[i:i + 2] for i in range(0, 32, 2)),
           'user_id': user, 'created_at': store.stamp('.000000'), 'deleted': False,
           'deleted_at': None, 'id': store.number(), 'updated_at': None, 'type': 'ssh',
           **{name: value for name, value in attributes.items() if name != 'project_id'}}
    row['user_id'] = user
    return store.add('keypairs', row, key_of(user, name))


def _user(context: Context) -> str:
    """The user whose key pairs are meant: only an admin may name another."""
    user = context.request.one('user_id') if minor(context) >= 10 else ''
    user = user or context.token.user_id
    if user != context.token.user_id:
        context.require_admin('os_compute_api:os-keypairs')
    return user


def _brief(context: Context, row: Row) -> Row:
    fields = ['name', 'public_key', 'fingerprint']
    if minor(context) >= 2:
        fields.append('type')
    return {'keypair': {name: row[name] for name in fields}}


def _list(context: Context) -> Response:
    rows = context.store.find('keypairs', 'user_id', _user(context))
    rows.sort(key=lambda row: str(row['name']))
    body: Row = {}
    if minor(context) >= 35:
        limit = asked_limit(context, context.world.settings.page_limit)
        marker = context.request.one('marker')
        rows = [row for row in rows if row['name'] > marker][:limit]
        if rows and len(rows) == limit:
            user = context.request.one('user_id')
            address = (f'{context.world.base}{context.request.path}?limit={limit}'
                       f'&marker={rows[-1]["name"]}' + (f'&user_id={user}' if user else ''))
            body['keypairs_links'] = [{'rel': 'next', 'href': address}]
    return Response(200, {'keypairs': [_brief(context, row) for row in rows], **body})


def _find(context: Context, name: str) -> Row:
    user = _user(context)
    row = context.store.get('keypairs', key_of(user, name))
    if row is None:
        raise ApiError(404, f'Keypair {name} not found for user {user}')
    return row


def _show(context: Context, name: str) -> Response:
    row = _find(context, name)
    fields = ['name', 'public_key', 'fingerprint', 'user_id', 'created_at', 'deleted',
              'deleted_at', 'id', 'updated_at']
    if minor(context) >= 2:
        fields.append('type')
    return Response(200, {'keypair': {name: row[name] for name in fields}})


def _create(context: Context) -> Response:
    attributes = dict(context.body('keypair'))
    attributes['user_id'] = attributes.get('user_id') or context.token.user_id
    if attributes['user_id'] != context.token.user_id:
        context.require_admin('os_compute_api:os-keypairs:create')
    row = _make(context.world, attributes)
    body = {name: row[name] for name in ('name', 'public_key', 'fingerprint', 'user_id')}
    if 'public_key' not in attributes:
        body['private_key'] = '-----BEGIN RSA PRIVATE KEY-----\nsimulated\n'
    if minor(context) >= 2:
        body['type'] = row['type']
    return Response(201 if minor(context) >= 2 else 200, {'keypair': body})


def _delete(context: Context, name: str) -> Response:
    context.store.remove('keypairs', _find(context, name)['_key'])
    return Response(204 if minor(context) >= 2 else 202)


def register(service: Service) -> None:
    service.world.kinds[KEYPAIRS.name] = KEYPAIRS
    path = '/v2.1/os-keypairs'
    service.route('GET', path, _list)
    service.route('POST', path, _create)
    service.route('GET', path + '/{name}', _show)
    service.route('DELETE', path + '/{name}', _delete)


KEYPAIRS = Kind(name='keypairs', path='os-keypairs', singular='keypair', make=_make)
