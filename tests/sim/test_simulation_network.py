"""The simulated Neutron: what refuses, what goes along, what is shared."""

from collections.abc import Iterator
from typing import Any

import pytest

from tempest_cleanup.testing import SimulatedCloud
from tests.sim.client import Answer, Client, ids

V2 = '/network/v2.0'


@pytest.fixture
def cloud() -> Iterator[SimulatedCloud]:
    with SimulatedCloud() as cloud:
        yield cloud


@pytest.fixture
def admin(cloud: SimulatedCloud) -> Client:
    return Client(cloud)


def refused(answer: Answer, kind: str, status: int = 409) -> bool:
    return answer.status == status and answer['NeutronError']['type'] == kind


def test_lists_are_whole_unless_a_limit_is_asked_for(admin: Client) -> None:
    made = [admin.cloud.create('networks') for _ in range(4)]
    assert set(made) < set(ids(admin.get(f'{V2}/networks')['networks']))
    seen: list[str] = []
    address = f'{V2}/networks?limit=2'
    while address:
        body = admin.get(address).body
        seen += ids(body['networks'])
        links = body.get('networks_links', [])
        address = next((link['href'] for link in links if link['rel'] == 'next'), '')
    assert seen == ids(admin.get(f'{V2}/networks')['networks'])


def test_lists_are_filtered(admin: Client) -> None:
    tenant = admin.cloud.make_project('tempest-A')
    path = f'{V2}/ports?device_owner=network:router_interface'
    assert len(admin.get(path)['ports']) == 1
    path = f'{V2}/ports?device_id={tenant.routers[0]}&fields=id&fields=device_owner'
    ports = admin.get(path)['ports']
    assert {row['device_owner'] for row in ports} == {
        'network:router_interface', 'network:router_gateway'}
    path = f'{V2}/ports?fixed_ips=subnet_id%3D{tenant.subnets[0]}'
    assert len(admin.get(path)['ports']) == 1


def test_a_network_is_held_by_ports_and_takes_its_subnets(admin: Client) -> None:
    cloud = admin.cloud
    before = cloud.snapshot()
    network = cloud.create('networks', shared=True)
    subnet = cloud.create('subnets', network_id=network)
    port = cloud.create('ports', network_id=network)
    cloud.create('ports', network_id=network, device_owner='network:dhcp')
    assert refused(admin.delete(f'{V2}/networks/{network}'), 'NetworkInUse')
    assert refused(admin.delete(f'{V2}/subnets/{subnet}'), 'SubnetInUse')
    assert admin.delete(f'{V2}/ports/{port}').status == 204
    assert admin.delete(f'{V2}/networks/{network}').status == 204
    assert cloud.snapshot() == before


def test_a_router_is_taken_apart_in_order(admin: Client) -> None:
    cloud = admin.cloud
    tenant = cloud.make_project('tempest-A')
    router, subnet = tenant.routers[0], tenant.subnets[0]
    path = f'{V2}/routers/{router}'
    (interface,) = cloud.ids('router_interfaces')
    port = cloud.create('ports', network_id=tenant.networks[0])
    floating = admin.post(f'{V2}/floatingips', {'floatingip': {
        'floating_network_id': cloud.public_network, 'port_id': port}})['floatingip']
    assert floating['router_id'] == router
    no_gateway = {'router': {'external_gateway_info': None}}
    assert refused(admin.delete(path), 'RouterInUse')
    assert refused(admin.delete(f'{V2}/ports/{interface}'), 'ServicePortInUse')
    assert refused(admin.put(path, no_gateway), 'RouterExternalGatewayInUseByFloatingIp')
    remove = f'{path}/remove_router_interface'
    assert refused(admin.put(remove, {'subnet_id': subnet}), 'RouterInterfaceInUseByFloatingIP')
    assert admin.delete(f'{V2}/floatingips/{floating["id"]}').status == 204
    nexthop = (cloud.get('ports', port) or {})['fixed_ips'][0]['ip_address']
    routes = [{'destination': '10.99.0.0/24', 'nexthop': nexthop}]
    assert admin.put(path, {'router': {'routes': routes}})['router']['routes'] == routes
    assert refused(admin.put(remove, {'port_id': interface}), 'RouterInterfaceInUseByRoute')
    admin.put(path, {'router': {'routes': []}})
    assert admin.put(remove, {'port_id': interface})['port_id'] == interface
    assert refused(admin.put(remove, {'port_id': interface}),
                   'RouterInterfaceNotFoundForSubnet', 404)
    assert admin.put(path, no_gateway)['router']['external_gateway_info'] is None
    assert admin.delete(path).status == 204
    assert all(owner in ('', 'network:dhcp') for owner in
               (row['device_owner'] for row in admin.get(f'{V2}/ports')['ports']))


def test_a_router_with_its_gateway_is_deleted_at_once(admin: Client) -> None:
    cloud = admin.cloud
    before = cloud.snapshot()
    router = cloud.create('routers', external_gateway_info={'network_id': cloud.public_network})
    cloud.create('conntrack_helpers', router_id=router)
    assert admin.delete(f'{V2}/routers/{router}').status == 204
    assert cloud.snapshot() == before


def test_a_gateway_that_is_asked_for_as_it_is_stays(admin: Client) -> None:
    """neutron.db.l3_db: only another network or address makes another port."""
    cloud = admin.cloud
    router = cloud.make_project('tempest-A').routers[0]
    before = cloud.snapshot()
    gateway = before['routers'][router]['external_gateway_info']
    for asked in (gateway, {'network_id': cloud.public_network}):
        admin.put(f'{V2}/routers/{router}', {'router': {'external_gateway_info': asked}})
        assert cloud.snapshot() == before
    (now,) = gateway['external_fixed_ips']
    other = {**now, 'ip_address': '172.24.0.200'}
    moved = admin.put(f'{V2}/routers/{router}', {'router': {'external_gateway_info': {
        **gateway, 'external_fixed_ips': [other]}}})['router']['external_gateway_info']
    assert moved['external_fixed_ips'] == [other]


def test_port_forwardings_hold_a_floating_ip(admin: Client) -> None:
    cloud = admin.cloud
    tenant = cloud.make_project('tempest-A', floating_ips=1)
    path = f'{V2}/floatingips/{tenant.floating_ips[0]}'
    port = cloud.create('ports', network_id=tenant.networks[0])
    forward = admin.post(f'{path}/port_forwardings', {'port_forwarding': {
        'internal_port_id': port, 'external_port': 80, 'internal_port': 80}})
    assert admin.get(path)['floatingip']['router_id'] == tenant.routers[0]
    assert refused(admin.delete(path), 'FipInUseByPortForwarding')
    forwarding = f'{path}/port_forwardings/{forward["port_forwarding"]["id"]}'
    assert admin.delete(forwarding).status == 204
    assert admin.delete(path).status == 204


def test_security_groups_appear_when_they_are_looked_for(admin: Client) -> None:
    cloud = admin.cloud
    project = cloud.create('projects', name='p')
    count = len(cloud.ids('security_groups'))
    assert len(admin.get(f'{V2}/security-groups')['security_groups']) == count
    (made,) = admin.get(f'{V2}/security-groups?project_id={project}')['security_groups']
    assert (made['name'], len(made['security_group_rules'])) == ('default', 4)
    assert len(cloud.ids('security_groups')) == count + 1
    assert admin.delete(f'{V2}/security-groups/{made["id"]}').status == 204


def test_security_groups_and_address_groups_in_use_stay(admin: Client) -> None:
    cloud = admin.cloud
    network = cloud.create('networks')
    address_group = cloud.create('address_groups', addresses=['10.0.0.0/8'])
    group = cloud.create('security_groups', name='g')
    cloud.create('security_group_rules', security_group_id=group,
                 remote_address_group_id=address_group)
    port = cloud.create('ports', network_id=network, security_groups=[group])
    assert refused(admin.delete(f'{V2}/address-groups/{address_group}'), 'AddressGroupInUse')
    assert refused(admin.delete(f'{V2}/security-groups/{group}'), 'SecurityGroupInUse')
    admin.delete(f'{V2}/ports/{port}')
    assert admin.delete(f'{V2}/security-groups/{group}').status == 204
    assert admin.delete(f'{V2}/address-groups/{address_group}').status == 204


def test_a_member_keeps_his_default_group(admin: Client) -> None:
    tenant = admin.cloud.make_project('tempest-A')
    member = Client(admin.cloud, tenant.user_id, tenant.password,
                    {'project': {'id': tenant.project_id}})
    path = f'{V2}/security-groups/{tenant.security_group_id}'
    assert refused(member.delete(path), 'SecurityGroupCannotRemoveDefault')
    assert len(member.get(f'{V2}/networks')['networks']) == 2, 'its own and the public one'


def test_trunks_hold_their_ports(admin: Client) -> None:
    cloud = admin.cloud
    network = cloud.create('networks')
    parent, sub = (cloud.create('ports', network_id=network) for _ in range(2))
    trunk = cloud.create('trunks', port_id=parent, sub_ports=[{'port_id': sub}])
    assert refused(admin.delete(f'{V2}/ports/{parent}'), 'PortInUseAsTrunkParent')
    assert refused(admin.delete(f'{V2}/ports/{sub}'), 'PortInUseAsSubPort')
    server = cloud.create('servers', networks=[{'port': parent}])
    assert refused(admin.delete(f'{V2}/trunks/{trunk}'), 'TrunkInUse')
    cloud.delete('servers', server)
    assert admin.delete(f'{V2}/trunks/{trunk}').status == 204
    assert (cloud.get('ports', sub) or {})['device_owner'] == ''


def _pool(cloud: SimulatedCloud, holder: str) -> Any:
    return cloud.create('subnets', network_id=cloud.create('networks'), subnetpool_id=holder)


def _scope(cloud: SimulatedCloud, holder: str) -> Any:
    return cloud.create('subnetpools', address_scope_id=holder)


def _policy(cloud: SimulatedCloud, holder: str) -> Any:
    return cloud.create('networks', qos_policy_id=holder)


def _profile(cloud: SimulatedCloud, holder: str) -> Any:
    return cloud.create('network_flavors', service_profiles=[holder])


def _flavor(cloud: SimulatedCloud, holder: str) -> Any:
    return cloud.create('routers', flavor_id=holder)


@pytest.mark.parametrize(('kind', 'path', 'use', 'user', 'refusal', 'status'), [
    ('subnetpools', 'subnetpools', _pool, 'subnets', 'SubnetPoolDeleteError', 400),
    ('address_scopes', 'address-scopes', _scope, 'subnetpools', 'AddressScopeInUse', 409),
    ('qos_policies', 'qos/policies', _policy, 'networks', 'QosPolicyInUse', 409),
    ('service_profiles', 'service_profiles', _profile, 'network_flavors', 'ServiceProfileInUse',
     409),
    ('network_flavors', 'flavors', _flavor, 'routers', 'FlavorInUse', 409),
])
def test_what_is_used_stays(admin: Client, kind: str, path: str, use: Any, user: str,
                            refusal: str, status: int) -> None:
    used = admin.cloud.create(kind, name='x')
    holder = use(admin.cloud, used)
    assert refused(admin.delete(f'{V2}/{path}/{used}'), refusal, status)
    admin.cloud.delete(user, holder)
    assert admin.delete(f'{V2}/{path}/{used}').status == 204
    assert refused(admin.delete(f'{V2}/{path}/{used}'),
                   admin.get(f'{V2}/{path}/{used}')['NeutronError']['type'], 404)


def test_the_external_flag_is_an_rbac_policy(admin: Client) -> None:
    cloud = admin.cloud
    network = cloud.create('networks', **{'router:external': True})
    policies = admin.get(f'{V2}/rbac-policies?object_id={network}')['rbac_policies']
    assert [policy['action'] for policy in policies] == ['access_as_external']
    floating = cloud.create('floatingips', floating_network_id=network)
    path = f'{V2}/rbac-policies/{policies[0]["id"]}'
    assert refused(admin.delete(path), 'RbacPolicyInUse')
    cloud.delete('floatingips', floating)
    assert admin.delete(path).status == 204
    assert admin.get(f'{V2}/networks/{network}')['network']['router:external'] is False


def test_labels_take_their_rules_and_local_ips_wait_for_their_ports(admin: Client) -> None:
    cloud = admin.cloud
    before = cloud.snapshot()
    label = cloud.create('metering_labels')
    cloud.create('metering_label_rules', metering_label_id=label)
    assert admin.delete(f'{V2}/metering/metering-labels/{label}').status == 204
    network = cloud.create('networks')
    port = cloud.create('ports', network_id=network)
    local = cloud.create('local_ips', network_id=network)
    path = f'{V2}/local_ips/{local}'
    body = {'port_association': {'fixed_port_id': port}}
    assert admin.post(f'{path}/port_associations', body).status == 201
    assert refused(admin.delete(path), 'LocalIPInUse')
    assert admin.delete(f'{path}/port_associations/{port}').status == 204
    assert admin.delete(path).status == 204
    for kind, id in (('ports', port), ('networks', network)):
        cloud.delete(kind, id)
    assert cloud.snapshot() == before


def test_segments_and_ranges(admin: Client) -> None:
    (default,) = admin.get(f'{V2}/network_segment_ranges')['network_segment_ranges']
    path = f'{V2}/network-segment-ranges'
    assert refused(admin.delete(f'{path}/{default["id"]}'), 'NetworkSegmentRangeDefaultReadOnly',
                   400)
    made = admin.cloud.create('network_segment_ranges', minimum=3000, maximum=3010)
    network = admin.cloud.create('networks', **{'provider:network_type': 'vlan',
                                                'provider:segmentation_id': 3005})
    assert refused(admin.delete(f'{path}/{made}'), 'NetworkSegmentRangeReferencedByProject')
    assert admin.delete(f'{V2}/networks/{network}').status == 204
    assert admin.delete(f'{path}/{made}').status == 204


def test_only_changed_quotas_are_listed(admin: Client) -> None:
    before = admin.cloud.snapshot()
    assert admin.get(f'{V2}/quotas')['quotas'] == []
    path = f'{V2}/quotas/feed'
    assert admin.put(path, {'quota': {'network': 7}})['quota']['network'] == 7
    assert [row['project_id'] for row in admin.get(f'{V2}/quotas')['quotas']] == ['feed']
    assert admin.delete(path).status == 204
    assert refused(admin.delete(path), 'TenantQuotaNotFound', 404)
    assert admin.cloud.snapshot() == before


@pytest.mark.parametrize('path', [
    'networks', 'subnets', 'ports', 'trunks', 'routers', 'floatingips', 'ndp_proxies',
    'security-groups', 'security-group-rules', 'default-security-group-rules', 'address-groups',
    'address-scopes', 'subnetpools', 'rbac-policies', 'qos/policies', 'segments',
    'network_segment_ranges', 'network-segment-ranges', 'metering/metering-labels',
    'metering/metering-label-rules', 'log/logs', 'flavors', 'service_profiles', 'local_ips',
    'quotas', 'agents', 'extensions'])
def test_every_collection_is_served(admin: Client, path: str) -> None:
    answer = admin.get(f'{V2}/{path}')
    assert answer.status == 200
    assert path.rsplit('/', 1)[-1].replace('-', '_') in answer.body
