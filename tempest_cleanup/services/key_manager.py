"""Barbican. https://docs.openstack.org/barbican/latest/api/

Only a project's own token shows what it has; payloads are never asked for.
"""
import contextlib
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, ClassVar

from tempest_cleanup import errors
from tempest_cleanup.model import Body, Change, Resource, Tenant
from tempest_cleanup.services import bodies
from tempest_cleanup.services.base import ResourceService
from tempest_cleanup.services.bodies import strings
from tempest_cleanup.services.project_owned import ProjectOwned, named_in
from tempest_cleanup.services.quotas import Quotas

if TYPE_CHECKING:
    from tempest_cleanup.cloud.rest import Rest

#: What may name a secret: path, key of the list, and the queries that find it. Cinder and
#: Glance take any attribute; where one is not understood, more is looked through.
USERS: tuple[tuple[str, str, str, str | None, tuple[dict[str, str], ...]], ...] = (
    ('block-storage', 'volumes/detail', 'volumes', '3.64',
     ({'all_tenants': '1', 'encryption_key_id': '{id}'},)),
    ('block-storage', 'backups/detail', 'backups', '3.64',
     ({'all_tenants': '1', 'encryption_key_id': '{id}'},)),
    ('image', 'images', 'images', None, tuple(
        {'visibility': 'all', 'os_hidden': hidden, key: '{id}'} for hidden in ('false', 'true')
        for key in ('cinder_encryption_key_id', 'img_signature_certificate_uuid'))),
    ('load-balancer', 'v2.0/lbaas/listeners', 'listeners', None, ({},)),
    ('load-balancer', 'v2.0/lbaas/pools', 'pools', None, ({},)),
)


#: Who may read what has no list of that.
ITS_PROJECT = {'users': [], 'project-access': True}


class KeyManager(ProjectOwned):
    """What is common to Barbican's kinds. An id is the last part of a reference."""

    service_type = 'key-manager'
    # From 1.1 on a secret says who uses it, from 1.2 on one in use is not deleted.
    microversion = '1.2'
    query = {'limit': '100'}
    created_key = 'created'
    reference: ClassVar[str]

    def told(self, body: Body, tenant: Tenant | None) -> Body:
        return {**super().told(body, tenant), 'names': named_in(body),
                'id': bodies.text(body, self.reference).rsplit('/', 1)[-1]}


class Needed(KeyManager):
    """What is refused only by us: Barbican gives a key away while a volume needs it.

    Who may read one is a setting: its project alone, or others besides.
    """

    def find(self, tenant: Tenant | None) -> Iterator[Body]:
        for body in super().find(tenant):
            identifier = bodies.identifier(body, self.reference).rsplit('/', 1)[-1]
            with contextlib.suppress(errors.NotFound):  # it went meanwhile
                yield {**body, **self.more(self.rest(tenant), identifier)}

    def more(self, rest: 'Rest', identifier: str) -> Body:
        """What a listing does not say of one."""
        read = rest.get(f'{self.path}/{identifier}/acl', microversion=self.microversion)['read']
        return {'acl': {'users': sorted(read.get('users') or ()),
                        'project-access': read.get('project-access', True)}}

    def restore(self, resource: Resource, changes: tuple[Change, ...]) -> None:
        rest = self.rest(self.listed_in(resource))
        for change in changes:
            path = self.member(resource, change.attribute)
            if change.attribute != 'acl':
                rest.put(path, {change.attribute: change.old}, microversion=self.microversion)
            elif change.old == ITS_PROJECT:
                rest.delete(path, microversion=self.microversion)
            else:
                rest.put(path, {'read': change.old}, microversion=self.microversion)

    def prepare_delete(self, resource: Resource) -> None:
        """Look once more, for what uses it may be older and stay.

        :raises errors.StillNeeded: something still does, or a service does not tell
        """
        for user in self._users(resource.id):
            raise errors.StillNeeded(f'still needed by {user}')

    def _users(self, identifier: str) -> Iterator[str]:
        for service, path, collection, microversion, queries in USERS:
            if not self.cloud.catalog_type(service):
                continue
            for query in queries:
                asked = {name: value.format(id=identifier) for name, value in query.items()}
                try:
                    listed = list(self.cloud.rest(service).pages(
                        path, collection, query=asked, microversion=microversion))
                    for body in listed:
                        bodies.check(body)
                except errors.ApiError as error:
                    # Whoever deletes takes NotFound for: it is gone already.
                    raise errors.StillNeeded(
                        f'nobody tells whether {collection} need it: {error}') from error
                for body in listed:
                    if any(text.rsplit('/', 1)[-1] == identifier for text in strings(body)):
                        yield f'{collection.removesuffix("s")} {body.get("id")}'


class Secrets(Needed):
    """Secrets. Cinder and Nova delete the keys of their own volumes and servers."""

    name, singular = 'secrets', 'secret'
    path = 'secrets'
    settings = ('acl', 'metadata')
    stays_changed = {
        'the store that a project prefers': 'nothing lists them'}
    reference = 'secret_ref'
    delete_after = ('orders', 'secret_containers', 'volumes', 'backups', 'images', 'servers')
    goes_with = ('volumes', 'backups', 'servers')

    def more(self, rest: 'Rest', identifier: str) -> Body:
        found = rest.get(f'{self.path}/{identifier}/metadata', microversion=self.microversion)
        return {**super().more(rest, identifier), 'metadata': found['metadata']}


class SecretContainers(Needed):
    """Containers of secrets. The secrets stay; who has registered with one is not asked."""

    name, singular = 'secret_containers', 'container'
    path, collection = 'containers', 'containers'
    settings = ('acl',)
    reference = 'container_ref'


class Orders(KeyManager):
    """Orders. What was made for one stays, and is a secret of its own."""

    name, singular = 'orders', 'order'
    path = 'orders'
    reasons = ('error_reason', 'error_status_code')
    details = ('sub_status_message',)
    reference = 'order_ref'

    def told(self, body: Body, tenant: Tenant | None) -> Body:
        return {**super().told(body, tenant), 'name': (body.get('meta') or {}).get('name')}


class SecretQuotas(Quotas):
    """Limits. Those that a project has are set all at once."""

    service_type = 'key-manager'
    name, singular = 'secret_quotas', 'project_quotas'
    path, collection = 'project-quotas', 'project_quotas'
    query = {'limit': '100'}
    scope = ResourceService.scope

    def find(self, tenant: Tenant | None) -> Iterable[Body]:
        for body in self.rest().pages(self.path, self.collection, query=self.query):
            yield {'id': body['project_id'], 'limits': body[self.singular]}

    def restore(self, resource: Resource, changes: tuple[Change, ...]) -> None:
        limits = dict(resource.settings) | {c.attribute: c.old for c in changes}
        self.rest().put(self.member(resource), self.request(limits))
