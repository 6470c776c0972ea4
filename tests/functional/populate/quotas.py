"""Quotas of the project that differ from the defaults."""

from tests.functional.populate.site import Site


def populate(site: Site) -> None:
    project = {'id': site.project_id, 'name': None}
    path = f'/os-quota-sets/{site.project_id}'
    site.admin.compute.put(path, {'quota_set': {'instances': 61}})
    site.record('compute_quotas', project)
    site.admin.volume.put(path, {'quota_set': {'volumes': 62}})
    site.record('volume_quotas', project)
    site.admin.network.put(f'/quotas/{site.project_id}', {'quota': {'network': 63}})
    site.record('network_quotas', project)
