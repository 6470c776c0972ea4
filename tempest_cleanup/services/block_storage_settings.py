"""What an operator sets in Cinder. https://docs.openstack.org/api-ref/block-storage/v3/"""

from tempest_cleanup import errors
from tempest_cleanup.model import Body, Change, Resource, Tenant
from tempest_cleanup.services import bodies
from tempest_cleanup.services.access import Access, ends
from tempest_cleanup.services.block_storage import BlockStorage
from tempest_cleanup.services.quotas import QuotaClasses


class VolumeTypeAccess(Access, BlockStorage):
    """Projects that may use a private volume type."""

    name, singular = 'volume_type_accesses', 'volume_type_access'
    path, collection = 'types', 'volume_types'
    public_key, whose = 'is_public', 'project_id'
    below, wrapper = 'os-volume-type-access', 'volume_type_access'
    actions, argument = ('addProjectAccess', 'removeProjectAccess'), 'project'
    goes_with = ('volume_types',)

    def delete(self, resource: Resource) -> None:
        try:
            super().delete(resource)
        except errors.Conflict:
            # Where the type was made public again, its access was taken away before.
            thing = self.rest().get(f'types/{ends(resource)[0]}')['volume_type']
            if not thing.get(self.public_key):
                raise


class VolumeServices(BlockStorage):
    """Cinder's own processes. They have no id, but a name and a host.

    One that is frozen is disabled by that, and enabled by being thawed. Cinder 29.0.0 says yes
    to ``enable`` and ``disable``, and does neither; that shows when all is listed again.
    """

    name, singular = 'volume_services', 'service'
    path, collection = 'os-services', 'services'
    settings = ('status', 'disabled_reason', 'frozen')
    stays_changed = {
        'failed over': 'to fail back moves every volume of a back end: for an operator to decide'}

    def told(self, body: Body, tenant: Tenant | None) -> Body:
        binary, host = (bodies.identifier(body, key) for key in ('binary', 'host'))
        # Only those with volumes can be frozen, and the others do not say that they are not.
        return {**body, 'id': f'{binary}/{host}', 'name': f'{binary} on {host}',
                'frozen': bool(body.get('frozen')),
                'disabled_reason': body.get('disabled_reason') or None}

    def protects(self, resource: Resource) -> str:
        return 'a process of Cinder, which reports itself'

    def restore(self, resource: Resource, changes: tuple[Change, ...]) -> None:
        wanted = {c.attribute: c.old for c in changes}
        binary, _, host = resource.id.partition('/')
        if 'frozen' in wanted:
            self._put('freeze' if wanted['frozen'] else 'thaw', host=host)
        if wanted.keys() & {'status', 'disabled_reason'}:
            reason = wanted.get('disabled_reason', resource.settings.get('disabled_reason'))
            if wanted.get('status', resource.settings.get('status')) == 'enabled':
                self._put('enable', binary=binary, host=host)
            elif reason:
                self._put('disable-log-reason', binary=binary, host=host,
                          disabled_reason=reason)
            else:
                # To disable one that is disabled leaves its reason as it is.
                self._put('enable', binary=binary, host=host)
                self._put('disable', binary=binary, host=host)

    def _put(self, action: str, **body: str) -> None:
        self.rest().put(f'{self.path}/{action}', body, microversion=self.microversion)


class DefaultVolumeTypes(BlockStorage):
    """The volume type that a project gets where it asks for none. Types wait for these."""

    name, singular = 'default_volume_types', 'default_type'
    path, collection = 'default-types', 'default_types'
    id_key = 'project_id'
    settings = ('volume_type_id',)
    delete_before = ('volume_types',)
    relation = comes_back = True

    def restore(self, resource: Resource, changes: tuple[Change, ...]) -> None:
        old = {c.attribute: c.old for c in changes}.get(
            'volume_type_id', resource.settings['volume_type_id'])
        self.rest().put(self.member(resource), {self.singular: {'volume_type': old}},
                        microversion=self.microversion)


class VolumeQuotaClasses(QuotaClasses, BlockStorage):
    """The limits of every project that has none of its own.

    Those of a volume type stay when the type goes; nothing can take them away.
    """

    name, singular = 'volume_quota_classes', 'quota_class_set'
