"""Magnum. https://docs.openstack.org/api-ref/container-infrastructure-management/"""
from collections.abc import Iterable

from tempest_cleanup.model import Evidence, Resource
from tempest_cleanup.services.base import ResourceService, reasons_of


class ContainerInfra(ResourceService):
    """What is common to Magnum's kinds: an administrator is shown every project's."""

    service_type = 'container-infrastructure-management'
    id_key = 'uuid'
    tried = False


class CoeClusters(ContainerInfra):
    """Clusters. What a cluster's stack made is Magnum's to delete."""

    name, singular = 'coe_clusters', 'cluster'
    path = collection = 'clusters'
    delete_before = ('stacks',)
    holds = ('trusts', 'users')
    asynchronous = True
    failed = frozenset(('DELETE_FAILED',))
    reasons = ('faults',)
    details = ('status_reason', 'health_status_reason', 'stack_id')

    def evidence(self, resource: Resource) -> Iterable[Evidence]:
        yield from super().evidence(resource)
        # The listing leaves most of it out.
        path = self.member(resource)
        shown = self.rest().get(path)
        yield from reasons_of(self, {name: value for name, value in shown.items()
                                     if name not in resource.body}, f'GET {path}')


class ClusterTemplates(ContainerInfra):
    """Cluster templates. One that a cluster uses is refused (400)."""

    name, singular = 'cluster_templates', 'clustertemplate'
    path = collection = 'clustertemplates'
    delete_after = ('coe_clusters',)
