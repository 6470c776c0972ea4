"""Neutron's layer 2 gateways. https://opendev.org/openstack/networking-l2gw (retired)"""
from tempest_cleanup.services.network import Network


class L2Gateways(Network):
    name, singular = 'l2_gateways', 'l2_gateway'
    path = 'l2-gateways'
    delete_after = ('l2_gateway_connections',)
    tried = False


class L2GatewayConnections(Network):
    name, singular = 'l2_gateway_connections', 'l2_gateway_connection'
    path = 'l2-gateway-connections'
    delete_before = ('networks',)
    tried = False
