"""Cinder's own services, limits and versions."""

from tempest_cleanup.testing.simulation.block_storage.common import LATEST
from tempest_cleanup.testing.simulation.http import ApiError, Response, Row
from tempest_cleanup.testing.simulation.service import Context, Service, World
from tempest_cleanup.testing.simulation.store import public


def add_service(world: World, binary: str, host: str) -> Row:
    return world.store.add('volume_services', {
        'binary': binary, 'host': host, 'zone': 'nova', 'status': 'enabled', 'state': 'up',
        'updated_at': world.store.stamp('.000000'), 'disabled_reason': None}, f'{binary}@{host}')


def _services(context: Context, project: str) -> Response:
    context.require_admin('volume_extension:services:index')
    return Response(200, {'services': [public(row)
                                       for row in context.store.rows('volume_services')]})


def _update(context: Context, action: str) -> Response:
    context.require_admin('volume_extension:services:update')
    body = context.request.json()
    row = context.store.get('volume_services', f'{body.get("binary")}@{body.get("host")}')
    if row is None:
        raise ApiError(404, f'Service {body.get("binary")} on {body.get("host")} could not be '
                       'found.')
    status = 'enabled' if action == 'enable' else 'disabled'
    context.store.change('volume_services', row['_key'], status=status,
                         disabled_reason=body.get('disabled_reason'))
    return Response(200, {**public(row), 'disabled': status == 'disabled'})


def _limits(context: Context, project: str) -> Response:
    return Response(200, {'limits': {'rate': [], 'absolute': {
        'maxTotalVolumes': 200, 'maxTotalSnapshots': 200, 'maxTotalVolumeGigabytes': 10000,
        'maxTotalBackups': 200, 'maxTotalBackupGigabytes': 1000, 'totalVolumesUsed': 0,
        'totalGigabytesUsed': 0, 'totalSnapshotsUsed': 0, 'totalBackupsUsed': 0,
        'totalBackupGigabytesUsed': 0}}})


def register(service: Service) -> None:
    root = service.root
    service.route('GET', root + '/os-services', _services)
    for action in ('enable', 'disable', 'disable-log-reason'):
        def handle(context: Context, project: str, action: str = action) -> Response:
            return _update(context, action)
        service.route('PUT', f'{root}/os-services/{action}', handle)
    service.route('GET', root + '/limits', _limits)
    service.route('GET', root + '/default-types',
                  lambda context, project: Response(200, {'default_types': []}))
    version = {'id': 'v3.0', 'status': 'CURRENT', 'version': f'3.{LATEST}', 'min_version': '3.0',
               'updated': '2023-08-31T00:00:00Z', 'links': []}
    for path, status in (('/', 300), ('/v3', 200)):
        def versions(context: Context, status: int = status) -> Response:
            return Response(status, {'versions': [version]})
        service.route('GET', path, versions, public=True)
