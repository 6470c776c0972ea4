"""Cinder's types, and what is bound to them. https://docs.openstack.org/api-ref/block-storage/v3/"""
import contextlib
from collections.abc import Iterator

from tempest_cleanup import errors
from tempest_cleanup.model import Body, Change, Resource, Tenant
from tempest_cleanup.services import specs
from tempest_cleanup.services.block_storage import BlockStorage, Described


class VolumeTypes(Described):
    """Volume types, public and private. Cinder refuses the default and those in use.

    While one is public, who may use it as a private one is neither told nor forgotten.
    """

    name, singular = 'volume_types', 'volume_type'
    path = 'types'
    query = {'is_public': 'None'}
    settings = ('name', 'description', 'is_public', 'extra_specs', 'qos_specs_id')
    delete_after = ('volumes', 'volume_groups', 'consistency_groups', 'snapshots', 'backups')

    def restore(self, resource: Resource, changes: tuple[Change, ...]) -> None:
        wanted = {c.attribute: c.old for c in changes}
        if 'extra_specs' in wanted:
            specs.put_back(self.rest(), self.member(resource, 'extra_specs'), 'extra_specs',
                           wanted.pop('extra_specs'), self.microversion)
        if 'qos_specs_id' in wanted:
            self._associate(resource, wanted.pop('qos_specs_id'))
        if wanted.get('is_public'):
            self._shut(resource)
        self.put(resource, wanted)

    def _associate(self, resource: Resource, wanted: str | None) -> None:
        """Bind a type to other specs, or to none."""
        now = self.rest().get(self.member(resource))[self.singular]['qos_specs_id']
        for specs_id, action in ((now, 'disassociate'), (wanted, 'associate')):
            if specs_id and now != wanted:
                self.rest().change_by_get(
                    f'qos-specs/{specs_id}/{action}', {'vol_type_id': resource.id})

    def _shut(self, resource: Resource) -> None:
        """Take away every access to a private type: when it is public, nobody could."""
        with contextlib.suppress(errors.NotFound):  # it is public already
            found = self.rest().get(self.member(resource, 'os-volume-type-access'))
            for one in found['volume_type_access']:
                with contextlib.suppress(errors.NotFound):  # it was taken away meanwhile
                    self.rest().post(self.member(resource, 'action'), {
                        'removeProjectAccess': {'project': one['project_id']}})


class VolumeEncryptions(BlockStorage):
    """What makes a volume type's volumes encrypted; a type has one at most.

    Cinder changes none of a type that has volumes.
    """

    name, singular = 'volume_encryptions', 'encryption'
    path = 'types'
    id_key = 'encryption_id'
    settings = ('volume_type_id', 'provider', 'cipher', 'key_size', 'control_location')
    comes_back = same_by_settings = True
    goes_with = ('volume_types',)
    delete_after = ('volumes',)

    def find(self, tenant: Tenant | None) -> Iterator[Body]:
        for volume_type in self.rest().pages('types', 'volume_types',
                                             query={'is_public': 'None'}):
            with contextlib.suppress(errors.NotFound):  # the type went meanwhile
                found = self.rest().get(f'types/{volume_type["id"]}/encryption')
                if found.get('encryption_id'):
                    yield dict(found, volume_type_id=volume_type['id'])

    def member(self, resource: Resource, *rest: str) -> str:
        return '/'.join(('types', str(resource.settings['volume_type_id']), 'encryption',
                         resource.id, *rest))

    def restore(self, resource: Resource, changes: tuple[Change, ...]) -> None:
        if any(c.attribute == 'present' for c in changes):
            values = dict(resource.settings)
            self.rest().post(f'types/{values.pop("volume_type_id")}/encryption',
                             {'encryption': values})
        else:
            super().restore(resource, changes)


class VolumeQos(BlockStorage):
    """QoS specs. Deleted by force, for a kept volume type may be bound to one."""

    name, singular = 'volume_qos', 'qos_specs'
    path, collection = 'qos-specs', 'qos_specs'
    settings = ('consumer', 'specs')
    delete_after = ('volume_types',)
    # Cinder hands the work on and answers before it is done.
    asynchronous = True

    def delete(self, resource: Resource) -> None:
        # Else one that a kept volume type is bound to is refused.
        self.rest().delete(self.member(resource), query={'force': 'true'})

    def restore(self, resource: Resource, changes: tuple[Change, ...]) -> None:
        wanted = {c.attribute: c.old for c in changes}
        if 'specs' in wanted:
            now = self.rest().get(self.member(resource))[self.singular]['specs']
            old = wanted.pop('specs')
            if added := sorted(now.keys() - old.keys()):
                self.rest().put(self.member(resource, 'delete_keys'), {'keys': added})
            wanted |= old
        self.put(resource, wanted)


class GroupTypes(Described):
    """Types of groups; one of them is Cinder's own."""

    name, singular = 'group_types', 'group_type'
    path = 'group_types'
    query = {'is_public': 'None'}
    settings = ('name', 'description', 'is_public', 'group_specs')
    delete_after = ('volume_groups', 'group_snapshots')

    def protects(self, resource: Resource) -> str:
        # cinder.volume.group_types.DEFAULT_CGSNAPSHOT_TYPE: made once, by a migration.
        if resource.name == 'default_cgsnapshot_type':
            return 'the type that Cinder itself needs for consistency groups'
        return ''

    def restore(self, resource: Resource, changes: tuple[Change, ...]) -> None:
        wanted = {c.attribute: c.old for c in changes}
        if 'group_specs' in wanted:
            specs.put_back(self.rest(), self.member(resource, 'group_specs'), 'group_specs',
                           wanted.pop('group_specs'), self.microversion)
        self.put(resource, wanted)
