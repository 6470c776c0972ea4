"""Neutron: security, sharing, QoS, address plans and other rules about networks."""

from typing import Any

from tests.functional.openstack import Body
from tests.functional.populate.network import network, number, port, subnet
from tests.functional.populate.site import Site


def make(site: Site, path: str, kind: str, body: Body, note: str = '', **more: Any) -> Body:
    """POST a thing of the project as the admin and write it down under its kind."""
    plural = path.rsplit('/', 1)[-1].replace('-', '_')
    wrapper = plural[:-3] + 'y' if plural.endswith('ies') else plural[:-1]
    made = site.admin.network.post(f'/{path}', {wrapper: body})[wrapper]
    return site.record(kind, made, note, **more)


def security(site: Site) -> None:
    """Two groups whose rules name each other and an address group; a log of one; a template."""
    own = {'project_id': site.project_id}
    groups = [make(site, 'security-groups', 'security_groups',
                   {'name': site.name(what), **own})['id'] for what in ('web', 'db')]
    addresses = make(site, 'address-groups', 'address_groups', {
        'name': site.name('addresses'), 'addresses': ['10.0.0.0/8'], **own})['id']
    first, second = groups
    for group, more in ((first, {'remote_group_id': second}),
                        (second, {'remote_group_id': first}),
                        (second, {'remote_address_group_id': addresses})):
        make(site, 'security-group-rules', 'security_group_rules',
             {'security_group_id': group, 'direction': 'ingress', **own, **more}, 'nameless')
    low = 1024 + number(site, 60000)
    make(site, 'default-security-group-rules', 'default_security_group_rules', {
        'direction': 'ingress', 'protocol': 'tcp', 'used_in_default_sg': False,
        'used_in_non_default_sg': True,
        'port_range_min': low, 'port_range_max': low}, 'nameless', project_id=None)
    make(site, 'log/logs', 'logs', {
        'name': site.name('log'), 'resource_type': 'security_group', 'resource_id': first,
        'event': 'ALL', **own})


def sharing(site: Site) -> None:
    """A network and an address scope with a pool, shared with the admin's project."""
    own = {'project_id': site.project_id}
    scope = make(site, 'address-scopes', 'address_scopes', {
        'name': site.name('scope'), 'ip_version': 4, **own})['id']
    pool = make(site, 'subnetpools', 'subnetpools', {
        'name': site.name('pool'), 'address_scope_id': scope, 'default_prefixlen': 26,
        'prefixes': ['10.94.0.0/16'], **own})['id']
    shared = network(site, 'shared')['id']
    subnet(site, shared, 'from a pool', subnetpool_id=pool)
    for what, thing in (('network', shared), ('address_scope', scope)):
        make(site, 'rbac-policies', 'rbac_policies', {
            'object_type': what, 'object_id': thing, 'action': 'access_as_shared',
            'target_tenant': site.admin.project_id, **own}, f'of {what} {thing}')


def qos(site: Site) -> None:
    """A policy with a rule of each sort, bound to a network and to a port."""
    policy = make(site, 'qos/policies', 'qos_policies', {
        'name': site.name('qos'), 'project_id': site.project_id})['id']
    for what, rule in (('bandwidth_limit', {'max_kbps': 1000}),
                       ('dscp_marking', {'dscp_mark': 16}),
                       ('minimum_bandwidth', {'min_kbps': 10, 'direction': 'egress'})):
        made = site.admin.network.post(
            f'/qos/policies/{policy}/{what}_rules', {f'{what}_rule': rule})
        site.record('qos_rules', made[f'{what}_rule'], f'of policy {policy}', name=what)
    bound = network(site, 'limited', qos_policy_id=policy)['id']
    one = port(site, bound, 'with a QoS policy')['id']
    site.admin.network.put(f'/ports/{one}', {'port': {'qos_policy_id': policy}})


def metering(site: Site) -> None:
    label = make(site, 'metering/metering-labels', 'metering_labels', {
        'name': site.name('label'), 'project_id': site.project_id})['id']
    make(site, 'metering/metering-label-rules', 'metering_label_rules', {
        'metering_label_id': label, 'direction': 'ingress',
        'remote_ip_prefix': '10.0.0.0/8'}, f'of label {label}')


def flavors(site: Site) -> None:
    """A network flavor with a service profile bound to it."""
    flavor = make(site, 'flavors', 'network_flavors', {
        'name': site.name('flavor'), 'service_type': 'L3_ROUTER_NAT'}, project_id=None)['id']
    profile = make(site, 'service_profiles', 'service_profiles', {
        'description': site.name('profile'), 'metainfo': '{}'},
        project_id=None, name=site.name('profile'))['id']
    site.admin.network.post(f'/flavors/{flavor}/service_profiles',
                            {'service_profile': {'id': profile}})


def segments(site: Site) -> None:
    """A VLAN network with a second segment, and a segment range of the project."""
    vlan = network(site, 'segmented', **{
        'provider:network_type': 'vlan', 'provider:physical_network': 'physnet1'})['id']
    make(site, 'segments', 'segments', {
        'network_id': vlan, 'network_type': 'vlan', 'physical_network': 'physnet1',
        'segmentation_id': 2000 + number(site, 2000), 'name': site.name('segment')},
        f'of network {vlan}', project_id=None)
    low = 40000 + 4 * number(site, 5000)
    make(site, 'network-segment-ranges', 'network_segment_ranges', {
        'name': site.name('range'), 'shared': False, 'project_id': site.project_id,
        'network_type': 'vxlan', 'minimum': low, 'maximum': low + 3})


def local_ip(site: Site) -> None:
    """A nameless local IP, associated with a port."""
    made = network(site, 'local')['id']
    subnet(site, made, cidr='10.95.0.0/24')
    fixed = port(site, made, 'has a local IP')['id']
    local = make(site, 'local_ips', 'local_ips', {
        'network_id': made, 'project_id': site.project_id}, 'nameless')['id']
    used = site.admin.network.post(f'/local_ips/{local}/port_associations', {
        'port_association': {'fixed_port_id': fixed}})['port_association']
    site.record('local_ip_associations', used, f'of local IP {local}', id=f'{local}/{fixed}',
                name=used['fixed_ip'])
