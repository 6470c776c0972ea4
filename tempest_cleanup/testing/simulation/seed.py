"""What a cloud has before anybody uses it."""

from itertools import pairwise

from tempest_cleanup.testing.simulation.block_storage import workers
from tempest_cleanup.testing.simulation.block_storage.types import DEFAULT
from tempest_cleanup.testing.simulation.catalog import add_catalog
from tempest_cleanup.testing.simulation.compute import hosts
from tempest_cleanup.testing.simulation.identity import assignments, grants
from tempest_cleanup.testing.simulation.network.security import default_group, seed_default_rules
from tempest_cleanup.testing.simulation.service import World

_ROLES = ('admin', 'manager', 'member', 'reader')
"""Each implies the next one."""
_SERVICE_USERS = ('nova', 'neutron', 'cinder', 'glance', 'heat')


def seed(world: World) -> None:
    """Fill an empty cloud: who is in it, the catalog, a network, images, flavors."""
    _identity(world)
    add_catalog(world)
    _network(world)
    _compute(world)
    _storage(world)


def _identity(world: World) -> None:
    settings, store, kinds = world.settings, world.store, world.kinds
    kinds['domains'].make(world, {'id': 'default', 'name': 'Default',
                                  'description': 'The default domain'})
    roles = {name: kinds['roles'].make(world, {'name': name, 'options': {'immutable': True}})
             for name in (*_ROLES, 'service')}
    for prior, implied in pairwise(_ROLES):
        assignments.imply(store, roles[prior]['id'], roles[implied]['id'])
    admin = kinds['projects'].make(world, {
        'name': settings.admin_project,
        'description': 'Bootstrap project for initializing the cloud.'})
    user = kinds['users'].make(world, {'name': settings.admin_username,
                                       'password': settings.admin_password})
    world.admin_project, world.admin_user = admin['id'], user['id']
    grants.assign(store, 'user', user['id'], 'project', admin['id'], roles['admin']['id'])
    grants.assign(store, 'user', user['id'], 'system', 'all', roles['admin']['id'])
    service = kinds['projects'].make(world, {'name': 'service'})
    for name in _SERVICE_USERS:
        made = kinds['users'].make(world, {'name': name})
        for role in ('admin', 'service'):
            grants.assign(store, 'user', made['id'], 'project', service['id'],
                               roles[role]['id'])


def _network(world: World) -> None:
    kinds = world.kinds
    seed_default_rules(world)
    default_group(world, world.admin_project)
    kinds['network_segment_ranges'].make(world, {
        'name': '', 'default': True, 'shared': True, 'network_type': 'vxlan',
        'physical_network': '', 'minimum': 1, 'maximum': 20000, 'project_id': ''})
    public = kinds['networks'].make(world, {
        'name': 'public', 'router:external': True, 'provider:network_type': 'flat',
        'provider:physical_network': 'public', 'provider:segmentation_id': None})
    kinds['subnets'].make(world, {'name': 'public-subnet', 'network_id': public['id'],
                                  'cidr': '172.24.0.0/16', 'enable_dhcp': False})


def _compute(world: World) -> None:
    for id, name in (('42', 'm1.nano'), ('84', 'm1.micro')):
        world.kinds['flavors'].make(world, {'id': id, 'name': name, 'ram': 128, 'disk': 1})
    for name in ('simulated-image', 'simulated-image-alt'):
        world.kinds['images'].make(world, {'name': name, 'visibility': 'public'})
    world.kinds['metadef_namespaces'].make(world, {
        'description': 'what Glance brings along',
        'namespace': 'OS::Compute::CPUPinning', 'visibility': 'public', 'protected': True,
        'display_name': 'CPU Pinning', 'owner': 'admin'})
    for binary in ('nova-scheduler', 'nova-conductor'):
        hosts.add_service(world, binary, 'simulated')
    for host in ('simulated', 'simulated-2'):
        hosts.add_service(world, 'nova-compute', host)


def _storage(world: World) -> None:
    world.kinds['volume_types'].make(world, {'name': DEFAULT,
                                             'description': 'Default Volume Type'})
    world.kinds['group_types'].make(world, {
        'name': 'default_cgsnapshot_type',
        'group_specs': {'consistent_group_snapshot_enabled': '<is> True'}})
    for binary, host in (('cinder-scheduler', 'simulated'), ('cinder-volume', 'simulated@lvm'),
                         ('cinder-backup', 'simulated')):
        workers.add_service(world, binary, host)
