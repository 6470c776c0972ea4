"""Octavia: a load balancer with one of everything below it, and what an administrator makes."""

from tests.functional.openstack import Api, Body, Cloud, wait_for
from tests.functional.populate.site import Created, Site


def populate(site: Site) -> None:
    if not site.admin.has('load-balancer'):
        return
    api = Api(site.admin.session, 'load-balancer', '/v2.0/lbaas')
    catalog(site, api)
    balancer(site, api)
    quota(site, api)


def balancer(site: Site, api: Api) -> None:
    network = site.admin.network.post('/networks', {'network': {
        'name': site.name('balanced'), 'project_id': site.project_id}})['network']
    site.record('networks', network)
    subnet = site.admin.network.post('/subnets', {'subnet': {
        'name': site.name('balanced'), 'network_id': network['id'], 'ip_version': 4,
        'cidr': '10.93.0.0/24', 'project_id': site.project_id}})['subnet']
    site.record('subnets', subnet)
    lb = api.post('/loadbalancers', {'loadbalancer': {
        'name': site.name('balancer'), 'vip_subnet_id': subnet['id'],
        'project_id': site.project_id}})['loadbalancer']
    site.record('loadbalancers', lb)

    def make(kind: str, path: str, wrapper: str, values: Body, note: str = '') -> str:
        wait_for(f'{lb["id"]} ACTIVE', lambda: api.get(f'/loadbalancers/{lb["id"]}')[
            'loadbalancer']['provisioning_status'] == 'ACTIVE', 180)
        made = api.post(path, {wrapper: values})[wrapper]
        site.record(kind, made, note, name=made.get('name'))
        return str(made['id'])

    listener = make('listeners', '/listeners', 'listener', {
        'name': site.name('listener'), 'protocol': 'HTTP', 'protocol_port': 80,
        'loadbalancer_id': lb['id']})
    pool = make('loadbalancer_pools', '/pools', 'pool', {
        'name': site.name('pool'), 'protocol': 'HTTP', 'lb_algorithm': 'ROUND_ROBIN',
        'loadbalancer_id': lb['id']})
    make('loadbalancer_members', f'/pools/{pool}/members', 'member', {
        'name': site.name('member'), 'address': '10.93.0.9', 'protocol_port': 80,
        'subnet_id': subnet['id']}, f'of {pool}')
    make('healthmonitors', '/healthmonitors', 'healthmonitor', {
        'name': site.name('monitor'), 'pool_id': pool, 'type': 'HTTP', 'delay': 5,
        'timeout': 3, 'max_retries': 2})
    policy = make('l7policies', '/l7policies', 'l7policy', {
        'name': site.name('policy'), 'listener_id': listener, 'action': 'REDIRECT_TO_POOL',
        'redirect_pool_id': pool})
    make('l7rules', f'/l7policies/{policy}/rules', 'rule', {
        'type': 'PATH', 'compare_type': 'STARTS_WITH', 'value': '/x'}, f'of {policy}')


def catalog(site: Site, api: Api) -> None:
    """A flavor and an availability zone, each with its profile."""
    for kind, profile, thing, data, link in (
            ('flavor', 'flavorprofile', 'flavor', 'flavor_data', 'flavor_profile_id'),
            ('availability_zone', 'availability_zone_profile', 'availability_zone',
             'availability_zone_data', 'availability_zone_profile_id')):
        made = api.post(f'/{profile.replace("_", "")}s', {profile: {
            'name': site.name(f'{kind}-profile'), 'provider_name': 'noop_driver',
            data: '{}'}})[profile]
        site.record(f'loadbalancer_{kind}_profiles', made, project_id=None)
        named = api.post(f'/{thing.replace("_", "")}s', {thing: {
            'name': site.name(kind), link: made['id']}})[thing]
        site.record(f'loadbalancer_{kind}s', named, project_id=None,
                    id=named.get('id', named['name']))


def quota(site: Site, api: Api) -> None:
    api.put(f'/quotas/{site.project_id}', {'quota': {'loadbalancer': site.limit}})
    site.record('loadbalancer_quotas', {'id': site.project_id})


def remove(cloud: Cloud, one: Created) -> None:
    """Delete one; all that is below a load balancer goes with it."""
    api = Api(cloud.session, 'load-balancer', '/v2.0/lbaas')
    path = f'/{PATHS[one.kind]}/{one.id}'
    if one.kind == 'loadbalancers':
        wait_for(f'{path} settled', lambda: api.get(path)['loadbalancer'][
            'provisioning_status'] in ('ACTIVE', 'ERROR'), 180)
        api.delete(path, cascade='true')
        wait_for(f'{path} gone', lambda: not api.exists(path), 120)
    else:
        api.delete(path)


PATHS = {
    'loadbalancers': 'loadbalancers',
    'loadbalancer_flavors': 'flavors',
    'loadbalancer_flavor_profiles': 'flavorprofiles',
    'loadbalancer_availability_zones': 'availabilityzones',
    'loadbalancer_availability_zone_profiles': 'availabilityzoneprofiles',
    'loadbalancer_quotas': 'quotas',
}
KINDS = tuple(PATHS)
