"""Attachments of volumes, which Cinder and Nova both note in their databases."""
from collections.abc import Iterator, Mapping
from typing import Any

from tempest_cleanup import errors
from tempest_cleanup.model import Resource
from tempest_cleanup.remedies.databases import cinder, nova
from tempest_cleanup.remedies.databases.base import columns, now
from tempest_cleanup.remedies.databases.schema import Schema, Table
from tempest_cleanup.remedies.statements import Rows, Statement
from tempest_cleanup.services.base import ResourceService

#: The statuses in which nothing of a server runs that could write to the volume.
AT_REST = frozenset(('SHUTOFF', 'ERROR', 'SHELVED_OFFLOADED', 'DELETED', 'SOFT_DELETED'))
#: What a volume is by its attachments; cinder.db.api, ATTACH_STATUS_MAP.
STATUSES = {'attached': 'in-use', 'detached': 'available'}
_TIED = "status IN ('in-use', 'attaching', 'detaching', 'reserved', 'error_detaching')"


class Attachments(cinder.InCinder):
    """An attachment that stays, though nothing of its server runs.

    As ``cinder.db.api.volume_detached`` and ``Volume.finish_detach`` do it: it is marked as
    deleted, and the volume is what its other attachments make it. Where the server is still
    there, what Nova has noted of it (the block device mapping) is marked as well.
    """

    kinds = ('volume_attachments',)
    schemas = {cinder.CINDER: Schema(
        (Table('volume_attachment', columns(
            'id', 'volume_id', 'instance_uuid', 'attach_status', 'detach_time', 'deleted',
            'deleted_at'), columns('attachment_specs')),
         Table('attachment_specs', columns('id', 'attachment_id', 'deleted', 'deleted_at'),
               columns()),
         Table('volumes', columns('id', 'status', 'attach_status', 'migration_status',
                                  'deleted'), cinder.OF_VOLUMES),
         Table('volume_admin_metadata', columns('id', 'volume_id', 'key', 'deleted',
                                                'deleted_at'), columns())),
        {'attachment_id': columns('attachment_specs')})}
    optional_schemas = {nova.CELLS: Schema((
        Table('instances', columns('id', 'uuid', 'deleted')),
        Table('block_device_mapping', columns('id', 'instance_uuid', 'volume_id', 'deleted',
                                              'deleted_at'), columns())))}

    def is_stuck(self, resource: Resource) -> bool:
        return True

    def looks_stuck(self, resource: Resource) -> bool:
        return resource.status.lower() in ('detaching', 'error_attaching', 'error_detaching')

    def statements(self, kind: ResourceService, resource: Resource) -> tuple[Statement, ...]:
        row = self.one(
            cinder.CINDER, 'SELECT volume_id, instance_uuid FROM volume_attachment '
            'WHERE id = :id AND deleted = :no', id=resource.id, no=False)
        marked = {'yes': True, 'no': False, 'now': now(), 'id': resource.id}
        attachment = Statement(
            cinder.CINDER, 'UPDATE volume_attachment SET deleted = :yes, deleted_at = :now, '
            "detach_time = :now, attach_status = 'detached' WHERE id = :id AND deleted = :no",
            marked)
        return (*self._mapping(kind, row), attachment,
                self.mark('attachment_specs', 'attachment_id = :id', resource),
                *self._volume(row['volume_id'], marked))

    def _volume(self, volume: str, marked: Mapping[str, Any]) -> Iterator[Statement]:
        """What the volume is without the attachment."""
        others = sorted(str(row['attach_status']) for row in self.read(
            cinder.CINDER, 'SELECT attach_status FROM volume_attachment WHERE volume_id = '
            ':volume AND deleted = :no AND id != :id', volume=volume, no=False,
            id=marked['id']))
        # As Cinder sorts them: attached, attaching, detaching, reserved.
        tied = next((one for one in others if not one.startswith('error_')), 'detached')
        about = {**marked, 'volume': volume, 'tied': tied, 'status': STATUSES.get(tied, tied)}
        yield Statement(
            cinder.CINDER, 'UPDATE volumes SET status = :status, '  # nosec B608  # its own names
            'attach_status = :tied '
            f'WHERE id = :volume AND deleted = :no AND migration_status IS NULL AND {_TIED}',
            about, Rows(0, 1))
        # Qualified: "key" alone is a word of SQL.
        yield Statement(
            cinder.CINDER, 'UPDATE volume_admin_metadata SET deleted = :yes, deleted_at = :now '
            "WHERE volume_id = :volume AND volume_admin_metadata.key = 'attached_mode' "
            'AND deleted = :no', about, Rows(0, 1))

    def _mapping(self, kind: ResourceService, row: Mapping[str, Any]) -> Iterator[Statement]:
        """What Nova has noted, where the server is there and nothing of it runs.

        :raises errors.RemedyFailed: something runs, or may
        """
        server = row['instance_uuid']
        if not server:
            return
        try:
            shown = kind.cloud.rest('compute').get(f'servers/{server}')['server']
        except errors.NotFound:
            return
        if shown['status'] not in AT_REST:
            raise errors.RemedyFailed(
                f'its server {server} is {shown["status"]}: what runs there may write to the '
                'volume; stop the server first')
        cells = [name for name in self.names(nova.CELLS) if self.read(
            name, 'SELECT id FROM instances WHERE uuid = :id AND deleted = 0', id=server)]
        if len(cells) != 1:
            raise errors.RemedyFailed(
                f'{len(cells)} of the configured databases {nova.CELLS} have its server '
                f'{server}, not 1: are those of all cells configured?')
        yield Statement(
            cells[0], 'UPDATE block_device_mapping SET deleted = id, deleted_at = :now WHERE '
            'instance_uuid = :server AND volume_id = :volume AND deleted = 0',
            {'server': server, 'volume': row['volume_id'], 'now': now()}, Rows(0, 1))
