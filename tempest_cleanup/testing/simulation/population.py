"""Objects by kind, without HTTP: made, looked at and taken away."""

from collections.abc import Callable
from copy import deepcopy
from typing import Any

from tempest_cleanup.testing.simulation.block_storage import BlockStorage, types
from tempest_cleanup.testing.simulation.compute import Compute, flavors
from tempest_cleanup.testing.simulation.http import Row
from tempest_cleanup.testing.simulation.identity import assignments, grants
from tempest_cleanup.testing.simulation.network import quotas
from tempest_cleanup.testing.simulation.network.common import INTERFACE_OWNERS
from tempest_cleanup.testing.simulation.network.routers import add_interface
from tempest_cleanup.testing.simulation.service import World
from tempest_cleanup.testing.simulation.store import public

VIEWS: dict[str, tuple[str, Callable[[Row], bool]]] = {
    'router_interfaces': ('ports', lambda row: row['device_owner'] in INTERFACE_OWNERS),
    'roles': ('roles', lambda row: row['domain_id'] is None),
    'domain_roles': ('roles', lambda row: row['domain_id'] is not None),
}
"""Kinds that are a part of another one's objects."""


def create(world: World, kind: str, attributes: Row) -> str:
    """Make an object, with defaults for what is not given; its key is returned."""
    special = _SPECIAL.get(kind)
    if special:
        return special(world, attributes)
    declared = world.kinds[VIEWS[kind][0] if kind in VIEWS else kind]
    if declared.owner:
        attributes.setdefault('project_id', world.admin_project)
    return str(declared.make(world, attributes)['_key'])


def keys(world: World, kind: str) -> list[str]:
    table, wanted = VIEWS.get(kind, (kind, lambda row: True))
    return [row['_key'] for row in world.store.rows(table) if wanted(row)]


def get(world: World, kind: str, key: str) -> Row | None:
    row = world.store.get(VIEWS[kind][0] if kind in VIEWS else kind, key)
    return None if row is None else deepcopy(public(row))


def delete(world: World, kind: str, key: str) -> None:
    """Take an object away at once, with what goes with it; nothing is refused."""
    table = VIEWS[kind][0] if kind in VIEWS else kind
    row = world.store.get(table, key)
    if row is None:
        raise KeyError(f'There is no {key} among the {kind}.')
    world.stuck.pop((table, key), None)
    settings = world.settings
    times = (settings.server_delete_time, settings.volume_delete_time,
             settings.stack_delete_time)
    settings.server_delete_time = settings.volume_delete_time = settings.stack_delete_time = 0
    try:
        if table in world.kinds:
            world.kinds[table].destroy(world, row)
        else:
            world.store.remove(table, key)
    finally:
        (settings.server_delete_time, settings.volume_delete_time,
         settings.stack_delete_time) = times


def role_id(world: World, role: str) -> str:
    """A role by its id or name."""
    found = world.store.get('roles', role) or world.store.first('roles', name=role)
    if found is None:
        raise KeyError(f'There is no role {role}.')
    return str(found['id'])


def _assignment(world: World, attributes: Row) -> str:
    actor_type = 'group' if attributes.get('group_id') else 'user'
    target_type = next((name for name in ('domain', 'system') if attributes.get(f'{name}_id')
                        or attributes.get(name)), 'project')
    target = 'all' if target_type == 'system' else (
        attributes.get(f'{target_type}_id') or world.admin_project)
    row = grants.assign(
        world.store, actor_type, attributes.get(f'{actor_type}_id') or world.admin_user,
        target_type, target, role_id(world, attributes.get('role', 'member')),
        attributes.get('inherited', False))
    return str(row['_key'])


def _membership(world: World, attributes: Row) -> str:
    assignments.join(world.store, attributes['group_id'], attributes['user_id'])
    return f'{attributes["group_id"]}/{attributes["user_id"]}'


def _interface(world: World, attributes: Row) -> str:
    router = world.store.get('routers', attributes['router_id'])
    if router is None:
        raise KeyError(f'There is no router {attributes["router_id"]}.')
    port = add_interface(world, router, attributes.get('subnet_id', ''),
                         attributes.get('port_id', ''))
    return str(port['id'])


def _quota(kind: str) -> Callable[[World, Row], str]:
    def set_quota(world: World, attributes: Row) -> str:
        project = attributes.pop('project_id', world.admin_project)
        old = world.store.get(kind, project)
        world.store.add(kind, {'quota': {**(old['quota'] if old else {}), **attributes}}, project)
        return str(project)
    return set_quota


def _access(world: World, attributes: Row) -> str:
    flavors.allow(world, attributes['flavor_id'], attributes['project_id'])
    return f'{attributes["flavor_id"]}/{attributes["project_id"]}'


def _type_access(world: World, attributes: Row) -> str:
    types.allow(world, attributes['volume_type_id'], attributes['project_id'])
    return f'{attributes["volume_type_id"]}/{attributes["project_id"]}'


_SPECIAL: dict[str, Callable[[World, Row], str]] = {
    'role_assignments': _assignment, 'group_memberships': _membership,
    'router_interfaces': _interface, 'compute_quotas': _quota('compute_quotas'),
    'volume_quotas': _quota('volume_quotas'), 'network_quotas': _quota('network_quotas'),
    'flavor_accesses': _access, 'volume_type_accesses': _type_access,
}

_HISTORY = ('instance_actions', 'messages')
_VOLATILE = ('created_at', 'updated_at', 'updated_time', 'updated', 'revision_number', '_used',
             '_password', '_key', '_events')


def snapshot(world: World) -> dict[str, dict[str, Any]]:
    """Everything that a cleaner may have to put back, by kind and id.

    Dates, revisions and what only tells of the past are left out; a quota
    that is set to its default is as good as one that is not set.
    """
    result: dict[str, dict[str, Any]] = {}
    for kind in world.store.kinds():
        if kind in _HISTORY:
            continue
        rows = {row['_key']: _comparable(world, kind, row) for row in world.store.rows(kind)}
        kept = {key: row for key, row in sorted(rows.items()) if row}
        if kept:
            result[kind] = kept
    return result


def _comparable(world: World, kind: str, row: Row) -> Row:
    if kind.endswith(('_quotas', '_quotas_class')):
        defaults = _quota_defaults(world, kind)
        return {name: value for name, value in row['quota'].items()
                if defaults.get(name) != value}
    return {name: deepcopy(value) for name, value in row.items() if name not in _VOLATILE}


def _quota_defaults(world: World, kind: str) -> Row:
    compute, volume = world.services['compute'], world.services['block_storage']
    assert isinstance(compute, Compute)
    assert isinstance(volume, BlockStorage)
    if kind.startswith('compute'):
        return compute.quotas.defaults(world)
    return volume.quotas.defaults(world) if kind.startswith('volume') else dict(quotas.DEFAULTS)
