"""Attachments. While Nova knows one, only Nova may delete it."""

from tempest_cleanup.testing.simulation.block_storage.common import kind, rows_of
from tempest_cleanup.testing.simulation.http import ApiError, Response, Row, conflict
from tempest_cleanup.testing.simulation.service import Context, Service, World, remove
from tempest_cleanup.testing.simulation.store import public


def _make(world: World, attributes: Row) -> Row:
    store = world.store
    volume = store.get('volumes', attributes.get('volume_id', ''))
    if volume is None:
        raise ApiError(404, f'Volume {attributes.get("volume_id")} could not be found.')
    status = attributes.setdefault('status', 'reserved')
    for name in ('project_id', 'user_id'):
        attributes.pop(name, None)
    attached = status == 'attached'
    store.change('volumes', volume['id'], status='in-use' if attached else status)
    return store.add('volume_attachments', {
        'id': store.uuid(), 'instance': None, 'detached_at': '',
        'attached_at': store.stamp('.000000') if attached else '',
        'attach_mode': 'rw' if attached else 'null', 'connection_info': {}, '_device': '/dev/sdb',
        '_delete': False, **attributes,
        '_project': volume['os-vol-tenant-attr:tenant_id']})


def _brief(context: Context, row: Row) -> Row:
    return {name: row[name] for name in ('id', 'status', 'instance', 'volume_id')}


def _unknown_to_nova(world: World, row: Row) -> None:
    if row['instance'] and world.store.get('servers', row['instance']):
        raise conflict('ConflictNovaUsingAttachment', 'ConflictNovaUsingAttachment: Detach volume '
                       f'from instance {row["instance"]} using the Compute API')


def _dispose(world: World, row: Row) -> None:
    remove(world, 'volume_attachments', row)
    volume = world.store.get('volumes', row['volume_id'])
    others = world.store.find('volume_attachments', 'volume_id', row['volume_id'])
    if volume is not None and not others and volume['status'] in (
            'in-use', 'reserved', 'attaching', 'detaching'):
        world.store.change('volumes', volume['id'], status='available')


def _create(context: Context, project: str) -> Response:
    wanted = context.body('attachment')
    row = _make(context.world, {'volume_id': wanted.get('volume_uuid', ''),
                                'instance': wanted.get('instance_uuid')})
    return Response(200, {'attachment': public(row)})


def _delete(context: Context, project: str, id: str) -> Response:
    row = context.service.lookup(context, ATTACHMENTS, id)
    _unknown_to_nova(context.world, row)
    _dispose(context.world, row)
    left = context.store.find('volume_attachments', 'volume_id', row['volume_id'])
    return Response(200, {'attachments': [_brief(context, other) for other in left]})


def register(service: Service) -> None:
    service.add(ATTACHMENTS, 's')
    path = service.root + '/attachments'
    service.route('GET', path, service.listing(BRIEF))
    service.route('GET', path + '/detail', service.listing(ATTACHMENTS))
    service.route('POST', path, _create)
    service.route('DELETE', path + '/{id}', _delete)


ATTACHMENTS = kind('volume_attachments', 'attachments', 'attachment', _make,
                   plural='attachments', owner='_project', dispose=_dispose,
                   rows=rows_of('volume_attachments', '_project'))
BRIEF = kind('volume_attachments', 'attachments', 'attachment', _make, plural='attachments',
             view=_brief, rows=rows_of('volume_attachments', '_project'))
