"""What an operator sets in Nova. https://docs.openstack.org/api-ref/compute/"""

from tempest_cleanup.model import Body, Change, Resource, Tenant
from tempest_cleanup.services.access import Access
from tempest_cleanup.services.compute import Compute
from tempest_cleanup.services.quotas import QuotaClasses


class FlavorAccess(Access, Compute):
    """Projects that may use a private flavor."""

    name, singular = 'flavor_accesses', 'flavor_access'
    path, detail, collection = 'flavors', '/detail', 'flavors'
    public_key, whose = 'os-flavor-access:is_public', 'tenant_id'
    below, wrapper = 'os-flavor-access', 'flavor_access'
    actions, argument = ('addTenantAccess', 'removeTenantAccess'), 'tenant'
    goes_with = ('flavors',)


class ComputeServices(Compute):
    """Nova's own processes. One that is disabled or forced down gets no servers.

    A host whose servers were evacuated stays forced down till its nova-compute was started
    anew: Nova refuses (400) before that.
    """

    name, singular = 'compute_services', 'service'
    path, collection = 'os-services', 'services'
    # From here on the ids are unique over all cells.
    microversion = '2.53'
    settings = ('status', 'disabled_reason', 'forced_down')

    def told(self, body: Body, tenant: Tenant | None) -> Body:
        return {**body, 'name': f'{body.get("binary")} on {body.get("host")}'}

    def protects(self, resource: Resource) -> str:
        return 'a process of Nova, which reports itself'

    def restore(self, resource: Resource, changes: tuple[Change, ...]) -> None:
        wanted = {c.attribute: c.old for c in changes}
        body = {'forced_down': wanted['forced_down']} if 'forced_down' in wanted else {}
        if wanted.keys() & {'status', 'disabled_reason'}:
            status = wanted.get('status', resource.settings.get('status'))
            reason = wanted.get('disabled_reason', resource.settings.get('disabled_reason'))
            body['status'] = status
            if status == 'disabled' and reason:
                body['disabled_reason'] = reason
        self.rest().put(self.member(resource), body, microversion=self.microversion)


class ComputeQuotaClasses(QuotaClasses, Compute):
    """The limits of every project that has none of its own."""

    name, singular = 'compute_quota_classes', 'quota_class_set'
    # Before this it also has limits of nova-network.
    microversion = '2.50'
