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
        Api(site.admin.session, 'key-manager', '').put(
            f'/v1/project-quotas/{site.project_id}', {'project_quotas': {
                'secrets': 55, 'orders': 44}})
        site.record('secret_quotas', {'id': site.project_id})
    if site.admin.has('container-infra'):
        Api(site.admin.session, 'container-infra', '').post('/quotas', {
            'project_id': site.project_id, 'resource': 'Cluster', 'hard_limit': 7})
        site.record('coe_quotas', {'id': f'{site.project_id}/Cluster', 'name': 'Cluster'})


def _lower(site: Site, api: Api, kind: str, path: str, wrapper: str, limit: str) -> None:
    was = int(api.get(path)[wrapper][limit])
    api.put(path, {wrapper: {limit: was - 1 if was > 0 else 99}})
    site.record(kind, {'id': site.project_id}, f'{limit} was {was}')
