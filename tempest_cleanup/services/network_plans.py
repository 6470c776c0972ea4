"""Neutron's plans of addresses and segments. https://docs.openstack.org/api-ref/network/v2/"""
from collections.abc import Mapping
from typing import Any

from tempest_cleanup import errors
from tempest_cleanup.model import Resource
from tempest_cleanup.services.network import SHARED, Network


class Segments(Network):
    """Segments. Every network has one at least; they go with it."""

    name, singular = 'segments', 'segment'
    path = 'segments'
    settings = ('name', 'description')
    delete_after = ('subnets',)
    goes_with = ('networks',)


class NetworkSegmentRanges(Network):
    """Ranges of segmentation ids that an administrator made."""

    name, singular = 'network_segment_ranges', 'network_segment_range'
    path = 'network-segment-ranges'
    settings = ('name', 'description', 'minimum', 'maximum', 'tags')
    delete_after = ('networks',)

    def tags(self, resource: Resource) -> str:
        # Neutron knows the tags of these under another path than the ranges themselves.
        return f'network_segment_ranges/{resource.id}/tags'

    def protects(self, resource: Resource) -> str:
        return 'from the configuration of Neutron' if resource.body.get('default') else ''


class SubnetPools(Network):
    name, singular = 'subnetpools', 'subnetpool'
    path = 'subnetpools'
    settings = ('name', 'description', 'default_prefixlen', 'min_prefixlen', 'max_prefixlen',
                'default_quota', 'is_default', 'address_scope_id', 'prefixes', 'tags')
    stays_changed = {
        'a prefix that was added, a default_quota where there was none':
            'shown, but no request takes one away'}
    delete_after = ('subnets',)

    def change(self, resource: Resource, wanted: Mapping[str, Any]) -> None:
        can = {name: value for name, value in wanted.items()
               if value is not None or name != 'default_quota'}
        super().change(resource, can)
        if can != wanted:
            raise errors.Conflict('no request takes away a default_quota that was set')


class AddressScopes(Network):
    name, singular = 'address_scopes', 'address_scope'
    path = 'address-scopes'
    settings = ('name',)
    stays_changed = SHARED
    delete_after = ('subnetpools',)
