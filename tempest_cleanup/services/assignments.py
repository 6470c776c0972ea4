"""Keystone's ties: who may do what, and what a project's catalog shows.

https://docs.openstack.org/api-ref/identity/v3/
"""
import contextlib
from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

from tempest_cleanup import errors
from tempest_cleanup.model import Body, Change, Resource, Scope, Tenant
from tempest_cleanup.services import bodies
from tempest_cleanup.services.identity import Identity, in_every_domain
from tempest_cleanup.services.relations import Relation, tie

#: In the scope of a role that all projects below a domain or project have.
INHERITED = 'OS-INHERIT:inherited_to'


class RoleAssignments(Identity, Relation):
    """Roles of users and groups on projects, domains and the system, inherited ones too."""

    name, singular = 'role_assignments', 'role_assignment'
    path = 'role_assignments'
    query = {'include_names': 'true'}
    goes_with = ('users', 'groups', 'projects', 'domains', 'roles', 'domain_roles')
    rights = True

    def tie(self, body: Body) -> str:
        scope, role = bodies.inner(body, 'scope'), _one(body, 'role')
        subject = (('users', _one(body, 'user')) if 'user' in body
                   else ('groups', _one(body, 'group')))
        if 'system' in scope:
            return tie('system', *subject, 'roles', role)
        target = (('projects', _one(scope, 'project')) if 'project' in scope
                  else ('domains', _one(scope, 'domain')))
        if INHERITED in scope:
            if scope[INHERITED] != 'projects':
                raise errors.Garbage(f'{INHERITED!r} is {bodies.shown(scope[INHERITED])}')
            return tie('OS-INHERIT', *target, *subject, 'roles', role, 'inherited_to_projects')
        return tie(*target, *subject, 'roles', role)

    def understood(self, body: Body, tenant: Tenant | None) -> Resource:
        bodies.check(body)
        # Others go through these, too.
        for whose, parts in ((body, ('user', 'group')),
                             (bodies.inner(body, 'scope'), ('project', 'domain'))):
            for part in parts:
                _id(whose, part)
        return super().understood(body, tenant)

    def resource(self, body: Body, tenant: Tenant | None) -> Resource:
        scope = body.get('scope') or {}
        where = 'project' if 'project' in scope else 'domain' if 'domain' in scope else 'system'
        who = 'user' if 'user' in body else 'group'
        inherited = ', inherited' if INHERITED in scope else ''
        return super().resource({
            **body, 'name': f'{_name(body, "role")} of {who} {_name(body, who)} on {where} '
                            f'{_name(scope, where)}{inherited}',
            'user_id': _id(body, 'user'), 'project_id': _id(scope, 'project'),
            'domain_id': _id(scope, 'domain')}, tenant)


class GroupMemberships(Identity, Relation):
    """Users in groups. Each group is asked for its own."""

    name, singular = 'group_memberships', 'group_membership'
    path, collection = 'groups', 'groups'
    goes_with = ('users', 'groups')
    rights = True

    def find(self, tenant: Tenant | None) -> Iterator[Body]:
        for group in in_every_domain(self.rest(), self.path):
            with contextlib.suppress(errors.NotFound):  # the group went meanwhile
                for user in self.rest().pages(tie('groups', group['id'], 'users'), 'users'):
                    yield {'group_id': group['id'], 'user_id': user['id'],
                           'name': f'user {user.get("name")} in group {group.get("name")}'}

    def tie(self, body: Body) -> str:
        return tie('groups', bodies.identifier(body, 'group_id'), 'users',
                   bodies.identifier(body, 'user_id'))


class ImpliedRoles(Identity, Relation):
    """Roles that bring another role along, for everybody who has them."""

    name, singular = 'implied_roles', 'implied_role'
    path, collection = 'role_inferences', 'role_inferences'
    goes_with = ('roles', 'domain_roles')
    rights = True

    def find(self, tenant: Tenant | None) -> Iterator[Body]:
        for rule in super().find(tenant):
            prior = rule['prior_role']
            for implied in rule['implies']:
                yield {'prior_id': prior['id'], 'implied_id': implied['id'],
                       'name': f'{prior.get("name")} implies {implied.get("name")}'}

    def tie(self, body: Body) -> str:
        return tie('roles', bodies.identifier(body, 'prior_id'), 'implies',
                   bodies.identifier(body, 'implied_id'))


class EndpointGroupProjects(Identity, Relation):
    """Projects whose catalog has the endpoints of a group, and no others."""

    name, singular = 'endpoint_group_projects', 'endpoint_group_project'
    path, collection = 'OS-EP-FILTER/endpoint_groups', 'endpoint_groups'
    shapes_catalog = True
    goes_with = ('endpoint_groups', 'projects')

    def find(self, tenant: Tenant | None) -> Iterator[Body]:
        for group in super().find(tenant):
            with contextlib.suppress(errors.NotFound):  # the group went meanwhile
                for project in self.rest().pages(
                        tie('OS-EP-FILTER', 'endpoint_groups', group['id'], 'projects'),
                        'projects'):
                    yield {'group_id': group['id'], 'project_id': project['id'],
                           'name': f'{project.get("name")} in {group.get("name")}'}

    def tie(self, body: Body) -> str:
        return tie('OS-EP-FILTER', 'endpoint_groups', bodies.identifier(body, 'group_id'),
                   'projects', bodies.identifier(body, 'project_id'))


class ProjectEndpoints(Identity, Relation):
    """Endpoints in a project's catalog: where there is any, it has no others."""

    name, singular = 'project_endpoints', 'project_endpoint'
    path, collection = 'endpoints', 'endpoints'
    shapes_catalog = True
    goes_with = ('endpoints', 'projects')

    def find(self, tenant: Tenant | None) -> Iterator[Body]:
        for endpoint in super().find(tenant):
            with contextlib.suppress(errors.NotFound):  # the endpoint went meanwhile
                for project in self.rest().pages(
                        tie('OS-EP-FILTER', 'endpoints', endpoint['id'], 'projects'),
                        'projects'):
                    yield {'endpoint_id': endpoint['id'], 'project_id': project['id'],
                           'name': f'{endpoint.get("url")} for {project.get("name")}'}

    def tie(self, body: Body) -> str:
        return tie('OS-EP-FILTER', 'projects', bodies.identifier(body, 'project_id'),
                   'endpoints', bodies.identifier(body, 'endpoint_id'))


class DomainConfigs(Identity):
    """What a domain's users are kept in. Options that are secret are never told.

    One that is changed moves the domain to another identity driver, there and then.
    """

    name, singular = 'domain_configs', 'config'
    path = 'domains/{tenant}/config'
    scope = Scope.DOMAIN
    settings: ClassVar = ('config',)
    goes_with = ('domains',)

    def find(self, tenant: Tenant | None) -> Iterator[Body]:
        if tenant is None:
            return
        with contextlib.suppress(errors.NotFound):  # most domains have none
            config = self.rest().get(tie('domains', tenant.id, 'config'))['config']
            yield {'id': tenant.id, 'name': tenant.name, 'config': config}

    def member(self, resource: Resource, *rest: str) -> str:
        return '/'.join((tie('domains', resource.id, 'config'), *rest))

    def restore(self, resource: Resource, changes: tuple[Change, ...]) -> None:
        for change in changes:
            for group, option in _options(change.new) - _options(change.old):
                self.rest().delete(self.member(resource, tie(group, option)))
            self.rest().patch(self.member(resource), {'config': change.old})


def _options(config: Mapping[str, Mapping[str, Any]]) -> set[tuple[str, str]]:
    return {(group, option) for group, options in config.items() for option in options}


def _id(body: Body, key: str) -> str:
    return bodies.text(bodies.inner(body, key), 'id')


def _one(body: Body, key: str) -> str:
    return bodies.identifier(bodies.inner(body, key), 'id')


def _name(body: Body, key: str) -> str:
    found = bodies.inner(body, key)
    return str(found.get('name') or found.get('id') or 'all')
