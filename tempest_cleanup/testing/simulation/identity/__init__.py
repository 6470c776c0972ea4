"""The simulated Keystone, API v3."""

from tempest_cleanup.testing.simulation.http import ApiError, Request, Response, Row, forbidden
from tempest_cleanup.testing.simulation.identity import (
    assignments,
    auth,
    extensions,
    federation,
    resources,
    user_owned,
)
from tempest_cleanup.testing.simulation.router import Router
from tempest_cleanup.testing.simulation.service import (
    Context,
    Kind,
    Service,
    World,
    after_marker,
)
from tempest_cleanup.testing.simulation.store import public

_TITLES = {400: 'Bad Request', 401: 'Unauthorized', 403: 'Forbidden', 404: 'Not Found',
           405: 'Method Not Allowed', 409: 'Conflict'}


class Identity(Service):
    """Everybody may look at themselves; all the rest is for admins."""

    name = 'identity'
    prefix = '/identity'
    root = '/v3'
    update_method = 'PATCH'
    needs_project = False
    reserved = Service.reserved | {'include_names', 'include_subtree', 'effective', 'show_hidden'}

    def __init__(self, world: World, router: Router) -> None:
        super().__init__(world, router)
        auth.register(self)
        resources.register(self)
        assignments.register(self)
        user_owned.register(self)
        extensions.register(self)
        federation.register(self)

    def error(self, request: Request, error: ApiError) -> Response:
        title = _TITLES.get(error.status, 'Error')
        headers = ({'WWW-Authenticate': f'Keystone uri="{self.url}"'}
                   if error.status == 401 else {})
        body = {'error': {'code': error.status, 'message': error.message, 'title': title}}
        return Response(error.status, body, headers)

    def own(self, context: Context, attributes: Row) -> None:
        """Objects of Keystone belong to whom the request says."""

    def visible(self, context: Context, kind: Kind) -> list[Row]:
        if not context.token.admin:
            raise self.denied(f'list_{kind.name}')
        return super().visible(context, kind)

    def lookup(self, context: Context, kind: Kind, key: str) -> Row:
        mine = key in (context.token.user_id, context.token.project_id, context.token.domain_id)
        if not context.token.admin and not mine:
            raise self.denied(f'get_{kind.singular}')
        return super().lookup(context, kind, key)

    def denied(self, action: str) -> ApiError:
        return forbidden(
            f'You are not authorized to perform the requested action: identity:{action}.')

    def present(self, context: Context, kind: Kind, row: Row) -> Row:
        body = kind.view(context, row) if kind.view else public(row)
        path = kind.path.split('{', 1)[0].rstrip('/') or kind.name
        body['links'] = {'self': f'{self.url}/v3/{path}/{row["_key"]}'}
        return body

    def page(self, context: Context, kind: Kind, rows: list[Row]) -> Row:
        return self.list_body(context, kind, rows)

    def list_body(self, context: Context, kind: Kind, rows: list[Row]) -> Row:
        """All of the list; cut where a limit is asked for or configured."""
        request, settings = context.request, self.world.settings
        if request.has('marker'):
            rows = after_marker(kind, rows, request.one('marker'), 404)
        limit = int(request.one('limit') or 0) or settings.identity_list_limit
        own = self.world.base + request.target
        links = {'next': None, 'self': own, 'previous': None}
        body: Row = {kind.listing: [self.present(context, kind, row) for row in
                                    (rows[:limit] if limit else rows)], 'links': links}
        if limit and len(rows) > limit:
            body['truncated'] = True
            if request.has('limit'):
                links['next'] = (f'{self.world.base}{request.path}?limit={limit}'
                                 f'&marker={rows[limit - 1]["_key"]}')
        return body
