"""Neutron's Tap-as-a-Service. https://docs.openstack.org/api-ref/network/v2/#tap-as-a-service"""
from tempest_cleanup.services.network import Network


class TapServices(Network):
    """Tap services, with their flows."""

    name, singular = 'tap_services', 'tap_service'
    path = 'taas/tap_services'
    delete_before = ('ports',)
    tried = False


class TapFlows(Network):
    name, singular = 'tap_flows', 'tap_flow'
    path = 'taas/tap_flows'
    goes_with = ('tap_services',)
    delete_before = ('ports',)
    tried = False


class TapMirrors(Network):
    name, singular = 'tap_mirrors', 'tap_mirror'
    path = 'taas/tap_mirrors'
    delete_before = ('ports',)
    tried = False
