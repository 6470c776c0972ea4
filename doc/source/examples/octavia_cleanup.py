"""Octavia. https://docs.openstack.org/api-ref/load-balancer/v2/"""
from tempest_cleanup.model import Resource
from tempest_cleanup.services.base import ResourceService


class LoadBalancers(ResourceService):
    """Load balancers, with their listeners, pools, members and monitors."""

    service_type = 'load-balancer'
    name, singular = 'loadbalancers', 'loadbalancer'
    path = 'v2.0/lbaas/loadbalancers'
    status_key = 'provisioning_status'
    # Octavia owns the port of the address, and refuses to lose its network.
    delete_before = ('floatingips', 'ports', 'subnets', 'networks', 'security_groups')
    goes_with = ('stacks',)
    asynchronous = True
    failed = frozenset(('ERROR',))

    def delete(self, resource: Resource) -> None:
        self.rest().delete(self.member(resource), query={'cascade': 'true'})
