"""Compute services, hypervisors, availability zones and limits."""

from tempest_cleanup.testing.simulation.compute.versions import minor
from tempest_cleanup.testing.simulation.http import ApiError, Response, Row
from tempest_cleanup.testing.simulation.service import Context, Service, World, matching
from tempest_cleanup.testing.simulation.store import public


def add_service(world: World, binary: str, host: str) -> Row:
    zone = 'nova' if binary == 'nova-compute' else 'internal'
    return world.store.add('compute_services', {
        'binary': binary, 'host': host, 'id': world.store.uuid(), 'zone': zone,
        'status': 'enabled', 'state': 'up', 'updated_at': world.store.stamp('.000000'),
        'disabled_reason': None, 'forced_down': False, '_number': world.store.number()})


def _view(context: Context, row: Row) -> Row:
    body = public(row)
    if minor(context) < 53:
        body['id'] = row['_number']
    if minor(context) < 11:
        del body['forced_down']
    return body


def _list(context: Context) -> Response:
    context.require_admin('os_compute_api:os-services:list')
    rows = matching(context.store.rows('compute_services'), context.request.query, frozenset())
    return Response(200, {'services': [_view(context, row) for row in rows]})


def _update(context: Context, id: str) -> Response:
    context.require_admin('os_compute_api:os-services:update')
    row = context.store.get('compute_services', id)
    if row is None:
        raise ApiError(404, f'Service {id} could not be found.')
    changes = {name: value for name, value in context.request.json().items()
               if name in ('status', 'forced_down', 'disabled_reason')}
    if changes.get('status') == 'enabled':
        changes['disabled_reason'] = None
    context.store.change('compute_services', id, **changes)
    return Response(200, {'service': _view(context, row)})


def _update_by_name(context: Context, action: str) -> Response:
    """The calls of versions before 2.53: enable, disable, disable-log-reason."""
    context.require_admin('os_compute_api:os-services:update')
    body = context.request.json()
    row = context.store.first('compute_services', host=body.get('host'),
                              binary=body.get('binary'))
    if row is None:
        raise ApiError(404, f'Could not find binary {body.get("binary")} on host '
                       f'{body.get("host")}.')
    status = 'enabled' if action == 'enable' else 'disabled'
    context.store.change('compute_services', row['id'], status=status,
                         disabled_reason=body.get('disabled_reason'))
    shown = {name: row[name] for name in ('binary', 'host', 'status')}
    return Response(200, {'service': shown})


def _hypervisors(context: Context) -> Response:
    context.require_admin('os_compute_api:os-hypervisors:list-detail')
    hosts = context.store.find('compute_services', 'binary', 'nova-compute')
    return Response(200, {'hypervisors': [
        {'id': row['id'] if minor(context) >= 53 else row['_number'], 'state': row['state'],
         'status': row['status'], 'hypervisor_hostname': row['host']} for row in hosts]})


def _zones(context: Context) -> Response:
    names = {'nova': None, **{row['availability_zone']: None
                              for row in context.store.rows('aggregates')
                              if row['availability_zone']}}
    return Response(200, {'availabilityZoneInfo': [
        {'zoneName': name, 'zoneState': {'available': True}, 'hosts': None} for name in names]})


def _limits(context: Context) -> Response:
    used = len(context.store.find('servers', 'tenant_id', context.token.project_id))
    return Response(200, {'limits': {'rate': [], 'absolute': {
        'maxServerMeta': 128, 'maxImageMeta': 128, 'maxPersonality': 5,
        'maxPersonalitySize': 10240, 'maxTotalInstances': 200, 'maxTotalCores': 800,
        'maxTotalRAMSize': 512000, 'maxTotalKeypairs': 500, 'maxServerGroups': 100,
        'maxServerGroupMembers': 10, 'maxSecurityGroups': -1, 'maxSecurityGroupRules': -1,
        'maxTotalFloatingIps': -1, 'totalInstancesUsed': used, 'totalCoresUsed': used,
        'totalRAMUsed': used * 64, 'totalServerGroupsUsed': 0, 'totalFloatingIpsUsed': 0,
        'totalSecurityGroupsUsed': 0}}})


def register(service: Service) -> None:
    root = service.root
    service.route('GET', root + '/os-services', _list)
    service.route('PUT', root + '/os-services/{id}', _update)
    for action in ('enable', 'disable', 'disable-log-reason'):
        def handle(context: Context, action: str = action) -> Response:
            return _update_by_name(context, action)
        service.route('PUT', f'{root}/os-services/{action}', handle)
    service.route('GET', root + '/os-hypervisors', _hypervisors)
    service.route('GET', root + '/os-hypervisors/detail', _hypervisors)
    service.route('GET', root + '/os-availability-zone', _zones)
    service.route('GET', root + '/os-availability-zone/detail', _zones)
    service.route('GET', root + '/limits', _limits)
