"""Backups of volumes. An incremental one keeps the one it builds on."""

from tempest_cleanup.testing.simulation.block_storage.common import (
    actions,
    begin_delete,
    in_status,
    kind,
    links_of,
    minor,
    owner_of,
    rows_of,
)
from tempest_cleanup.testing.simulation.http import Row, bad_request
from tempest_cleanup.testing.simulation.service import Context, Service, World
from tempest_cleanup.testing.simulation.store import public

_OWNER = 'os-backup-project-attr:project_id'


def _make(world: World, attributes: Row) -> Row:
    store = world.store
    project, user = owner_of(world, attributes)
    incremental = attributes.pop('incremental', False)
    earlier = store.find('backups', 'volume_id', attributes.get('volume_id'))
    parent = attributes.pop('parent_id', None) or (
        earlier[-1]['id'] if incremental and earlier else None)
    attributes.pop('force', None)
    now = store.stamp('.000000')
    return store.add('backups', {
        'id': store.uuid(), 'status': 'available', 'size': 1, 'object_count': 1,
        'availability_zone': 'nova', 'container': 'volumebackups', 'created_at': now,
        'updated_at': now, 'name': None, 'description': None, 'fail_reason': None,
        'snapshot_id': None, 'data_timestamp': now, 'is_incremental': parent is not None,
        'volume_id': None, **attributes, '_project': project, '_user': user,
        '_parent': parent})


def _view(context: Context, row: Row) -> Row:
    version = minor(context)
    body = public(row)
    body['links'] = links_of(context, 'backups', row['id'])
    body['has_dependent_backups'] = bool(context.store.find('backups', '_parent', row['id']))
    if version >= 18:
        body[_OWNER] = row['_project']
    if version >= 43:
        body['metadata'] = {}
    if version >= 56:
        body['user_id'] = row['_user']
    return body


def _brief(context: Context, row: Row) -> Row:
    return {'id': row['id'], 'name': row['name'],
            'links': links_of(context, 'backups', row['id'])}


def _no_children(world: World, row: Row) -> None:
    if world.store.find('backups', '_parent', row['id']):
        raise bad_request('Invalid backup: Incremental backups exist for this backup.')


def _dispose(world: World, row: Row) -> None:
    begin_delete(world, 'backups', row, lambda: world.store.remove('backups', row['id']))


def register(service: Service) -> None:
    service.add(BACKUPS, 'scud')
    path = service.root + '/backups'
    service.route('GET', path, service.listing(BRIEF))
    service.route('GET', path + '/detail', service.listing(BACKUPS))
    service.route('POST', path + '/{id}/action', actions(service, BACKUPS, {}))


BACKUPS = kind('backups', 'backups', 'backup', _make, owner='_project', view=_view,
               rows=rows_of('backups', '_project'), dispose=_dispose,
               refusals=(in_status('backup', 'available', 'error'), _no_children))
BRIEF = kind('backups', 'backups', 'backup', _make, view=_brief,
             rows=rows_of('backups', '_project'))
