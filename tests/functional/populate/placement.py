"""Placement: a trait of nobody, and what is still counted for a server that is gone."""

from tests.functional.openstack import Body, wait_for
from tests.functional.populate.compute import image, smallest_flavor
from tests.functional.populate.site import Site

VERSION = {'OpenStack-API-Version': 'placement 1.28'}


def populate(site: Site) -> None:
    trait(site)
    allocation(site)


def trait(site: Site) -> None:
    name = 'CUSTOM_' + site.name('trait').upper().replace('-', '_')
    site.admin.placement.put(f'/traits/{name}', headers=VERSION)
    site.record('placement_traits', {'id': name, 'name': name}, project_id=None)


def allocation(site: Site) -> None:
    """As a compute service leaves it behind that is killed while it deletes a server."""
    placement, server = site.admin.placement, gone(site)
    placement.put(f'/allocations/{server}', {
        'allocations': {provider(site): {'resources': {'MEMORY_MB': 1}}},
        'project_id': site.project_id, 'user_id': site.user_id, 'consumer_generation': None,
    }, headers=VERSION)
    site.record('placement_allocations', {'id': server}, 'of a server that is gone')


def provider(site: Site) -> str:
    """A provider that stays for good. On its own host Nova takes such an allocation away."""
    placement, name = site.admin.placement, 'populate-shelf'
    there = placement.get('/resource_providers', headers=VERSION, name=name)
    if there['resource_providers']:
        return str(there['resource_providers'][0]['uuid'])
    made = placement.post('/resource_providers', {'name': name}, headers=VERSION)['uuid']
    placement.put(f'/resource_providers/{made}/inventories', {
        'resource_provider_generation': 0, 'inventories': {'MEMORY_MB': {'total': 1024}},
    }, headers=VERSION)
    return str(made)


def gone(site: Site) -> str:
    """The id of a server that was deleted."""
    compute = site.user.compute
    server: Body = compute.post('/servers', {'server': {
        'name': site.name('gone'), 'flavorRef': smallest_flavor(site), 'networks': 'none',
        'imageRef': image(site)}})['server']
    path = f'/servers/{server["id"]}'
    wait_for(f'{path} is up', lambda: compute.get(path)['server']['status'] in (
        'ACTIVE', 'ERROR'), 90)
    compute.delete(path)
    wait_for(f'{path} is gone', lambda: not compute.exists(path))
    return str(server['id'])
