"""Nova's databases: one of each cell, and one of the API.

What runs on a host is not touched: a row that is marked as deleted stays, and nova-compute
ends by itself what runs and has such a row ([DEFAULT] running_deleted_instance_action).
"""
from tempest_cleanup import errors
from tempest_cleanup.model import Resource
from tempest_cleanup.remedies.databases.base import DatabaseRemedy, WithoutStatus, columns, now
from tempest_cleanup.remedies.databases.schema import Schema, Table
from tempest_cleanup.remedies.statements import ONE, Rows, Statement
from tempest_cleanup.services.base import ResourceService

API, CELLS = 'nova_api', 'nova_cell*'
#: Rows of one table that belong to one server; more are not believed.
SOME = Rows(0, 1000)

#: What ``nova.db.main.api.instance_destroy`` marks as deleted with an instance...
MARKED = ('block_device_mapping', 'instance_extra', 'instance_faults', 'instance_info_caches',
          'instance_metadata', 'instance_system_metadata', 'migrations',
          'security_group_instance_association', 'virtual_interfaces')
#: ... and what it takes away.
TAKEN_AWAY = {'tags': 'resource_id', 'console_auth_tokens': 'instance_uuid'}

_OF_INSTANCES = frozenset(MARKED) | columns('consoles', 'fixed_ips', 'instance_actions',
                                            'share_mapping')
#: Who refers to an instance, also where no foreign key says it; and Nova's archive of each.
_MENTIONING = _OF_INSTANCES | columns('console_auth_tokens', 'pci_devices', 'volume_usage_cache')
_CELL = Schema(
    (Table('instances', columns('id', 'uuid', 'vm_state', 'task_state', 'power_state', 'deleted',
                                'deleted_at', 'terminated_at'), _OF_INSTANCES),
     *(Table(name, columns('id', 'instance_uuid', 'deleted', 'deleted_at'), columns())
       for name in MARKED),
     Table('instance_id_mappings', columns('id', 'uuid', 'deleted', 'deleted_at'), columns()),
     *(Table(name, columns(key), columns()) for name, key in TAKEN_AWAY.items())),
    {'instance_uuid': _MENTIONING | {f'shadow_{name}' for name in _MENTIONING}})
_API = Schema(
    (Table('instance_mappings', columns('id', 'instance_uuid', 'queued_for_delete'), columns()),
     Table('build_requests', columns('id', 'instance_uuid'), columns())),
    {'instance_uuid': columns('build_requests', 'instance_group_member', 'instance_mappings',
                              'request_specs')})


class Servers(DatabaseRemedy):
    """A server that Nova can't delete, as ``instance_destroy`` does it.

    Before that ``ComputeManager._delete_instance`` notes that it is deleted, and the API
    (``API._update_queued_for_deletion``) that no cell needs to be asked for it.
    Its volumes and ports are left to Cinder and Neutron, and its allocations to Placement.
    """

    kinds = ('servers',)
    does = 'is marked as deleted in the databases of Nova'
    schemas = {CELLS: _CELL, API: _API}

    def is_stuck(self, resource: Resource) -> bool:
        return resource.status.lower() in ('error', 'deleted') or bool(
            resource.body.get('OS-EXT-STS:task_state'))

    def statements(self, kind: ResourceService, resource: Resource) -> tuple[Statement, ...]:
        cell = self._cell(resource)
        about = {'id': resource.id, 'now': now()}
        instance = Statement(
            cell, "UPDATE instances SET vm_state = 'deleted', task_state = NULL, "
            'power_state = 0, terminated_at = :now, deleted = id, deleted_at = :now WHERE '
            "uuid = :id AND deleted = 0 AND (vm_state IN ('error', 'deleted') "
            'OR task_state IS NOT NULL)', about, ONE,
            'it is neither in an error nor in the middle of a task any more')
        return (
            instance,
            *(Statement(cell, f'UPDATE {table} SET deleted = id, '  # nosec B608  # its own names
                        'deleted_at = :now WHERE instance_uuid = :id AND deleted = 0',
                        about, SOME) for table in MARKED),
            Statement(cell, 'UPDATE instance_id_mappings SET deleted = id, deleted_at = :now '
                      'WHERE uuid = :id AND deleted = 0', about, SOME),
            *(Statement(cell, f'DELETE FROM {table} WHERE {key} = :id',  # nosec B608  # its own names
                        about, SOME)
              for table, key in TAKEN_AWAY.items()),
            Statement(API, 'UPDATE instance_mappings SET queued_for_delete = :yes WHERE '
                      'instance_uuid = :id', {'id': resource.id, 'yes': True}),
            Statement(API, 'DELETE FROM build_requests WHERE instance_uuid = :id', about,
                      Rows(0, 1)))

    def _cell(self, resource: Resource) -> str:
        """The cell in which a server is."""
        found = [name for name in self.names(CELLS) if self.read(
            name, 'SELECT id FROM instances WHERE uuid = :id AND deleted = 0', id=resource.id)]
        if len(found) != 1:
            raise errors.RemedyFailed(
                f'{len(found)} of the configured databases {CELLS} have it, not 1: are those of '
                'all cells configured?')
        return found[0]


class KeyPairs(WithoutStatus):
    """A key pair whose user is gone, as ``nova.objects.keypair.KeyPair`` destroys one."""

    kinds = ('keypairs',)
    does = 'is taken out of the database of Nova'
    schemas = {API: Schema((Table('key_pairs', columns('id', 'user_id', 'name'), columns()),))}

    def statements(self, kind: ResourceService, resource: Resource) -> tuple[Statement, ...]:
        try:
            kind.cloud.rest('identity').get(f'users/{resource.user_id}')
        except errors.NotFound:
            return (Statement(
                API, 'DELETE FROM key_pairs WHERE user_id = :user AND name = :name',
                {'user': resource.user_id, 'name': resource.name}),)
        raise errors.RemedyFailed('its user exists, and can delete it')
