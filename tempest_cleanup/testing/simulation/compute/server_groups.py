"""Server groups. They are paged with limit and offset, and without links."""

from tempest_cleanup.testing.simulation.compute.versions import minor
from tempest_cleanup.testing.simulation.http import Response, Row
from tempest_cleanup.testing.simulation.paging import asked_limit
from tempest_cleanup.testing.simulation.service import Context, Kind, Service, World


def _make(world: World, attributes: Row) -> Row:
    policies = attributes.pop('policies', None) or ['anti-affinity']
    row = {'id': world.store.uuid(), 'name': f'group-{world.store.number()}',
           'policy': policies[0], 'rules': {}, 'user_id': world.admin_user,
           **attributes}
    return world.store.add('server_groups', row)


def _view(context: Context, row: Row) -> Row:
    version = minor(context)
    members = [server['id'] for server in
               context.store.find('servers', '_server_group', row['id'])]
    body = {'id': row['id'], 'name': row['name'], 'members': members}
    if version >= 64:
        body |= {'policy': row['policy'], 'rules': row['rules']}
    else:
        body |= {'policies': [row['policy']], 'metadata': {}}
    if version >= 13:
        body |= {'project_id': row['project_id'], 'user_id': row['user_id']}
    return body


def _list(context: Context) -> Response:
    request, store = context.request, context.store
    if request.has('all_projects') and context.token.admin:
        rows = store.rows('server_groups')
    else:
        rows = store.find('server_groups', 'project_id', context.token.project_id)
    offset = int(request.one('offset') or 0)
    limit = asked_limit(context, context.world.settings.page_limit)
    return Response(200, {'server_groups': [_view(context, row)
                                            for row in rows[offset:offset + limit]]})


def register(service: Service) -> None:
    service.add(SERVER_GROUPS, 'scd')
    service.route('GET', '/v2.1/os-server-groups', _list)


SERVER_GROUPS = Kind(name='server_groups', path='os-server-groups', singular='server_group',
                     make=_make, owner='project_id', view=_view, create_status=200,
                     missing='Instance group {id} could not be found.')
