"""Neutron's FWaaS v2. https://docs.openstack.org/api-ref/network/v2/#fwaas-v2-0-current"""
from tempest_cleanup.model import Resource
from tempest_cleanup.services.network import Network

#: FWaaS makes one group named so for each project, with policies and rules.
#: neutron_fwaas.db.firewall.v2.firewall_db_v2
DEFAULT = ('default', 'default ingress', 'default egress', 'default ingress ipv4',
           'default ingress ipv6', 'default egress ipv4', 'default egress ipv6')


class Firewall(Network):
    """What is common to FWaaS: some of each kind it makes for every project."""

    tried = False

    def protects(self, resource: Resource) -> str:
        return 'FWaaS makes it for every project' if resource.name in DEFAULT else ''


class FirewallGroups(Firewall):
    """Firewall groups. FWaaS deletes none that is on a port."""

    name, singular = 'firewall_groups', 'firewall_group'
    path = 'fwaas/firewall_groups'
    delete_before = ('ports',)

    def prepare_delete(self, resource: Resource) -> None:
        if resource.body.get('ports'):
            self.rest().put(self.member(resource), {self.singular: {'ports': []}})


class FirewallPolicies(Firewall):
    name, singular = 'firewall_policies', 'firewall_policy'
    path = 'fwaas/firewall_policies'
    delete_after = ('firewall_groups',)


class FirewallRules(Firewall):
    name, singular = 'firewall_rules', 'firewall_rule'
    path = 'fwaas/firewall_rules'
    delete_after = ('firewall_policies',)
