"""Cinder's database. What the storage itself still holds of it stays there.

Cinder marks rows as deleted (``cinder.db.api``: ``volume_destroy``, ``snapshot_destroy``,
``backup_destroy``) and counts down what the project uses (``VolumeManager.delete_volume``,
``delete_snapshot``, ``BackupManager.delete_backup``).
"""
from collections.abc import Iterator
from typing import Any, ClassVar

from tempest_cleanup import errors
from tempest_cleanup.model import Resource
from tempest_cleanup.remedies.databases.base import DatabaseRemedy, columns, now
from tempest_cleanup.remedies.databases.schema import Schema, Table
from tempest_cleanup.remedies.statements import ONE, Rows, Statement
from tempest_cleanup.services.base import ResourceService

CINDER = 'cinder'
#: Rows of one table that belong to one volume; more are not believed.
SOME = Rows(0, 1000)
AT_MOST_ONE = Rows(0, 1)
_STUCK = "status IN ('error_deleting', 'deleting')"
_MARK = 'SET deleted = :yes, deleted_at = :now'

_MARKED = ('deleted', 'deleted_at')
OF_VOLUMES = columns('snapshots', 'transfers', 'volume_admin_metadata', 'volume_attachment',
                      'volume_glance_metadata', 'volume_metadata')
_OF_SNAPSHOTS = columns('snapshot_metadata', 'volume_glance_metadata')
_VOLUMES = Table(
    'volumes', columns('id', 'status', 'size', 'project_id', 'volume_type_id', 'use_quota',
                       'migration_status', 'terminated_at', *_MARKED), OF_VOLUMES)
_SNAPSHOTS = Table(
    'snapshots', columns('id', 'volume_id', 'status', 'volume_size', 'project_id', 'use_quota',
                         *_MARKED), _OF_SNAPSHOTS)
_USAGES = Table('quota_usages', columns('id', 'project_id', 'resource', 'in_use', 'deleted'),
                columns('reservations'))
_TYPES = Table('volume_types', columns('id', 'name'))
#: Who refers to a volume or snapshot, also where no foreign key says it.
_MENTIONS = {
    'volume_id': OF_VOLUMES | {'backups', 'image_volume_cache_entries'},
    'snapshot_id': _OF_SNAPSHOTS | {'backups', 'volumes'},
    'backup_id': columns('backup_metadata'),
}


def _marked(name: str, *keys: str) -> Table:
    return Table(name, columns('id', *keys, *_MARKED), columns())


class InCinder(DatabaseRemedy):
    """What is common to those of Cinder."""

    does = 'is marked as deleted in the database of Cinder'
    statuses: ClassVar = frozenset(('error_deleting', 'deleting'))

    def mark(self, table: str, where: str, resource: Resource) -> Statement:
        """Mark rows that belong to a resource as deleted."""
        return Statement(
            CINDER, f'UPDATE {table} {_MARK} WHERE {where} AND deleted = :no',
            {'yes': True, 'no': False, 'now': now(), 'id': resource.id}, SOME)

    def type_name(self, type_id: str | None) -> str | None:
        """The name of a volume type, which limits of its own go by; None where it has none."""
        found = self.read(CINDER, 'SELECT name FROM volume_types WHERE id = :id', id=type_id)
        return str(found[0]['name']) if found else None

    def uses(
        self, project: str, resource: str, amount: int, condition: str = '', **more: Any,
    ) -> Statement:
        """Count down what a project uses; what counts less than that counts wrong already."""
        return Statement(
            CINDER, 'UPDATE quota_usages SET in_use = in_use - :amount WHERE project_id = '
            ':project AND resource = :resource AND deleted = :no AND in_use >= :amount'
            + condition,  # nosec B608  # its own names
            {'amount': amount, 'project': project, 'resource': resource, 'no': False, **more},
            AT_MOST_ONE)


class Volumes(InCinder):
    """A volume that Cinder can't delete, as ``volume_destroy`` does it.

    One with snapshots or attachments that live is left: they would be marked as deleted, too.
    """

    kinds = ('volumes',)
    schemas = {CINDER: Schema(
        (_VOLUMES, _SNAPSHOTS, _USAGES, _TYPES, _marked('volume_metadata', 'volume_id'),
         _marked('volume_admin_metadata', 'volume_id'),
         _marked('volume_glance_metadata', 'volume_id'), _marked('transfers', 'volume_id'),
         Table('volume_attachment', columns('id', 'volume_id', 'attach_status', *_MARKED),
               columns('attachment_specs'))), _MENTIONS)}

    def statements(self, kind: ResourceService, resource: Resource) -> tuple[Statement, ...]:
        row = self.one(CINDER, 'SELECT size, volume_type_id, project_id, use_quota FROM volumes '
                       'WHERE id = :id AND deleted = :no', id=resource.id, no=False)
        volume = Statement(
            CINDER, "UPDATE volumes SET status = 'deleted', deleted = :yes, deleted_at = :now, "
            'terminated_at = COALESCE(terminated_at, :now), migration_status = NULL '
            f'WHERE id = :id AND deleted = :no AND {_STUCK} '  # nosec B608  # its own names
            'AND NOT EXISTS (SELECT 1 FROM snapshots WHERE volume_id = :id AND deleted = :no) '
            'AND NOT EXISTS (SELECT 1 FROM volume_attachment WHERE volume_id = :id '
            "AND deleted = :no AND attach_status = 'attached')",
            {'yes': True, 'no': False, 'now': now(), 'id': resource.id}, ONE,
            'it is not being deleted any more, or has snapshots or is attached')
        below = (self.mark(table, 'volume_id = :id', resource) for table in (
            'volume_metadata', 'volume_admin_metadata', 'volume_glance_metadata', 'transfers',
            'volume_attachment'))
        return (volume, *below, *(self._usages(row) if row['use_quota'] else ()))

    def _usages(self, row: Any) -> Iterator[Statement]:
        name = self.type_name(row['volume_type_id'])
        for suffix in ('', f'_{name}') if name else ('',):
            yield self.uses(row['project_id'], f'volumes{suffix}', 1)
            yield self.uses(row['project_id'], f'gigabytes{suffix}', row['size'])


class Snapshots(InCinder):
    """A snapshot that Cinder can't delete, as ``snapshot_destroy`` does it."""

    kinds = ('snapshots',)
    schemas = {CINDER: Schema(
        (_SNAPSHOTS, _VOLUMES, _USAGES, _TYPES, _marked('snapshot_metadata', 'snapshot_id'),
         _marked('volume_glance_metadata', 'snapshot_id')), _MENTIONS)}

    def statements(self, kind: ResourceService, resource: Resource) -> tuple[Statement, ...]:
        row = self.one(
            CINDER, 'SELECT s.volume_size, s.project_id, s.use_quota, v.volume_type_id '
            'FROM snapshots s JOIN volumes v ON v.id = s.volume_id '
            'WHERE s.id = :id AND s.deleted = :no', id=resource.id, no=False)
        snapshot = Statement(
            CINDER, "UPDATE snapshots SET status = 'deleted', "  # nosec B608  # its own names
            f'deleted = :yes, deleted_at = :now WHERE id = :id AND deleted = :no AND {_STUCK}',
            {'yes': True, 'no': False, 'now': now(), 'id': resource.id}, ONE,
            'it is not being deleted any more')
        below = (self.mark(table, 'snapshot_id = :id', resource)
                 for table in ('snapshot_metadata', 'volume_glance_metadata'))
        return (snapshot, *below, *(self._usages(row) if row['use_quota'] else ()))

    def _usages(self, row: Any) -> Iterator[Statement]:
        project, size = row['project_id'], row['volume_size']
        # With no_snapshot_gb_quota snapshots do not count: then less is left than the volumes.
        counted = (' AND in_use - :amount >= (SELECT COALESCE(SUM(size), 0) FROM volumes WHERE '
                   'project_id = :project AND deleted = :no AND use_quota = :yes')
        yield self.uses(project, 'snapshots', 1)
        yield self.uses(project, 'gigabytes', size, f'{counted})', yes=True)
        if name := self.type_name(row['volume_type_id']):
            yield self.uses(project, f'snapshots_{name}', 1)
            yield self.uses(project, f'gigabytes_{name}', size,
                            f'{counted} AND volume_type_id = :type)', yes=True,
                            type=row['volume_type_id'])


class Backups(InCinder):
    """A backup that Cinder can't delete, as ``backup_destroy`` does it.

    One that others are built upon is left. What it is built upon counts one less.
    """

    kinds = ('backups',)
    schemas = {CINDER: Schema(
        (Table('backups', columns('id', 'status', 'size', 'project_id', 'parent_id',
                                  'num_dependent_backups', *_MARKED),
               columns('backup_metadata')), _USAGES, _marked('backup_metadata', 'backup_id')),
        _MENTIONS)}

    def statements(self, kind: ResourceService, resource: Resource) -> tuple[Statement, ...]:
        row = self.one(CINDER, 'SELECT size, project_id, parent_id FROM backups '
                       'WHERE id = :id AND deleted = :no', id=resource.id, no=False)
        if self.read(CINDER, 'SELECT id FROM backups WHERE parent_id = :id AND deleted = :no',
                     id=resource.id, no=False):
            raise errors.RemedyFailed('other backups are built upon it: they have to go first')
        backup = Statement(
            CINDER, "UPDATE backups SET status = 'deleted', deleted = :yes, deleted_at = :now "
            f'WHERE id = :id AND deleted = :no AND {_STUCK}',  # nosec B608  # its own names
            {'yes': True, 'no': False, 'now': now(), 'id': resource.id}, ONE,
            'it is not being deleted any more')
        return (backup, self.mark('backup_metadata', 'backup_id = :id', resource),
                *self._parent(row),
                self.uses(row['project_id'], 'backups', 1),
                self.uses(row['project_id'], 'backup_gigabytes', row['size']))

    def _parent(self, row: Any) -> Iterator[Statement]:
        if row['parent_id']:
            yield Statement(
                CINDER, 'UPDATE backups SET num_dependent_backups = num_dependent_backups - 1 '
                'WHERE id = :parent AND num_dependent_backups > 0',
                {'parent': row['parent_id']}, AT_MOST_ONE)
