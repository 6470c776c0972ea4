"""The simulated Cinder, API v3 with microversions."""

from tempest_cleanup.testing.simulation.block_storage import (
    attachments,
    backups,
    group_types,
    groups,
    qos,
    snapshots,
    transfers,
    types,
    volumes,
    workers,
)
from tempest_cleanup.testing.simulation.block_storage.common import LATEST
from tempest_cleanup.testing.simulation.compute import FAULT_NAMES
from tempest_cleanup.testing.simulation.http import ApiError, Request, Response, Row, bad_request
from tempest_cleanup.testing.simulation.paging import cut
from tempest_cleanup.testing.simulation.quotas import QuotaSets
from tempest_cleanup.testing.simulation.router import Router
from tempest_cleanup.testing.simulation.service import Context, Kind, Service, World

_QUOTA = {'volumes': 200, 'per_volume_gigabytes': -1, 'snapshots': 200, 'gigabytes': 10000,
          'backups': 200, 'backup_gigabytes': 1000, 'groups': 10}
_LINKS = {'attachments': '', 'cgsnapshots': '', 'groups': 'group_links',
          'group_snapshots': 'group_snapshot_links', 'group_types': 'group_type_links',
          'volume_types': 'volume_type_links', 'consistencygroups': 'consistencygroup_links'}
"""What Cinder names the links to the next page; some lists have none, and know offsets."""


class BlockStorage(Service):
    """Volumes and what is made of them. The project is part of every address."""

    name = 'block_storage'
    prefix = '/volume'
    root = '/v3/{project_id}'
    reserved = Service.reserved | {'is_public', 'project_id', 'with_count'}

    def __init__(self, world: World, router: Router) -> None:
        super().__init__(world, router)
        for module in (types, qos, group_types, volumes, snapshots, backups, transfers,
                       attachments, groups, workers):
            module.register(self)
        self.quotas = QuotaSets('volume_quotas', self, _defaults, 200)

    def admit(self, context: Context, params: list[str]) -> None:
        if params and params[0] != context.token.project_id:
            raise bad_request('Malformed request url')

    def error(self, request: Request, error: ApiError) -> Response:
        name = FAULT_NAMES.get(error.status, 'computeFault')
        return Response(error.status, {name: {'code': error.status, 'message': error.message}})

    def headers(self, request: Request) -> dict[str, str]:
        words = request.headers.get('openstack-api-version', '').split()
        asked = words[1] if words[:1] == ['volume'] and len(words) == 2 else '3.0'
        version = f'3.{LATEST}' if asked == 'latest' else asked
        return {'OpenStack-API-Version': f'volume {version}'}

    def page(self, context: Context, kind: Kind, rows: list[Row]) -> Row:
        offset = int(context.request.one('offset') or 0)
        page, following = cut(context, kind, rows[offset:], self.world.settings.page_limit, 404)
        body: Row = {kind.listing: [self.present(context, kind, row) for row in page]}
        name = _LINKS.get(kind.listing, f'{kind.listing}_links')
        if following and name:
            body[name] = [{'rel': 'next', 'href': following}]
        return body


def _defaults(world: World) -> Row:
    """Every volume type brings quotas of its own."""
    quota = dict(_QUOTA)
    for row in world.store.rows('volume_types'):
        quota |= {f'{name}_{row["name"]}': -1 for name in ('volumes', 'gigabytes', 'snapshots')}
    return quota
