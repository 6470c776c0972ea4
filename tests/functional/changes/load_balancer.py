"""Octavia: a load balancer with all that is below it, flavors and availability zones."""

from tests.functional.changes.scene import Scene, renamed
from tests.functional.openstack import Api, Body, wait_for


def change(scene: Scene) -> None:
    if scene.site.admin.has('load-balancer'):
        balancer(scene)
        catalog(scene)


def balancer(scene: Scene) -> None:
    """From the outside in: each change has to be over before the next one."""
    api = Api(scene.site.admin.session, 'load-balancer', '/v2.0/lbaas')
    site, one = scene.site, scene.one
    lb = one('loadbalancers')

    def put(kind: str, path: str, wrapper: str, **values: object) -> None:
        wait_for(f'{lb} ACTIVE', lambda: api.get(f'/loadbalancers/{lb}')['loadbalancer'][
            'provisioning_status'] == 'ACTIVE', 60)
        scene.send(kind, one(kind), api, f'{path}/{one(kind)}', wrapper, values)

    names: Body = {'name': site.name('changed'), 'admin_state_up': False, 'tags': ['changed']}
    described: Body = {**names, 'description': 'changed'}
    put('loadbalancers', '/loadbalancers', 'loadbalancer', **described,
        vip_qos_policy_id=one('qos_policies'))
    put('loadbalancer_pools', '/pools', 'pool', **described, lb_algorithm='LEAST_CONNECTIONS',
        session_persistence={'type': 'SOURCE_IP'})
    put('listeners', '/listeners', 'listener', **described, connection_limit=7,
        default_pool_id=one('loadbalancer_pools'))
    put('l7policies', '/l7policies', 'l7policy', **described)
    put('l7rules', f'/l7policies/{one("l7policies")}/rules', 'rule', type='HEADER',
        compare_type='EQUAL_TO', value='changed', key='X-Changed', invert=True,
        admin_state_up=False, tags=['changed'])
    put('loadbalancer_members', f'/pools/{one("loadbalancer_pools")}/members', 'member',
        **names, weight=7, backup=True, monitor_address='10.93.0.8', monitor_port=81)
    put('healthmonitors', '/healthmonitors', 'healthmonitor', **names, delay=9, timeout=7,
        max_retries=5, max_retries_down=4)


def catalog(scene: Scene) -> None:
    """A profile in use can't be changed, so these are what names them."""
    api = Api(scene.site.admin.session, 'load-balancer', '/v2.0/lbaas')
    flavor, zone = scene.one('loadbalancer_flavors'), scene.one('loadbalancer_availability_zones')
    scene.send('loadbalancer_flavors', flavor, api, f'/flavors/{flavor}', 'flavor',
               renamed(scene.site, enabled=False))
    scene.send('loadbalancer_availability_zones', zone, api, f'/availabilityzones/{zone}',
               'availability_zone', {'description': 'changed', 'enabled': False})
