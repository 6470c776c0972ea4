"""Snapshots of volumes."""

from tempest_cleanup.testing.simulation.block_storage.common import (
    actions,
    begin_delete,
    in_status,
    kind,
    minor,
    owner_of,
    rows_of,
)
from tempest_cleanup.testing.simulation.http import ApiError, Row, bad_request
from tempest_cleanup.testing.simulation.service import Context, Service, World
from tempest_cleanup.testing.simulation.store import public

OWNER = 'os-extended-snapshot-attributes:project_id'
_PROGRESS = 'os-extended-snapshot-attributes:progress'


def _make(world: World, attributes: Row) -> Row:
    store = world.store
    volume = store.get('volumes', attributes.get('volume_id', ''))
    if volume is None:
        raise ApiError(404, f'Volume {attributes.get("volume_id")} could not be found.')
    attributes.setdefault('project_id', volume['os-vol-tenant-attr:tenant_id'])
    project, user = owner_of(world, attributes)
    attributes.pop('force', None)
    now = store.stamp('.000000')
    group = attributes.pop('group_snapshot_id', None)
    return store.add('snapshots', {
        'id': store.uuid(), 'created_at': now, 'updated_at': now, 'name': '',
        'description': None, 'status': 'available', 'size': volume['size'], 'metadata': {},
        _PROGRESS: '100%', **attributes, OWNER: project, '_user': user,
        '_group_snapshot': group})


def _brief(context: Context, row: Row) -> Row:
    version = minor(context)
    body = public(row)
    del body[OWNER], body[_PROGRESS]
    for since, name, value in ((14, 'group_snapshot_id', row['_group_snapshot']),
                               (41, 'user_id', row['_user']), (65, 'consumes_quota', True)):
        if version >= since:
            body[name] = value
    return body


def _view(context: Context, row: Row) -> Row:
    return {**_brief(context, row), OWNER: row[OWNER], _PROGRESS: row[_PROGRESS]}


def _not_of_a_group(world: World, row: Row) -> None:
    if row['_group_snapshot']:
        raise bad_request('Invalid snapshot: Unable to delete snapshot because it belongs to a '
                          'group snapshot.')


def _dispose(world: World, row: Row) -> None:
    begin_delete(world, 'snapshots', row, lambda: world.store.remove('snapshots', row['id']))


def register(service: Service) -> None:
    service.add(SNAPSHOTS, 'scud')
    path = service.root + '/snapshots'
    service.route('GET', path, service.listing(BRIEF))
    service.route('GET', path + '/detail', service.listing(SNAPSHOTS))
    service.route('POST', path + '/{id}/action', actions(service, SNAPSHOTS, {}))


SNAPSHOTS = kind('snapshots', 'snapshots', 'snapshot', _make, owner=OWNER, view=_view,
                 rows=rows_of('snapshots', OWNER), dispose=_dispose,
                 refusals=(in_status('snapshot', 'available', 'error'), _not_of_a_group))
BRIEF = kind('snapshots', 'snapshots', 'snapshot', _make, view=_brief,
             rows=rows_of('snapshots', OWNER))
