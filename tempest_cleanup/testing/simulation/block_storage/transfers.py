"""Transfers: a volume that waits for its next owner."""

from tempest_cleanup.testing.simulation.block_storage.common import (
    kind,
    links_of,
    minor,
    owner_of,
    rows_of,
)
from tempest_cleanup.testing.simulation.http import Response, Row, bad_request
from tempest_cleanup.testing.simulation.service import Context, Service, World, remove


def _make(world: World, attributes: Row) -> Row:
    store = world.store
    volume = store.get('volumes', attributes.get('volume_id', ''))
    if volume is None or volume['status'] != 'available':
        raise bad_request('Invalid volume: Volume status must be available.')
    attributes.setdefault('project_id', volume['os-vol-tenant-attr:tenant_id'])
    project, _ = owner_of(world, attributes)
    store.change('volumes', volume['id'], status='awaiting-transfer')
    return store.add('volume_transfers', {
        'id': store.uuid(), 'created_at': store.stamp('.000000'), 'name': None,
        'no_snapshots': False, **attributes, '_project': project, '_key_to_accept': store.hex(64)})


def _view(context: Context, row: Row) -> Row:
    version = minor(context)
    body = {name: row[name] for name in ('id', 'created_at', 'name', 'volume_id')}
    body['links'] = links_of(context, 'os-volume-transfer', row['id'])
    if version >= 55:
        body['no_snapshots'] = row['no_snapshots']
    if version >= 57:
        body |= {'destination_project_id': None, 'source_project_id': row['_project'],
                 'accepted': False}
    return body


def _brief(context: Context, row: Row) -> Row:
    return {'id': row['id'], 'name': row['name'], 'volume_id': row['volume_id'],
            'links': links_of(context, 'os-volume-transfer', row['id'])}


def _create(context: Context, project: str) -> Response:
    attributes = dict(context.body('transfer'))
    context.service.own(context, attributes)
    row = TRANSFERS.make(context.world, attributes)
    return Response(202, {'transfer': {**_view(context, row), 'auth_key': row['_key_to_accept']}})


def _dispose(world: World, row: Row) -> None:
    remove(world, 'volume_transfers', row)
    if world.store.get('volumes', row['volume_id']):
        world.store.change('volumes', row['volume_id'], status='available')


def register(service: Service) -> None:
    service.world.kinds[TRANSFERS.name] = TRANSFERS
    for name in ('os-volume-transfer', 'volume-transfers'):
        path = f'{service.root}/{name}'
        service.route('GET', path, service.listing(BRIEF))
        service.route('GET', path + '/detail', service.listing(TRANSFERS))
        service.route('POST', path, _create)
        service.route('GET', path + '/{id}', service.showing(TRANSFERS))
        service.route('DELETE', path + '/{id}', service.deleting(TRANSFERS))


TRANSFERS = kind('volume_transfers', 'os-volume-transfer', 'transfer', _make, plural='transfers',
                 owner='_project', view=_view, rows=rows_of('volume_transfers', '_project'),
                 dispose=_dispose)
BRIEF = kind('volume_transfers', 'os-volume-transfer', 'transfer', _make, plural='transfers',
             view=_brief, rows=rows_of('volume_transfers', '_project'))
