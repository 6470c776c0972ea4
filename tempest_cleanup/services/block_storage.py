"""Cinder. https://docs.openstack.org/api-ref/block-storage/v3/"""
from typing import Any, ClassVar

from tempest_cleanup import errors
from tempest_cleanup.model import Body, Change, Resource, Scope, Tenant
from tempest_cleanup.services.messages import WithMessages
from tempest_cleanup.services.quotas import ClassQuotas


class BlockStorage(WithMessages):
    """What is common to Cinder's kinds."""

    service_type = 'block-storage'
    microversion = '3.64'
    about_key = 'resource_uuid'

    def restore(self, resource: Resource, changes: tuple[Change, ...]) -> None:
        # Where there are any more settings than these, one has to say how.
        if not self.settings:
            super().restore(resource, changes)
        self.put(resource, {c.attribute: c.old for c in changes})

    def put(self, resource: Resource, values: dict[str, Any]) -> None:
        """Set attributes, if there are any to set."""
        if values:
            self.rest().put(self.member(resource), {self.singular: values},
                            microversion=self.microversion)


class TenantStorage(BlockStorage):
    """Kinds that belong to projects; only an administrator sees all of them."""

    detail = '/detail'
    query = {'all_tenants': '1'}
    asynchronous = True
    # Back to available: the driver found the thing busy.
    failed = frozenset(('error', 'error_deleting', 'available'))


class WithMetadata(TenantStorage):
    """Kinds whose metadata have a place of their own below them."""

    def restore(self, resource: Resource, changes: tuple[Change, ...]) -> None:
        wanted = {c.attribute: c.old for c in changes}
        if 'metadata' in wanted:
            self.rest().put(self.member(resource, 'metadata'),
                            {'metadata': wanted.pop('metadata')},
                            microversion=self.microversion)
        self.put(resource, wanted)


class Volumes(WithMetadata):
    """Volumes. A cascading delete is never asked for: it would take kept snapshots along.

    Cinder mixes what it notes for itself into the metadata: whether a volume is read-only,
    and how it is attached.
    """

    name, singular = 'volumes', 'volume'
    path = 'volumes'
    settings = ('name', 'description', 'metadata', 'bootable', 'readonly')
    stays_changed = {
        'status': 'Cinder moves it itself',
        'size, type, host': "an extension, retype or migration moves data, and can't be undone"}
    host_key = 'os-vol-host-attr:host'
    details = (host_key, 'os-vol-mig-status-attr:migstat')
    project_key = 'os-vol-tenant-attr:tenant_id'
    always: ClassVar = (project_key,)
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

    def told(self, body: Body, tenant: Tenant | None) -> Body:
        metadata = body.get('metadata') or {}
        return {**body, 'readonly': metadata.get('readonly') == 'True',
                'metadata': {key: value for key, value in metadata.items()
                             if key not in ('readonly', 'attached_mode')}}

    def restore(self, resource: Resource, changes: tuple[Change, ...]) -> None:
        for change in changes:
            if change.attribute == 'bootable':
                self._act(resource, 'os-set_bootable', bootable=change.old == 'true')
            elif change.attribute == 'readonly':
                self._act(resource, 'os-update_readonly_flag', readonly=change.old)
        super().restore(resource, tuple(
            c for c in changes if c.attribute not in ('bootable', 'readonly')))

    def _act(self, resource: Resource, action: str, **what: bool) -> None:
        self.rest().post(self.member(resource, 'action'), {action: what},
                         microversion=self.microversion)


class Snapshots(WithMetadata):
    name, singular = 'snapshots', 'snapshot'
    path = 'snapshots'
    settings = ('name', 'description', 'metadata')
    project_key = 'os-extended-snapshot-attributes:project_id'
    always: ClassVar = (project_key, 'volume_id')
    delete_after = ('group_snapshots', 'cgsnapshots')
    goes_with = ('group_snapshots', 'stacks')


class Backups(TenantStorage):
    """Backups. One with incremental children is refused until they are gone."""

    name, singular = 'backups', 'backup'
    path = 'backups'
    settings = ('name', 'description', 'metadata')
    project_key = 'os-backup-project-attr:project_id'
    reasons = ('fail_reason',)
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
            try:
                self.cloud.rest('compute').delete(
                    f'servers/{server}/os-volume_attachments/{volume}')
            except errors.NotFound:
                # Then it is Cinder's alone, which asks Nova once more.
                super().delete(resource)
        else:
            super().delete(resource)


class Described(BlockStorage):
    """Kinds whose name and description can be emptied, but not unset: both are the same."""

    def told(self, body: Body, tenant: Tenant | None) -> Body:
        return {**body, 'name': body.get('name') or '',
                'description': body.get('description') or ''}


class VolumeGroups(Described, TenantStorage):
    """Groups. Their volumes are taken out first: some may have to stay."""

    name, singular = 'volume_groups', 'group'
    path, collection = 'groups', 'groups'
    settings = ('name', 'description')
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
    tried = False

    def delete(self, resource: Resource) -> None:
        self.rest().post(self.member(resource, 'delete'), {'consistencygroup': {'force': False}})


class ConsistencyGroupSnapshots(TenantStorage):
    name, singular = 'cgsnapshots', 'cgsnapshot'
    path = 'cgsnapshots'
    offset_paging = True
    goes_with = ('group_snapshots',)
    tried = False


class VolumeQuotas(ClassQuotas, BlockStorage):
    name, singular = 'volume_quotas', 'quota_set'
    path = 'os-quota-sets'
    scope = Scope.PROJECT
