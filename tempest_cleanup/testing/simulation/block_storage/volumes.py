"""Volumes and the messages about them."""

from typing import Any

from tempest_cleanup.testing.simulation.block_storage.common import (
    actions,
    begin_delete,
    kind,
    links_of,
    minor,
    owner_of,
    rows_of,
)
from tempest_cleanup.testing.simulation.block_storage.types import default_type, find_type
from tempest_cleanup.testing.simulation.http import Response, Row, bad_request, true
from tempest_cleanup.testing.simulation.service import Context, Service, World
from tempest_cleanup.testing.simulation.store import public

OWNER = 'os-vol-tenant-attr:tenant_id'
_DELETABLE = ('available', 'error', 'error_restoring', 'error_extending', 'error_managing')
_REFUSAL = ('Invalid volume: Volume status must be available or error or error_restoring or '
            'error_extending or error_managing and must not be migrating, attached, belong to a '
            'group, have snapshots, awaiting a transfer, or be disassociated from snapshots '
            'after volume transfer.')


def _make(world: World, attributes: Row) -> Row:
    store = world.store
    project, user = owner_of(world, attributes)
    wanted = attributes.pop('volume_type', None)
    type = find_type(world, wanted) if wanted else default_type(world)
    image = attributes.pop('imageRef', None)
    attributes.pop('consistencygroup', None)
    requested = attributes.pop('_requested', False)
    building = requested and world.settings.build_time > 0
    now = store.stamp('.000000')
    row = store.add('volumes', {
        'id': store.uuid(), 'status': 'creating' if building else 'available', 'size': 1,
        'availability_zone': 'nova', 'created_at': now, 'updated_at': now, 'name': '',
        'description': None, 'volume_type': type and type['name'], 'snapshot_id': None,
        'source_volid': None, 'metadata': {}, 'bootable': 'true' if image else 'false',
        'encrypted': False, 'replication_status': None, 'consistencygroup_id': None,
        'multiattach': False, 'migration_status': None, 'os-vol-mig-status-attr:migstat': None,
        'os-vol-mig-status-attr:name_id': None, 'os-vol-host-attr:host': 'simulated@lvm#lvm',
        **attributes, 'user_id': user, OWNER: project, '_type': type and type['id'],
        '_group': attributes.pop('group_id', None)})
    row.pop('group_id', None)
    if building:
        store.later(world.settings.build_time, lambda: _built(world, row['id']))
    return row


def _built(world: World, id: str) -> None:
    row = world.store.get('volumes', id)
    if row is not None and row['status'] == 'creating':
        world.store.change('volumes', id, status='available')


def view(context: Context, row: Row) -> Row:
    version = minor(context)
    body = public(row)
    body['links'] = links_of(context, 'volumes', row['id'])
    body['attachments'] = [_attachment(attachment) for attachment in
                           context.store.find('volume_attachments', 'volume_id', row['id'])
                           if attachment['status'] == 'attached']
    for since, name, value in (
            (13, 'group_id', row['_group']), (21, 'provider_id', None),
            (48, 'shared_targets', False), (48, 'service_uuid', None),
            (61, 'cluster_name', None), (63, 'volume_type_id', row['_type']),
            (65, 'consumes_quota', True)):
        if version >= since:
            body[name] = value
    return body


def _attachment(row: Row) -> Row:
    return {'id': row['volume_id'], 'attachment_id': row['id'], 'volume_id': row['volume_id'],
            'server_id': row['instance'], 'host_name': 'simulated', 'device': row['_device'],
            'attached_at': row['attached_at']}


def _brief(context: Context, row: Row) -> Row:
    return {'id': row['id'], 'name': row['name'],
            'links': links_of(context, 'volumes', row['id'])}


def _attached(world: World, row: Row) -> bool:
    return bool(world.store.find('volume_attachments', 'volume_id', row['id']))


def _delete(context: Context, project: str, id: str) -> Response:
    """Snapshots are only deleted along when that is asked for."""
    row = context.service.lookup(context, VOLUMES, id)
    world, request = context.world, context.request
    cascade, force = true(request.one('cascade')), true(request.one('force'))
    snapshots = world.store.find('snapshots', 'volume_id', id)
    in_state = row['status'] in _DELETABLE or force
    if not in_state or _attached(world, row) or row['_group'] or (snapshots and not cascade):
        raise bad_request(_REFUSAL)
    for snapshot in snapshots:
        world.kinds['snapshots'].destroy(world, snapshot)
    VOLUMES.destroy(world, row)
    return Response(202)


def _dispose(world: World, row: Row) -> None:
    begin_delete(world, 'volumes', row, lambda: _gone(world, row['id']))


def _gone(world: World, id: str) -> None:
    for name, field in (('volume_attachments', 'volume_id'), ('volume_transfers', 'volume_id')):
        for held in world.store.find(name, field, id):
            world.store.remove(name, held['id'])
    world.store.remove('volumes', id)


def _create(context: Context, project: str) -> Response:
    attributes = dict(context.body('volume'))
    context.service.own(context, attributes)
    row = VOLUMES.make(context.world, {**attributes, '_requested': True})
    return Response(202, {'volume': view(context, row)})


def _detach(context: Context, row: Row, argument: Any) -> None:
    """Cut the attachments that only Cinder still believes in."""
    context.require_admin('volume_extension:volume_admin_actions:force_detach')
    for attachment in context.store.find('volume_attachments', 'volume_id', row['id']):
        context.world.kinds['volume_attachments'].destroy(context.world, attachment)
    context.store.change('volumes', row['id'], status='available')


def _unreserve(context: Context, row: Row, argument: Any) -> None:
    if row['status'] == 'attaching':
        context.store.change('volumes', row['id'], status='available')


def _messages(context: Context, project: str) -> Response:
    """Whoever asks sees all of them; an admin who asks for all tenants sees none."""
    request = context.request
    rows = [] if request.has('all_tenants') else context.store.rows('messages')
    if request.has('resource_uuid'):
        rows = [row for row in rows if row['resource_uuid'] == request.one('resource_uuid')]
    return Response(200, {'messages': [public(row) for row in rows]})


def register(service: Service) -> None:
    service.add(VOLUMES, 'su')
    path = service.root + '/volumes'
    service.route('GET', path, service.listing(BRIEF))
    service.route('GET', path + '/detail', service.listing(VOLUMES))
    service.route('POST', path, _create)
    service.route('DELETE', path + '/{id}', _delete)
    service.route('POST', path + '/{id}/action', actions(service, VOLUMES, {
        'os-force_detach': _detach, 'os-detach': _detach, 'os-unreserve': _unreserve}))
    service.route('GET', service.root + '/messages', _messages)


VOLUMES = kind('volumes', 'volumes', 'volume', _make, owner=OWNER, view=view, dispose=_dispose,
               rows=rows_of('volumes', OWNER))
BRIEF = kind('volumes', 'volumes', 'volume', _make, view=_brief, rows=rows_of('volumes', OWNER))
