"""The services of the simulated cloud and their endpoints."""

from tempest_cleanup.testing.simulation.service import World

BASE = '$(base)s'
"""Stands for the server's own address in an endpoint; it is known once the server runs."""

SERVICES = (
    ('keystone', 'identity', '/identity/v3'),
    ('nova', 'compute', '/compute/v2.1'),
    ('neutron', 'network', '/network'),
    ('cinder', 'block-storage', '/volume/v3/$(project_id)s'),
    ('cinderv3', 'volumev3', '/volume/v3/$(project_id)s'),
    ('glance', 'image', '/image'),
    ('heat', 'orchestration', '/orchestration/v1/$(project_id)s'),
)


def add_catalog(world: World) -> None:
    """Register every service with its three endpoints."""
    region = world.settings.region
    world.kinds['regions'].make(world, {'id': region})
    for name, type, path in SERVICES:
        service = world.kinds['services'].make(world, {'name': name, 'type': type})
        for interface in ('public', 'internal', 'admin'):
            world.kinds['endpoints'].make(world, {
                'service_id': service['id'], 'interface': interface, 'region_id': region,
                'url': BASE + path})
