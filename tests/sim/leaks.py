"""What tests leave behind."""
from typing import Any

from tempest_cleanup.testing import SimulatedCloud
from tempest_cleanup.testing.simulation.tenants import Tenant

#: What belongs to a project, and to a user.
OF_PROJECTS = frozenset((
    'address_groups', 'address_scopes', 'backups', 'cgsnapshots', 'consistency_groups',
    'floatingips', 'group_snapshots', 'images', 'local_ips', 'logs', 'metering_labels',
    'networks', 'ports', 'qos_policies', 'rbac_policies', 'routers', 'security_group_rules',
    'security_groups', 'server_groups', 'servers', 'snapshots', 'stacks', 'subnetpools',
    'subnets', 'trunks', 'volume_attachments', 'volume_groups', 'volume_transfers', 'volumes'))
OF_USERS = frozenset(('keypairs', 'application_credentials', 'credentials', 'access_rules'))
#: What the services give no name, or one of their own.
NAMELESS = frozenset((
    'credentials', 'identity_providers', 'limits', 'mappings', 'oauth_consumers', 'policies',
    'rbac_policies', 'regions', 'registered_limits', 'service_providers', 'service_profiles',
    'trusts', 'metering_label_rules', 'default_security_group_rules', 'volume_attachments',
    'oauth_access_tokens', 'access_rules', 'endpoints', 'port_forwardings',
    'conntrack_helpers', 'security_group_rules', 'floatingips'))

Made = dict[str, str]
Needs = dict[str, dict[str, Any]]


def one_of_everything(cloud: SimulatedCloud, name: str, tenant: Tenant) -> Made:
    """An object of every kind that the cloud knows, in a project and for a user.

    :param tenant: needs a network, a router, a server, a volume and a floating IP
    :returns: the id by kind
    """
    owner = {'project_id': tenant.project_id}
    needs = _network_needs(cloud, name, tenant) | _storage_needs(cloud, name, tenant)
    needs |= {'registered_limits': {'resource_name': f'{name}-cores'},
              'limits': {'resource_name': f'{name}-cores'}}
    made = {}
    for kind in cloud.known_kinds():
        attributes = {} if kind in NAMELESS else {'name': f'{name}-{kind}'}
        if kind in OF_PROJECTS:
            attributes |= owner
        if kind in OF_USERS:
            attributes['user_id'] = tenant.user_id
        made[kind] = cloud.create(kind, **attributes, **needs.get(kind, {}))
    domain = cloud.create('domains', name=f'{name}-owner')
    made['domain_roles'] = cloud.create('domain_roles', name=f'{name}-role', domain_id=domain)
    made['compute_quotas'] = cloud.create('compute_quotas', cores=77, **owner)
    made['volume_quotas'] = cloud.create('volume_quotas', volumes=77, **owner)
    made['network_quotas'] = cloud.create('network_quotas', network=77, **owner)
    return made


def _network_needs(cloud: SimulatedCloud, name: str, tenant: Tenant) -> Needs:
    network = tenant.networks[0]
    port = cloud.create('ports', name=f'{name}-parent', network_id=network,
                        project_id=tenant.project_id)
    return {'subnets': {'network_id': network, 'cidr': '10.250.0.0/24'},
            'ports': {'network_id': network}, 'rbac_policies': {'object_id': network},
            'trunks': {'port_id': port}, 'local_ips': {'network_id': network},
            'conntrack_helpers': {'router_id': tenant.routers[0]},
            'security_group_rules': {'security_group_id': tenant.security_group_id},
            'port_forwardings': {'floatingip_id': tenant.floating_ips[0],
                                 'internal_port_id': port}}


def _storage_needs(cloud: SimulatedCloud, name: str, tenant: Tenant) -> Needs:
    def spare(kind: str, use: str) -> str:
        return cloud.create(kind, name=f'{name}-{use}', project_id=tenant.project_id)

    volume = tenant.volumes[0]
    return {'snapshots': {'volume_id': volume}, 'backups': {'volume_id': volume},
            'volume_attachments': {'volume_id': spare('volumes', 'attached'),
                                   'instance': tenant.servers[0], 'status': 'attached'},
            'volume_transfers': {'volume_id': spare('volumes', 'offered')},
            'group_snapshots': {'group_id': spare('volume_groups', 'group')},
            'cgsnapshots': {'consistencygroup_id': spare('consistency_groups', 'cg')},
            'volume_encryptions': {
                'volume_type_id': cloud.create('volume_types', name=f'{name}-encrypted')}}


def full_project(cloud: SimulatedCloud, name: str) -> Tenant:
    """A project as one test class leaves it."""
    return cloud.make_project(name, servers=1, volumes=1, snapshots=1, floating_ips=1,
                              keypairs=1)
