"""Cinder. https://docs.openstack.org/api-ref/block-storage/v3/"""
import contextlib
from collections.abc import Iterator

from tempest_cleanup import errors
from tempest_cleanup.model import Body, Resource, Scope, Tenant
from tempest_cleanup.services.base import ResourceService
from tempest_cleanup.services.quotas import Quotas


class BlockStorage(ResourceService):
    """What is common to Cinder's kinds."""

    service_type = 'block-storage'
    microversion = '3.64'


class TenantStorage(BlockStorage):
    """Kinds that belong to projects; only an administrator sees all of them."""

    detail = '/detail'
    query = {'all_tenants': '1'}
    asynchronous = True
    # Back to available: the driver found the thing busy.
    failed = frozenset(('error', 'error_deleting', 'available'))


class Volumes(TenantStorage):
    """Volumes. A cascading delete is never asked for: it would take kept snapshots along."""

    name, singular = 'volumes', 'volume'
    path = 'volumes'
    project_key = 'os-vol-tenant-attr:tenant_id'
    delete_after = ('servers', 'snapshots', 'volume_transfers', 'volume_attachments',
                    'volume_groups', 'consistency_groups')
    goes_with = ('stacks',)

    def protects(self, resource: Resource) -> str:
        # Cinder's image cache keeps these; the name is all that tells them.
        # https://docs.openstack.org/cinder/latest/admin/image-volume-cache.html
        metadata = resource.body.get('metadata') or {}
        if resource.name.startswith('image-') and 'glance_image_id' in metadata:
            return 'a volume of the image cache of Cinder'
        return ''


class Snapshots(TenantStorage):
    name, singular = 'snapshots', 'snapshot'
    path = 'snapshots'
    project_key = 'os-extended-snapshot-attributes:project_id'
    delete_after = ('group_snapshots', 'cgsnapshots')
    goes_with = ('group_snapshots', 'stacks')


class Backups(TenantStorage):
    """Backups. One with incremental children is refused until they are gone."""

    name, singular = 'backups', 'backup'
    path = 'backups'
    project_key = 'os-backup-project-attr:project_id'
    goes_with = ('stacks',)


class VolumeTransfers(TenantStorage):
    name, singular = 'volume_transfers', 'transfer'
    path, collection = 'volume-transfers', 'transfers'
    project_key = 'source_project_id'
    asynchronous = False
    failed = frozenset()


class VolumeAttachments(TenantStorage):
    """Attachments. While Nova knows the server, only Nova may end one (CVE-2023-2088)."""

    name, singular = 'volume_attachments', 'attachment'
    path, collection = 'attachments', 'attachments'
    offset_paging = True
    created_key = 'attached_at'
    failed = frozenset()
    delete_after = ('servers',)
    goes_with = ('servers',)
    follows = ('volumes',)

    def delete(self, resource: Resource) -> None:
        server, volume = resource.body.get('instance'), resource.body['volume_id']
        if server:
            self.cloud.rest('compute').delete(
                f'servers/{server}/os-volume_attachments/{volume}')
        else:
            super().delete(resource)


class VolumeGroups(TenantStorage):
    """Groups. Their volumes are taken out first: some may have to stay."""

    name, singular = 'volume_groups', 'group'
    path, collection = 'groups', 'groups'
    delete_after = ('group_snapshots',)

    def prepare_delete(self, resource: Resource) -> None:
        # Asked anew: taking volumes out goes on after the answer, and may be under way.
        shown = self.rest().get(self.member(resource), microversion=self.microversion,
                                query={'list_volume': 'True'})
        if volumes := shown['group'].get('volumes'):
            self.rest().put(self.member(resource),
                            {'group': {'remove_volumes': ','.join(volumes)}},
                            microversion=self.microversion)

    def delete(self, resource: Resource) -> None:
        self.rest().post(self.member(resource, 'action'),
                         {'delete': {'delete-volumes': False}}, microversion=self.microversion)


class GroupSnapshots(TenantStorage):
    name, singular = 'group_snapshots', 'group_snapshot'
    path = 'group_snapshots'


class ConsistencyGroups(TenantStorage):
    """Groups of the older kind; Cinder keeps their interface only."""

    name, singular = 'consistency_groups', 'consistencygroup'
    path, collection = 'consistencygroups', 'consistencygroups'
    delete_after = ('cgsnapshots',)
    # Cinder shows every group there, too.
    goes_with = ('volume_groups',)

    def delete(self, resource: Resource) -> None:
        self.rest().post(self.member(resource, 'delete'), {'consistencygroup': {'force': False}})


class ConsistencyGroupSnapshots(TenantStorage):
    name, singular = 'cgsnapshots', 'cgsnapshot'
    path = 'cgsnapshots'
    offset_paging = True
    goes_with = ('group_snapshots',)


class VolumeTypes(BlockStorage):
    """Volume types, public and private. Cinder refuses the default and those in use."""

    name, singular = 'volume_types', 'volume_type'
    path = 'types'
    query = {'is_public': 'None'}
    delete_after = ('volumes', 'volume_groups', 'consistency_groups', 'snapshots', 'backups')


class VolumeEncryptions(BlockStorage):
    """What makes a volume type's volumes encrypted; a type has one at most."""

    name, singular = 'volume_encryptions', 'encryption'
    path = 'types'
    id_key = 'encryption_id'
    goes_with = ('volume_types',)
    delete_after = ('volumes',)

    def find(self, tenant: Tenant | None) -> Iterator[Body]:
        for volume_type in self.rest().pages('types', 'volume_types',
                                             query={'is_public': 'None'}):
            with contextlib.suppress(errors.NotFound):  # the type went meanwhile
                found = self.rest().get(f'types/{volume_type["id"]}/encryption')
                if found.get('encryption_id'):
                    yield dict(found, volume_type_id=volume_type['id'])

    def delete(self, resource: Resource) -> None:
        self.rest().delete(
            f'types/{resource.body["volume_type_id"]}/encryption/{resource.id}')


class VolumeQos(BlockStorage):
    """QoS specs. Deleted by force, for a kept volume type may be bound to one."""

    name, singular = 'volume_qos', 'qos_specs'
    path, collection = 'qos-specs', 'qos_specs'
    delete_after = ('volume_types',)
    # Cinder hands the work on and answers before it is done.
    asynchronous = True

    def delete(self, resource: Resource) -> None:
        # Else one that a kept volume type is bound to is refused.
        self.rest().delete(self.member(resource), query={'force': 'true'})


class GroupTypes(BlockStorage):
    """Types of groups; one of them is Cinder's own."""

    name, singular = 'group_types', 'group_type'
    path = 'group_types'
    query = {'is_public': 'None'}
    delete_after = ('volume_groups', 'group_snapshots')

    def protects(self, resource: Resource) -> str:
        # cinder.volume.group_types.DEFAULT_CGSNAPSHOT_TYPE: made once, by a migration.
        if resource.name == 'default_cgsnapshot_type':
            return 'the type that Cinder itself needs for consistency groups'
        return ''


class VolumeQuotas(Quotas, BlockStorage):
    name, singular = 'volume_quotas', 'quota_set'
    path = 'os-quota-sets'
    scope = Scope.PROJECT
