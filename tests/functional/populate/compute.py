"""Nova: servers with what holds them, and what an admin defines for them."""

from tests.functional.openstack import Body
from tests.functional.populate.network import port
from tests.functional.populate.site import Site, becomes
from tests.functional.populate.volume import volume


def populate(site: Site, network_id: str) -> None:
    compute = site.user.compute
    key = compute.post('/os-keypairs', {'keypair': {'name': site.name('key')}})['keypair']
    site.record('keypairs', {'id': f'{site.user_id}/{key["name"]}', 'name': key['name']},
                project_id=None)
    group = compute.post('/os-server-groups', {'server_group': {
        'name': site.name('servers'), 'policy': 'soft-anti-affinity'}})['server_group']
    site.record('server_groups', group)
    private = flavors(site)
    first = port(site, network_id, 'made before its server')
    plain = boot(site, 'server', 'with a volume and two ports', {
        'flavorRef': smallest_flavor(site), 'imageRef': image(site), 'key_name': key['name'],
        'networks': [{'port': first['id']}]}, {'group': group['id']})
    locked = boot(site, 'locked', 'locked, booted from a volume', {
        'flavorRef': private, 'networks': [{'uuid': network_id}],
        'block_device_mapping_v2': [{
            'uuid': image(site), 'source_type': 'image', 'destination_type': 'volume',
            'volume_size': 1, 'boot_index': 0, 'delete_on_termination': False}]})
    attached = volume(site, 'attached', 'attached to a server')['id']
    for server in (plain, locked):
        becomes(compute, f'/servers/{server}', 'server', 'ACTIVE')
    compute.post(f'/servers/{locked}/action', {'lock': {'locked_reason': site.prefix}})
    entangle(site, plain, attached, network_id)
    trailing(site, plain, locked)
    aggregate(site)


def boot(site: Site, what: str, note: str, body: Body, hints: Body | None = None) -> str:
    made = site.user.compute.post('/servers', {
        'server': {'name': site.name(what), **body},
        'os:scheduler_hints': hints or {}})['server']
    site.record('servers', made, note, name=site.name(what))
    return str(made['id'])


def flavors(site: Site) -> str:
    """A public flavor with an extra spec, a private one with access; the private one's id."""
    compute, ids = site.admin.compute, []
    for what, public in (('flavor', True), ('private-flavor', False)):
        made = compute.post('/flavors', {'flavor': {
            'name': site.name(what), 'ram': 64, 'vcpus': 1, 'disk': 0,
            'os-flavor-access:is_public': public}})['flavor']
        site.record('flavors', made, '' if public else 'private', project_id=None)
        ids.append(str(made['id']))
    compute.post(f'/flavors/{ids[0]}/os-extra_specs',
                 {'extra_specs': {'hw:cpu_policy': 'shared'}})
    compute.post(f'/flavors/{ids[1]}/action', {'addTenantAccess': {'tenant': site.project_id}})
    site.record('flavor_accesses', {'id': f'{ids[1]}/{site.project_id}'})
    return ids[1]


def entangle(site: Site, server: str, volume_id: str, network_id: str) -> None:
    """Attach a volume, and a port that Nova makes itself."""
    compute = site.user.compute
    compute.post(f'/servers/{server}/os-volume_attachments',
                 {'volumeAttachment': {'volumeId': volume_id}})
    compute.post(f'/servers/{server}/os-interface',
                 {'interfaceAttachment': {'net_id': network_id}})
    becomes(site.user.volume, f'/volumes/{volume_id}', 'volume', 'in-use')


def trailing(site: Site, *servers: str) -> None:
    """Write down what Nova made for the servers: ports, root volumes, attachments."""
    known = {one.id for one in site.created}
    for server in servers:
        for one in site.user.network.get('/ports', device_id=server)['ports']:
            if one['id'] not in known:
                site.record('ports', one, 'made by Nova')
    for one in site.user.volume.get('/volumes/detail')['volumes']:
        used = any(use['server_id'] in servers for use in one['attachments'])
        if used and one['id'] not in known:
            site.record('volumes', one, 'made by Nova, nameless')
    for one in site.user.volume.get('/attachments/detail')['attachments']:
        if one['instance'] in servers:
            site.record('volume_attachments', one, 'of a server', name=None)


def aggregate(site: Site) -> None:
    """An aggregate that holds the compute host."""
    compute = site.admin.compute
    made = compute.post('/os-aggregates', {
        'aggregate': {'name': site.name('aggregate')}})['aggregate']
    site.record('aggregates', made, 'not empty', project_id=None)
    services = compute.get('/os-services', binary='nova-compute')['services']
    compute.post(f'/os-aggregates/{made["id"]}/action',
                 {'add_host': {'host': services[0]['host']}})


def image(site: Site) -> str:
    """The oldest public image that a server can boot from."""
    found = site.admin.image.get('/images', sort='created_at:asc', status='active',
                                 visibility='public')['images']
    return str(found[0]['id'])


def smallest_flavor(site: Site) -> str:
    """The smallest flavor with a disk; without one only volumes can be booted from."""
    found = site.admin.compute.get('/flavors/detail', sort_key='memory_mb')['flavors']
    return str(next(one for one in found if one['disk'])['id'])
