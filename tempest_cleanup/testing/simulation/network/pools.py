"""Address scopes, subnet pools and RBAC policies."""

from tempest_cleanup.testing.simulation.http import Row, bad_request, conflict
from tempest_cleanup.testing.simulation.network.common import kind, owned, standard
from tempest_cleanup.testing.simulation.service import Service, World, remove

_SHARING = {'access_as_shared': 'shared', 'access_as_external': 'router:external'}


def _make_scope(world: World, attributes: Row) -> Row:
    return world.store.add('address_scopes', owned(world, attributes, name='', shared=False,
                                                   ip_version=4))


def _scope_unused(world: World, row: Row) -> None:
    if world.store.find('subnetpools', 'address_scope_id', row['id']):
        raise conflict('AddressScopeInUse', 'Unable to complete operation on address scope '
                       f'{row["id"]}. There are one or more subnet pools in use on the address '
                       'scope.')


def _make_pool(world: World, attributes: Row) -> Row:
    row = standard(world, attributes, **{
        'default_prefixlen': '24', 'min_prefixlen': '8', 'max_prefixlen': '32',
        'is_default': False, 'shared': False, 'prefixes': ['10.128.0.0/16'], 'ip_version': 4,
        'default_quota': None, 'address_scope_id': None, 'revision_number': 0})
    for name in ('default_prefixlen', 'min_prefixlen', 'max_prefixlen'):
        row[name] = str(row[name])
    return world.store.add('subnetpools', row)


def _pool_unused(world: World, row: Row) -> None:
    if world.store.find('subnets', 'subnetpool_id', row['id']):
        raise bad_request('Unable to delete subnet pool: Subnet pool has existing allocations.',
                          'SubnetPoolDeleteError')


def _dispose_shared(name: str, world: World, row: Row) -> None:
    for policy in world.store.find('rbac_policies', 'object_id', row['id']):
        remove(world, 'rbac_policies', policy)
    remove(world, name, row)


def _make_rbac(world: World, attributes: Row) -> Row:
    row = owned(world, attributes, action='access_as_shared', object_id='', target_tenant='*',
                object_type='network')
    flag = _SHARING.get(row['action'])
    network = world.store.get('networks', row['object_id'])
    if network is not None and row['target_tenant'] == '*' and flag:
        world.store.change('networks', network['id'], **{flag: True})
    return world.store.add('rbac_policies', row)


def _rbac_unused(world: World, row: Row) -> None:
    """A network stays shared while others use it."""
    network = world.store.get('networks', row['object_id'])
    if row['object_type'] != 'network' or network is None:
        return
    for port in world.store.find('ports', 'network_id', network['id']):
        gateway = port['device_owner'] in ('network:router_gateway', 'network:floatingip')
        foreign = port['project_id'] not in ('', network['project_id']) and (
            row['target_tenant'] in ('*', port['project_id']))
        if gateway if row['action'] == 'access_as_external' else foreign:
            raise conflict('RbacPolicyInUse', f'RBAC policy on object {network["id"]} cannot be '
                           'removed because other objects depend on it. Details: '
                           f'port {port["id"]}')


def _dispose_rbac(world: World, row: Row) -> None:
    remove(world, 'rbac_policies', row)
    flag = _SHARING.get(row['action'])
    others = [policy for policy in world.store.find('rbac_policies', 'object_id', row['object_id'])
              if policy['action'] == row['action'] and policy['target_tenant'] == '*']
    network = world.store.get('networks', row['object_id'])
    if network is not None and flag and not others:
        world.store.change('networks', network['id'], **{flag: False})


def register(service: Service) -> None:
    for each in (SCOPES, POOLS, RBAC):
        service.add(each)


SCOPES = kind('address_scopes', 'address-scopes', 'address_scope', _make_scope,
              refusals=(_scope_unused,),
              dispose=lambda world, row: _dispose_shared('address_scopes', world, row))
POOLS = kind('subnetpools', 'subnetpools', 'subnetpool', _make_pool, refusals=(_pool_unused,),
             dispose=lambda world, row: _dispose_shared('subnetpools', world, row))
RBAC = kind('rbac_policies', 'rbac-policies', 'rbac_policy', _make_rbac,
            refusals=(_rbac_unused,), dispose=_dispose_rbac)
