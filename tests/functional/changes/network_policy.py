"""Neutron: security, sharing, QoS, address plans and other rules about networks."""

from tests.functional.changes.network import put, tag
from tests.functional.changes.scene import ADDED, GONE, Scene, renamed
from tests.functional.openstack import Body
from tests.functional.populate import Site
from tests.functional.populate.network import number


def prepare(site: Site) -> None:
    """A service profile and a range of segments that nothing uses; others can't be changed."""
    made = site.admin.network.post('/service_profiles', {'service_profile': {
        'description': site.name('unused'), 'metainfo': '{}'}})['service_profile']
    site.record('service_profiles', made, 'unused', project_id=None)
    # Neutron can't take away a quota that was set, so there has to be one already.
    site.admin.network.put(f'/subnetpools/{Scene(site).one("subnetpools", "pool")}', {
        'subnetpool': {'default_quota': 9999}})
    low = 60000 + 10 * number(site, 500)
    made = site.admin.network.post('/network-segment-ranges', {'network_segment_range': {
        'name': site.name('unused'), 'shared': False, 'network_type': 'vxlan', 'minimum': low,
        'maximum': low + 9, 'project_id': Scene(site).one('projects', 'child of the project')}})
    site.record('network_segment_ranges', made['network_segment_range'], 'unused')


def change(scene: Scene) -> None:
    security(scene)
    rules(scene)
    plans(scene)
    policies(scene)
    flavors(scene)
    for kind, what, path in (
            ('security_groups', 'web', 'security-groups'), ('subnetpools', 'pool', 'subnetpools'),
            ('network_segment_ranges', 'unused', 'network_segment_ranges'),
            ('qos_policies', '', 'policies')):
        tag(scene, kind, scene.one(kind, what), path)


def security(scene: Scene) -> None:
    one = scene.one
    put(scene, 'security_groups', one('security_groups', 'web'), 'security-groups',
        'security_group', renamed(scene.site))
    put(scene, 'security_groups', one('security_groups', 'db'), 'security-groups',
        'security_group', {'stateful': False})
    addresses = one('address_groups')
    put(scene, 'address_groups', addresses, 'address-groups', 'address_group',
        renamed(scene.site))
    neutron = scene.site.admin.network
    for verb, values in (('add', ['192.168.7.0/24']), ('remove', ['10.0.0.0/8'])):
        neutron.put(f'/address-groups/{addresses}/{verb}_addresses', {
            'addresses': values})
    scene.note('address_groups', addresses, 'addresses')
    put(scene, 'logs', one('logs'), 'log/logs', 'log', renamed(scene.site, enabled=False))


def rules(scene: Scene) -> None:
    """The default group of the project, and the rules that every group begins with."""
    neutron, project = scene.site.admin.network, scene.site.project_id
    group: Body = neutron.get('/security-groups', name='default', project_id=project)[
        'security_groups'][0]
    lost = next(r['id'] for r in group['security_group_rules'] if r['remote_group_id'])
    neutron.delete(f'/security-group-rules/{lost}')
    scene.note('security_group_rules', lost, GONE)
    made = neutron.post('/security-group-rules', {'security_group_rule': {
        'security_group_id': group['id'], 'direction': 'ingress', 'protocol': 'tcp'}})
    scene.note('security_group_rules', made['security_group_rule']['id'], ADDED)
    template = scene.one('default_security_group_rules')
    neutron.delete(f'/default-security-group-rules/{template}')
    scene.note('default_security_group_rules', template, GONE)
    made = neutron.post('/default-security-group-rules', {'default_security_group_rule': {
        'direction': 'ingress', 'protocol': 'tcp', 'used_in_default_sg': True,
        'used_in_non_default_sg': False}})
    scene.note('default_security_group_rules', made['default_security_group_rule']['id'], ADDED)


def plans(scene: Scene) -> None:
    """Address scopes, pools, segments and who else may use a network."""
    one = scene.one
    put(scene, 'subnetpools', one('subnetpools', 'pool'), 'subnetpools', 'subnetpool', renamed(
        scene.site, default_prefixlen=27, min_prefixlen=25, max_prefixlen=28, default_quota=999))
    scopeless: Body = {'address_scope_id': None}
    put(scene, 'subnetpools', one('subnetpools', 'pool'), 'subnetpools', 'subnetpool', scopeless)
    found = scene.site.admin.network.get('/subnetpools', is_default=True)['subnetpools']
    default = next((p['id'] for p in found if p['ip_version'] == 4), '')
    put(scene, 'subnetpools', default or one('subnetpools', 'pool'), 'subnetpools', 'subnetpool',
        {'is_default': not default})
    put(scene, 'address_scopes', one('address_scopes', 'scope-v6'), 'address-scopes',
        'address_scope', {'name': scene.site.name('changed')})
    put(scene, 'segments', one('segments'), 'segments', 'segment', renamed(scene.site))
    ranges = one('network_segment_ranges', 'unused')
    was = scene.site.admin.network.get(f'/network-segment-ranges/{ranges}')[
        'network_segment_range']
    put(scene, 'network_segment_ranges', ranges, 'network-segment-ranges',
        'network_segment_range', renamed(
            scene.site, minimum=was['minimum'] + 1, maximum=was['maximum'] - 1))
    put(scene, 'rbac_policies', one('rbac_policies'), 'rbac-policies', 'rbac_policy',
        {'target_tenant': scene.one('projects', 'child of the project')})
    sharing(scene)
    put(scene, 'local_ips', one('local_ips'), 'local_ips', 'local_ip', renamed(scene.site))


def sharing(scene: Scene) -> None:
    """One thing is taken from whom it was shared with, others are for everybody."""
    neutron = scene.site.admin.network
    lost = next(one.id for one in scene.site.created
                if one.kind == 'rbac_policies' and one.note.startswith('of address_scope '))
    neutron.delete(f'/rbac-policies/{lost}')
    scene.note('rbac_policies', lost, GONE)
    for what, thing in (('network', scene.one('networks', 'network')),
                        ('qos_policy', scene.one('qos_policies')),
                        ('address_scope', scene.one('address_scopes', 'scope-v6'))):
        made = neutron.post('/rbac-policies', {'rbac_policy': {
            'object_type': what, 'object_id': thing, 'action': 'access_as_shared',
            'target_tenant': '*'}})['rbac_policy']
        scene.note('rbac_policies', made['id'], ADDED)


def policies(scene: Scene) -> None:
    put(scene, 'qos_policies', scene.one('qos_policies'), 'qos/policies', 'policy', renamed(
        scene.site, is_default=True))
    values: Body
    for what, values in (
            ('bandwidth_limit', {'max_kbps': 777, 'max_burst_kbps': 77, 'direction': 'ingress'}),
            ('dscp_marking', {'dscp_mark': 26})):
        rule = scene.one('qos_rules', what)
        put(scene, 'qos_rules', rule, f'qos/policies/{scene.one("qos_policies")}/{what}_rules',
            f'{what}_rule', values)


def flavors(scene: Scene) -> None:
    """A flavor loses its profile and gets the other one."""
    neutron, flavor = scene.site.admin.network, scene.one('network_flavors')
    unused = scene.one('service_profiles', 'unused')
    used = neutron.get(f'/flavors/{flavor}')['flavor']['service_profiles'][0]
    put(scene, 'network_flavors', flavor, 'flavors', 'flavor', renamed(
        scene.site, enabled=False))
    put(scene, 'service_profiles', unused, 'service_profiles', 'service_profile', {
        'description': 'changed', 'enabled': False, 'metainfo': '{"changed": true}'})
    neutron.delete(f'/flavors/{flavor}/service_profiles/{used}')
    scene.note('network_flavors', flavor, 'service_profiles')
