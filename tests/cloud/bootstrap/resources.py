"""What tempest wants to find in a cloud: images, flavors, networks, volume types."""

from collections.abc import Callable, Mapping
from typing import Any

from tests.cloud.paths import Cloud
from tests.cloud.rest import Admin
from tests.cloud.services.cinder import BACKENDS

Ids = dict[str, str]
Make = Callable[[Cloud], Ids]

IMAGES = {'image_ref': 'test-image', 'image_ref_alt': 'test-image-alt'}
IMAGE_SIZE = 65536


def images(cloud: Cloud) -> Ids:
    """Two small public images."""
    admin, ids = Admin(cloud), {}
    for option, name in IMAGES.items():
        found = admin.get('glance-api', f'/v2/images?name={name}')['images']
        image = found[0] if found else _make_image(admin, name)
        ids[option] = image['id']
    return ids


def _make_image(admin: Admin, name: str) -> dict[str, Any]:
    body = {
        'name': name,
        'disk_format': 'raw',
        'container_format': 'bare',
        'visibility': 'public',
    }
    image: dict[str, Any] = admin.post('glance-api', '/v2/images', body)
    # Each has other content: tempest compares checksums.
    content = name.encode().ljust(IMAGE_SIZE, b'\0')
    admin.put('glance-api', f'/v2/images/{image["id"]}/file', content)
    return image


def flavors(cloud: Cloud) -> Ids:
    """Two small flavors."""
    admin = Admin(cloud)
    known = {flavor['id'] for flavor in admin.get('nova-api', '/v2.1/flavors')['flavors']}
    for name, flavor, ram in (('m1.nano', '42', 128), ('m1.micro', '84', 192)):
        if flavor not in known:
            body = {'name': name, 'id': flavor, 'ram': ram, 'vcpus': 1, 'disk': 1}
            admin.post('nova-api', '/v2.1/flavors', {'flavor': body})
    return {'flavor_ref': '42', 'flavor_ref_alt': '84'}


def networks(cloud: Cloud) -> Ids:
    """A public network, a private one, and a router between them."""
    admin = Admin(cloud)
    public = _network_thing(
        admin,
        'networks',
        'public',
        {
            'router:external': True,
            'provider:network_type': 'flat',
            'provider:physical_network': 'public',
        },
    )
    private = _network_thing(admin, 'networks', 'private', {})
    outside = {'cidr': '172.24.4.0/22', 'gateway_ip': '172.24.4.1', 'enable_dhcp': False}
    _network_thing(
        admin, 'subnets', 'public-subnet', {'network_id': public, 'ip_version': 4, **outside}
    )
    subnet = _network_thing(
        admin,
        'subnets',
        'private-subnet',
        {'network_id': private, 'ip_version': 4, 'cidr': '10.0.0.0/22'},
    )
    _router(admin, public, private, subnet)
    return {'public_network_id': public}


def _router(admin: Admin, public: str, private: str, subnet: str) -> None:
    gateway = {'external_gateway_info': {'network_id': public}}
    router = _network_thing(admin, 'routers', 'router1', gateway)
    query = f'/v2.0/ports?device_id={router}&network_id={private}'
    if not admin.get('neutron-api', query)['ports']:
        path = f'/v2.0/routers/{router}/add_router_interface'
        admin.put('neutron-api', path, {'subnet_id': subnet})


def _network_thing(admin: Admin, kind: str, name: str, body: Mapping[str, Any]) -> str:
    found = admin.get('neutron-api', f'/v2.0/{kind}?name={name}')[kind]
    if not found:
        made = {kind[:-1]: {'name': name, 'project_id': admin.project_id, **body}}
        found = [admin.post('neutron-api', f'/v2.0/{kind}', made)[kind[:-1]]]
    return str(found[0]['id'])


def volume_types(cloud: Cloud) -> Ids:
    """A volume type for each backend; the second can be attached to several servers."""
    admin = Admin(cloud)
    path = f'/v3/{admin.project_id}/types'
    known = {item['name'] for item in admin.get('cinder-api', path)['volume_types']}
    for name in BACKENDS:
        specs = {'volume_backend_name': name}
        if name == BACKENDS[1]:
            specs['multiattach'] = '<is> True'
        if name not in known:
            body = {'name': name, 'extra_specs': specs}
            admin.post('cinder-api', path, {'volume_type': body})
    return {}


#: What is made, and the process that has to answer for it.
RESOURCES: Mapping[str, Make] = {
    'glance-api': images,
    'nova-api': flavors,
    'neutron-api': networks,
    'cinder-api': volume_types,
}
