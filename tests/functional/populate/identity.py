"""Keystone: projects, users, domains, what a user owns, and the service catalog."""

from tests.functional.openstack import Body
from tests.functional.populate.site import PASSWORD, Site, new_user, role_named

NOBODY = 'http://127.0.0.1:1'


def populate(site: Site) -> None:
    delegate = new_user(site.admin, site.name('delegate'), site.project_id, 'admin')
    site.record('users', delegate, project_id=None)
    child = people(site)
    domain(site)
    owned_by_the_user(site, str(delegate['id']))
    catalog(site, child)


def people(site: Site) -> str:
    """A group with a member, a role granted to it in a sub-project; the sub-project's id."""
    keystone = site.admin.identity
    child = keystone.post('/projects', {'project': {
        'name': site.name('child'), 'parent_id': site.project_id}})['project']
    site.record('projects', child, 'child of the project', project_id=None)
    group = keystone.post('/groups', {'group': {'name': site.name('group')}})['group']
    site.record('groups', group, project_id=None)
    tie(site, 'group_memberships', f'groups/{group["id"]}/users/{site.user_id}', group['id'])
    role = keystone.post('/roles', {'role': {'name': site.name('role')}})['role']
    site.record('roles', role, project_id=None)
    tie(site, 'role_assignments',
        f'projects/{child["id"]}/groups/{group["id"]}/roles/{role["id"]}', group['id'],
        project_id=child['id'])
    tie(site, 'implied_roles',
        f'roles/{role["id"]}/implies/{role_named(site.admin, "reader")}', role['id'])
    return str(child['id'])


def tie(site: Site, kind: str, path: str, end: str, **more: str) -> None:
    """Tie two things together by a PUT; the path stands for what was made."""
    site.admin.identity.put(f'/{path}')
    site.record(kind, {'id': path, 'name': None}, f'of {end}', **{'project_id': None, **more})


def domain(site: Site) -> None:
    """An enabled domain with a project, user, group and role in it."""
    keystone = site.admin.identity
    own = keystone.post('/domains', {'domain': {'name': site.name('domain')}})['domain']
    site.record('domains', own, 'enabled, not empty', project_id=None)
    keystone.put(f'/domains/{own["id"]}/config', {'config': {'identity': {'driver': 'sql'}}})
    site.record('domain_configs', own, project_id=None)
    inside = {'domain_id': own['id']}
    for kind, wrapper, more in (
            ('projects', 'project', {}), ('groups', 'group', {}), ('roles', 'role', {}),
            ('users', 'user', {'password': PASSWORD})):
        thing = keystone.post(f'/{kind}', {
            wrapper: {'name': site.name(f'domain-{wrapper}'), **inside, **more}})[wrapper]
        site.record('domain_roles' if kind == 'roles' else kind, thing, 'in the domain',
                    project_id=None)


def owned_by_the_user(site: Site, trustee: str) -> None:
    """Credentials of every sort, and a trust."""
    keystone, own = site.user.identity, {'user_id': site.user_id}
    credential = site.admin.identity.post('/credentials', {'credential': {
        'type': 'certificate', 'blob': 'not a secret', 'project_id': site.project_id,
        **own}})['credential']
    site.record('credentials', credential)
    site.record('credentials', _ec2(site), 'EC2', name=None)
    rule = {'service': 'compute', 'method': 'GET', 'path': f'/v2.1/{site.prefix}'}
    application = keystone.post(f'/users/{site.user_id}/application_credentials', {
        'application_credential': {
            'name': site.name('application'), 'access_rules': [rule]}})['application_credential']
    site.record('application_credentials', application)
    for rule in application['access_rules']:
        site.record('access_rules', rule, f'of user {site.user_id}', project_id=None)
    trust = keystone.post('/OS-TRUST/trusts', {'trust': {
        'trustor_user_id': site.user_id, 'trustee_user_id': trustee, 'impersonation': False,
        'project_id': site.project_id, 'roles': [{'name': 'member'}]}})['trust']
    site.record('trusts', trust)


def _ec2(site: Site) -> Body:
    """An EC2 credential, under the id that /v3/credentials gives it."""
    made = site.user.identity.post(f'/users/{site.user_id}/credentials/OS-EC2',
                                   {'tenant_id': site.project_id})['credential']
    found = site.admin.identity.get('/credentials', user_id=site.user_id, type='ec2')
    return next(dict(entry) for entry in found['credentials']
                if made['access'] in entry['blob'])


def catalog(site: Site, child_project: str) -> None:
    """Regions, a service with an endpoint, limits of it, and a policy."""
    keystone = site.admin.identity
    region, child = site.name('region'), site.name('region-child')
    for one in ({'id': region}, {'id': child, 'parent_region_id': region}):
        made = keystone.post('/regions', {'region': one})['region']
        site.record('regions', made, project_id=None)
    service = keystone.post('/services', {'service': {
        'type': site.name('type'), 'name': site.name('service')}})['service']
    site.record('services', service, project_id=None)
    endpoint = keystone.post('/endpoints', {'endpoint': {
        'service_id': service['id'], 'interface': 'internal', 'url': NOBODY,
        'region_id': child}})['endpoint']
    site.record('endpoints', endpoint, project_id=None)
    limits(site, str(service['id']))
    endpoint_group(site, str(service['id']), child_project)
    project_endpoint(site, str(endpoint['id']), child_project)
    policy = keystone.post('/policies', {'policy': {
        'blob': site.prefix, 'type': 'text/plain'}})['policy']
    site.record('policies', policy, project_id=None)


def endpoint_group(site: Site, service_id: str, project_id: str) -> None:
    """An endpoint group with a project.

    It takes all other endpoints out of that project's catalog, so nothing else may live there.
    """
    path = '/OS-EP-FILTER/endpoint_groups'
    group = site.admin.identity.post(path, {'endpoint_group': {
        'name': site.name('endpoints'), 'filters': {'service_id': service_id}}})['endpoint_group']
    site.record('endpoint_groups', group, project_id=None)
    tie(site, 'endpoint_group_projects',
        f'{path.lstrip("/")}/{group["id"]}/projects/{project_id}', group['id'],
        project_id=project_id)


def project_endpoint(site: Site, endpoint_id: str, project_id: str) -> None:
    """An endpoint that stands in the catalog of a project, as all others then do not."""
    tie(site, 'project_endpoints', f'OS-EP-FILTER/projects/{project_id}/endpoints/{endpoint_id}',
        endpoint_id, project_id=project_id)


def limits(site: Site, service_id: str) -> None:
    of = {'service_id': service_id, 'resource_name': site.name('thing')}
    keystone = site.admin.identity
    registered = keystone.post('/registered_limits', {
        'registered_limits': [{**of, 'default_limit': 9}]})['registered_limits'][0]
    site.record('registered_limits', registered, project_id=None)
    limit = keystone.post('/limits', {'limits': [
        {**of, 'project_id': site.project_id, 'resource_limit': 5}]})['limits'][0]
    site.record('limits', limit)
