"""Keystone: people and their rights, domains and their options, the catalog, federation."""

from tests.functional.changes.scene import ADDED, GONE, Scene, renamed
from tests.functional.openstack import Body
from tests.functional.populate import Site
from tests.functional.populate.site import role_named

IMMUTABLE = {'immutable': True}
ELSEWHERE = 'http://127.0.0.1:2'


def prepare(site: Site) -> None:
    """A registered limit that no project has a limit of (others can't be changed), and a limit
    with a description (none at all can't be put back)."""
    made = site.admin.identity.post('/registered_limits', {'registered_limits': [{
        'service_id': Scene(site).one('services'), 'resource_name': site.name('unused'),
        'default_limit': 9}]})['registered_limits'][0]
    site.record('registered_limits', made, 'unused', project_id=None)
    mapping = site.name('unused')
    rule = {'local': [{'user': {'name': '{0}'}}], 'remote': [{'type': 'UserName'}]}
    site.record('mappings', site.admin.identity.put(f'/OS-FEDERATION/mappings/{mapping}', {
        'mapping': {'rules': [rule]}})['mapping'], 'unused', project_id=None)
    site.admin.identity.patch(f'/limits/{Scene(site).one("limits")}', {
        'limit': {'description': site.name('limit')}})


def change(scene: Scene) -> None:
    ties(scene)
    catalog(scene)
    limits(scene)
    federation(scene)
    people(scene)


def patch(scene: Scene, kind: str, identifier: str, path: str, wrapper: str,
          values: Body) -> None:
    scene.send(kind, identifier, scene.site.admin.identity, f'/{path}/{identifier}', wrapper,
               values, 'PATCH')


def people(scene: Scene) -> None:
    """All that a user, a group, a role, a project and a domain say; the last ones go dark."""
    site = scene.site
    patch(scene, 'groups', scene.one('groups', 'group'), 'groups', 'group', renamed(site))
    patch(scene, 'users', scene.one('users', 'domain-user'), 'users', 'user', renamed(
        site, enabled=False, email='changed@example.org', default_project_id=site.project_id,
        options={'ignore_lockout_failure_attempts': True}))
    for kind, what in (('roles', 'role'), ('domain_roles', 'domain-role')):
        patch(scene, kind, scene.one(kind, what), 'roles', 'role', renamed(
            site, options=IMMUTABLE))
    scene.send('domain_configs', scene.one('domain_configs'), site.admin.identity,
               f'/domains/{scene.one("domain_configs")}/config', '',
               {'config': {'identity': {'list_limit': 7}}}, 'PATCH')
    tags = {'tags': ['changed'], 'enabled': False, 'options': IMMUTABLE}
    patch(scene, 'projects', scene.one('projects', 'child of the project'), 'projects',
          'project', renamed(site, **tags))
    patch(scene, 'domains', scene.one('domains', 'domain'), 'domains', 'domain',
          renamed(site, **tags))


def ties(scene: Scene) -> None:
    """Take away what there is, and tie what was not tied."""
    site, one = scene.site, scene.one
    for kind in ('role_assignments', 'group_memberships', 'implied_roles',
                 'endpoint_group_projects', 'project_endpoints'):
        site.admin.identity.delete(f'/{one(kind)}')
        scene.note(kind, one(kind), GONE)
    user, group = one('users', 'delegate'), one('groups', 'group')
    role, domain = role_named(site.admin, 'reader'), one('domains', 'domain')
    for kind, path in (
            ('role_assignments', f'projects/{site.admin.project_id}/users/{user}/roles/{role}'),
            ('role_assignments', f'domains/{domain}/groups/{group}/roles/{role}'),
            ('role_assignments', f'system/users/{user}/roles/{role}'),
            ('role_assignments', f'OS-INHERIT/domains/{domain}/users/{user}/roles/{role}/'
                                 'inherited_to_projects'),
            ('group_memberships', f'groups/{group}/users/{user}'),
            ('implied_roles', f'roles/{one("roles", "role")}/implies/'
                              f'{role_named(site.admin, "member")}'),
            ('endpoint_group_projects', f'OS-EP-FILTER/endpoint_groups/'
                                        f'{one("endpoint_groups")}/projects/'
                                        f'{one("projects", "in the domain")}'),
            ('project_endpoints', f'OS-EP-FILTER/projects/{one("projects", "in the domain")}/'
                                  f'endpoints/{one("endpoints")}')):
        site.admin.identity.put(f'/{path}')
        scene.note(kind, path, ADDED)


def catalog(scene: Scene) -> None:
    site, one = scene.site, scene.one
    patch(scene, 'regions', one('regions', 'region-child'), 'regions', 'region', {
        'description': 'changed', 'parent_region_id': None})
    other = next(s['id'] for s in site.admin.identity.get('/services')['services']
                 if s['name'] == 'keystone')
    patch(scene, 'endpoints', one('endpoints'), 'endpoints', 'endpoint', {
        'url': ELSEWHERE, 'interface': 'admin', 'region_id': one('regions', 'region'),
        'service_id': other, 'enabled': False})
    patch(scene, 'services', one('services'), 'services', 'service', renamed(
        site, type=site.name('other-type'), enabled=False))
    patch(scene, 'endpoint_groups', one('endpoint_groups'), 'OS-EP-FILTER/endpoint_groups',
          'endpoint_group', renamed(site, filters={'interface': 'admin'}))
    patch(scene, 'policies', one('policies'), 'policies', 'policy', {
        'type': 'application/changed', 'blob': 'changed'})


def limits(scene: Scene) -> None:
    registered = scene.one('registered_limits', 'unused')
    patch(scene, 'registered_limits', registered, 'registered_limits', 'registered_limit',
          {'default_limit': 90, 'description': 'changed'})
    patch(scene, 'limits', scene.one('limits'), 'limits', 'limit', {
        'resource_limit': 50, 'description': 'changed'})


def federation(scene: Scene) -> None:
    one, base = scene.one, 'OS-FEDERATION'
    patch(scene, 'identity_providers', one('identity_providers'), f'{base}/identity_providers',
          'identity_provider', {
              'enabled': False, 'description': 'changed', 'remote_ids': [ELSEWHERE]})
    patch(scene, 'mappings', one('mappings'), f'{base}/mappings', 'mapping', {'rules': [{
        'local': [{'user': {'name': 'changed'}}], 'remote': [{'type': 'UserName'}]}]})
    patch(scene, 'service_providers', one('service_providers'), f'{base}/service_providers',
          'service_provider', {
              'enabled': False, 'auth_url': ELSEWHERE, 'sp_url': ELSEWHERE,
              'description': 'changed', 'relay_state_prefix': 'changed:'})
    patch(scene, 'oauth_consumers', one('oauth_consumers'), 'OS-OAUTH1/consumers', 'consumer',
          {'description': 'changed'})
    scene.send('federation_protocols', one('federation_protocols'), scene.site.admin.identity,
               f'/{base}/identity_providers/{one("identity_providers")}/protocols/saml2',
               'protocol', {'mapping_id': one('mappings', 'unused')}, 'PATCH')
