"""Generic volume groups and the older consistency groups, with their snapshots."""

from typing import Any

from tempest_cleanup.testing.simulation.block_storage.common import (
    actions,
    begin_delete,
    in_status,
    kind,
    minor,
    owner_of,
    rows_of,
)
from tempest_cleanup.testing.simulation.http import Response, Row, bad_request
from tempest_cleanup.testing.simulation.service import Context, Make, Service, World
from tempest_cleanup.testing.simulation.store import public


def _maker(name: str, **defaults: Any) -> Make:
    def make(world: World, attributes: Row) -> Row:
        project, _ = owner_of(world, attributes)
        row = world.store.add(name, {
            'id': world.store.uuid(), 'status': 'available', 'name': None, 'description': None,
            'created_at': world.store.stamp('.000000'), **defaults, **attributes,
            '_project': project})
        if name == 'group_snapshots':
            for volume in world.store.find('volumes', '_group', row.get('group_id')):
                world.kinds['snapshots'].make(world, {
                    'volume_id': volume['id'], 'group_snapshot_id': row['id'],
                    'name': row['name']})
        return row
    return make


def _view(context: Context, row: Row) -> Row:
    body = public(row)
    if minor(context) >= 58:
        body['project_id'] = row['_project']
    return body


def _brief(context: Context, row: Row) -> Row:
    return {'id': row['id'], 'name': row['name']}


def _delete_group(context: Context, row: Row, argument: Any) -> None:
    """Its volumes go too, if that is asked for; otherwise it has to be empty."""
    world, with_volumes = context.world, (argument or {}).get('delete-volumes', False)
    volumes = world.store.find('volumes', '_group', row['id'])
    if world.store.find('group_snapshots', 'group_id', row['id']):
        raise bad_request(f'Invalid Group: Cannot delete group {row["id"]}: group snapshots '
                          'exist for it.')
    if volumes and not with_volumes:
        raise bad_request(f'Invalid Group: Group {row["id"]} is not empty. delete-volumes flag '
                          'is required to delete non-empty group.')
    for volume in volumes:
        if world.store.find('volume_attachments', 'volume_id', volume['id']) or (
                world.store.find('snapshots', 'volume_id', volume['id'])):
            raise bad_request(f'Invalid volume: Volume {volume["id"]} in group {row["id"]} is '
                              'attached or has snapshots.')
    GROUPS.destroy(world, row)


def _dispose_group(world: World, row: Row) -> None:
    def gone() -> None:
        for volume in world.store.find('volumes', '_group', row['id']):
            world.kinds['volumes'].destroy(world, volume)
        world.store.remove('volume_groups', row['id'])
    begin_delete(world, 'volume_groups', row, gone)


def _update_group(context: Context, project: str, id: str) -> Response:
    row = context.service.lookup(context, GROUPS, id)
    changes = dict(context.body('group'))
    for name, group in (('add_volumes', id), ('remove_volumes', None)):
        for volume in filter(None, (changes.pop(name, '') or '').split(',')):
            context.store.change('volumes', volume, _group=group)
    context.store.change('volume_groups', row['id'], **changes)
    return Response(202)


def _dispose_group_snapshot(world: World, row: Row) -> None:
    def gone() -> None:
        for snapshot in world.store.find('snapshots', '_group_snapshot', row['id']):
            world.store.remove('snapshots', snapshot['id'])
        world.store.remove('group_snapshots', row['id'])
    begin_delete(world, 'group_snapshots', row, gone)


def _delete_consistency_group(context: Context, project: str, id: str) -> Response:
    row = context.service.lookup(context, CONSISTENCY_GROUPS, id)
    force = context.request.json().get('consistencygroup', {}).get('force', False)
    if context.store.find('cgsnapshots', 'consistencygroup_id', id):
        raise bad_request(f'Invalid ConsistencyGroup: group {id} still has cgsnapshots.')
    if context.store.find('volumes', 'consistencygroup_id', id) and not force:
        raise bad_request(f'Invalid ConsistencyGroup: group {id} is not empty.')
    for volume in context.store.find('volumes', 'consistencygroup_id', id):
        context.world.kinds['volumes'].destroy(context.world, volume)
    context.store.remove('consistency_groups', row['id'])
    return Response(202)


def register(service: Service) -> None:
    for each in (GROUPS, GROUP_SNAPSHOTS, CONSISTENCY_GROUPS, CGSNAPSHOTS):
        deletable = each in (GROUP_SNAPSHOTS, CGSNAPSHOTS)
        service.add(each, 'lscd' if deletable else 'lsc')
        path = f'{service.root}/{each.path}'
        brief = kind(each.name, each.path, each.singular, each.make, plural=each.plural,
                     view=_brief, rows=each.rows)
        service.route('GET', path, service.listing(brief))
        service.route('GET', path + '/detail', service.listing(each))
    service.route('POST', service.root + '/groups/{id}/action',
                  actions(service, GROUPS, {'delete': _delete_group}))
    service.route('PUT', service.root + '/groups/{id}', _update_group)
    service.route('POST', service.root + '/group_snapshots/{id}/action',
                  actions(service, GROUP_SNAPSHOTS, {}))
    service.route('POST', service.root + '/consistencygroups/{id}/delete',
                  _delete_consistency_group)


GROUPS = kind('volume_groups', 'groups', 'group', _maker(
    'volume_groups', availability_zone='nova', group_type=None, volume_types=[],
    group_snapshot_id=None, source_group_id=None, replication_status='disabled'),
    plural='groups', owner='_project', view=_view, rows=rows_of('volume_groups', '_project'),
    dispose=_dispose_group)
GROUP_SNAPSHOTS = kind('group_snapshots', 'group_snapshots', 'group_snapshot',
                       _maker('group_snapshots', group_id=None, group_type_id=None),
                       owner='_project', view=_view, dispose=_dispose_group_snapshot,
                       rows=rows_of('group_snapshots', '_project'),
                       refusals=(in_status('group_snapshot', 'available', 'error'),))
CONSISTENCY_GROUPS = kind('consistency_groups', 'consistencygroups', 'consistencygroup',
                          _maker('consistency_groups', availability_zone='nova',
                                 volume_types=[]), plural='consistencygroups',
                          owner='_project', rows=rows_of('consistency_groups', '_project'))
CGSNAPSHOTS = kind('cgsnapshots', 'cgsnapshots', 'cgsnapshot',
                   _maker('cgsnapshots', consistencygroup_id=None), owner='_project',
                   rows=rows_of('cgsnapshots', '_project'))
