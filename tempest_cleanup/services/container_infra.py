"""Magnum. https://docs.openstack.org/api-ref/container-infrastructure-management/"""
from collections.abc import Iterable

from tempest_cleanup.model import Body, Change, Evidence, Resource, Tenant
from tempest_cleanup.services import bodies
from tempest_cleanup.services.access import ends
from tempest_cleanup.services.base import ResourceService, reasons_of
from tempest_cleanup.services.relations import tie


class ContainerInfra(ResourceService):
    """What is common to Magnum's kinds: an administrator is shown every project's."""

    service_type = 'container-infrastructure-management'
    id_key = 'uuid'


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
    tried = False

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
    tried = False
    delete_after = ('coe_clusters',)


class CoeQuotas(ContainerInfra):
    """Limits of one project for one sort of thing. There are none but those that were made."""

    name, singular = 'coe_quotas', 'quota'
    path = collection = 'quotas'
    query = {'all_tenants': 'True'}
    id_key = 'key'
    settings = ('hard_limit',)
    comes_back = True

    def told(self, body: Body, tenant: Tenant | None) -> Body:
        project, name = (bodies.identifier(body, key) for key in ('project_id', 'resource'))
        return {**body, 'key': tie(project, name), 'name': name}

    def member(self, resource: Resource, *rest: str) -> str:
        return '/'.join((self.path, resource.id, *rest))

    def restore(self, resource: Resource, changes: tuple[Change, ...]) -> None:
        project, name = ends(resource)
        body = {'project_id': project, 'resource': name,
                **{c.attribute: c.old for c in changes}}
        if all(c.new is None for c in changes):
            self.rest().post(self.path, body)
        else:
            self.rest().patch(self.member(resource), body)
