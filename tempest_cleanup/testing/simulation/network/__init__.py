"""The simulated Neutron, API v2.0."""

from tempest_cleanup.testing.simulation.http import ApiError, Request, Response, Row
from tempest_cleanup.testing.simulation.network import (
    extensions,
    floating,
    networks,
    pools,
    ports,
    qos,
    quotas,
    routers,
    security,
    services,
    trunks,
)
from tempest_cleanup.testing.simulation.paging import next_url
from tempest_cleanup.testing.simulation.router import Router
from tempest_cleanup.testing.simulation.service import (
    Context,
    Kind,
    Service,
    World,
    after_marker,
)


class Network(Service):
    """An admin sees and deletes what is anybody's."""

    name = 'network'
    prefix = '/network'
    root = '/v2.0'

    def __init__(self, world: World, router: Router) -> None:
        super().__init__(world, router)
        for module in (networks, ports, security, routers, floating, pools, qos, trunks,
                       services, extensions, quotas):
            module.register(self)

    def error(self, request: Request, error: ApiError) -> Response:
        if error.status == 401:
            return Response(401, {'error': {'code': 401, 'title': 'Unauthorized',
                                            'message': error.message}})
        kind = error.type or 'NeutronException'
        return Response(error.status, {'NeutronError': {
            'type': kind, 'message': error.message, 'detail': ''}})

    def own(self, context: Context, attributes: Row) -> None:
        super().own(context, attributes)
        del attributes['user_id']

    def touch(self, row: Row) -> Row:
        if 'revision_number' not in row:
            return {}
        return {'updated_at': self.world.store.stamp(),
                'revision_number': row['revision_number'] + 1}

    def page(self, context: Context, kind: Kind, rows: list[Row]) -> Row:
        """Everything, unless a limit is asked for."""
        request = context.request
        if request.has('marker'):
            rows = after_marker(kind, rows, request.one('marker'), 404)
        limit = int(request.one('limit') or 0)
        shown = rows[:limit] if limit else rows
        body: Row = {kind.listing: [self._fields(context, self.present(context, kind, row))
                                    for row in shown]}
        if limit and shown:
            links = [{'rel': 'previous', 'href': next_url(context, shown[0]['_key'])
                      + '&page_reverse=True'}]
            if len(shown) == limit:
                links.insert(0, {'rel': 'next', 'href': next_url(context, shown[-1]['_key'])})
            body[f'{kind.listing}_links'] = links
        return body

    def _fields(self, context: Context, body: Row) -> Row:
        wanted = context.request.query.get('fields')
        return {name: body[name] for name in wanted if name in body} if wanted else body
