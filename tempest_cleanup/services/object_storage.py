"""Swift. https://docs.openstack.org/api-ref/object-store/

No API lists the accounts: a project's is ``AUTH_`` and its id, and outlives the project.
"""
from collections.abc import Callable, Iterable
from typing import TypeVar
from urllib.parse import quote

from tempest_cleanup import errors
from tempest_cleanup.cloud.rest import LIST, Rest
from tempest_cleanup.model import Body, Resource, Tenant
from tempest_cleanup.services.project_owned import ProjectOwned, named_in

T = TypeVar('T')


class ObjectStorage(ProjectOwned):
    """What is common to Swift's kinds."""

    service_type = 'object-store'
    outlives_project = True
    created_key = 'last_modified'

    def asked(self, tenant: Tenant | None, request: Callable[[Rest], T]) -> T:
        """The answer to the project's own token, else to ours where we are reseller admin.

        Keystone gives no token for a project that is gone; a reseller admin names any
        account in the path.
        """
        try:
            return request(self.rest(tenant))
        except errors.Denied:
            if tenant is None:
                raise
            return request(self.cloud.rest_of(self.service_type, tenant.id))

    def containers(self, tenant: Tenant | None) -> list[Body]:
        return self.asked(tenant, lambda rest: list(
            rest.pages('', LIST, markers={'marker': 'name'})))


class Containers(ObjectStorage):
    """Containers. Swift refuses to delete one with an object, or with a version of one."""

    name, singular = 'containers', 'container'
    path = ''
    delete_after = ('objects',)
    # Glance makes one for an image, where each project has its own (swift_store_multi_tenant).
    goes_with = ('images',)

    def listing(self, tenant: Tenant | None) -> Iterable[Body]:
        return self.containers(tenant)

    def told(self, body: Body, tenant: Tenant | None) -> Body:
        return {**super().told(body, tenant), 'id': _id(tenant, str(body['name'])),
                'names': named_in(str(body['name']))}

    def delete(self, resource: Resource) -> None:
        self.asked(self.listed_in(resource),
                   lambda rest: rest.delete(quote(resource.name, safe='')))


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

    def listing(self, tenant: Tenant | None) -> Iterable[Body]:
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
        container, name = str(body['container_name']), str(body['name'])
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
    version = str(body.get('version_id') or '')
    return '' if version == 'null' else version
