"""Tokens and the catalog: /v3/auth."""

from tempest_cleanup.testing.simulation.catalog import BASE
from tempest_cleanup.testing.simulation.dispatch import UNAUTHORIZED
from tempest_cleanup.testing.simulation.http import ApiError, Response, Row, bad_request
from tempest_cleanup.testing.simulation.service import Context, Service, World
from tempest_cleanup.testing.simulation.store import public
from tempest_cleanup.testing.simulation.tokens import Token


def register(service: Service) -> None:
    service.route('GET', '/', lambda context: Response(300, _versions(service)), public=True)
    service.route('GET', '/v3', lambda context: Response(200, _version(service)), public=True)
    service.route('POST', '/v3/auth/tokens', _authenticate, public=True)
    service.route('GET', '/v3/auth/tokens', _validate)
    service.route('DELETE', '/v3/auth/tokens', _revoke)
    service.route('GET', '/v3/auth/catalog', _catalog)
    service.route('GET', '/v3/auth/projects', _own_projects)


def _version(service: Service) -> Row:
    media = [{'base': 'application/json', 'type': 'application/vnd.openstack.identity-v3+json'}]
    return {'version': {'id': 'v3.14', 'status': 'stable', 'updated': '2020-04-07T00:00:00Z',
                        'links': [{'rel': 'self', 'href': service.url + '/v3/'}],
                        'media-types': media}}


def _versions(service: Service) -> Row:
    return {'versions': {'values': [_version(service)['version']]}}


def _authenticate(context: Context) -> Response:
    request = context.body('auth')
    identity = request.get('identity', {})
    methods = tuple(identity.get('methods', ()))
    world = context.world
    scope = request.get('scope', {})
    if 'password' in methods:
        user = _by_password(world, identity.get('password', {}).get('user', {}))
    elif 'token' in methods:
        old = world.tokens.find(identity.get('token', {}).get('id', ''))
        user = world.store.get('users', old.user_id) if old else None
    elif 'application_credential' in methods:
        user, scope = _by_application_credential(world, identity['application_credential'])
    else:
        raise bad_request(f'None of the methods {methods} is known.')
    if user is None or not user['enabled']:
        raise UNAUTHORIZED
    token = _issue(world, user, methods, scope)
    return Response(201, {'token': describe(world, token)}, {'X-Subject-Token': token.id})


def _named(world: World, kind: str, reference: Row) -> Row | None:
    """A user, project or domain by its id, or by name and domain."""
    if 'id' in reference:
        return world.store.get(kind, reference['id'])
    if kind == 'domains':
        return world.store.first('domains', name=reference.get('name'))
    domain = _named(world, 'domains', reference.get('domain', {}))
    return domain and world.store.first(kind, name=reference.get('name'),
                                        domain_id=domain['id'])


def _by_password(world: World, reference: Row) -> Row | None:
    user = _named(world, 'users', reference)
    return user if user and user['_password'] == reference.get('password') else None


def _by_application_credential(world: World, reference: Row) -> tuple[Row | None, Row]:
    found = world.store.get('application_credentials', reference.get('id', ''))
    if found is None or found['_secret'] != reference.get('secret'):
        raise UNAUTHORIZED
    return (world.store.get('users', found['user_id']),
            {'project': {'id': found['project_id']}})


def _issue(world: World, user: Row, methods: tuple[str, ...], scope: Row) -> Token:
    project_id = domain_id = ''
    if 'project' in scope:
        project_id = _existing(_named(world, 'projects', scope['project']))
    elif 'domain' in scope:
        domain_id = _existing(_named(world, 'domains', scope['domain']))
    elif not scope:
        project_id = user.get('default_project_id') or ''
    token = world.tokens.issue(user['id'], methods, world.settings.token_lifetime,
                               project_id, domain_id, 'system' in scope)
    if not world.tokens.current(token):
        world.tokens.revoke(token.id)
        if scope:
            raise UNAUTHORIZED
        return world.tokens.issue(user['id'], methods, world.settings.token_lifetime)
    return token


def _existing(row: Row | None) -> str:
    if row is None:
        raise UNAUTHORIZED
    return str(row['id'])


def describe(world: World, token: Token) -> Row:
    """The body that shows a token."""
    store = world.store
    user = store.get('users', token.user_id)
    assert user is not None
    body: Row = {'methods': list(token.methods), 'user': {**_with_domain(world, user),
                                                          'password_expires_at': None},
                 'audit_ids': [token.audit_id], 'expires_at': token.expires_at,
                 'issued_at': token.issued_at}
    project = store.get('projects', token.project_id)
    domain = store.get('domains', token.domain_id)
    if project:
        body |= {'project': _with_domain(world, project), 'is_domain': False}
    elif domain:
        body['domain'] = {'id': domain['id'], 'name': domain['name']}
    elif token.system:
        body['system'] = {'all': True}
    if token.scoped:
        body['roles'] = [{'id': id, 'name': name} for id, name in token.roles.items()]
        body['catalog'] = catalog(world, token)
    return body


def _with_domain(world: World, row: Row) -> Row:
    domain = world.store.get('domains', row['domain_id'])
    return {'id': row['id'], 'name': row['name'],
            'domain': {'id': row['domain_id'], 'name': domain['name'] if domain else None}}


def catalog(world: World, token: Token) -> list[Row]:
    """The endpoints of every enabled service, for the token's project."""
    result = []
    for service in world.store.rows('services'):
        endpoints = [
            {'id': endpoint['id'], 'interface': endpoint['interface'],
             'region_id': endpoint['region_id'], 'region': endpoint['region_id'],
             'url': address(world, endpoint).replace('$(project_id)s', token.project_id)}
            for endpoint in world.store.find('endpoints', 'service_id', service['id'])
            if endpoint['enabled']]
        if service['enabled'] and endpoints:
            result.append({'endpoints': endpoints, 'id': service['id'],
                           'type': service['type'], 'name': service.get('name', '')})
    return result


def address(world: World, endpoint: Row) -> str:
    return str(endpoint['url']).replace(BASE, world.base)


def _subject(context: Context) -> Token:
    token_id = context.request.headers.get('x-subject-token', '')
    token = context.world.tokens.find(token_id)
    if token is None:
        raise ApiError(404, f'Could not find token: {token_id[:8]}...')
    return token


def _validate(context: Context) -> Response:
    token = _subject(context)
    return Response(200, {'token': describe(context.world, token)},
                    {'X-Subject-Token': token.id})


def _revoke(context: Context) -> Response:
    context.world.tokens.revoke(_subject(context).id)
    return Response(204)


def _catalog(context: Context) -> Response:
    return Response(200, {'catalog': catalog(context.world, context.token), 'links': {}})


def _own_projects(context: Context) -> Response:
    """The projects in which the user has a role of his own."""
    store = context.store
    targets = [a['target'] for a in store.find('role_assignments', 'actor', context.token.user_id)
               if a['target_type'] == 'project']
    projects = [store.get('projects', target) for target in dict.fromkeys(targets)]
    return Response(200, {'projects': [public(project) for project in projects if project],
                          'links': {'next': None, 'previous': None}})
