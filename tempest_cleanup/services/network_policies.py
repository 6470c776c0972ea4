"""Neutron's groups, policies and extensions. https://docs.openstack.org/api-ref/network/v2/"""
import contextlib
from collections.abc import Iterator, Mapping
from typing import Any

from tempest_cleanup import errors
from tempest_cleanup.model import Body, Change, Resource, Tenant
from tempest_cleanup.services.base import only_told
from tempest_cleanup.services.network import SHARED, Network


class SecurityGroups(Network):
    """Security groups, with their rules.

    Asked for one project, the listing would make that project's default group.
    """

    name, singular = 'security_groups', 'security_group'
    path = 'security-groups'
    always = ('project_id', 'name')
    settings = ('name', 'description', 'stateful', 'tags')
    delete_after = ('ports',)
    goes_with = ('stacks',)


class Rule(Network):
    """Rules can't be changed. One that was removed is made again, under another id."""

    comes_back = same_by_settings = True

    def resource(self, body: Body, tenant: Tenant | None) -> Resource:
        # Those that Neutron makes have no description, those that are made have an empty one.
        return super().resource({**body, 'description': body.get('description') or ''}, tenant)

    def restore(self, resource: Resource, changes: tuple[Change, ...]) -> None:
        told = {name: value for name, value in resource.settings.items() if value is not None}
        self.rest().post(self.path, {self.singular: told})


class SecurityGroupRules(Rule):
    name, singular = 'security_group_rules', 'security_group_rule'
    path = 'security-group-rules'
    settings = ('security_group_id', 'direction', 'ethertype', 'protocol', 'port_range_min',
                'port_range_max', 'remote_group_id', 'remote_ip_prefix',
                'remote_address_group_id', 'description', 'project_id')
    name_key = 'description'
    goes_with = ('security_groups', 'stacks')


class DefaultSecurityGroupRules(Rule):
    """The rules that every new security group starts with."""

    name, singular = 'default_security_group_rules', 'default_security_group_rule'
    path = 'default-security-group-rules'
    settings = ('direction', 'ethertype', 'protocol', 'port_range_min', 'port_range_max',
                'remote_group_id', 'remote_ip_prefix', 'remote_address_group_id',
                'description', 'used_in_default_sg', 'used_in_non_default_sg')
    name_key = 'description'


class AddressGroups(Network):
    name, singular = 'address_groups', 'address_group'
    path = 'address-groups'
    settings = ('name', 'description', 'addresses')
    delete_after = ('security_group_rules', 'security_groups')

    def change(self, resource: Resource, wanted: Mapping[str, Any]) -> None:
        wanted = dict(wanted)
        addresses = wanted.pop('addresses', None)
        super().change(resource, wanted)
        if addresses is None:
            return
        # Asked anew: what is so already is refused.
        now = set(self.rest().get(self.member(resource))[self.singular]['addresses'])
        for verb, changed in (('remove_addresses', now - set(addresses)),
                              ('add_addresses', set(addresses) - now)):
            if changed:
                self.rest().put(self.member(resource, verb), {'addresses': sorted(changed)})


class QosPolicies(Network):
    """QoS policies, with their rules."""

    name, singular = 'qos_policies', 'policy'
    path, collection = 'qos/policies', 'policies'
    settings = ('name', 'description', 'is_default', 'tags')
    stays_changed = SHARED
    delete_after = ('ports', 'networks', 'floatingips', 'routers')
    goes_with = ('stacks',)

    def tags(self, resource: Resource) -> str:
        # Neutron knows the tags of these under another path than the policies themselves.
        return f'policies/{resource.id}/tags'


class QosRules(Network):
    """Rules of QoS policies, of each type. The policies' listing shows them."""

    name, singular = 'qos_rules', 'qos_rule'
    path, collection = 'qos/policies', 'policies'
    name_key = 'type'
    settings = ('direction', 'dscp_mark', 'max_burst_kbps', 'max_burst_kpps', 'max_kbps',
                'max_kpps', 'min_kbps', 'min_kpps')
    goes_with = ('qos_policies',)

    def resource(self, body: Body, tenant: Tenant | None) -> Resource:
        # Each type has some of them only.
        return only_told(super().resource(body, tenant))

    def restore(self, resource: Resource, changes: tuple[Change, ...]) -> None:
        self.rest().put(self.member(resource), {
            f'{resource.body["type"]}_rule': {c.attribute: c.old for c in changes}})

    def find(self, tenant: Tenant | None) -> Iterator[Body]:
        for policy in super().find(tenant):
            for body in policy.get('rules') or ():
                yield dict(body, qos_policy_id=policy['id'], project_id=policy['project_id'])

    def member(self, resource: Resource, *rest: str) -> str:
        body = resource.body
        return '/'.join((self.path, body['qos_policy_id'], f'{body["type"]}_rules',
                         resource.id, *rest))


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
    settings = ('name', 'description', 'enabled')
    delete_before = ('security_groups', 'ports')


class NetworkFlavors(Network):
    """Flavors of routers and the like; not Nova's."""

    name, singular = 'network_flavors', 'flavor'
    path, collection = 'flavors', 'flavors'
    settings = ('name', 'description', 'enabled', 'service_profiles')
    delete_after = ('routers',)

    def change(self, resource: Resource, wanted: Mapping[str, Any]) -> None:
        wanted = dict(wanted)
        profiles = wanted.pop('service_profiles', None)
        super().change(resource, wanted)
        if profiles is None:
            return
        now = set(resource.body.get('service_profiles', ()))
        below = self.member(resource, 'service_profiles')
        for profile in sorted(now - set(profiles)):
            self.rest().delete(f'{below}/{profile}')
        for profile in sorted(set(profiles) - now):
            self.rest().post(below, {'service_profile': {'id': profile}})


class ServiceProfiles(Network):
    name, singular = 'service_profiles', 'service_profile'
    path = 'service_profiles'
    settings = ('description', 'enabled', 'driver', 'metainfo')
    name_key = 'description'
    delete_after = ('network_flavors',)


class LocalIps(Network):
    """Local IPs. An association with a port is in the way of their deletion."""

    name, singular = 'local_ips', 'local_ip'
    path = 'local_ips'
    settings = ('name', 'description')
    delete_before = ('networks',)

    def delete(self, resource: Resource) -> None:
        try:
            super().delete(resource)
        except errors.Conflict:
            below = self.member(resource, 'port_associations')
            for body in self.rest().pages(below, 'port_associations'):
                self.rest().delete(f'{below}/{body["fixed_port_id"]}')
            super().delete(resource)


class LocalIpAssociations(Network):
    """Associations of local IPs with ports. Each local IP lists its own."""

    name, singular = 'local_ip_associations', 'port_association'
    path, collection = 'local_ips', 'local_ips'
    id_key, name_key = 'key', 'fixed_ip'
    goes_with = ('local_ips',)
    delete_before = ('ports',)

    def find(self, tenant: Tenant | None) -> Iterator[Body]:
        for local_ip in super().find(tenant):
            with contextlib.suppress(errors.NotFound):  # the local IP went meanwhile
                for body in self.rest().pages(
                        f'{self.path}/{local_ip["id"]}/port_associations', 'port_associations'):
                    yield dict(body, key=f'{local_ip["id"]}/{body["fixed_port_id"]}',
                               project_id=local_ip['project_id'])

    def member(self, resource: Resource, *rest: str) -> str:
        body = resource.body
        return '/'.join((self.path, body['local_ip_id'], 'port_associations',
                         body['fixed_port_id'], *rest))
