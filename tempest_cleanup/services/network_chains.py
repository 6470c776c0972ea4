"""Neutron's service function chaining.

https://docs.openstack.org/api-ref/network/v2/#service-function-chaining-sfc-extension
"""
from tempest_cleanup.services.network import Network


class ServiceGraphs(Network):
    name, singular = 'service_graphs', 'service_graph'
    path = 'sfc/service_graphs'
    tried = False


class PortChains(Network):
    name, singular = 'port_chains', 'port_chain'
    path = 'sfc/port_chains'
    delete_after = ('service_graphs',)
    tried = False


class PortPairGroups(Network):
    name, singular = 'port_pair_groups', 'port_pair_group'
    path = 'sfc/port_pair_groups'
    delete_after = ('port_chains',)
    tried = False


class PortPairs(Network):
    name, singular = 'port_pairs', 'port_pair'
    path = 'sfc/port_pairs'
    delete_after = ('port_pair_groups',)
    delete_before = ('ports',)
    tried = False


class FlowClassifiers(Network):
    name, singular = 'flow_classifiers', 'flow_classifier'
    path = 'sfc/flow_classifiers'
    delete_after = ('port_chains',)
    delete_before = ('ports',)
    tried = False
