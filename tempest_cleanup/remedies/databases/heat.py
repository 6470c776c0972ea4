"""Heat's database."""
from collections.abc import Collection, Iterator

from tempest_cleanup import errors
from tempest_cleanup.model import Resource
from tempest_cleanup.remedies.databases.base import DatabaseRemedy, columns, now
from tempest_cleanup.remedies.databases.schema import Schema, Table
from tempest_cleanup.remedies.statements import ONE, Rows, Statement
from tempest_cleanup.services.base import ResourceService

HEAT = 'heat'
#: Rows of one table that belong to one stack, and stacks below one; more are not believed.
SOME = Rows(0, 5000)
MOST_STACKS = 1000

_OF_STACKS = columns('event', 'resource', 'snapshot', 'stack_lock', 'stack_tag', 'sync_point')


class Stacks(DatabaseRemedy):
    """A stack in ``DELETE_FAILED``, and the stacks below it.

    As ``Stack.purge_db`` does at the end of a deletion: the sync points go, the stored
    credentials (``user_creds_delete``) and what is noted of each resource (``stack_delete``), and
    the stack is marked as deleted. What its resources are in other services is left to those;
    the trust and the project of its users to Keystone. One with snapshots is left.
    """

    kinds = ('stacks',)
    does = 'is marked as deleted in the database of Heat'
    statuses = frozenset(('delete_failed',))
    schemas = {HEAT: Schema(
        (Table('stack', columns('id', 'owner_id', 'action', 'status', 'deleted_at',
                                'user_creds_id'), _OF_STACKS),
         Table('resource', columns('id', 'stack_id', 'attr_data_id'), columns('resource_data')),
         Table('resource_data', columns('id', 'resource_id'), columns()),
         Table('resource_properties_data', columns('id'), columns('event', 'resource')),
         Table('sync_point', columns('stack_id'), columns()),
         Table('stack_lock', columns('stack_id'), columns()),
         Table('user_creds', columns('id'), columns('stack')),
         Table('snapshot', columns('id', 'stack_id'))),
        {'stack_id': _OF_STACKS, 'owner_id': columns('stack'),
         'user_creds_id': columns('stack')})}

    def statements(self, kind: ResourceService, resource: Resource) -> tuple[Statement, ...]:
        every = (*reversed(self._below(resource.id)), resource.id)
        creds = self.one(HEAT, 'SELECT user_creds_id FROM stack WHERE id = :id',
                         id=resource.id)['user_creds_id']
        return (*(statement for stack in every
                  for statement in self._stack(stack, root=resource.id)),
                *self._credentials(creds, every))

    def _below(self, stack: str) -> list[str]:
        """The stacks that a stack has made, those further below last."""
        found, asked = [], [stack]
        while asked:
            rows = self.read(HEAT, 'SELECT id FROM stack WHERE owner_id = :id AND deleted_at IS '
                             'NULL', id=asked.pop(0))
            asked += [str(row['id']) for row in rows]
            found += [str(row['id']) for row in rows]
            if len(found) > MOST_STACKS:
                raise errors.RemedyFailed(f'more than {MOST_STACKS} stacks are below it')
        return found

    def _stack(self, stack: str, root: str) -> Iterator[Statement]:
        attributes = [r['attr_data_id'] for r in self.read(
            HEAT, 'SELECT attr_data_id FROM resource WHERE stack_id = :id AND attr_data_id IS '
            'NOT NULL', id=stack)]
        about = {'id': stack, 'now': now()}
        failed = "AND action = 'DELETE' AND status = 'FAILED' " if stack == root else ''
        yield Statement(
            HEAT, 'UPDATE stack SET deleted_at = :now, '  # nosec B608  # its own names
            "action = 'DELETE', status = 'COMPLETE', "
            f'user_creds_id = NULL WHERE id = :id AND deleted_at IS NULL {failed}'
            'AND NOT EXISTS (SELECT 1 FROM snapshot WHERE stack_id = :id)', about, ONE,
            'its deletion has not failed any more, or there are snapshots of it')
        yield Statement(HEAT, 'DELETE FROM resource_data WHERE resource_id IN '
                        '(SELECT id FROM resource WHERE stack_id = :id)', about, SOME)
        for table in ('resource', 'sync_point', 'stack_lock'):
            yield Statement(
                HEAT, f'DELETE FROM {table} WHERE stack_id = :id',  # nosec B608  # its own names
                about, SOME)
        for data in attributes:
            yield Statement(HEAT, 'DELETE FROM resource_properties_data WHERE id = :data',
                            {'data': data})

    def _credentials(self, creds: int | None, stacks: Collection[str]) -> Iterator[Statement]:
        """The stored ones go, if no other stack refers to them, not even a deleted one."""
        users = {str(row['id']) for row in self.read(
            HEAT, 'SELECT id FROM stack WHERE user_creds_id = :creds', creds=creds)}
        if users and users <= set(stacks):
            yield Statement(HEAT, 'DELETE FROM user_creds WHERE id = :creds', {'creds': creds})
