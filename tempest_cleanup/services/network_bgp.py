"""Neutron's BGP and BGP VPNs. https://docs.openstack.org/api-ref/network/v2/#bgp-speakers"""
import contextlib
from collections.abc import Iterator
from typing import ClassVar

from tempest_cleanup import errors
from tempest_cleanup.model import Body, Resource, Tenant
from tempest_cleanup.services.network import Network


class BgpSpeakers(Network):
    """Speakers, with what ties them to peers and networks."""

    name, singular = 'bgp_speakers', 'bgp_speaker'
    path = 'bgp-speakers'
    delete_before = ('networks',)
    tried = False


class BgpPeers(Network):
    name, singular = 'bgp_peers', 'bgp_peer'
    path = 'bgp-peers'
    tried = False


class Bgpvpns(Network):
    """BGP VPNs, with their associations."""

    name, singular = 'bgpvpns', 'bgpvpn'
    path = 'bgpvpn/bgpvpns'
    tried = False


class BgpvpnAssociations(Network):
    """Associations of BGP VPNs. Each BGP VPN lists its own."""

    path, collection = 'bgpvpn/bgpvpns', 'bgpvpns'
    goes_with: ClassVar[tuple[str, ...]] = ('bgpvpns',)
    tried = False
    #: The collection's path below the BGP VPN, and the key in its answer.
    below: ClassVar[str]

    def find(self, tenant: Tenant | None) -> Iterator[Body]:
        for bgpvpn in super().find(tenant):
            with contextlib.suppress(errors.NotFound):  # the BGP VPN went meanwhile
                for body in self.rest().pages(
                        f'{self.path}/{bgpvpn["id"]}/{self.below}', self.below):
                    yield dict(body, bgpvpn_id=bgpvpn['id'])

    def member(self, resource: Resource, *rest: str) -> str:
        return '/'.join((self.path, resource.body['bgpvpn_id'], self.below, resource.id, *rest))


class BgpvpnNetworkAssociations(BgpvpnAssociations):
    name, singular = 'bgpvpn_network_associations', 'network_association'
    below = 'network_associations'
    delete_before = ('networks',)


class BgpvpnRouterAssociations(BgpvpnAssociations):
    name, singular = 'bgpvpn_router_associations', 'router_association'
    below = 'router_associations'
    delete_before = ('routers',)


class BgpvpnPortAssociations(BgpvpnAssociations):
    name, singular = 'bgpvpn_port_associations', 'port_association'
    below = 'port_associations'
    delete_before = ('ports',)
