"""Role assignments, group memberships and role inference."""

from tempest_cleanup.testing.simulation.http import ApiError, Response, Row
from tempest_cleanup.testing.simulation.identity.grants import ACTORS, TARGETS, Grants, grant_path
from tempest_cleanup.testing.simulation.service import Context, Service, World, matching
from tempest_cleanup.testing.simulation.store import Store, public


def join(store: Store, group_id: str, user_id: str) -> None:
    """Put a user into a group."""
    store.add('group_memberships', {'group_id': group_id, 'user_id': user_id},
              f'{group_id}/{user_id}')


def imply(store: Store, prior: str, implied: str) -> None:
    """Let whoever has the prior role have the implied one too."""
    store.add('implied_roles', {'prior': prior, 'implied': implied}, f'{prior}/{implied}')


def register(service: Service) -> None:
    for target_type, targets in (('project', '/projects/{t}'), ('domain', '/domains/{t}'),
                                 ('system', '/system')):
        for actor_type, actors in ACTORS.items():
            base = f'{targets}/{actors}/{{a}}/roles'
            Grants(target_type, actor_type, False).register(service, '/v3' + base)
            Grants(target_type, actor_type, True).register(service, f'/v3/OS-INHERIT{base}')
    service.route('GET', '/v3/role_assignments', _list_assignments)
    service.route('GET', '/v3/role_inferences', _list_inferences)
    service.route('PUT', '/v3/roles/{prior}/implies/{implied}', _imply)
    service.route('DELETE', '/v3/roles/{prior}/implies/{implied}', _unimply)
    for method, handler in (('PUT', _join), ('DELETE', _leave), ('HEAD', _is_member)):
        service.route(method, '/v3/groups/{group}/users/{user}', handler)
    service.route('GET', '/v3/groups/{group}/users', _members)
    service.route('GET', '/v3/users/{user}/groups', _groups)


def _list_assignments(context: Context) -> Response:
    context.require_admin('identity:list_role_assignments')
    request, names = context.request, context.request.has('include_names')
    rows = context.store.rows('role_assignments')
    filters = {'user.id': 'actor', 'group.id': 'actor', 'role.id': 'role',
               'scope.project.id': 'target', 'scope.domain.id': 'target'}
    query = {filters[name]: values for name, values in request.query.items() if name in filters}
    rows = matching(rows, query, frozenset())
    if request.has('scope.system'):
        rows = [row for row in rows if row['target_type'] == 'system']
    shown = [_assignment(context.world, row, names and request.one('include_names') != '0')
             for row in rows]
    links = {'next': None, 'self': context.world.base + request.target, 'previous': None}
    return Response(200, {'role_assignments': shown, 'links': links})


def _assignment(world: World, row: Row, names: bool) -> Row:
    """An assignment as Keystone shows it: who, on what, which role."""
    def reference(kind: str, id: str) -> Row:
        found = world.store.get(kind, id)
        if not names or found is None:
            return {'id': id}
        described: Row = {'id': id, 'name': found['name']}
        if kind != 'domains' and found.get('domain_id'):
            described['domain'] = reference('domains', found['domain_id'])
        return described

    target_type, target = row['target_type'], row['target']
    scope: Row = ({'system': {'all': True}} if target_type == 'system'
                  else {target_type: reference(TARGETS[target_type], target)})
    if row['inherited']:
        scope['OS-INHERIT:inherited_to'] = 'projects'
    return {'scope': scope, row['actor_type']: reference(ACTORS[row['actor_type']], row['actor']),
            'role': reference('roles', row['role']),
            'links': {'assignment': world.services['identity'].url + grant_path(row)}}


def _list_inferences(context: Context) -> Response:
    def role(id: str) -> Row:
        found = context.store.get('roles', id)
        return {'id': id, 'name': found['name'] if found else ''}

    priors: dict[str, list[Row]] = {}
    for row in context.store.rows('implied_roles'):
        priors.setdefault(row['prior'], []).append(role(row['implied']))
    return Response(200, {'role_inferences': [
        {'prior_role': role(prior), 'implies': implied} for prior, implied in priors.items()]})


def _imply(context: Context, prior: str, implied: str) -> Response:
    context.require_admin('identity:create_implied_role')
    imply(context.store, prior, implied)
    return Response(201, {'role_inference': {'prior_role': {'id': prior},
                                             'implies': {'id': implied}}})


def _unimply(context: Context, prior: str, implied: str) -> Response:
    context.require_admin('identity:delete_implied_role')
    if context.store.remove('implied_roles', f'{prior}/{implied}') is None:
        raise ApiError(404, f'{prior} does not imply {implied}')
    return Response(204)


def _join(context: Context, group: str, user: str) -> Response:
    context.require_admin('identity:add_user_to_group')
    join(context.store, group, user)
    return Response(204)


def _leave(context: Context, group: str, user: str) -> Response:
    context.require_admin('identity:remove_user_from_group')
    if context.store.remove('group_memberships', f'{group}/{user}') is None:
        raise ApiError(404, f'Could not find user: {user}.')
    return Response(204)


def _is_member(context: Context, group: str, user: str) -> Response:
    found = context.store.get('group_memberships', f'{group}/{user}')
    return Response(204 if found else 404)


def _members(context: Context, group: str) -> Response:
    context.require_admin('identity:list_users_in_group')
    found = [context.store.get('users', row['user_id'])
             for row in context.store.find('group_memberships', 'group_id', group)]
    return Response(200, {'users': [public(user) for user in found if user],
                          'links': {'next': None, 'previous': None}})


def _groups(context: Context, user: str) -> Response:
    found = [context.store.get('groups', row['group_id'])
             for row in context.store.find('group_memberships', 'user_id', user)]
    return Response(200, {'groups': [public(group) for group in found if group],
                          'links': {'next': None, 'previous': None}})
