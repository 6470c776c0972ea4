"""Ways out for what Neutron does not let go of. What somebody uses is left to him."""
from collections.abc import Mapping
from typing import Any

from tempest_cleanup import errors
from tempest_cleanup.model import Resource
from tempest_cleanup.remedies import holders
from tempest_cleanup.remedies.base import Rank, Remedy, Trouble
from tempest_cleanup.remedies.shapes import found
from tempest_cleanup.services.base import ResourceService
from tempest_cleanup.services.network import INTERFACE_OWNERS

#: Ports that Neutron deletes with their network. neutron.common._constants
GOES_ALONG = frozenset(('network:dhcp', 'network:distributed',
                        'network:floatingip_agent_gateway'))


class ClearPort(Remedy):
    """A port without addresses is nobody's way to anywhere."""

    kinds = ('ports',)
    does = 'takes it down, and its addresses away'
    rank = Rank.DETACH

    def apply(self, kind: ResourceService, trouble: Trouble) -> None:
        unused(kind, trouble.resource)
        change(kind, trouble.resource.id, {'admin_state_up': False, 'fixed_ips': []})


class FreePort(Remedy):
    """A port that says whose it is, though that is gone."""

    kinds = ('ports',)
    does = 'frees it from a device that is gone'
    rank = Rank.DETACH

    def fits(self, trouble: Trouble) -> bool:
        body = trouble.resource.body
        return bool(body.get('device_id') or body.get('device_owner'))

    def apply(self, kind: ResourceService, trouble: Trouble) -> None:
        unused(kind, trouble.resource)
        change(kind, trouble.resource.id, {'device_id': '', 'device_owner': ''})


class ClearRouter(Remedy):
    """A route, or a gateway, holds the interface or the network that it leads through."""

    kinds = ('routers',)
    does = 'clears its routes and its gateway'
    rank = Rank.DETACH

    def apply(self, kind: ResourceService, trouble: Trouble) -> None:
        path = kind.member(trouble.resource)
        kind.rest().put(path, {kind.singular: {'routes': []}})
        kind.rest().put(path, {kind.singular: {'external_gateway_info': None}})


class RemoveInterfaces(Remedy):
    """Interfaces that were added after everything was listed."""

    kinds = ('routers',)
    does = 'removes its interfaces'
    rank = Rank.DETACH

    def fits(self, trouble: Trouble) -> bool:
        return trouble.code == 409

    def apply(self, kind: ResourceService, trouble: Trouble) -> None:
        router = trouble.resource
        for port in found([p for p in ports(kind, {'device_id': router.id})
                           if p['device_owner'] in INTERFACE_OWNERS]):
            kind.rest().put(kind.member(router, 'remove_router_interface'),
                            {'port_id': port['id']})


class DeleteStrays(Remedy):
    """Ports of what is gone, such as the gateway of a router or a floating IP's."""

    kinds = ('networks', 'subnets')
    does = 'deletes the ports on it of what is gone'
    rank = Rank.DETACH

    def fits(self, trouble: Trouble) -> bool:
        return trouble.code == 409

    def apply(self, kind: ResourceService, trouble: Trouble) -> None:
        strays = found([port for port in ports(kind, where(trouble.resource))
                        if port['device_owner'] not in GOES_ALONG])
        for port in strays:
            if not port['device_id'] and not port['device_owner']:
                raise errors.RemedyFailed(
                    f'port {port["id"]} of project {port["project_id"]} is on it')
            if holder := holders.of_port(kind.cloud, port):
                raise errors.RemedyFailed(f'port {port["id"]} of {holder} is on it')
        for port in strays:
            kind.rest().delete(f'ports/{port["id"]}')


def unused(kind: ResourceService, port: Resource) -> None:
    """See that nobody has a port.

    :raises errors.RemedyFailed: somebody has, or nobody knows
    """
    now = kind.rest().get(f'ports/{port.id}')['port']
    if holder := holders.of_port(kind.cloud, now):
        raise errors.RemedyFailed(f'{holder} still has it')


def change(kind: ResourceService, port: str, values: Mapping[str, Any]) -> None:
    """Set attributes of a port."""
    kind.rest().put(f'ports/{port}', {'port': dict(values)})


def ports(kind: ResourceService, query: Mapping[str, str]) -> list[Mapping[str, Any]]:
    return list(kind.rest().pages('ports', 'ports', query=query))


def where(place: Resource) -> dict[str, str]:
    """The question for all ports on a network or subnet."""
    if place.kind == 'subnets':
        return {'fixed_ips': f'subnet_id={place.id}'}
    return {'network_id': place.id}
