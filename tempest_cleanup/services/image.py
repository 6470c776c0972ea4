"""Glance. https://docs.openstack.org/api-ref/image/v2/"""
from collections.abc import Iterator

from tempest_cleanup.model import Body, Resource, Tenant
from tempest_cleanup.services.base import ResourceService

#: https://docs.openstack.org/api-ref/image/v2/#update-image
JSON_PATCH = 'application/openstack-images-v2.1-json-patch'


class Image(ResourceService):
    service_type = 'image'
    project_key = 'owner'
    # The default is 25, and more than 1000 are never given.
    query = {'limit': '1000'}


class Images(Image):
    """Images of every project. The hidden ones have a listing of their own."""

    name, singular = 'images', 'image'
    path = 'images'
    goes_with = ('stacks',)

    def find(self, tenant: Tenant | None) -> Iterator[Body]:
        for hidden in ('false', 'true'):
            yield from self.rest().pages(
                self.path, self.name,
                query={**self.query, 'visibility': 'all', 'os_hidden': hidden})

    def prepare_delete(self, resource: Resource) -> None:
        if resource.body.get('protected'):
            self.rest().patch(
                self.member(resource),
                [{'op': 'replace', 'path': '/protected', 'value': False}],
                content_type=JSON_PATCH)


class MetadefNamespaces(Image):
    """Namespaces of metadata definitions, with all that is in them."""

    name, singular = 'metadef_namespaces', 'namespace'
    path, collection = 'metadefs/namespaces', 'namespaces'
    id_key = name_key = 'namespace'

    def prepare_delete(self, resource: Resource) -> None:
        if resource.body.get('protected'):
            self.rest().put(self.member(resource),
                            {'namespace': resource.id, 'protected': False})
