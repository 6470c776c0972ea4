"""What the tool itself stands on, and what tempest.conf names: never deleted."""
from collections.abc import Iterable, Mapping
from typing import Any

from tempest_cleanup.cloud import Cloud
from tempest_cleanup.config import Config
from tempest_cleanup.model import Inventory, Key, Resource
from tempest_cleanup.services.project_owned import SERVICE_PROJECTS

#: Domains in which services keep users of their own.
SERVICE_DOMAINS = frozenset(('heat', 'magnum'))

Assignments = Iterable[Mapping[str, Any]]


def own(cloud: Cloud, kinds: Iterable[str]) -> dict[Key, str]:
    """Our user, project, domains and roles; the part of the catalog that we use."""
    keys = {Key('users', cloud.user_id): 'the account this runs with',
            Key('projects', cloud.project_id): 'the project this runs in',
            Key('domains', cloud.user_domain_id): 'the domain of the account this runs with',
            Key('domains', cloud.project_domain_id): 'the domain this runs in',
            Key('domains', 'default'): 'the default domain'}
    keys |= {Key('roles', role): 'a role of the account this runs with'
             for role in cloud.role_ids}
    used = {name for service_type in kinds for name in cloud.names(service_type)}
    for entry in cloud.catalog():
        if entry['type'] in used:
            keys[Key('services', entry['id'])] = 'in the catalog that is used'
            for endpoint in entry['endpoints']:
                if endpoint.get('region_id') == cloud.region or not cloud.region:
                    keys[Key('endpoints', endpoint['id'])] = 'in the catalog that is used'
                    keys[Key('regions', endpoint['region_id'])] = 'in the catalog that is used'
    return keys


def own_rights(user_id: str, inventory: Inventory) -> dict[Key, str]:
    """What gives us the roles that this runs with, through a group or directly."""
    groups = {str(m.body.get('group_id')) for m in inventory.of('group_memberships')
              if m.user_id == user_id}
    keys = {Key('groups', group): 'the account this runs with is in it' for group in groups}
    keys |= {m.key: 'it gives rights to the account this runs with'
             for m in inventory.of('group_memberships') if m.user_id == user_id}
    for assignment in inventory.of('role_assignments'):
        if assignment.user_id == user_id or _id(assignment.body, 'group') in groups:
            keys[assignment.key] = 'it gives rights to the account this runs with'
            role = _id(assignment.body, 'role')
            if role:
                keys[Key('roles', role)] = 'a role of the account this runs with'
    return keys


def of_services(inventory: Inventory, assignments: Assignments) -> dict[Key, str]:
    """The service project, the domains of services, their users and groups, and their roles."""
    assignments = tuple(assignments)
    keys = {p.key: 'the project of the services' for p in inventory.of('projects')
            if p.name in SERVICE_PROJECTS}
    keys |= {d.key: 'a service keeps users of its own in it' for d in inventory.of('domains')
             if d.name in SERVICE_DOMAINS}
    targets = {key.id for key in keys}
    there = [a for a in assignments if _target(a) in targets]
    groups = {_id(a, 'group') for a in there} - {''}
    users = {_id(a, 'user') for a in there} - {''}
    users |= {m.user_id for m in inventory.of('group_memberships')
              if str(m.body.get('group_id')) in groups}
    keys |= {Key('users', user): 'the account of a service' for user in users}
    keys |= {Key('groups', group): 'a group of the accounts of services' for group in groups}
    keys |= {Key('roles', _id(a, 'role')): 'a role of the account of a service'
             for a in assignments if _id(a, 'user') in users or _id(a, 'group') in groups}
    return keys


def configured(config: Config, inventory: Inventory) -> dict[Key, str]:
    """What tempest.conf and the test accounts file name, by id or by name.

    A name that fits several objects protects all of them. With a network go its subnets,
    and the routers that have an interface or their gateway there.
    """
    keys = {r.key: 'named in tempest.conf'
            for kind, names in config.names.items() for r in inventory.of(kind)
            if r.id in names or r.name in names}
    networks = {key.id for key in keys if key.kind == 'networks'}
    for interface in inventory.of('router_interfaces'):
        if interface.body.get('network_id') in networks:
            keys[interface.key] = 'on a network that is named in tempest.conf'
            keys[Key('routers', str(interface.body.get('device_id')))] = (
                'joins a network that is named in tempest.conf')
    for kind in ('subnets', 'segments', 'rbac_policies'):
        keys |= {r.key: 'of a network that is named in tempest.conf'
                 for r in inventory.of(kind) if _network(r) in networks}
    return keys


def members(assignments: Assignments) -> dict[str, frozenset[str]]:
    """The users that have a role in each project."""
    found: dict[str, set[str]] = {}
    for assignment in assignments:
        project = assignment.get('scope', {}).get('project', {}).get('id')
        if project and 'user' in assignment:
            found.setdefault(project, set()).add(assignment['user']['id'])
    return {project: frozenset(users) for project, users in found.items()}


def _network(resource: Resource) -> str:
    return str(resource.body.get('network_id') or resource.body.get('object_id') or '')


def _target(assignment: Mapping[str, Any]) -> str:
    """The project or domain that a role is for; '' where it is for the system."""
    scope = assignment.get('scope') or {}
    return _id(scope, 'project') or _id(scope, 'domain')


def _id(body: Mapping[str, Any], what: str) -> str:
    return str((body.get(what) or {}).get('id') or '')
