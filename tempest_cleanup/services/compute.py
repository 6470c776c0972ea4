"""Nova. https://docs.openstack.org/api-ref/compute/"""
from collections.abc import Iterator, Mapping
from urllib.parse import quote

from tempest_cleanup.model import Body, Resource, Scope, Tenant
from tempest_cleanup.services.base import ResourceService
from tempest_cleanup.services.quotas import Quotas


class Compute(ResourceService):
    service_type = 'compute'


class Servers(Compute):
    """Servers, also those that are soft-deleted or locked: an admin may delete these."""

    name, singular = 'servers', 'server'
    path, detail = 'servers', '/detail'
    query = {'all_tenants': '1', 'soft_deleted': 'True'}
    # From 2.47 on the flavor's id is not told any more.
    microversion = '2.46'
    project_key, created_key = 'tenant_id', 'created'
    asynchronous = True
    failed = frozenset(('ERROR',))
    goes_with = ('stacks',)

    def deletion_failed(self, resource: Resource) -> bool:
        # A server that was in ERROR before is so while it is being deleted, too.
        return super().deletion_failed(resource) and not resource.body.get(
            'OS-EXT-STS:task_state')

    def delete(self, resource: Resource) -> None:
        if resource.status == 'SOFT_DELETED':
            self.rest().post(self.member(resource, 'action'), {'forceDelete': None})
        else:
            super().delete(resource)


class Keypairs(Compute):
    """Key pairs belong to users, and outlive them. Names are unique per user only."""

    name, singular = 'keypairs', 'keypair'
    path = 'os-keypairs'
    scope = Scope.USER
    microversion = '2.35'
    goes_with = ('stacks',)

    def query_for(self, tenant: Tenant | None) -> dict[str, str]:
        return {'user_id': tenant.id if tenant else ''}

    def find(self, tenant: Tenant | None) -> Iterator[Body]:
        for body in super().find(tenant):
            yield body['keypair']

    def identify(self, body: Body, tenant: Tenant | None) -> str:
        return f'{tenant.id if tenant else ""}/{body["name"]}'

    def delete(self, resource: Resource) -> None:
        self.rest().delete(f'{self.path}/{quote(resource.name, safe="")}',
                           microversion=self.microversion,
                           query={'user_id': resource.user_id})


class ServerGroups(Compute):
    name, singular = 'server_groups', 'server_group'
    path = 'os-server-groups'
    query = {'all_projects': 'True'}
    microversion = '2.13'
    offset_paging = True
    delete_after = ('servers',)
    goes_with = ('stacks',)


class Flavors(Compute):
    """Flavors, public and private."""

    name, singular = 'flavors', 'flavor'
    path, detail = 'flavors', '/detail'
    query = {'is_public': 'None'}
    delete_after = ('servers',)


class Aggregates(Compute):
    """Host aggregates. Nova deletes only empty ones."""

    name, singular = 'aggregates', 'aggregate'
    path = 'os-aggregates'

    def prepare_delete(self, resource: Resource) -> None:
        for host in resource.body.get('hosts', ()):
            self.rest().post(self.member(resource, 'action'), {'remove_host': {'host': host}})


class ComputeQuotas(Quotas, Compute):
    name, singular = 'compute_quotas', 'quota_set'
    path = 'os-quota-sets'
    # Without it the answer also has the limits of nova-network, which can't be set.
    microversion = '2.36'

    def request(self, values: Mapping[str, int]) -> Body:
        # Else Nova refuses a limit that is below what is in use right now.
        return {'quota_set': dict(values, force=True)}
