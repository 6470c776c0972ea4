"""Segments, segment ranges, agents and the list of extensions."""

from dataclasses import replace

from tempest_cleanup.testing.simulation.http import Response, Row, bad_request, conflict
from tempest_cleanup.testing.simulation.network.common import kind, standard
from tempest_cleanup.testing.simulation.service import Context, Service, World

ALIASES = (
    'address-group', 'address-scope', 'agent', 'allowed-address-pairs', 'availability_zone',
    'binding', 'default-subnetpools', 'dns-integration', 'expose-port-forwarding-in-fip',
    'ext-gw-mode', 'external-net', 'extra_dhcp_opt', 'extraroute', 'extraroute-atomic',
    'flavors', 'floating-ip-port-forwarding', 'l3-conntrack-helper', 'l3-flavors',
    'l3-ndp-proxy', 'local_ip', 'logging', 'metering', 'net-mtu', 'network-segment-range',
    'pagination', 'port-security', 'project-id', 'provider', 'qos', 'quota_details', 'quotas',
    'rbac-policies', 'router', 'security-group', 'security-groups-default-rules',
    'security-groups-remote-address-group', 'segment', 'sorting', 'standard-attr-description',
    'standard-attr-revisions', 'standard-attr-tag', 'standard-attr-timestamp',
    'subnet_allocation', 'trunk', 'trunk-details')


def _make_segment(world: World, attributes: Row) -> Row:
    attributes.pop('project_id', None)
    now = world.store.stamp()
    row = {'id': world.store.uuid(), 'network_id': '', 'name': None, 'description': '',
           'physical_network': None, 'network_type': 'vxlan', 'segmentation_id': None,
           'created_at': now, 'updated_at': now, 'revision_number': 0, **attributes}
    return world.store.add('segments', row)


def _segment_unused(world: World, row: Row) -> None:
    """A network keeps its only segment while it has ports."""
    store = world.store
    alone = len(store.find('segments', 'network_id', row['network_id'])) == 1
    if store.find('subnets', 'segment_id', row['id']) or (
            alone and store.find('ports', 'network_id', row['network_id'])):
        raise conflict('SegmentInUse', f"Segment '{row['id']}' cannot be deleted: The segment is "
                       'still associated with port(s) or subnet(s).')


def _make_range(world: World, attributes: Row) -> Row:
    row = standard(world, attributes, default=False, shared=False, network_type='vlan',
                   physical_network='physnet1', minimum=100, maximum=199, revision_number=0)
    row |= {'available': [], 'used': {}}
    return world.store.add('network_segment_ranges', row)


def _range_free(world: World, row: Row) -> None:
    if row['default']:
        raise bad_request(f'Network Segment Range {row["id"]} is a default segment range which '
                          'could not be updated or deleted.',
                          'NetworkSegmentRangeDefaultReadOnly')
    for segment in world.store.find('segments', 'network_type', row['network_type']):
        number = segment['segmentation_id']
        if number is not None and row['minimum'] <= number <= row['maximum']:
            raise conflict('NetworkSegmentRangeReferencedByProject',
                           f'Network Segment Range {row["id"]} is in use by network '
                           f'{segment["network_id"]}.')


def _extensions(context: Context) -> Response:
    return Response(200, {'extensions': [
        {'name': alias, 'alias': alias, 'description': '', 'links': [],
         'updated': '2020-01-01T00:00:00-00:00'} for alias in ALIASES]})


def register(service: Service) -> None:
    service.add(SEGMENTS)
    service.add(RANGES)
    service.add(replace(RANGES, path='network_segment_ranges'))
    service.route('GET', '/v2.0/extensions', _extensions)
    service.route('GET', '/v2.0/agents', lambda context: Response(200, {'agents': []}))
    version = {'id': 'v2.0', 'status': 'CURRENT', 'links': []}
    service.route('GET', '/', lambda context: Response(200, {'versions': [version]}),
                  public=True)


SEGMENTS = kind('segments', 'segments', 'segment', _make_segment, owner='', admin_only=True,
                refusals=(_segment_unused,))
RANGES = kind('network_segment_ranges', 'network-segment-ranges', 'network_segment_range',
              _make_range, owner='', admin_only=True, refusals=(_range_free,))
