"""Servers: listing, creation, deletion and actions."""

import re

from tempest_cleanup.testing.simulation.compute import attachments, server_body
from tempest_cleanup.testing.simulation.compute.lifecycle import STATES, delete, make, note
from tempest_cleanup.testing.simulation.http import Response, Row, bad_request, conflict, true
from tempest_cleanup.testing.simulation.service import Context, Kind, Service


def _rows(context: Context) -> list[Row]:
    """The newest first; those of other projects only for all_tenants."""
    request, store = context.request, context.store
    if request.has('all_tenants') and true(request.one('all_tenants') or '1'):
        context.require_admin('os_compute_api:servers:index:get_all_tenants')
        rows = store.rows('servers')
        project = request.one('project_id') or request.one('tenant_id')
        if project:
            rows = [row for row in rows if row['tenant_id'] == project]
    else:
        rows = store.find('servers', 'tenant_id', context.token.project_id)
    if request.has('name'):
        pattern = re.compile(request.one('name'))
        rows = [row for row in rows if pattern.search(row['name'])]
    if request.has('user_id'):
        rows = [row for row in rows if row['user_id'] == request.one('user_id')]
    return rows[::-1]


def _create(context: Context) -> Response:
    body = context.request.json()
    attributes = dict(context.body('server'))
    attributes |= {'project_id': context.token.project_id, 'user_id': context.token.user_id,
                   'flavor_id': str(attributes.pop('flavorRef', '')),
                   'image_id': attributes.pop('imageRef', ''), '_requested': True}
    hints = body.get('os:scheduler_hints') or {}
    if hints.get('group'):
        attributes['server_group'] = hints['group']
    if not context.store.get('flavors', attributes['flavor_id']):
        raise bad_request(f'Flavor {attributes["flavor_id"]} could not be found.')
    row = make(context.world, attributes)
    return Response(202, {'server': {
        'id': row['id'], 'links': server_body.links_of(context, row), 'adminPass': 'simulated',
        'OS-DCF:diskConfig': 'MANUAL', 'security_groups': row['security_groups']}})


def _update(context: Context, row: Row, changes: Row) -> Row:
    if 'description' in changes:
        changes['_description'] = changes.pop('description')
    return changes


def _delete(context: Context, id: str) -> Response:
    row = context.service.lookup(context, SERVERS, id)
    if row['_locked'] and not context.token.admin:
        raise conflict('InstanceIsLocked', f'Instance {id} is locked')
    delete(context.world, row, context.token.user_id)
    return Response(204)


def _action(context: Context, id: str) -> Response:
    row = context.service.lookup(context, SERVERS, id)
    (action, argument), *_ = context.request.json().items()
    if action == 'forceDelete':
        delete(context.world, row, context.token.user_id, force=True)
        return Response(202)
    note(context.world, row, action, context.token.user_id)
    if action in ('lock', 'unlock'):
        reason = (argument or {}).get('locked_reason') if action == 'lock' else None
        context.store.change('servers', id, _locked=action == 'lock', _locked_reason=reason)
    elif action == 'os-resetState':
        context.require_admin('os_compute_api:os-admin-actions:reset_state')
        _reset(context, row, argument['state'])
    elif action in STATES:
        _change_state(context, row, action)
    else:
        raise bad_request(f'There is no such action: {action}')
    return Response(202)


def _reset(context: Context, row: Row, state: str) -> None:
    stuck = context.world.stuck
    if stuck.get(('servers', row['id']), '').endswith('reset'):
        del stuck['servers', row['id']]
    context.store.change('servers', row['id'], **{
        'status': state.upper(), 'OS-EXT-STS:task_state': None, 'OS-EXT-STS:vm_state': state})


def _change_state(context: Context, row: Row, action: str) -> None:
    if row['OS-EXT-STS:task_state']:
        raise conflict('InstanceInvalidState', f"Cannot '{action}' instance {row['id']} while it "
                       f"is in task_state {row['OS-EXT-STS:task_state']}")
    if row['_locked'] and not context.token.admin:
        raise conflict('InstanceIsLocked', f'Instance {row["id"]} is locked')
    status, vm_state = STATES[action]
    context.store.change('servers', row['id'], status=status,
                         **{'OS-EXT-STS:vm_state': vm_state})


def _actions(context: Context, id: str) -> Response:
    """They can be read when the server is gone already."""
    rows = context.store.find('instance_actions', 'instance_uuid', id)
    if not rows:
        raise SERVERS.not_found(id)
    shown = ('action', 'instance_uuid', 'request_id', 'user_id', 'project_id', 'start_time',
             'message')
    return Response(200, {'instanceActions': [{name: row[name] for name in shown}
                                              for row in reversed(rows)]})


def _show_action(context: Context, id: str, request_id: str) -> Response:
    row = context.store.first('instance_actions', request_id=request_id)
    if row is None:
        raise SERVERS.not_found(id)
    event = {'event': f'compute_{row["action"]}', 'start_time': row['start_time'],
             'finish_time': row['start_time'], 'result': row['_result'],
             'traceback': row['_traceback']}
    shown = {name: value for name, value in row.items() if name[0] != '_'}
    return Response(200, {'instanceAction': {**shown, 'events': [event]}})


def register(service: Service) -> None:
    service.add(SERVERS, 'su')
    path = '/v2.1/servers'
    service.route('GET', path, service.listing(BRIEF))
    service.route('GET', path + '/detail', service.listing(SERVERS))
    service.route('POST', path, _create)
    service.route('DELETE', path + '/{id}', _delete)
    service.route('POST', path + '/{id}/action', _action)
    service.route('GET', path + '/{id}/os-instance-actions', _actions)
    service.route('GET', path + '/{id}/os-instance-actions/{request}', _show_action)
    attachments.register(service)


SERVERS = Kind(name='servers', path='servers', singular='server', make=make, owner='tenant_id',
               rows=_rows, view=server_body.full, update=_update,
               missing='Instance {id} could not be found.',
               dispose=lambda world, row: delete(world, row, row['user_id']))
BRIEF = Kind(name='servers', path='servers', singular='server', make=make, rows=_rows,
             view=server_body.brief)
