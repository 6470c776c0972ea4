"""Octavia. https://docs.openstack.org/api-ref/load-balancer/v2/

While a load balancer is in a ``PENDING_*`` status, it and all below it answer 409 to any
change; it and they can be deleted in ``ACTIVE`` and ``ERROR``.
"""
import contextlib
import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, ClassVar
from urllib.parse import quote

from tempest_cleanup import errors
from tempest_cleanup.model import Body, Evidence, Resource, Source, Tenant
from tempest_cleanup.services import bodies
from tempest_cleanup.services.base import ResourceService, parse_time
from tempest_cleanup.services.quotas import Quotas, limits_of

if TYPE_CHECKING:
    from tempest_cleanup.cloud import Cloud

#: Stands for "no flavor" in Octavia's database; it answers 404 for it.
#: octavia.common.constants.NIL_UUID
NIL = '00000000-0000-0000-0000-000000000000'

#: Octavia tells these two limits twice, under an older name, too.
OLD_NAMES = frozenset(('load_balancer', 'health_monitor'))

#: How Octavia names the servers that do its work, each by the id of the amphora that it is.
AMPHORA = re.compile('amphora-([0-9a-f-]{36})')

#: Where the body of such a server has the id of its load balancer, '' where it has none.
AMPHORA_OF = 'amphora_of'


def load_balancer_of(cloud: 'Cloud', server: str) -> str | None:
    """The load balancer that a server works for, by the server's name.

    :returns: '' where Octavia lists no such amphora, None where nothing tells
    :raises errors.ApiError: Octavia does not answer
    """
    named = AMPHORA.fullmatch(server)
    if not named or not cloud.catalog_type(LoadBalancing.service_type):
        return None
    listed = cloud.rest(LoadBalancing.service_type).pages('v2/octavia/amphorae', 'amphorae')
    # All are read: the one that can't be may be the one.
    known = {bodies.identifier(amphora, 'id'): bodies.text(amphora, 'loadbalancer_id')
             for amphora in listed}
    found = known.get(named[1])
    # It has none yet while it is being built, be it to replace another.
    return '' if found is None else found or None


class LoadBalancing(ResourceService):
    """What is common to Octavia's kinds: an admin sees every project in every list."""

    service_type = 'load-balancer'


class Balanced(LoadBalancing):
    """A load balancer and what is below it: all of it is deleted after the answer."""

    status_key = 'provisioning_status'
    details = ('operating_status',)
    update = 'put'
    asynchronous = True
    # The answer comes with PENDING_DELETE; what ends there could not be deleted.
    failed = frozenset(('ERROR',))


class LoadBalancers(Balanced):
    """Load balancers. A cascading delete takes all that is below; Octavia's ports go, too."""

    name, singular = 'loadbalancers', 'loadbalancer'
    path = 'v2.0/lbaas/loadbalancers'
    always = ('project_id',)
    settings = ('name', 'description', 'admin_state_up', 'vip_qos_policy_id', 'tags')
    # Octavia owns the port of the address, and its network can't go before.
    delete_before = ('floatingips', 'ports', 'subnets', 'networks', 'security_groups',
                     'qos_policies')
    goes_with = ('stacks',)

    def evidence(self, resource: Resource) -> Iterable[Evidence]:
        yield from super().evidence(resource)
        answer = self.rest().get('v2/octavia/amphorae', query={'loadbalancer_id': resource.id})
        for amphora in answer.get('amphorae', ()):
            yield Evidence(
                Source.SERVICE, f'its amphora {amphora["id"]} is {amphora.get("status")}, '
                f'server {amphora.get("compute_id")}', parse_time(amphora.get('updated_at')),
                where='GET load-balancer/v2/octavia/amphorae',
                failure=amphora.get('status') == 'ERROR')

    def delete(self, resource: Resource) -> None:
        self.rest().delete(self.member(resource), query={'cascade': 'true'})


class Listeners(Balanced):
    name, singular = 'listeners', 'listener'
    path = 'v2.0/lbaas/listeners'
    settings = ('name', 'description', 'admin_state_up', 'connection_limit', 'default_pool_id',
                'tags')
    goes_with = ('loadbalancers', 'stacks')


class L7Policies(Balanced):
    name, singular = 'l7policies', 'l7policy'
    path = 'v2.0/lbaas/l7policies'
    settings = ('name', 'description', 'admin_state_up', 'tags')
    goes_with = ('listeners', 'loadbalancers', 'stacks')


class L7Rules(Balanced):
    """Rules. Each policy lists its own; they have no name."""

    name, singular = 'l7rules', 'rule'
    path, collection = 'v2.0/lbaas/l7policies', 'l7policies'
    settings = ('type', 'compare_type', 'value', 'key', 'invert', 'admin_state_up', 'tags')
    goes_with = ('l7policies', 'listeners', 'loadbalancers', 'stacks')

    def find(self, tenant: Tenant | None) -> Iterator[Body]:
        for policy in super().find(tenant):
            if policy.get('rules'):
                with contextlib.suppress(errors.NotFound):  # the policy went meanwhile
                    for body in self.rest().pages(f'{self.path}/{policy["id"]}/rules', 'rules'):
                        yield dict(body, l7policy_id=policy['id'],
                                   listener_id=policy.get('listener_id'))

    def member(self, resource: Resource, *rest: str) -> str:
        return '/'.join((self.path, str(resource.body.get('l7policy_id')), 'rules',
                         quote(resource.id, safe=''), *rest))


class Pools(Balanced):
    """Pools. One that an L7 policy sends to is refused."""

    name, singular = 'loadbalancer_pools', 'pool'
    path, collection = 'v2.0/lbaas/pools', 'pools'
    settings = ('name', 'description', 'admin_state_up', 'lb_algorithm', 'session_persistence',
                'tags')
    delete_after = ('listeners', 'l7policies')
    goes_with = ('loadbalancers', 'stacks')


class Members(Balanced):
    """Members. Each pool lists its own; an id is unique all the same."""

    name, singular = 'loadbalancer_members', 'member'
    path, collection = 'v2.0/lbaas/pools', 'pools'
    settings = ('name', 'admin_state_up', 'weight', 'backup', 'monitor_address', 'monitor_port',
                'tags')
    delete_before = ('subnets',)
    goes_with = ('loadbalancer_pools', 'loadbalancers', 'stacks')

    def find(self, tenant: Tenant | None) -> Iterator[Body]:
        for pool in super().find(tenant):
            if pool.get('members'):
                with contextlib.suppress(errors.NotFound):  # the pool went meanwhile
                    for body in self.rest().pages(f'{self.path}/{pool["id"]}/members', 'members'):
                        yield dict(body, pool_id=pool['id'],
                                   loadbalancers=pool.get('loadbalancers'))

    def member(self, resource: Resource, *rest: str) -> str:
        return '/'.join((self.path, str(resource.body.get('pool_id')), 'members',
                         quote(resource.id, safe=''), *rest))


class HealthMonitors(Balanced):
    name, singular = 'healthmonitors', 'healthmonitor'
    path = 'v2.0/lbaas/healthmonitors'
    settings = ('name', 'admin_state_up', 'delay', 'timeout', 'max_retries',
                'max_retries_down', 'tags')
    goes_with = ('loadbalancer_pools', 'loadbalancers', 'stacks')


class Flavors(LoadBalancing):
    """Octavia's own flavors; one that a load balancer uses is refused."""

    name, singular = 'loadbalancer_flavors', 'flavor'
    path, collection = 'v2.0/lbaas/flavors', 'flavors'
    settings: ClassVar[tuple[str, ...]] = ('name', 'description', 'enabled')
    update = 'put'
    delete_after: ClassVar = ('loadbalancers',)

    def protects(self, resource: Resource) -> str:
        return 'stands for no flavor in Octavia' if resource.id == NIL else ''


class FlavorProfiles(Flavors):
    name, singular = 'loadbalancer_flavor_profiles', 'flavorprofile'
    path, collection = 'v2.0/lbaas/flavorprofiles', 'flavorprofiles'
    # Octavia refuses to change one that is in use.
    settings = ('name', 'provider_name', 'flavor_data')
    delete_after = ('loadbalancer_flavors',)


class AvailabilityZones(Flavors):
    """Octavia's own availability zones. They have no id but their name."""

    name, singular = 'loadbalancer_availability_zones', 'availability_zone'
    path, collection = 'v2.0/lbaas/availabilityzones', 'availability_zones'
    id_key = 'name'
    settings = ('description', 'enabled')


class AvailabilityZoneProfiles(Flavors):
    name, singular = 'loadbalancer_availability_zone_profiles', 'availability_zone_profile'
    path, collection = 'v2.0/lbaas/availabilityzoneprofiles', 'availability_zone_profiles'
    settings = ('name', 'provider_name', 'availability_zone_data')
    delete_after = ('loadbalancer_availability_zones',)


class LoadBalancerQuotas(Quotas, LoadBalancing):
    """Octavia lists every project that ever used something, in one answer."""

    name, singular = 'loadbalancer_quotas', 'quota'
    path, collection = 'v2.0/lbaas/quotas', 'quotas'
    scope = ResourceService.scope

    def find(self, tenant: Tenant | None) -> Iterable[Body]:
        listed = list(self.rest().pages(self.path, self.collection))
        default = self.rest().get(f'{self.path}/{NIL}/default')[self.singular]
        for body in listed:
            limits = {key: value for key, value in limits_of(body).items()
                      if key not in OLD_NAMES}
            if any(default.get(name, value) != value for name, value in limits.items()):
                yield {'id': body['project_id'], 'limits': limits}
