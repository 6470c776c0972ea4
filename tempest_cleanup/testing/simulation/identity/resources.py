"""Domains, projects, users, groups, roles and the catalog's own objects."""

from collections.abc import Callable

from tempest_cleanup.testing.simulation.catalog import BASE
from tempest_cleanup.testing.simulation.http import ApiError, Row, forbidden
from tempest_cleanup.testing.simulation.service import Context, Kind, Service, World, remove
from tempest_cleanup.testing.simulation.store import public

MISSING = 'Could not find {singular}: {id}.'


def unique(world: World, kind: str, row: Row, *scope: str) -> None:
    """Refuse a second object of that name."""
    same = {name: row.get(name) for name in scope}
    if world.store.first(kind, name=row['name'], **same):
        raise ApiError(409, f'Conflict occurred attempting to store {kind[:-1]} - it is not '
                       f'permitted to have two {kind} with the same name: {row["name"]}.')


def drop(world: World, kind: str, field: str, value: str) -> None:
    """Remove the objects of a kind that point to something that goes away."""
    for row in world.store.find(kind, field, value):
        world.store.remove(kind, row['_key'])


def drop_assignments(world: World, field: str, value: str) -> None:
    drop(world, 'role_assignments', field, value)


def _make_domain(world: World, attributes: Row) -> Row:
    row = {'id': world.store.hex(), 'description': '', 'enabled': True, 'tags': [],
           'options': {}, **attributes}
    unique(world, 'domains', row)
    return world.store.add('domains', row)


def _disabled(world: World, row: Row) -> None:
    if row['enabled']:
        raise forbidden('Cannot delete a domain that is enabled, please disable it first.')


def immutable(singular: str, row: Row) -> None:
    if row['options'].get('immutable'):
        raise forbidden(f'Unable to delete immutable {singular} resource: `{row["id"]}. '
                        'Set resource option "immutable" to false first.')


def _dispose_domain(world: World, row: Row) -> None:
    store = world.store
    for kind, dispose in (('users', _dispose_user), ('groups', _dispose_group),
                          ('projects', _dispose_project), ('roles', _dispose_role)):
        for held in store.find(kind, 'domain_id', row['id']):
            dispose(world, held)
    drop(world, 'identity_providers', 'domain_id', row['id'])
    drop_assignments(world, 'target', row['id'])
    remove(world, 'domains', row)


def _make_project(world: World, attributes: Row) -> Row:
    attributes.setdefault('domain_id', 'default')
    row = {'id': world.store.hex(), 'description': '', 'enabled': True, 'is_domain': False,
           'tags': [], 'options': {}, **attributes}
    row['parent_id'] = attributes.get('parent_id') or row['domain_id']
    unique(world, 'projects', row, 'domain_id')
    return world.store.add('projects', row)


def _leaf(world: World, row: Row) -> None:
    if world.store.find('projects', 'parent_id', row['id']):
        raise forbidden(f'Cannot delete the project {row["id"]} since it is not a leaf in the '
                        'hierarchy. Use the cascade option if you want to delete a whole subtree.')


def _dispose_project(world: World, row: Row) -> None:
    for kind in ('application_credentials', 'credentials', 'limits', 'trusts'):
        drop(world, kind, 'project_id', row['id'])
    drop_assignments(world, 'target', row['id'])
    remove(world, 'projects', row)


def _projects(context: Context) -> list[Row]:
    store = context.store
    if context.request.one('is_domain').lower() == 'true':
        return [{**domain, 'is_domain': True, 'domain_id': None, 'parent_id': None}
                for domain in store.rows('domains')]
    return store.rows('projects')


def _in_a_domain(kind: str) -> Callable[[Context], list[Row]]:
    def rows(context: Context) -> list[Row]:
        store, project = context.store, context.token.project_id
        found = store.rows(kind)
        if not context.world.settings.domain_drivers or not project:
            return found
        own = (store.get('projects', project) or {}).get('domain_id')
        wanted = context.request.one('domain_id') or own
        return [row for row in found if row['domain_id'] == wanted]
    return rows


def _make_user(world: World, attributes: Row) -> Row:
    password = attributes.pop('password', 'secret')
    row = {'id': world.store.hex(), 'domain_id': 'default', 'enabled': True,
           'password_expires_at': None, 'options': {}, **attributes, '_password': password}
    unique(world, 'users', row, 'domain_id')
    return world.store.add('users', row)


def _update_user(context: Context, row: Row, changes: Row) -> Row:
    if 'password' in changes:
        changes['_password'] = changes.pop('password')
        context.world.tokens.revoke_user(row['id'])
    if changes.get('enabled') is False:
        drop(context.world, 'application_credentials', 'user_id', row['id'])
    return changes


def _dispose_user(world: World, row: Row) -> None:
    for kind in ('application_credentials', 'access_rules', 'credentials', 'group_memberships'):
        drop(world, kind, 'user_id', row['id'])
    for field in ('trustor_user_id', 'trustee_user_id'):
        drop(world, 'trusts', field, row['id'])
    drop(world, 'oauth_access_tokens', 'authorizing_user_id', row['id'])
    drop_assignments(world, 'actor', row['id'])
    remove(world, 'users', row)


def _make_group(world: World, attributes: Row) -> Row:
    row = {'id': world.store.hex(), 'domain_id': 'default', 'description': '', **attributes}
    unique(world, 'groups', row, 'domain_id')
    return world.store.add('groups', row)


def _dispose_group(world: World, row: Row) -> None:
    drop(world, 'group_memberships', 'group_id', row['id'])
    drop_assignments(world, 'actor', row['id'])
    remove(world, 'groups', row)


def _make_role(world: World, attributes: Row) -> Row:
    row = {'id': world.store.hex(), 'domain_id': None, 'description': None, 'options': {},
           **attributes}
    unique(world, 'roles', row, 'domain_id')
    return world.store.add('roles', row)


def _roles(context: Context) -> list[Row]:
    """Roles of a domain are only shown to those who ask for that domain."""
    return context.store.find('roles', 'domain_id', context.request.one('domain_id') or None)


def _dispose_role(world: World, row: Row) -> None:
    drop_assignments(world, 'role', row['id'])
    drop(world, 'implied_roles', 'prior', row['id'])
    drop(world, 'implied_roles', 'implied', row['id'])
    remove(world, 'roles', row)


def _make_region(world: World, attributes: Row) -> Row:
    row = {'id': world.store.hex(), 'description': '', 'parent_region_id': None, **attributes}
    return world.store.add('regions', row)


def _family(world: World, region_id: str) -> list[str]:
    children = world.store.find('regions', 'parent_region_id', region_id)
    return [region_id, *(name for child in children for name in _family(world, child['id']))]


def _without_endpoints(world: World, row: Row) -> None:
    if any(world.store.find('endpoints', 'region_id', name)
           for name in _family(world, row['id'])):
        raise forbidden(f'Unable to delete region {row["id"]} because it or its child regions '
                        'have associated endpoints.')


def _dispose_region(world: World, row: Row) -> None:
    for name in _family(world, row['id']):
        world.store.remove('regions', name)


def _make_service(world: World, attributes: Row) -> Row:
    row = {'id': world.store.hex(), 'enabled': True, **attributes}
    return world.store.add('services', row)


def _dispose_service(world: World, row: Row) -> None:
    for kind in ('endpoints', 'registered_limits', 'limits'):
        drop(world, kind, 'service_id', row['id'])
    remove(world, 'services', row)


def _make_endpoint(world: World, attributes: Row) -> Row:
    region = attributes.pop('region', None) or attributes.pop('region_id', None)
    row = {'id': world.store.hex(), 'interface': 'public', 'enabled': True,
           'service_id': None, 'url': f'{BASE}/nowhere', **attributes,
           'region_id': region, 'region': region}
    if region and not world.store.get('regions', region):
        _make_region(world, {'id': region})
    return world.store.add('endpoints', row)


def _endpoint_view(context: Context, row: Row) -> Row:
    return {**public(row), 'url': row['url'].replace(BASE, context.world.base)}


def _make_policy(world: World, attributes: Row) -> Row:
    row = {'id': world.store.hex(), 'type': 'application/json', 'blob': '{}', **attributes}
    return world.store.add('policies', row)


def register(service: Service) -> None:
    for kind in KINDS:
        service.add(kind)


KINDS = (
    Kind(name='domains', path='domains', singular='domain', make=_make_domain,
         admin_only=True, missing=MISSING,
         refusals=(_disabled, lambda world, row: immutable('domain', row)),
         dispose=_dispose_domain),
    Kind(name='projects', path='projects', singular='project', make=_make_project,
         admin_only=True, missing=MISSING, rows=_projects,
         refusals=(_leaf, lambda world, row: immutable('project', row)),
         dispose=_dispose_project),
    Kind(name='users', path='users', singular='user', make=_make_user, admin_only=True,
         missing=MISSING, update=_update_user, dispose=_dispose_user,
         rows=_in_a_domain('users')),
    Kind(name='groups', path='groups', singular='group', make=_make_group, admin_only=True,
         missing=MISSING, dispose=_dispose_group, rows=_in_a_domain('groups')),
    Kind(name='roles', path='roles', singular='role', make=_make_role, admin_only=True,
         missing=MISSING, rows=_roles, dispose=_dispose_role,
         refusals=(lambda world, row: immutable('role', row),)),
    Kind(name='regions', path='regions', singular='region', make=_make_region,
         admin_only=True, missing=MISSING, refusals=(_without_endpoints,),
         dispose=_dispose_region),
    Kind(name='services', path='services', singular='service', make=_make_service,
         admin_only=True, missing=MISSING, dispose=_dispose_service),
    Kind(name='endpoints', path='endpoints', singular='endpoint', make=_make_endpoint,
         admin_only=True, missing=MISSING, view=_endpoint_view),
    Kind(name='policies', path='policies', singular='policy', make=_make_policy,
         admin_only=True, missing=MISSING),
)
