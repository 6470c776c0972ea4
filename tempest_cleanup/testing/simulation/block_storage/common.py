"""What the kinds of Cinder have in common."""

from collections.abc import Callable
from typing import Any

from tempest_cleanup.testing.simulation.http import Response, Row, bad_request, true
from tempest_cleanup.testing.simulation.paging import links, microversion
from tempest_cleanup.testing.simulation.service import Context, Handler, Kind, Make, Service, World

LATEST = 70


def minor(context: Context) -> int:
    """3.<minor> is the version of this request."""
    return microversion(context, 'volume', '', 0, LATEST)


def links_of(context: Context, path: str, id: str) -> list[Row]:
    return links(context.world.base, '/volume', f'v3/{context.token.project_id}/{path}/{id}')


def rows_of(name: str, owner: str) -> Callable[[Context], list[Row]]:
    """The newest first; those of other projects only for all_tenants."""
    def rows(context: Context) -> list[Row]:
        everything = context.request.has('all_tenants') and true(
            context.request.one('all_tenants') or '1')
        if not (everything and context.token.admin):
            return context.store.find(name, owner, context.token.project_id)[::-1]
        project = context.request.one('project_id')
        found = context.store.find(name, owner, project) if project else context.store.rows(name)
        return found[::-1]
    return rows


def kind(name: str, path: str, singular: str, make: Make, **others: Any) -> Kind:
    others.setdefault('create_status', 202)
    others.setdefault('delete_status', 202)
    title = singular.replace('_', ' ').capitalize()
    return Kind(name=name, path=path, singular=singular, make=make,
                missing=f'{title} {{id}} could not be found.', **others)


def owner_of(world: World, attributes: Row) -> tuple[str, str]:
    """Project and user of a new object."""
    return (attributes.pop('project_id', None) or world.admin_project,
            attributes.pop('user_id', None) or world.admin_user)


def begin_delete(world: World, name: str, row: Row, gone: Callable[[], object],
                 force: bool = False) -> None:
    """Show `deleting`; after a while the object is gone, or in error, or still there."""
    mode = world.stuck.get((name, row['id']), '')
    if force and mode.endswith('force'):
        mode = ''
    world.store.change(name, row['id'], status='deleting')
    if mode.startswith('error'):
        world.store.later(world.settings.volume_delete_time, lambda: _fail(world, name, row))
    elif not mode:
        world.store.later(world.settings.volume_delete_time, gone)


def _fail(world: World, name: str, row: Row) -> None:
    """The driver could not delete it; Cinder leaves a message about that."""
    if world.store.get(name, row['id']) is None:
        return
    world.store.change(name, row['id'], status='error_deleting')
    id = world.store.uuid()
    world.store.add('messages', {
        'id': id, 'event_id': 'VOLUME_VOLUME_006_005', 'message_level': 'ERROR',
        'user_message': f'delete {name[:-1]}:Driver failed to delete the {name[:-1]}.',
        'resource_type': name[:-1].upper(), 'resource_uuid': row['id'],
        'created_at': world.store.stamp('.000000'), 'request_id': f'req-{id}',
        'guaranteed_until': world.store.expiry(30 * 86400)[:-1]})


def in_status(what: str, *allowed: str) -> Callable[[World, Row], None]:
    def check(world: World, row: Row) -> None:
        if row['status'] not in allowed:
            raise bad_request(f'Invalid {what}: {what.capitalize()} status must be '
                              f'{" or ".join(allowed)}.')
    return check


def actions(service: Service, which: Kind,
            others: dict[str, Callable[[Context, Row, Any], None]]) -> Handler:
    """POST .../{id}/action: reset the state, delete by force, and what is added here."""
    def handle(context: Context, *params: str) -> Response:
        row = service.lookup(context, which, params[-1])
        (action, argument), *_ = context.request.json().items()
        if action in ('os-reset_status', 'reset_status'):
            context.require_admin(f'{which.singular}_extension:reset_admin_status')
            _reset(context, which, row, argument)
        elif action == 'os-force_delete':
            context.require_admin(f'{which.singular}_extension:force_delete')
            _forced(context.world, which, row)
        elif action in others:
            others[action](context, row, argument)
        else:
            raise bad_request(f'There is no such action: {action}')
        return Response(202)
    return handle


def _reset(context: Context, which: Kind, row: Row, argument: Row) -> None:
    key = (which.name, row['id'])
    if context.world.stuck.get(key, '').endswith('reset'):
        del context.world.stuck[key]
    if argument.get('attach_status') == 'detached':
        for attachment in context.store.find('volume_attachments', 'volume_id', row['id']):
            context.store.remove('volume_attachments', attachment['id'])
    if argument.get('status'):
        context.store.change(which.name, row['id'], status=argument['status'])


def _forced(world: World, which: Kind, row: Row) -> None:
    if world.stuck.get((which.name, row['id']), '').endswith('force'):
        del world.stuck[which.name, row['id']]
    which.destroy(world, row)
