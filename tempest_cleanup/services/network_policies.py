"""Neutron's groups, policies and extensions. https://docs.openstack.org/api-ref/network/v2/"""
from tempest_cleanup import errors
from tempest_cleanup.model import Resource
from tempest_cleanup.services.network import Network


class SecurityGroups(Network):
    """Security groups, with their rules.

    Asked for one project, the listing would make that project's default group.
    """

    name, singular = 'security_groups', 'security_group'
    path = 'security-groups'
    delete_after = ('ports',)
    goes_with = ('stacks',)


class SecurityGroupRules(Network):
    name, singular = 'security_group_rules', 'security_group_rule'
    path = 'security-group-rules'
    name_key = 'description'
    goes_with = ('security_groups', 'stacks')


class DefaultSecurityGroupRules(Network):
    """The rules that every new security group starts with."""

    name, singular = 'default_security_group_rules', 'default_security_group_rule'
    path = 'default-security-group-rules'
    name_key = 'description'


class AddressGroups(Network):
    name, singular = 'address_groups', 'address_group'
    path = 'address-groups'
    delete_after = ('security_group_rules', 'security_groups')


class RbacPolicies(Network):
    """Who else may use a thing. They go with it."""

    name, singular = 'rbac_policies', 'rbac_policy'
    path = 'rbac-policies'
    name_key = 'action'
    delete_after = ('ports', 'routers')
    goes_with = ('networks', 'qos_policies', 'security_groups', 'subnetpools',
                 'address_groups', 'address_scopes')


class QosPolicies(Network):
    """QoS policies, with their rules."""

    name, singular = 'qos_policies', 'policy'
    path, collection = 'qos/policies', 'policies'
    delete_after = ('ports', 'networks', 'floatingips', 'routers')
    goes_with = ('stacks',)


class MeteringLabels(Network):
    name, singular = 'metering_labels', 'metering_label'
    path = 'metering/metering-labels'


class MeteringLabelRules(Network):
    name, singular = 'metering_label_rules', 'metering_label_rule'
    path = 'metering/metering-label-rules'
    name_key = 'direction'
    goes_with = ('metering_labels',)


class Logs(Network):
    """What packets are to be logged of."""

    name, singular = 'logs', 'log'
    path = 'log/logs'
    delete_before = ('security_groups', 'ports')


class NetworkFlavors(Network):
    """Flavors of routers and the like; not Nova's."""

    name, singular = 'network_flavors', 'flavor'
    path, collection = 'flavors', 'flavors'
    delete_after = ('routers',)


class ServiceProfiles(Network):
    name, singular = 'service_profiles', 'service_profile'
    path = 'service_profiles'
    name_key = 'description'
    delete_after = ('network_flavors',)


class LocalIps(Network):
    """Local IPs. An association with a port is in the way of their deletion."""

    name, singular = 'local_ips', 'local_ip'
    path = 'local_ips'
    delete_before = ('networks',)

    def delete(self, resource: Resource) -> None:
        try:
            super().delete(resource)
        except errors.Conflict:
            below = self.member(resource, 'port_associations')
            for body in self.rest().pages(below, 'port_associations'):
                self.rest().delete(f'{below}/{body["fixed_port_id"]}')
            super().delete(resource)
