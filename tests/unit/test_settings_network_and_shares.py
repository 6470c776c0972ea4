"""Neutron's and Manila's settings: which requests put them back."""
from typing import Any, cast

import pytest

from tempest_cleanup import errors
from tempest_cleanup.cloud import Cloud
from tempest_cleanup.model import Change, Resource
from tempest_cleanup.services import (
    container_infra,
    network,
    network_plans,
    network_policies,
    network_sharing,
    shared_file_system,
    shared_file_system_settings,
)
from tempest_cleanup.services.base import ResourceService
from tests.unit.restoring import Sent, gone, put_back, served

POLICY = {'id': 'r', 'object_type': 'address_scope', 'object_id': 'a', 'target_tenant': '*',
          'action': 'access_as_shared', 'project_id': 'somebody'}


@pytest.mark.parametrize(('kind', 'path'), [
    (network.Ports, 'ports/x/tags'),
    (network_policies.QosPolicies, 'policies/x/tags'),
    (network_plans.NetworkSegmentRanges, 'network_segment_ranges/x/tags')])
def test_tags_have_a_path_of_their_own(kind: type[ResourceService], path: str) -> None:
    assert put_back(kind, 'x', {'tags': ['a']}, {'tags': []}) == [('put', path, {'tags': ['a']})]


def test_addresses_that_are_so_already_are_not_sent() -> None:
    """Neutron refuses one that is there; an attempt before may have done a part."""
    assert put_back(
        network_policies.AddressGroups, 'g', {'addresses': ['a', 'b']}, {'addresses': ['c']},
        {'address-groups/g': {'address_group': {'addresses': ['b', 'c']}}}) == [
        ('put', 'address-groups/g/remove_addresses', {'addresses': ['c']}),
        ('put', 'address-groups/g/add_addresses', {'addresses': ['a']})]


def test_only_an_external_network_can_be_the_default() -> None:
    kind, _ = served(network.Networks)
    inner = kind.resource({'id': 'n', 'router:external': False}, None)
    outer = kind.resource({'id': 'n', 'router:external': True, 'is_default': True}, None)
    assert 'is_default' not in inner.settings
    assert outer.settings['is_default'] is True


class Shared:
    """Refuses to take a thing from everybody till its owner is let in by name."""

    def __init__(self) -> None:
        self.sent: list[Sent] = []
        self.owner_is_in = False

    def rest(self, _service_type: str) -> 'Shared':
        return self

    def get(self, path: str) -> dict[str, Any]:
        return {'address_scope': {'id': path.rsplit('/', 1)[-1], 'project_id': 'owner'}}

    def post(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        self.sent.append(('post', path, body['rbac_policy']['target_tenant']))
        self.owner_is_in = True
        return {'rbac_policy': {'id': 'meanwhile'}}

    def delete(self, path: str, **_more: Any) -> None:
        self.sent.append(('delete', path, None))
        if path == 'rbac-policies/r' and not self.owner_is_in:
            raise errors.Conflict('in use')


def test_the_owner_of_a_thing_is_no_reason_to_leave_it_to_everybody() -> None:
    rest = Shared()
    kind = network_sharing.RbacPolicies(cast(Cloud, rest))
    kind.delete(kind.resource(POLICY, None))
    assert rest.sent == [
        ('delete', 'rbac-policies/r', None), ('post', 'rbac-policies', 'owner'),
        ('delete', 'rbac-policies/r', None), ('delete', 'rbac-policies/meanwhile', None)]


def test_a_quota_that_was_set_stays_and_the_rest_is_put_back() -> None:
    kind, service = served(network_plans.SubnetPools)
    pool = Resource('subnetpools', 'p')
    with pytest.raises(errors.Conflict, match='default_quota'):
        kind.restore(pool, (Change(pool, 'default_quota', None, 7),
                            Change(pool, 'name', 'old', 'new')))
    assert service.sent == [('put', 'subnetpools/p', {'subnetpool': {'name': 'old'}})]


def test_a_rule_without_a_description_has_an_empty_one() -> None:
    """Neutron's own have none, and come back with an empty one."""
    kind, _ = served(network_policies.SecurityGroupRules)
    own, made = (kind.resource({'id': i, 'description': d}, None)
                 for i, d in (('1', None), ('2', '')))
    assert own.settings == made.settings


def test_shares() -> None:
    """Manila sets names under other names than it tells."""
    was: dict[str, Any] = {
        'name': 'a', 'description': None, 'is_public': False, 'metadata': {}}
    assert put_back(shared_file_system.Shares, 's', was, {
        'name': 'b', 'description': 'new', 'is_public': True, 'metadata': {'k': 'v'}}) == [
        ('put', 'shares/s/metadata', {'metadata': {}}),
        ('put', 'shares/s', {'share': {
            'display_description': None, 'is_public': False, 'display_name': 'a'}})]


def test_share_types() -> None:
    now = {'name': 'b', 'extra_specs': {'k': 'w', 'new': 'x'}}
    assert put_back(
        shared_file_system_settings.ShareTypes, 't', {'name': 'a', 'extra_specs': {'k': 'v'}},
        now, {'types/t/extra_specs': {'extra_specs': now['extra_specs']}}) == [
        ('post', 'types/t/extra_specs', {'extra_specs': {'k': 'v'}}),
        ('delete', 'types/t/extra_specs/new', None),
        ('put', 'types/t', {'share_type': {'name': 'a'}})]


@pytest.mark.parametrize(('was', 'now', 'sent'), [
    (('enabled', None), ('disabled', 'why'), ('enable', {})),
    (('disabled', 'why'), ('enabled', None), ('disable', {'disabled_reason': 'why'})),
    (('disabled', None), ('enabled', None), ('disable', {}))])
def test_share_services(
    was: tuple[str, str | None], now: tuple[str, str | None], sent: tuple[str, dict[str, str]],
) -> None:
    names = ('status', 'disabled_reason')
    kind, service = served(shared_file_system_settings.ShareServices)
    resource = Resource('share_services', '1', body={'binary': 'manila-share', 'host': 'h'},
                        settings=dict(zip(names, now, strict=True)))
    kind.restore(resource, tuple(
        Change(resource, *values) for values in zip(names, was, now, strict=True)))
    assert service.sent == [('put', f'services/{sent[0]}', {
        'binary': 'manila-share', 'host': 'h', **sent[1]})]


@pytest.mark.parametrize(('rule', 'settings'), [
    ({'type': 'dscp_marking', 'dscp_mark': 16}, {'dscp_mark': 16}),
    ({'type': 'bandwidth_limit', 'max_kbps': 1, 'max_burst_kbps': 0, 'direction': 'egress'},
     {'max_kbps': 1, 'max_burst_kbps': 0, 'direction': 'egress'})])
def test_a_qos_rule_has_what_its_type_has(
    rule: dict[str, Any], settings: dict[str, Any],
) -> None:
    kind, service = served(network_policies.QosRules)
    found = kind.resource({'id': 'r', 'qos_policy_id': 'q', **rule}, None)
    assert found.settings == settings
    (name, old), *_ = settings.items()
    kind.restore(found, (Change(found, name, old, 'new'),))
    assert service.sent == [('put', f'qos/policies/q/{rule["type"]}_rules/r',
                             {f'{rule["type"]}_rule': {name: old}})]


@pytest.mark.parametrize(('new', 'sent'), [
    (None, ('post', 'quotas', {'project_id': 'p', 'resource': 'Cluster', 'hard_limit': 7})),
    (8, ('patch', 'quotas/p/Cluster',
         {'project_id': 'p', 'resource': 'Cluster', 'hard_limit': 7}))])
def test_limits_of_clusters_come_back_and_are_changed_back(new: int | None, sent: Sent) -> None:
    kind, service = served(container_infra.CoeQuotas)
    limit = Resource('coe_quotas', 'p/Cluster')
    kind.restore(limit, (Change(limit, 'hard_limit', 7, new),))
    assert service.sent == [sent]


def test_who_else_may_use_a_thing() -> None:
    """What says that a thing is shared says it for whoever asks; policies say it for all."""
    was = {'object_type': 'network', 'object_id': 'n', 'action': 'access_as_shared',
           'target_tenant': 'a', 'project_id': 'p'}
    assert put_back(network_sharing.RbacPolicies, 'r', was, was | {'target_tenant': 'b'}) == [
        ('put', 'rbac-policies/r', {'rbac_policy': {'target_tenant': 'a'}})]
    kind, service = served(network_sharing.RbacPolicies)
    removed = Resource('rbac_policies', 'r', settings=was)
    kind.restore(removed, gone(removed))
    assert service.sent == [('post', 'rbac-policies', {'rbac_policy': was})]
    for other in (network.Networks, network_policies.QosPolicies, network_plans.AddressScopes):
        assert 'shared' not in other.settings
