"""What is in Glance's metadata definitions. https://docs.openstack.org/api-ref/image/v2/metadefs-index.html"""
import contextlib
from collections.abc import Iterable, Iterator
from typing import Any, ClassVar
from urllib.parse import quote

from tempest_cleanup import errors
from tempest_cleanup.model import Body, Resource, Tenant
from tempest_cleanup.services.image import Image


class InNamespace(Image):
    """Kinds that go with their namespace, and are named within it only.

    Glance deletes nothing from a protected namespace (403), and nothing at all whose name
    has a slash in it (404); the listings below a namespace are never cut.
    """

    path, collection = 'metadefs/namespaces', 'namespaces'
    id_key = 'key'
    goes_with: ClassVar[tuple[str, ...]] = ('metadef_namespaces',)
    #: The collection's path below the namespace, and the key in its answer.
    below: ClassVar[str]

    def find(self, tenant: Tenant | None) -> Iterator[Body]:
        for namespace in super().find(tenant):
            with contextlib.suppress(errors.NotFound):  # the namespace went meanwhile
                for body in self.inside(namespace):
                    yield {**body, 'key': f'{namespace["namespace"]}/{body["name"]}',
                           'namespace': namespace['namespace'], 'owner': namespace.get('owner')}

    def inside(self, namespace: Body) -> Iterable[Body]:
        """What is in one namespace."""
        return self.rest().pages(
            f'{self.path}/{quote(namespace["namespace"], safe="")}/{self.below}', self.below)

    def member(self, resource: Resource, *rest: str) -> str:
        return '/'.join((self.path, quote(resource.body['namespace'], safe=''), self.below,
                         quote(resource.name, safe=''), *rest))


class MetadefObjects(InNamespace):
    name, singular = 'metadef_objects', 'object'
    below = 'objects'


class MetadefProperties(InNamespace):
    """Properties, of which a namespace has a mapping and no list."""

    name, singular = 'metadef_properties', 'property'
    below = 'properties'

    def inside(self, namespace: Body) -> Iterator[Body]:
        path = f'{self.path}/{quote(namespace["namespace"], safe="")}/{self.below}'
        found: dict[str, Any] = self.rest().get(path)[self.below]
        for name, body in found.items():
            yield {**body, 'name': name}


class MetadefTags(InNamespace):
    name, singular = 'metadef_tags', 'tag'
    below = 'tags'


class MetadefResourceTypes(InNamespace):
    """Which types of resources a namespace is for; the types themselves can't be deleted.

    The namespaces' own listing tells them, of those that have any.
    """

    name, singular = 'metadef_resource_types', 'resource_type_association'
    below = 'resource_types'

    def inside(self, namespace: Body) -> Iterable[Body]:
        found: list[Body] = namespace.get('resource_type_associations') or []
        return found
