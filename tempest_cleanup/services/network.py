"""Neutron's networks, ports and routers. https://docs.openstack.org/api-ref/network/v2/"""
import contextlib
import dataclasses
import ipaddress
from collections.abc import Iterator, Mapping
from typing import Any, ClassVar
from urllib.parse import quote

from tempest_cleanup import errors
from tempest_cleanup.model import Body, Change, Resource, Tenant
from tempest_cleanup.services import bodies
from tempest_cleanup.services.base import ResourceService
from tempest_cleanup.services.quotas import Quotas

#: The ports that join a router and a subnet: each is an interface of its router.
#: neutron_lib.constants, DEVICE_OWNER_ROUTER_INTF and its kin
INTERFACE_OWNERS = frozenset((
    'network:router_interface', 'network:router_interface_distributed',
    'network:ha_router_replicated_interface'))

#: Why nothing that can be shared has a setting that says so.
SHARED = {'shared': 'whether it is for whoever asks; rbac_policies tell, for whom it is'}


class Network(ResourceService):
    """What is common to Neutron's kinds: an admin sees every project in every list."""

    service_type = 'network'
    update = 'put'

    def restore(self, resource: Resource, changes: tuple[Change, ...]) -> None:
        wanted = {c.attribute: c.old for c in changes}
        if 'tags' in wanted:
            self.rest().put(self.tags(resource), {'tags': wanted.pop('tags')})
        self.change(resource, wanted)

    def tags(self, resource: Resource) -> str:
        """The path of its tags."""
        return self.member(resource, 'tags')

    def change(self, resource: Resource, wanted: Mapping[str, Any]) -> None:
        """Put attributes to these values."""
        if wanted:
            self.rest().put(self.member(resource), {self.singular: dict(wanted)})


class Networks(Network):
    """Networks. With one go its subnets, segments and RBAC policies."""

    name, singular = 'networks', 'network'
    path = 'networks'
    always = ('project_id',)
    settings = ('name', 'description', 'admin_state_up', 'router:external',
                'is_default', 'port_security_enabled', 'qos_policy_id', 'dns_domain', 'mtu',
                'tags')
    stays_changed = SHARED | {
        'segmentation id': 'most drivers refuse to change it'}
    delete_after = ('ports', 'router_interfaces', 'routers', 'floatingips')
    goes_with = ('stacks',)

    def resource(self, body: Body, tenant: Tenant | None) -> Resource:
        found = super().resource(body, tenant)
        if body.get('router:external'):
            return found
        # Only an external one can be the default.
        return dataclasses.replace(found, settings={
            name: value for name, value in found.settings.items() if name != 'is_default'})

    def protects(self, resource: Resource) -> str:
        if not resource.project_id and resource.name.startswith('HA network '):
            return 'the network of highly available routers, which goes with the last of them'
        return ''


class Subnets(Network):
    name, singular = 'subnets', 'subnet'
    path = 'subnets'
    always = ('project_id',)
    settings = ('name', 'description', 'gateway_ip', 'enable_dhcp', 'dns_nameservers',
                'host_routes', 'allocation_pools', 'service_types', 'dns_publish_fixed_ip',
                'tags')
    ordered: ClassVar = frozenset(('dns_nameservers',))
    delete_after = ('ports', 'router_interfaces', 'routers')
    goes_with = ('networks', 'stacks')


class Ports(Network):
    """Ports, but for those that the network itself owns."""

    name, singular = 'ports', 'port'
    path = 'ports'
    settings = ('name', 'description', 'admin_state_up', 'security_groups',
                'allowed_address_pairs', 'extra_dhcp_opts', 'qos_policy_id',
                'port_security_enabled', 'dns_name', 'tags')
    stays_changed = {
        'fixed_ips': 'Neutron hands them out',
        'binding, device': 'Nova and others move them'}
    always = ('project_id', 'device_owner', 'device_id')
    host_key = 'binding:host_id'
    details = ('device_owner', 'device_id', 'binding:vif_type', host_key)
    # Neutron would take the last two along, and keep their standard attributes for ever.
    delete_after = ('servers', 'trunks', 'floatingips', 'local_ips', 'port_forwardings',
                    'ndp_proxies')
    goes_with = ('servers', 'stacks')
    spared_by = ('servers',)

    def change(self, resource: Resource, wanted: Mapping[str, Any]) -> None:
        options = wanted.get('extra_dhcp_opts')
        if options is not None:
            # Neutron drops an option only when it is told an empty value.
            names = {o['opt_name'] for o in options}
            wanted = {**wanted, 'extra_dhcp_opts': [*options, *(
                {**o, 'opt_value': None} for o in resource.body.get('extra_dhcp_opts', ())
                if o['opt_name'] not in names)]}
        super().change(resource, wanted)

    def protects(self, resource: Resource) -> str:
        owner = bodies.text(resource.body, 'device_owner')
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
    kept_with = ('networks',)

    def find(self, tenant: Tenant | None) -> Iterator[Body]:
        for body in super().find(tenant):
            if body.get('device_owner') in INTERFACE_OWNERS:
                yield body

    def delete(self, resource: Resource) -> None:
        router = f'routers/{resource.body["device_id"]}'
        request = {'port_id': resource.id}
        try:
            self.rest().put(f'{router}/remove_router_interface', request)
        except errors.NotFound:
            # Of a router that is gone it is a port like any other.
            super().delete(resource)
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
    always = ('project_id',)
    settings = ('name', 'description', 'admin_state_up', 'external_gateway_info', 'routes',
                'distributed', 'ha', 'enable_ndp_proxy', 'tags')
    delete_after = ('router_interfaces', 'floatingips', 'ndp_proxies')
    goes_with = ('stacks',)

    def change(self, resource: Resource, wanted: Mapping[str, Any]) -> None:
        wanted = dict(wanted)
        if 'routes' in wanted and 'external_gateway_info' in wanted:
            super().change(resource, {'routes': []})
        modes: dict[str, Any] = {
            name: wanted.pop(name) for name in ('ha', 'distributed') if name in wanted}
        if modes:
            # Neutron changes these of a router that is down only.
            super().change(resource, {'admin_state_up': False})
            super().change(resource, modes)
            wanted.setdefault('admin_state_up', resource.body.get('admin_state_up', True))
        routes = {name: wanted.pop(name) for name in ('routes',) if name in wanted}
        super().change(resource, wanted)
        super().change(resource, routes)


class FloatingIps(Network):
    name, singular = 'floatingips', 'floatingip'
    path = 'floatingips'
    always = ('project_id',)
    settings = ('port_id', 'fixed_ip_address', 'description', 'qos_policy_id', 'tags')
    name_key = 'floating_ip_address'
    delete_after = ('port_forwardings',)
    goes_with = ('stacks',)
    kept_with = ('ports',)


class PortForwardings(Network):
    """Port forwardings. Each floating IP lists its own."""

    name, singular = 'port_forwardings', 'port_forwarding'
    path, collection = 'floatingips', 'floatingips'
    settings = ('internal_port_id', 'internal_ip_address', 'internal_port', 'external_port',
                'protocol')
    name_key = 'protocol'
    follows = ('floatingips',)

    def find(self, tenant: Tenant | None) -> Iterator[Body]:
        for floating_ip in super().find(tenant):
            for body in floating_ip.get('port_forwardings') or ():
                yield dict(body, floatingip_id=floating_ip['id'],
                           project_id=floating_ip['project_id'])

    def member(self, resource: Resource, *rest: str) -> str:
        return '/'.join(('floatingips', str(resource.body.get('floatingip_id')),
                         'port_forwardings', quote(resource.id, safe=''), *rest))


class NdpProxies(Network):
    name, singular = 'ndp_proxies', 'ndp_proxy'
    path = 'ndp_proxies'
    settings = ('name', 'description')


class ConntrackHelpers(Network):
    """Conntrack helpers. A router tells that it has some, and lists them by itself."""

    name, singular = 'conntrack_helpers', 'conntrack_helper'
    path, collection = 'routers', 'routers'
    settings = ('protocol', 'port', 'helper')
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

    def member(self, resource: Resource, *rest: str) -> str:
        return '/'.join(('routers', str(resource.body.get('router_id')), 'conntrack_helpers',
                         quote(resource.id, safe=''), *rest))


class Trunks(Network):
    """Trunks, with their subports (which are ports, and stay)."""

    name, singular = 'trunks', 'trunk'
    path = 'trunks'
    always = ('project_id',)
    settings = ('name', 'description', 'admin_state_up', 'sub_ports', 'tags')
    delete_after = ('servers',)
    goes_with = ('stacks',)
    kept_with = ('ports',)

    def change(self, resource: Resource, wanted: Mapping[str, Any]) -> None:
        wanted = dict(wanted)
        subports = wanted.pop('sub_ports', None)
        super().change(resource, wanted)
        if subports is not None:
            now = resource.body.get('sub_ports', ())
            if surplus := [{'port_id': p['port_id']} for p in now if p not in subports]:
                self.rest().put(self.member(resource, 'remove_subports'), {'sub_ports': surplus})
            if missing := [p for p in subports if p not in now]:
                self.rest().put(self.member(resource, 'add_subports'), {'sub_ports': missing})


class NetworkQuotas(Quotas, Network):
    """Neutron lists the projects that have limits of their own, in one answer."""

    name, singular = 'network_quotas', 'quota'
    path, collection = 'quotas', 'quotas'
    scope = ResourceService.scope

    def find(self, tenant: Tenant | None) -> Iterator[Mapping[str, Any]]:
        for body in self.rest().pages(self.path, self.collection):
            yield {'id': body['project_id'], 'limits': body}
