"""What an operator sets in Manila: types, limits, services.

https://docs.openstack.org/api-ref/shared-file-system/
"""
from typing import ClassVar

from tempest_cleanup.model import Body, Change, Resource, Scope, Tenant
from tempest_cleanup.services import specs
from tempest_cleanup.services.access import Access
from tempest_cleanup.services.quotas import ClassQuotas, QuotaClasses
from tempest_cleanup.services.shared_file_system import SharedFileSystem

PUBLIC = 'share_type_access:is_public'


class ShareTypes(SharedFileSystem):
    """Share types, public and private. Those in use are refused.

    A description can be emptied, but not unset: both are the same.
    """

    name, singular = 'share_types', 'share_type'
    path = 'types'
    query = {'is_public': 'all'}
    settings = ('name', 'description', PUBLIC, 'extra_specs')
    delete_after = ('shares', 'share_groups', 'share_group_types')
    goes_with = ('stacks',)

    def told(self, body: Body, tenant: Tenant | None) -> Body:
        return {**body, 'description': body.get('description') or ''}

    def protects(self, resource: Resource) -> str:
        return ('the default share type of Manila\'s configuration'
                if resource.body.get('is_default') else '')

    def restore(self, resource: Resource, changes: tuple[Change, ...]) -> None:
        for change in changes:
            if change.attribute == 'extra_specs':
                specs.put_back(self.rest(), self.member(resource, 'extra_specs'), 'extra_specs',
                               change.old, self.microversion)
        super().restore(resource, tuple(c for c in changes if c.attribute != 'extra_specs'))


class ShareTypeAccess(Access, SharedFileSystem):
    """Projects that may use a private share type."""

    name, singular = 'share_type_accesses', 'share_type_access'
    path, collection = 'types', 'share_types'
    query = {'is_public': 'all'}
    public_key, whose = PUBLIC, 'project_id'
    below, wrapper = 'share_type_access', 'share_type_access'
    actions, argument = ('addProjectAccess', 'removeProjectAccess'), 'project'
    goes_with: ClassVar = ('share_types',)


class ShareGroupTypes(SharedFileSystem):
    """Types of share groups; one may be the default of Manila's configuration.

    All that can be changed of one is its specs.
    """

    name, singular = 'share_group_types', 'share_group_type'
    path = 'share-group-types'
    query = {'is_public': 'all'}
    settings = ('group_specs',)
    delete_after = ('share_groups',)

    def protects(self, resource: Resource) -> str:
        return ('the default share group type of Manila\'s configuration'
                if resource.body.get('is_default') else '')

    def restore(self, resource: Resource, changes: tuple[Change, ...]) -> None:
        for change in changes:
            specs.put_back(self.rest(), self.member(resource, 'group-specs'), 'group_specs',
                           change.old, self.microversion)


class ShareGroupTypeAccess(Access, SharedFileSystem):
    """Projects that may use a private type of share groups."""

    name, singular = 'share_group_type_accesses', 'share_group_type_access'
    path, collection = 'share-group-types', 'share_group_types'
    query = {'is_public': 'all'}
    public_key, whose = 'is_public', 'project_id'
    below, wrapper = 'access', 'share_group_type_access'
    actions, argument = ('addProjectAccess', 'removeProjectAccess'), 'project'
    goes_with: ClassVar = ('share_group_types',)


class ShareQosTypes(SharedFileSystem):
    """QoS types. Their specs are put below them, one by one."""

    name, singular = 'share_qos_types', 'qos_type'
    path, collection = 'qos-types', 'qos_types'
    settings = ('description', 'specs')
    offset_paging = True
    delete_after = ('shares', 'share_types')

    def restore(self, resource: Resource, changes: tuple[Change, ...]) -> None:
        for change in changes:
            if change.attribute == 'specs':
                specs.put_back(self.rest(), self.member(resource, 'specs'), 'specs', change.old,
                               self.microversion)
        super().restore(resource, tuple(c for c in changes if c.attribute != 'specs'))


class ShareQuotas(ClassQuotas, SharedFileSystem):
    name, singular = 'share_quotas', 'quota_set'
    path = 'quota-sets'
    scope = Scope.PROJECT


class ShareQuotaClasses(QuotaClasses, SharedFileSystem):
    """The limits of every project that has none of its own."""

    name, singular = 'share_quota_classes', 'quota_class_set'
    path = 'quota-class-sets'


class ShareServices(SharedFileSystem):
    """Manila's own processes. One that is disabled gets no shares."""

    name, singular = 'share_services', 'service'
    path, collection = 'services', 'services'
    numbered = True
    settings = ('status', 'disabled_reason')

    def told(self, body: Body, tenant: Tenant | None) -> Body:
        return {**body, 'name': f'{body.get("binary")} on {body.get("host")}',
                'disabled_reason': body.get('disabled_reason') or None}

    def protects(self, resource: Resource) -> str:
        return 'a process of Manila, which reports itself'

    def restore(self, resource: Resource, changes: tuple[Change, ...]) -> None:
        wanted = dict(resource.settings) | {c.attribute: c.old for c in changes}
        which = {key: resource.body[key] for key in ('binary', 'host')}
        if wanted['status'] == 'enabled':
            self._put('enable', **which)
        else:
            reason = {'disabled_reason': wanted['disabled_reason']} if wanted[
                'disabled_reason'] else {}
            self._put('disable', **which, **reason)

    def _put(self, action: str, **body: str) -> None:
        self.rest().put(f'{self.path}/{action}', body, microversion=self.microversion)
