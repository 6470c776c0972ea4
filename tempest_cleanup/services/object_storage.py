"""Swift. https://docs.openstack.org/api-ref/object-store/

No API lists the accounts: a project's is ``AUTH_`` and its id, and outlives the project.
"""
import contextlib
from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar
from urllib.parse import quote

from tempest_cleanup import errors
from tempest_cleanup.cloud.rest import LIST, Rest
from tempest_cleanup.model import Body, Change, Resource, Tenant
from tempest_cleanup.services import bodies
from tempest_cleanup.services.object_metadata import put_back, said
from tempest_cleanup.services.project_owned import ProjectOwned, named_in

T = TypeVar('T')

SECRETS = {'the value of a key': 'it is secret, and is not saved: a new one is taken away, one '
                                 'that is gone is shown, one that is another is not seen'}


class ObjectStorage(ProjectOwned):
    """What is common to Swift's kinds."""

    service_type = 'object-store'
    outlives_project = True
    created_key = 'last_modified'

    def asked(self, tenant: Tenant | None, request: Callable[[Rest], T]) -> T:
        """The answer to the project's own token, else to ours where we are reseller admin.

        Keystone gives no token for a project that is gone, and the catalog of one may leave
        Swift out; a reseller admin names any account in the path.
        """
        try:
            return request(self.rest(tenant))
        except (errors.Denied, errors.NotInCatalog) as error:
            if tenant is None:
                raise
            try:
                return request(self.cloud.rest_of(self.service_type, tenant.id))
            except errors.Denied:
                raise error from None

    def containers(self, tenant: Tenant | None) -> list[Body]:
        return self.asked(tenant, lambda rest: list(
            rest.pages('', LIST, markers={'marker': 'name'})))


class Containers(ObjectStorage):
    """Containers. Swift refuses to delete one with an object, or with a version of one."""

    name, singular = 'containers', 'container'
    path = ''
    settings = ('metadata', 'keys', 'read', 'write', 'sync-to')
    stays_changed = SECRETS
    delete_after = ('objects',)
    # Glance makes one for an image, where each project has its own (swift_store_multi_tenant).
    goes_with = ('images',)

    def find(self, tenant: Tenant | None) -> Iterable[Body]:
        for container in self.containers(tenant):
            path = quote(str(container['name']), safe='')
            with contextlib.suppress(errors.NotFound):  # it went meanwhile
                headers = self.asked(tenant, lambda rest, path=path: rest.head(path))  # type: ignore[misc]
                yield {**container, **said('container', headers, self.settings)}

    def told(self, body: Body, tenant: Tenant | None) -> Body:
        name = bodies.identifier(body, 'name')
        return {**super().told(body, tenant), 'id': _id(tenant, name),
                'names': named_in(name)}

    def delete(self, resource: Resource) -> None:
        self.asked(self.listed_in(resource),
                   lambda rest: rest.delete(quote(resource.name, safe='')))

    def restore(self, resource: Resource, changes: tuple[Change, ...]) -> None:
        path = quote(resource.name, safe='')
        self.asked(self.listed_in(resource), lambda rest: put_back(
            rest, path, 'container', {c.attribute: c.old for c in changes}))


class Accounts(ObjectStorage):
    """What a project's account says of itself. One that says nothing is no resource."""

    name, singular = 'accounts', 'account'
    path = ''
    created_key = 'created_at'
    settings = ('metadata', 'keys', 'access-control')
    stays_changed = SECRETS
    comes_back = True

    def find(self, tenant: Tenant | None) -> Iterable[Body]:
        headers = self.asked(tenant, lambda rest: rest.head(''))
        found = said('account', headers, self.settings)
        if tenant and any(found.values()):
            yield {**found, 'id': tenant.id, 'name': tenant.name}

    def delete(self, resource: Resource) -> None:
        self._put(resource, dict.fromkeys(self.settings))

    def restore(self, resource: Resource, changes: tuple[Change, ...]) -> None:
        self._put(resource, {c.attribute: c.old for c in changes})

    def _put(self, resource: Resource, wanted: Mapping[str, Any]) -> None:
        self.asked(self.listed_in(resource),
                   lambda rest: put_back(rest, '', 'account', wanted))


class Objects(ObjectStorage):
    """Objects, also those that were added to a container that stays; each version is one.

    A segment of a large object is an object like any other, and decided about by itself:
    ``multipart-manifest=delete`` is never asked for.
    """

    name, singular = 'objects', 'object'
    path = ''
    # Those of a backup are named after it, and Cinder deletes them.
    goes_with = ('backups', 'images')
    follows = ('containers',)

    def find(self, tenant: Tenant | None) -> Iterable[Body]:
        for container in self.containers(tenant):
            name = str(container['name'])
            try:
                found = self.asked(tenant, lambda rest, name=name: list(  # type: ignore[misc]
                    rest.pages(quote(name, safe=''), LIST, query={'versions': 'true'},
                               markers={'marker': 'name', 'version_marker': 'version_id'})))
            except errors.NotFound:  # the container went meanwhile, and its objects before
                continue
            for body in found:
                yield {**body, 'container_name': name}

    def told(self, body: Body, tenant: Tenant | None) -> Body:
        container, name = str(body['container_name']), bodies.identifier(body, 'name')
        version = _version(body)
        others = named_in(container, name)
        return {**super().told(body, tenant), 'names': others,
                'id': _id(tenant, container, name) + (f'?version-id={version}' if version else ''),
                # What another service named after something does not follow its container.
                'container': '' if others else _id(tenant, container)}

    def delete(self, resource: Resource) -> None:
        path = '/'.join((quote(resource.body['container_name'], safe=''), quote(resource.name)))
        version = _version(resource.body)
        # Without its version only a marker would be put on top of it.
        query = {'version-id': version} if version else None
        self.asked(self.listed_in(resource), lambda rest: rest.delete(path, query=query))


def _id(tenant: Tenant | None, *names: str) -> str:
    return '/'.join((tenant.id if tenant else '', *names))


def _version(body: Body) -> str:
    """'' where its container has no versions, or had none yet."""
    version = bodies.text(body, 'version_id')
    return '' if version == 'null' else version
