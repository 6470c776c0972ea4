"""Neutron: networks, ports, routers and what hangs on one."""

from tests.functional.changes.scene import Scene, renamed
from tests.functional.openstack import Body
from tests.functional.populate import Site
from tests.functional.populate.network import port, public_network


def prepare(site: Site) -> None:
    """A port that nothing uses, and a router that has no proxies yet and may have some."""
    port(site, Scene(site).one('networks', 'routed'), 'spare')
    router = site.admin.network.post('/routers', {'router': {
        'name': site.name('spare-router'), 'project_id': site.project_id,
        'external_gateway_info': {'network_id': Scene(site).one('networks', 'external')}}})
    site.record('routers', router['router'])


def change(scene: Scene) -> None:
    networks(scene)
    subnets(scene)
    ports(scene)
    routers(scene)
    floating_ips(scene)
    trunks(scene)
    for kind, what in (('networks', 'network'), ('ports', 'has a local IP'),
                       ('routers', 'router'), ('floatingips', 'free'), ('trunks', '')):
        tag(scene, kind, scene.one(kind, what), kind)


def put(scene: Scene, kind: str, identifier: str, path: str, wrapper: str, values: Body) -> None:
    """Change attributes by one request."""
    scene.send(kind, identifier, scene.site.admin.network, f'/{path}/{identifier}', wrapper,
               values)


def tag(scene: Scene, kind: str, identifier: str, path: str) -> None:
    scene.send(kind, identifier, scene.site.admin.network, f'/{path}/{identifier}/tags', '',
               {'tags': ['changed']})


def networks(scene: Scene) -> None:
    """Flags of a network, and which external one is the default."""
    put(scene, 'networks', scene.one('networks', 'network'), 'networks', 'network', renamed(
        scene.site, admin_state_up=False, mtu=1400, port_security_enabled=False,
        qos_policy_id=scene.one('qos_policies'), dns_domain='changed.example.org.'))
    put(scene, 'networks', scene.one('networks', 'limited'), 'networks', 'network', {
        'router:external': True})
    found = scene.site.admin.network.get('/networks?router:external=true')['networks']
    default = next((n['id'] for n in found if n['is_default']), '')
    put(scene, 'networks', default or public_network(scene.site), 'networks', 'network',
        {'is_default': not default})


def subnets(scene: Scene) -> None:
    neutron = scene.site.admin.network
    subnet = neutron.get('/subnets', network_id=scene.one('networks', 'network'))['subnets'][0]
    put(scene, 'subnets', subnet['id'], 'subnets', 'subnet', renamed(
        scene.site, gateway_ip='10.91.0.254', enable_dhcp=False, service_types=['network:dhcp'],
        allocation_pools=[{'start': '10.91.0.2', 'end': '10.91.0.99'}],
        dns_nameservers=['192.0.2.9', '192.0.2.1'], dns_publish_fixed_ip=True,
        host_routes=[{'destination': '10.9.0.0/16', 'nexthop': '10.91.0.9'}]))
    tag(scene, 'subnets', subnet['id'], 'subnets')


def ports(scene: Scene) -> None:
    one = scene.one
    put(scene, 'ports', one('ports', 'has a local IP'), 'ports', 'port', renamed(
        scene.site, admin_state_up=False, security_groups=[one('security_groups', 'web')],
        allowed_address_pairs=[{'ip_address': '10.95.0.77'}], dns_name='changed',
        extra_dhcp_opts=[{'opt_name': 'bootfile-name', 'opt_value': 'changed'}]))
    put(scene, 'ports', one('ports', 'with a QoS policy'), 'ports', 'port', {
        'port_security_enabled': False, 'security_groups': [], 'qos_policy_id': None})


def routers(scene: Scene) -> None:
    """A router with a gateway and a route, and what tracks connections in one."""
    router = scene.one('routers', 'router')
    put(scene, 'routers', router, 'routers', 'router', renamed(
        scene.site, admin_state_up=False, routes=[],
        external_gateway_info={'network_id': public_network(scene.site), 'enable_snat': False}))
    put(scene, 'routers', scene.one('routers', 'spare-router'), 'routers', 'router', {
        'enable_ndp_proxy': True})
    put(scene, 'conntrack_helpers', scene.one('conntrack_helpers'),
        f'routers/{router}/conntrack_helpers', 'conntrack_helper',
        {'protocol': 'udp', 'port': 69, 'helper': 'tftp'})
    put(scene, 'ndp_proxies', scene.one('ndp_proxies'), 'ndp_proxies', 'ndp_proxy',
        renamed(scene.site))


def floating_ips(scene: Scene) -> None:
    """One moves to another port, one forwards another port of another port."""
    one, spare = scene.one, scene.one('ports', 'spare')
    put(scene, 'floatingips', one('floatingips', 'associated'), 'floatingips', 'floatingip', {
        'port_id': None})
    scene.note('floatingips', one('floatingips', 'associated'), 'fixed_ip_address')
    put(scene, 'floatingips', one('floatingips', 'free'), 'floatingips', 'floatingip', {
        'description': 'changed', 'qos_policy_id': one('qos_policies')})
    address = scene.site.admin.network.get(f'/ports/{spare}')['port']['fixed_ips'][0]
    put(scene, 'port_forwardings', one('port_forwardings'),
        f'floatingips/{one("floatingips", "forwards a port")}/port_forwardings',
        'port_forwarding', {
            'internal_port_id': spare, 'internal_ip_address': address['ip_address'],
            'internal_port': 2022, 'external_port': 2223, 'protocol': 'udp'})


def trunks(scene: Scene) -> None:
    trunk = scene.one('trunks')
    put(scene, 'trunks', trunk, 'trunks', 'trunk', renamed(scene.site, admin_state_up=False))
    neutron = scene.site.admin.network
    neutron.put(f'/trunks/{trunk}', {'trunk': {'admin_state_up': True}})
    neutron.put(f'/trunks/{trunk}/remove_subports', {'sub_ports': [
        {'port_id': scene.one('ports', 'sub-port')}]})
    neutron.put(f'/trunks/{trunk}', {'trunk': {'admin_state_up': False}})
    scene.note('trunks', trunk, 'sub_ports')
