"""Quotas of the project that differ from what they were."""

from tests.functional.openstack import Api
from tests.functional.populate.site import Site


def populate(site: Site) -> None:
    """Lower one limit of each service by one, or set it where it was unlimited."""
    sets = f'/os-quota-sets/{site.project_id}'
    _lower(site, site.admin.compute, 'compute_quotas', sets, 'quota_set', 'instances')
    _lower(site, site.admin.volume, 'volume_quotas', sets, 'quota_set', 'volumes')
    _lower(site, site.admin.network, 'network_quotas', f'/quotas/{site.project_id}', 'quota',
           'network')
    if site.admin.has('key-manager'):
        _secrets(site)
    if site.admin.has('container-infra'):
        _clusters(site)


def _secrets(site: Site) -> None:
    api = Api(site.admin.session, 'key-manager', '/v1')
    path = f'/project-quotas/{site.project_id}'
    was = api.get(path)['project_quotas']['secrets'] if api.exists(path) else 56
    api.put(path, {'project_quotas': {'secrets': was - 1, 'orders': 44}})
    site.record('secret_quotas', {'id': site.project_id})


def _clusters(site: Site) -> None:
    api = Api(site.admin.session, 'container-infra', '')
    path = f'/quotas/{site.project_id}/Cluster'
    there = [one for one in api.get('/quotas', all_tenants='True')['quotas']
             if one['project_id'] == site.project_id]
    body = {'project_id': site.project_id, 'resource': 'Cluster', 'hard_limit': 7 + len(there)}
    if there:
        api.patch(path, body)
    else:
        api.post('/quotas', body)
    site.record('coe_quotas', {'id': f'{site.project_id}/Cluster', 'name': 'Cluster'})


def _lower(site: Site, api: Api, kind: str, path: str, wrapper: str, limit: str) -> None:
    was = int(api.get(path)[wrapper][limit])
    api.put(path, {wrapper: {limit: was - 1 if was > 0 else 99}})
    site.record(kind, {'id': site.project_id}, f'{limit} was {was}')
