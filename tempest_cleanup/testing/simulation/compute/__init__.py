"""The simulated Nova, API 2.1 with microversions."""

from tempest_cleanup.testing.simulation.compute import (
    aggregates,
    flavors,
    hosts,
    keypairs,
    server_groups,
    servers,
    versions,
)
from tempest_cleanup.testing.simulation.http import ApiError, Request, Response, Row, bad_request
from tempest_cleanup.testing.simulation.paging import cut
from tempest_cleanup.testing.simulation.quotas import QuotaSets
from tempest_cleanup.testing.simulation.router import Router
from tempest_cleanup.testing.simulation.service import Context, Kind, Service, World

FAULT_NAMES = {400: 'badRequest', 401: 'unauthorized', 403: 'forbidden', 404: 'itemNotFound',
               405: 'badMethod', 409: 'conflictingRequest', 413: 'overLimit'}

_QUOTA = {'cores': 800, 'fixed_ips': -1, 'floating_ips': -1,
          'injected_file_content_bytes': 10240, 'injected_file_path_bytes': 255,
          'injected_files': 5, 'instances': 200, 'key_pairs': 500, 'metadata_items': 128,
          'ram': 512000, 'security_group_rules': -1, 'security_groups': -1,
          'server_group_members': 10, 'server_groups': 100}


class Compute(Service):
    """Servers and what they need."""

    name = 'compute'
    prefix = '/compute'
    root = '/v2.1'
    reserved = Service.reserved | {'is_public', 'user_id', 'name', 'deleted', 'soft_deleted',
                                   'tenant_id', 'project_id', 'changes-since'}

    def __init__(self, world: World, router: Router) -> None:
        super().__init__(world, router)
        for module in (servers, keypairs, server_groups, flavors, aggregates, hosts, versions):
            module.register(self)
        self.quotas = QuotaSets('compute_quotas', self, lambda world: dict(_QUOTA), 202,
                                _known_project)

    def error(self, request: Request, error: ApiError) -> Response:
        name = FAULT_NAMES.get(error.status, 'computeFault')
        return Response(error.status, {name: {'code': error.status, 'message': error.message}})

    def headers(self, request: Request) -> dict[str, str]:
        asked = request.headers.get('x-openstack-nova-api-version', '')
        for part in request.headers.get('openstack-api-version', '').split(','):
            words = part.split()
            asked = words[1] if words[:1] == ['compute'] and len(words) == 2 else asked
        version = {'': '2.1', 'latest': f'2.{versions.LATEST}'}.get(asked, asked)
        return {'OpenStack-API-Version': f'compute {version}',
                'X-OpenStack-Nova-API-Version': version}

    def page(self, context: Context, kind: Kind, rows: list[Row]) -> Row:
        page, following = cut(context, kind, rows, self.world.settings.page_limit)
        body: Row = {kind.listing: [self.present(context, kind, row) for row in page]}
        if following:
            body[f'{kind.listing}_links'] = [{'rel': 'next', 'href': following}]
        return body


def _known_project(context: Context, project: str) -> None:
    if context.store.get('projects', project) is None:
        raise bad_request(f'Project ID {project} is not a valid project.')
