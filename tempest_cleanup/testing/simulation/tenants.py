"""A whole project, the way that Tempest's dynamic credentials make one."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Tenant:
    """What belongs to a project that was made with `make_project`."""

    project_id: str
    user_id: str
    username: str
    password: str
    security_group_id: str
    networks: list[str] = field(default_factory=list)
    subnets: list[str] = field(default_factory=list)
    routers: list[str] = field(default_factory=list)
    servers: list[str] = field(default_factory=list)
    volumes: list[str] = field(default_factory=list)
    snapshots: list[str] = field(default_factory=list)
    floating_ips: list[str] = field(default_factory=list)
    keypairs: list[str] = field(default_factory=list)


Create = Callable[..., str]


def make_tenant(create: Create, default_group: Callable[[str], str], public_network: str,
                name: str, domain_id: str = 'default', networks: int = 1, routers: int = 1,
                servers: int = 0, volumes: int = 0, snapshots: int = 0, floating_ips: int = 0,
                keypairs: int = 0) -> Tenant:
    """Project, user, role, networks with routers, and what tests would make there.

    Router n joins network n to the public network. Servers, snapshots and
    floating IPs are spread over the networks, volumes and servers there are.
    """
    project = create('projects', name=name, description=f'{name}-desc', domain_id=domain_id)
    username = f'{name}-project'
    user = create('users', name=username, password=name, domain_id=domain_id,
                  email=f'{username}@example.com')
    create('role_assignments', user_id=user, project_id=project, role='member')
    tenant = Tenant(project, user, username, name, default_group(project))
    for number in range(networks):
        _add_network(create, tenant, public_network, f'{name}-{number}', number < routers)
    _add_contents(create, tenant, name, servers, volumes, snapshots, keypairs)
    tenant.floating_ips = [create('floatingips', project_id=project,
                                  floating_network_id=public_network)
                           for _ in range(floating_ips)]
    return tenant


def _add_contents(create: Create, tenant: Tenant, name: str, servers: int, volumes: int,
                  snapshots: int, keypairs: int) -> None:
    user = tenant.user_id
    owner = {'project_id': tenant.project_id, 'user_id': user}
    tenant.keypairs = [create('keypairs', name=f'{name}-keypair-{number}', user_id=user)
                       for number in range(keypairs)]
    for number in range(servers):
        network = _nth(tenant.networks, number)
        tenant.servers.append(create('servers', name=f'{name}-server-{number}', **owner,
                                     networks=[network] if network else []))
    for number in range(volumes):
        tenant.volumes.append(create('volumes', name=f'{name}-volume-{number}', **owner))
    for number in range(snapshots):
        tenant.snapshots.append(create('snapshots', name=f'{name}-snapshot-{number}', **owner,
                                       volume_id=_nth(tenant.volumes, number)))


def _nth(values: list[str], number: int) -> Any:
    return values[number % len(values)] if values else None


def _add_network(create: Create, tenant: Tenant, public_network: str, name: str,
                 routed: bool) -> None:
    owner = {'project_id': tenant.project_id}
    network = create('networks', name=f'{name}-network', **owner)
    subnet = create('subnets', name=f'{name}-subnet', network_id=network, **owner)
    tenant.networks.append(network)
    tenant.subnets.append(subnet)
    if routed:
        router = create('routers', name=f'{name}-router', **owner,
                        external_gateway_info={'network_id': public_network})
        create('router_interfaces', router_id=router, subnet_id=subnet)
        tenant.routers.append(router)
