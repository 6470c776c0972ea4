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
    """What gives us the roles that this runs with."""
    return {r.key: 'it gives rights to the account this runs with' for r in inventory
            if r.kind in ('role_assignments', 'group_memberships') and r.user_id == user_id}


def of_services(inventory: Inventory, assignments: Assignments) -> dict[Key, str]:
    """The service project, the domains of services, and their users."""
    keys = {p.key: 'the project of the services' for p in inventory.of('projects')
            if p.name in SERVICE_PROJECTS}
    keys |= {d.key: 'a service keeps users of its own in it' for d in inventory.of('domains')
             if d.name in SERVICE_DOMAINS}
    targets = {key.id for key in keys}
    for assignment in assignments:
        scope = assignment.get('scope', {})
        target = (scope.get('project') or scope.get('domain') or {}).get('id')
        if target in targets and 'user' in assignment:
            keys[Key('users', assignment['user']['id'])] = 'the account of a service'
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
