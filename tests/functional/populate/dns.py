"""Designate: a zone with a zone below it and all that hangs on one, and the admin's things."""

from tests.functional.openstack import Api, Body, Cloud, Refused, wait_for
from tests.functional.populate.site import Created, Site

ALL = {'X-Auth-All-Projects': 'true'}
#: So often a zone that Designate takes for blacklisted is asked for.
ATTEMPTS = 5


def populate(site: Site) -> None:
    if site.admin.has('dns'):
        lists(site)
        zones(site)


def zones(site: Site) -> None:
    mine = Api(site.user.session, 'dns', '/v2')
    # Below a TLD of its own: where there is any TLD, zones elsewhere are refused.
    name = f'zone.{site.name("tld")}.'
    for what in (name, f'below.{name}'):
        zone = make(mine, what)
        site.record('zones', zone)
        becomes(mine, zone)
    path = f'/zones/{zone["id"]}'
    site.record('recordsets', mine.post(f'{path}/recordsets', {
        'name': f'www.below.{name}', 'type': 'A', 'records': ['192.0.2.1']}))
    site.record('zone_exports', mine.post(f'{path}/tasks/export'), name=None)
    text = (f'$ORIGIN imported-{name}\n$TTL 300\n'
            f'imported-{name} 300 IN SOA ns.{name} a.{name} 1 3600 600 86400 300\n'
            f'imported-{name} 300 IN NS ns.{name}\n')
    done = next(filter(lambda done: done['status'] == 'COMPLETE', (
        bring_in(site, mine, text) for _attempt in range(ATTEMPTS))))
    site.record('zones', {'id': done['zone_id'], 'name': f'imported-{name}'})
    site.record('zone_transfer_requests', mine.post(
        f'{path}/tasks/transfer_requests', {'description': site.name('offer')}),
        name=site.name('offer'))
    site.record('zone_shares', mine.post(f'{path}/shares', {
        'target_project_id': site.admin.project_id}), f'of {zone["id"]}', name=None)


def bring_in(site: Site, api: Api, text: str) -> Body:
    """An import that has ended, for better or worse: as with :func:`make`."""
    begun = api.request('POST', '/zones/tasks/imports', data=text.encode(),
                        headers={'Content-Type': 'text/dns'}).json()
    site.record('zone_imports', begun, name=None)
    ended: Body = wait_for('the import', lambda: (found := api.get(
        f'/zones/tasks/imports/{begun["id"]}'))['status'] != 'PENDING' and found)
    return ended


def make(api: Api, name: str) -> Body:
    """A zone.

    Designate gives the look at a blacklist 20 ms; where that is not enough, on a busy machine, it
    calls the name blacklisted.
    """
    for _attempt in range(ATTEMPTS - 1):
        try:
            return api.post('/zones', {'name': name, 'email': 'a@example.org'})
        except Refused as refused:
            if 'Blacklisted' not in str(refused):
                raise
    return api.post('/zones', {'name': name, 'email': 'a@example.org'})


def becomes(api: Api, zone: Body) -> None:
    wait_for(f'{zone["name"]} ACTIVE',
             lambda: api.get(f'/zones/{zone["id"]}')['status'] == 'ACTIVE', 120)


def lists(site: Site) -> None:
    api = Api(site.admin.session, 'dns', '/v2')
    site.record('tlds', api.post('/tlds', {'name': site.name('tld')}), project_id=None)
    key = api.post('/tsigkeys', {
        'name': site.name('key'), 'algorithm': 'hmac-sha256', 'secret': 'cG9wdWxhdGU=',
        'scope': 'POOL', 'resource_id': api.get('/pools')['pools'][0]['id']})
    site.record('tsigkeys', key, project_id=None)
    pattern = f'^{site.name("never")}$'
    site.record('blacklists', api.post('/blacklists', {'pattern': pattern}), name=pattern,
                project_id=None)
    pool = api.post('/pools', {'name': site.name('pool'), 'ns_records': [
        {'hostname': 'ns1.example.org.', 'priority': 1}]})
    site.record('dns_pools', pool, project_id=None)
    api.patch(f'/quotas/{site.project_id}', {'zones': site.limit}, headers=ALL)
    site.record('dns_quotas', {'id': site.project_id})


def remove(cloud: Cloud, one: Created) -> None:
    """Delete one; record sets and offers go with their zone."""
    api = Api(cloud.session, 'dns', '/v2')
    path = f'/{PATHS[one.kind]}/{one.id}'
    if one.kind == 'zone_shares':
        path = f'/zones/{one.note.rsplit(" ", 1)[-1]}/shares/{one.id}'
    api.request('DELETE', path, headers=ALL)
    if one.kind == 'zones':
        # Else the one above it is refused.
        wait_for(f'{path} gone', lambda: one.id not in [z['id'] for z in api.get(
            '/zones', headers=ALL, limit='max')['zones']], 120)


PATHS = {
    'zone_shares': '', 'zone_exports': 'zones/tasks/exports',
    'zone_imports': 'zones/tasks/imports', 'zones': 'zones', 'tlds': 'tlds',
    'tsigkeys': 'tsigkeys', 'blacklists': 'blacklists', 'dns_pools': 'pools',
    'dns_quotas': 'quotas',
}
KINDS = tuple(PATHS)
