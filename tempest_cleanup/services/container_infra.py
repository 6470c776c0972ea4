"""Magnum. https://docs.openstack.org/api-ref/container-infrastructure-management/"""
from tempest_cleanup.services.base import ResourceService


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


class ClusterTemplates(ContainerInfra):
    """Cluster templates. One that a cluster uses is refused (400)."""

    name, singular = 'cluster_templates', 'clustertemplate'
    path = collection = 'clustertemplates'
    delete_after = ('coe_clusters',)
