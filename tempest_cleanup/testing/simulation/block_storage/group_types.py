"""Types of volume groups."""

from tempest_cleanup.testing.simulation.block_storage.common import kind
from tempest_cleanup.testing.simulation.http import Row, bad_request
from tempest_cleanup.testing.simulation.service import Context, Service, World


def _make(world: World, attributes: Row) -> Row:
    for name in ('project_id', 'user_id'):
        attributes.pop(name, None)
    row = {'id': world.store.uuid(), 'name': f'group-type-{world.store.number()}',
           'description': None, 'is_public': True, 'group_specs': {}, **attributes}
    return world.store.add('group_types', row)


def _rows(context: Context) -> list[Row]:
    rows = context.store.rows('group_types')
    if context.token.admin and context.request.one('is_public', 'true').lower() == 'none':
        return rows
    return [row for row in rows if row['is_public']]


def _unused(world: World, row: Row) -> None:
    if world.store.find('volume_groups', 'group_type', row['id']):
        raise bad_request(f'Target group type is still in use. Group Type {row["id"]} deletion '
                          'is not allowed with groups present with the type.')


def register(service: Service) -> None:
    service.add(GROUP_TYPES)


GROUP_TYPES = kind('group_types', 'group_types', 'group_type', _make, admin_only=True,
                   rows=_rows, refusals=(_unused,))
