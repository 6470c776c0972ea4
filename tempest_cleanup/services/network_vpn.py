"""Neutron's VPNaaS. https://docs.openstack.org/api-ref/network/v2/#vpnaas-2-0"""

from tempest_cleanup.model import Body, Tenant
from tempest_cleanup.services.network import Network


class IpsecSiteConnections(Network):
    """Connections, the first of all to go. Their listing tells the secret that they share."""

    name, singular = 'ipsec_site_connections', 'ipsec_site_connection'
    path = 'vpn/ipsec-site-connections'
    tried = False

    def told(self, body: Body, tenant: Tenant | None) -> Body:
        return {key: value for key, value in body.items() if key != 'psk'}


class VpnEndpointGroups(Network):
    """Groups of subnets, networks or addresses; not Keystone's endpoint groups."""

    name, singular = 'vpn_endpoint_groups', 'endpoint_group'
    path, collection = 'vpn/endpoint-groups', 'endpoint_groups'
    delete_after = ('ipsec_site_connections',)
    delete_before = ('subnets', 'networks', 'routers')
    tried = False


class VpnServices(Network):
    """Services, each of a router, whose interfaces can't be removed before."""

    name, singular = 'vpnservices', 'vpnservice'
    path = 'vpn/vpnservices'
    delete_after = ('ipsec_site_connections',)
    delete_before = ('subnets', 'routers')
    tried = False


class IkePolicies(Network):
    name, singular = 'ikepolicies', 'ikepolicy'
    path = 'vpn/ikepolicies'
    delete_after = ('ipsec_site_connections',)
    tried = False


class IpsecPolicies(Network):
    name, singular = 'ipsecpolicies', 'ipsecpolicy'
    path = 'vpn/ipsecpolicies'
    delete_after = ('ipsec_site_connections',)
    tried = False
