"""The simulated Glance, API v2."""

from urllib.parse import quote

from tempest_cleanup.testing.simulation.http import (
    ApiError,
    Request,
    Response,
    Row,
    forbidden,
    true,
)
from tempest_cleanup.testing.simulation.paging import cut
from tempest_cleanup.testing.simulation.router import Router
from tempest_cleanup.testing.simulation.service import (
    Context,
    Handler,
    Kind,
    Service,
    World,
    remove,
)
from tempest_cleanup.testing.simulation.store import public

_TITLES = {400: 'Bad Request', 401: 'Unauthorized', 403: 'Forbidden', 404: 'Not Found',
           405: 'Method Not Allowed', 409: 'Conflict'}


class Image(Service):
    """Images and metadata definitions."""

    name = 'image'
    prefix = '/image'
    root = '/v2'
    reserved = Service.reserved | {'visibility', 'os_hidden', 'member_status'}

    def __init__(self, world: World, router: Router) -> None:
        super().__init__(world, router)
        self.add(IMAGES, 'lsd')
        self.route('POST', '/v2/images', _create)
        self.route('PATCH', '/v2/images/{id}', _patch)
        self.route('PUT', '/v2/images/{id}/file', _upload)
        self.route('GET', '/v2/images/{id}/members', _members)
        self.route('POST', '/v2/images/{id}/members', _add_member)
        self.route('DELETE', '/v2/images/{id}/members/{member}', _remove_member)
        self.add(NAMESPACES, 'lsd')
        self.route('POST', '/v2/metadefs/namespaces', _create_namespace)
        self.route('PUT', '/v2/metadefs/namespaces/{id}', _update_namespace)
        versions = {'versions': [{'id': 'v2.15', 'status': 'CURRENT', 'links': []}]}
        self.route('GET', '/', lambda context: Response(300, versions), public=True)

    def error(self, request: Request, error: ApiError) -> Response:
        title = _TITLES.get(error.status, 'Error')
        status = f'{error.status} {title}'
        if 'json' in request.headers.get('accept', ''):
            return Response(error.status, {'message': f'{error.message}<br /><br />\n\n\n',
                                           'code': status, 'title': title})
        return Response(error.status, f'{status}\n\n{error.message}\n\n   ')

    def showing(self, kind: Kind) -> Handler:
        """Glance shows objects without a key around them."""
        def handle(context: Context, id: str) -> Response:
            row = self.lookup(context, kind, id)
            return Response(200, self.present(context, kind, row))
        return handle

    def owns(self, context: Context, kind: Kind, row: Row) -> bool:
        return super().owns(context, kind, row) or row.get('visibility') != 'private'

    def page(self, context: Context, kind: Kind, rows: list[Row]) -> Row:
        settings, request = self.world.settings, context.request
        most = settings.page_limit if request.one('limit') else settings.image_page
        page, following = cut(context, kind, rows, most)
        body: Row = {kind.listing: [self.present(context, kind, row) for row in page],
                     'first': request.target.removeprefix(self.prefix),
                     'schema': f'/v2/schemas/{kind.listing}'}
        if following:
            body['next'] = following.removeprefix(self.world.base + self.prefix)
        return body


def _make(world: World, attributes: Row) -> Row:
    store = world.store
    owner = attributes.pop('project_id', None) or world.admin_project
    attributes.pop('user_id', None)
    now = store.stamp()
    return store.add('images', {
        'id': store.uuid(), 'name': None, 'disk_format': 'raw', 'container_format': 'bare',
        'visibility': 'shared', 'size': 1024, 'virtual_size': 1024, 'status': 'active',
        'checksum': None, 'protected': False, 'min_ram': 0, 'min_disk': 0, 'owner': owner,
        'os_hidden': False, 'os_hash_algo': None, 'os_hash_value': None, 'created_at': now,
        'updated_at': now, 'tags': [], **attributes})


def _view(context: Context, row: Row) -> Row:
    path = f'/v2/images/{row["id"]}'
    return {**public(row), 'self': path, 'file': path + '/file', 'schema': '/v2/schemas/image'}


def _rows(context: Context) -> list[Row]:
    """The newest first, without community images of others and without hidden ones."""
    request, project = context.request, context.token.project_id
    hidden, asked = true(request.one('os_hidden', 'false')), request.one('visibility')
    return [row for row in reversed(context.store.rows('images'))
            if row['os_hidden'] == hidden and _listed(context, row, asked, project)]


def _listed(context: Context, row: Row, asked: str, project: str) -> bool:
    mine, visibility = row['owner'] == project, row['visibility']
    if asked not in ('', 'all', visibility):
        return False
    if visibility == 'community':
        return mine or asked in ('all', 'community')
    if context.token.admin or mine or visibility == 'public':
        return True
    return visibility == 'shared' and context.store.get('image_members',
                                                        f'{row["id"]}/{project}') is not None


def _unprotected(world: World, row: Row) -> None:
    if row['protected']:
        raise forbidden(f'Image {row["id"]} is protected and cannot be deleted.')


def _dispose(world: World, row: Row) -> None:
    for member in world.store.find('image_members', 'image_id', row['id']):
        remove(world, 'image_members', member)
    remove(world, 'images', row)


def _create(context: Context) -> Response:
    attributes = {'status': 'queued', 'size': None, 'virtual_size': None, 'disk_format': None,
                  'container_format': None, **context.request.json()}
    attributes['project_id'] = attributes.pop('owner', None) or context.token.project_id
    return Response(201, _view(context, _make(context.world, attributes)))


def _patch(context: Context, id: str) -> Response:
    row = context.service.lookup(context, IMAGES, id)
    changes = {change['path'].lstrip('/'): change.get('value')
               for change in context.request.json()}
    context.store.change('images', row['id'], updated_at=context.store.stamp(), **changes)
    return Response(200, _view(context, row))


def _upload(context: Context, id: str) -> Response:
    row = context.service.lookup(context, IMAGES, id)
    size = len(context.request.content)
    context.store.change('images', row['id'], status='active', size=size, virtual_size=size)
    return Response(204)


def _members(context: Context, id: str) -> Response:
    context.service.lookup(context, IMAGES, id)
    found = context.store.find('image_members', 'image_id', id)
    return Response(200, {'members': [public(row) for row in found],
                          'schema': '/v2/schemas/members'})


def _add_member(context: Context, id: str) -> Response:
    context.service.lookup(context, IMAGES, id)
    member, now = context.request.json()['member'], context.store.stamp()
    row = context.store.add('image_members', {
        'image_id': id, 'member_id': member, 'status': 'pending', 'created_at': now,
        'updated_at': now, 'schema': '/v2/schemas/member'}, f'{id}/{member}')
    return Response(200, public(row))


def _remove_member(context: Context, id: str, member: str) -> Response:
    if context.store.remove('image_members', f'{id}/{member}') is None:
        raise ApiError(404, f'{member} not found in the member list of the image {id}.')
    return Response(204)


def _make_namespace(world: World, attributes: Row) -> Row:
    owner = attributes.pop('project_id', None) or world.admin_project
    attributes.pop('user_id', None)
    name = attributes.get('namespace') or attributes.pop('name', f'ns-{world.store.number()}')
    now = world.store.stamp()
    row = {'namespace': name, 'visibility': 'private', 'protected': False, 'owner': owner,
           'created_at': now, 'updated_at': now, 'resource_type_associations': [],
           **attributes}
    return world.store.add('metadef_namespaces', row, name)


def _namespace_view(context: Context, row: Row) -> Row:
    return {**public(row), 'self': f'/v2/metadefs/namespaces/{quote(row["namespace"])}',
            'schema': '/v2/schemas/metadefs/namespace'}


def _namespace_unprotected(world: World, row: Row) -> None:
    if row['protected']:
        raise forbidden(f'Metadata definition namespace {row["namespace"]} is protected and '
                        'cannot be deleted.')


def _create_namespace(context: Context) -> Response:
    context.require_admin('add_metadef_namespace')
    attributes = context.request.json()
    if context.store.get('metadef_namespaces', attributes['namespace']):
        raise ApiError(409, 'The metadata definition namespace='
                       f'{attributes["namespace"]} already exists.')
    attributes['project_id'] = attributes.pop('owner', None) or context.token.project_id
    return Response(201, _namespace_view(context, _make_namespace(context.world, attributes)))


def _update_namespace(context: Context, id: str) -> Response:
    context.require_admin('modify_metadef_namespace')
    row = context.service.lookup(context, NAMESPACES, id)
    changes = {name: value for name, value in context.request.json().items()
               if name in ('visibility', 'protected', 'owner', 'description', 'display_name')}
    context.store.change('metadef_namespaces', row['namespace'], **changes)
    return Response(200, _namespace_view(context, row))


IMAGES = Kind(name='images', path='images', singular='image', make=_make, owner='owner',
              rows=_rows, view=_view, refusals=(_unprotected,), dispose=_dispose,
              missing='No image found with ID {id}')
NAMESPACES = Kind(name='metadef_namespaces', path='metadefs/namespaces', plural='namespaces',
                  singular='namespace', make=_make_namespace, owner='owner',
                  view=_namespace_view, refusals=(_namespace_unprotected,),
                  missing='Metadata definition namespace={id} was not found.')
