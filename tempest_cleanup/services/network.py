"""Neutron's networks, ports and routers. https://docs.openstack.org/api-ref/network/v2/"""
import contextlib
import ipaddress
from collections.abc import Iterator, Mapping
from typing import Any

from tempest_cleanup import errors
from tempest_cleanup.model import Body, Resource, Tenant
from tempest_cleanup.services.base import ResourceService
from tempest_cleanup.services.quotas import Quotas

#: The ports that join a router and a subnet: each is an interface of its router.
#: neutron_lib.constants, DEVICE_OWNER_ROUTER_INTF and its kin
INTERFACE_OWNERS = frozenset((
    'network:router_interface', 'network:router_interface_distributed',
    'network:ha_router_replicated_interface'))


class Network(ResourceService):
    """What is common to Neutron's kinds: an admin sees every project in every list."""

    service_type = 'network'


class Networks(Network):
    """Networks. With one go its subnets, segments and RBAC policies."""

    name, singular = 'networks', 'network'
    path = 'networks'
    delete_after = ('ports', 'router_interfaces', 'routers', 'floatingips')
    goes_with = ('stacks',)

    def protects(self, resource: Resource) -> str:
        if not resource.project_id and resource.name.startswith('HA network '):
            return 'the network of highly available routers, which goes with the last of them'
        return ''


class Subnets(Network):
    name, singular = 'subnets', 'subnet'
    path = 'subnets'
    delete_after = ('ports', 'router_interfaces', 'routers')
    goes_with = ('networks', 'stacks')


class Ports(Network):
    """Ports, but for those that the network itself owns."""

    name, singular = 'ports', 'port'
    path = 'ports'
    # Neutron would take the last two along, and keep their standard attributes for ever.
    delete_after = ('servers', 'trunks', 'floatingips', 'local_ips', 'port_forwardings',
                    'ndp_proxies')
    goes_with = ('servers', 'stacks')

    def protects(self, resource: Resource) -> str:
        owner = str(resource.body.get('device_owner') or '')
        if owner in INTERFACE_OWNERS:
            return 'an interface of a router: see router_interfaces'
        if owner.startswith('network:'):
            return f'owned by the network itself ({owner})'
        return ''

    def delete(self, resource: Resource) -> None:
        body = resource.body
        if str(body.get('device_owner') or '').startswith('compute:') and body.get('device_id'):
            try:
                # Nova is to know, else the server goes on with a dead interface.
                self.cloud.rest('compute').delete(
                    f'servers/{body["device_id"]}/os-interface/{resource.id}')
            except (errors.NotFound, errors.Conflict):
                super().delete(resource)
        else:
            super().delete(resource)


class RouterInterfaces(Network):
    """Interfaces of routers, by the port that each of them is."""

    name, singular = 'router_interfaces', 'router_interface'
    path, collection = 'ports', 'ports'
    delete_after = ('floatingips', 'ndp_proxies')
    goes_with = ('stacks',)
    follows = ('routers',)

    def find(self, tenant: Tenant | None) -> Iterator[Body]:
        for body in super().find(tenant):
            if body.get('device_owner') in INTERFACE_OWNERS:
                yield body

    def delete(self, resource: Resource) -> None:
        router = f'routers/{resource.body["device_id"]}'
        request = {'port_id': resource.id}
        try:
            self.rest().put(f'{router}/remove_router_interface', request)
        except errors.Conflict as refusal:
            if 'route' not in str(refusal).replace('router', ''):
                raise
            self._clear_routes(router, resource)
            self.rest().put(f'{router}/remove_router_interface', request)

    def _clear_routes(self, router: str, interface: Resource) -> None:
        """Drop the extra routes whose next hop is reached by this interface only."""
        subnets = [
            ipaddress.ip_network(self.rest().get(f'subnets/{ip["subnet_id"]}')['subnet']['cidr'])
            for ip in interface.body.get('fixed_ips', ())]
        routes = self.rest().get(router)['router'].get('routes', ())
        kept = [route for route in routes
                if not any(ipaddress.ip_address(route['nexthop']) in s for s in subnets)]
        self.rest().put(router, {'router': {'routes': kept}})


class Routers(Network):
    """Routers. Their gateway goes with them, an interface does not."""

    name, singular = 'routers', 'router'
    path = 'routers'
    delete_after = ('router_interfaces', 'floatingips', 'ndp_proxies')
    goes_with = ('stacks',)


class FloatingIps(Network):
    name, singular = 'floatingips', 'floatingip'
    path = 'floatingips'
    name_key = 'floating_ip_address'
    delete_after = ('port_forwardings',)
    goes_with = ('stacks',)


class PortForwardings(Network):
    """Port forwardings. Each floating IP lists its own."""

    name, singular = 'port_forwardings', 'port_forwarding'
    path, collection = 'floatingips', 'floatingips'
    name_key = 'protocol'
    follows = ('floatingips',)

    def find(self, tenant: Tenant | None) -> Iterator[Body]:
        for floating_ip in super().find(tenant):
            for body in floating_ip.get('port_forwardings') or ():
                yield dict(body, floatingip_id=floating_ip['id'],
                           project_id=floating_ip['project_id'])

    def delete(self, resource: Resource) -> None:
        self.rest().delete(
            f'floatingips/{resource.body["floatingip_id"]}/port_forwardings/{resource.id}')


class NdpProxies(Network):
    name, singular = 'ndp_proxies', 'ndp_proxy'
    path = 'ndp_proxies'


class ConntrackHelpers(Network):
    """Conntrack helpers. A router tells that it has some, and lists them by itself."""

    name, singular = 'conntrack_helpers', 'conntrack_helper'
    path, collection = 'routers', 'routers'
    name_key = 'helper'
    goes_with = ('routers',)

    def find(self, tenant: Tenant | None) -> Iterator[Body]:
        for router in super().find(tenant):
            if router.get('conntrack_helpers'):
                with contextlib.suppress(errors.NotFound):  # the router went meanwhile
                    for body in self.rest().pages(
                            f'routers/{router["id"]}/conntrack_helpers', 'conntrack_helpers'):
                        yield dict(body, router_id=router['id'],
                                   project_id=router['project_id'])

    def delete(self, resource: Resource) -> None:
        self.rest().delete(
            f'routers/{resource.body["router_id"]}/conntrack_helpers/{resource.id}')


class Trunks(Network):
    """Trunks, with their subports (which are ports, and stay)."""

    name, singular = 'trunks', 'trunk'
    path = 'trunks'
    delete_after = ('servers',)
    goes_with = ('stacks',)


class Segments(Network):
    """Segments. Every network has one at least; they go with it."""

    name, singular = 'segments', 'segment'
    path = 'segments'
    delete_after = ('subnets',)
    goes_with = ('networks',)


class NetworkSegmentRanges(Network):
    """Ranges of segmentation ids that an administrator made."""

    name, singular = 'network_segment_ranges', 'network_segment_range'
    path = 'network-segment-ranges'
    delete_after = ('networks',)

    def protects(self, resource: Resource) -> str:
        return 'from the configuration of Neutron' if resource.body.get('default') else ''


class SubnetPools(Network):
    name, singular = 'subnetpools', 'subnetpool'
    path = 'subnetpools'
    delete_after = ('subnets',)


class AddressScopes(Network):
    name, singular = 'address_scopes', 'address_scope'
    path = 'address-scopes'
    delete_after = ('subnetpools',)


class NetworkQuotas(Quotas, Network):
    """Neutron lists the projects that have limits of their own, in one answer."""

    name, singular = 'network_quotas', 'quota'
    path, collection = 'quotas', 'quotas'
    scope = ResourceService.scope

    def find(self, tenant: Tenant | None) -> Iterator[Mapping[str, Any]]:
        for body in self.rest().pages(self.path, self.collection):
            yield {'id': body['project_id'], 'limits': body}
