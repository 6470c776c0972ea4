"""The simulated Heat, API v1: stacks."""

from typing import Any

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
from tempest_cleanup.testing.simulation.service import Context, Kind, Service, World

_KINDS = {'OS::Neutron::Net': 'networks', 'OS::Neutron::Router': 'routers',
          'OS::Neutron::SecurityGroup': 'security_groups', 'OS::Cinder::Volume': 'volumes',
          'OS::Nova::Server': 'servers', 'OS::Neutron::FloatingIP': 'floatingips',
          'OS::Nova::ServerGroup': 'server_groups', 'OS::Nova::KeyPair': 'keypairs'}
_RETRY = 0.05
"""Seconds after which a stack looks again whether its parts are gone."""


class Orchestration(Service):
    """Stacks and their resources. Nobody may list with `global_tenant`."""

    name = 'orchestration'
    prefix = '/orchestration'
    root = '/v1/{project_id}'

    def __init__(self, world: World, router: Router) -> None:
        super().__init__(world, router)
        world.kinds[STACKS.name] = STACKS
        path = self.root + '/stacks'
        self.route('GET', path, self.listing(STACKS))
        self.route('POST', path, _create)
        self.route('GET', path + '/{id}', _redirect)
        self.route('GET', path + '/{name}/{id}', _show)
        self.route('DELETE', path + '/{name}/{id}', _delete)
        self.route('GET', path + '/{name}/{id}/resources', _resources)
        self.route('GET', path + '/{name}/{id}/events', _events)
        versions = {'versions': [{'id': 'v1.0', 'status': 'CURRENT', 'links': []}]}
        self.route('GET', '/', lambda context: Response(300, versions), public=True)

    def admit(self, context: Context, params: list[str]) -> None:
        if params and params[0] != context.token.project_id and not _sees_all(context):
            raise forbidden('You are not authorized to complete this operation.')

    def error(self, request: Request, error: ApiError) -> Response:
        title = {404: 'Not Found', 403: 'Forbidden'}.get(error.status, 'Bad Request')
        if error.status == 401:
            return Response(401, {'error': {'code': 401, 'title': 'Unauthorized',
                                            'message': error.message}})
        return Response(error.status, {
            'code': error.status, 'title': title, 'explanation': error.message,
            'error': {'type': error.type or title, 'traceback': None, 'message': error.message}})

    def page(self, context: Context, kind: Kind, rows: list[Row]) -> Row:
        page, following = cut(context, kind, rows, max(1, len(rows)))
        body: Row = {'stacks': [_brief(context, row) for row in page]}
        if following and context.request.has('limit'):
            body['links'] = [{'rel': 'next', 'href': following}]
        return body


def _make(world: World, attributes: Row) -> Row:
    """A stack with the resources that are given as (kind, id) pairs."""
    store = world.store
    name = attributes.pop('stack_name', None) or attributes.pop('name', None)
    attributes.pop('user_id', None)
    parts = [{'name': f'{kind}-{number}', 'kind': kind, 'id': id} for number, (kind, id)
             in enumerate(attributes.pop('resources', []))]
    status = attributes.pop('status', 'CREATE_COMPLETE')
    return store.add('stacks', {
        'id': store.uuid(), 'stack_name': name or f'stack-{store.number()}',
        'project': attributes.pop('project_id', None) or world.admin_project,
        'description': '', 'stack_status': status,
        'stack_status_reason': 'Stack CREATE completed successfully',
        'creation_time': store.stamp(), 'updated_time': None, 'deletion_time': None,
        'stack_owner': 'admin', 'parent': None, 'stack_user_project_id': store.hex(),
        'tags': None, **attributes, '_parts': parts, '_events': []})


def _brief(context: Context, row: Row) -> Row:
    href = (f'{context.service.url}/v1/{row["project"]}/stacks/{row["stack_name"]}/{row["id"]}')
    shown = {name: value for name, value in row.items() if name[0] != '_'}
    return {**shown, 'links': [{'href': href, 'rel': 'self'}]}


def _sees_all(context: Context) -> bool:
    return context.token.admin and context.world.settings.stacks_of_all_projects


def _rows(context: Context) -> list[Row]:
    request = context.request
    if true(request.one('global_tenant', 'false')):
        raise forbidden('You are not authorized to use stacks:global_index.')
    rows = (context.store.rows('stacks') if _sees_all(context)
            else context.store.find('stacks', 'project', context.token.project_id))
    nested = true(request.one('show_nested', 'false'))
    return [row for row in reversed(rows) if nested or not row['parent']]


def _find(context: Context, id: str, name: str = '') -> Row:
    row = context.store.get('stacks', id) or context.store.first('stacks', stack_name=id)
    mine = row is not None and (context.token.admin
                                or row['project'] == context.token.project_id)
    if row is None or not mine or (name and row['stack_name'] != name):
        raise ApiError(404, f'The Stack ({name or id}) could not be found.', 'EntityNotFound')
    return row


def _redirect(context: Context, project: str, id: str) -> Response:
    row = _find(context, id)
    path = f'/v1/{project}/stacks/{row["stack_name"]}/{row["id"]}'
    return Response(302, None, {'Location': context.service.url + path})


def _show(context: Context, project: str, name: str, id: str) -> Response:
    return Response(200, {'stack': {**_brief(context, _find(context, id, name)), 'outputs': [],
                                    'parameters': {}, 'capabilities': []}})


def _create(context: Context, project: str) -> Response:
    body = context.request.json()
    template: Any = body.get('template') or {}
    parts = []
    for name, resource in (template.get('resources') or {}).items():
        kind = _KINDS.get(resource['type'])
        if kind is None:
            raise ApiError(400, f'The Resource Type ({resource["type"]}) could not be found.',
                           'StackValidationFailed')
        made = context.world.kinds[kind].make(context.world, {
            'name': f'{body["stack_name"]}-{name}', 'project_id': project})
        parts.append((kind, made['_key']))
    row = _make(context.world, {'stack_name': body['stack_name'], 'project_id': project,
                                'resources': parts})
    return Response(201, {'stack': {'id': row['id'], 'links': _brief(context, row)['links']}})


def _resources(context: Context, project: str, name: str, id: str) -> Response:
    row = _find(context, id, name)
    types = {kind: type for type, kind in _KINDS.items()}
    return Response(200, {'resources': [
        {'resource_name': part['name'], 'logical_resource_id': part['name'],
         'physical_resource_id': part['id'], 'resource_status': row['stack_status'],
         'resource_status_reason': row['stack_status_reason'], 'links': [], 'required_by': [],
         'creation_time': row['creation_time'], 'updated_time': row['creation_time'],
         'resource_type': types.get(part['kind'], 'OS::Heat::None')} for part in row['_parts']]})


def _events(context: Context, project: str, name: str, id: str) -> Response:
    return Response(200, {'events': _find(context, id, name)['_events']})


def _delete(context: Context, project: str, name: str, id: str) -> Response:
    row = _find(context, id, name)
    if row['stack_status'] != 'DELETE_IN_PROGRESS':
        _dispose(context.world, row)
    return Response(204)


def _dispose(world: World, row: Row) -> None:
    _status(world, row, 'DELETE_IN_PROGRESS', 'Stack DELETE started')
    mode = world.stuck.get(('stacks', row['id']), '')
    if mode.startswith('error'):
        _status(world, row, 'DELETE_FAILED', 'Resource DELETE failed: the simulation said so')
    elif not mode:
        world.store.later(world.settings.stack_delete_time, lambda: _take_down(world, row))


def _status(world: World, row: Row, status: str, reason: str) -> None:
    event = {'id': world.store.uuid(), 'event_time': world.store.stamp(),
             'resource_name': row['stack_name'], 'resource_status': status,
             'resource_status_reason': reason, 'physical_resource_id': row['id']}
    world.store.change('stacks', row['id'], stack_status=status, stack_status_reason=reason,
                       updated_time=world.store.stamp(), _events=[*row['_events'], event])


def _take_down(world: World, row: Row) -> None:
    """Delete the parts, the last one first; fail on what refuses for good."""
    waiting, refused = False, ''
    for part in reversed(row['_parts']):
        found = world.store.get(part['kind'], part['id'])
        if found is None:
            continue
        if 'deleting' in (found.get('status'), found.get('OS-EXT-STS:task_state')):
            waiting = True
            continue
        kind = world.kinds[part['kind']]
        try:
            for refusal in kind.refusals:
                refusal(world, found)
            kind.destroy(world, found)
        except ApiError as error:
            refused = f'Resource DELETE failed: resources.{part["name"]}: {error.message}'
        waiting = waiting or world.store.get(part['kind'], part['id']) is not None and not refused
    if waiting:
        world.store.later(_RETRY, lambda: _take_down(world, row))
    elif refused:
        _status(world, row, 'DELETE_FAILED', refused)
    else:
        world.store.remove('stacks', row['id'])


STACKS = Kind(name='stacks', path='stacks', singular='stack', make=_make, owner='project',
              rows=_rows, dispose=_dispose)
