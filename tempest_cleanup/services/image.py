"""Glance. https://docs.openstack.org/api-ref/image/v2/"""
import contextlib
from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import quote

from tempest_cleanup import errors
from tempest_cleanup.model import Body, Change, Evidence, Resource, Source, Tenant
from tempest_cleanup.services import bodies
from tempest_cleanup.services.access import ends
from tempest_cleanup.services.base import ResourceService, parse_time
from tempest_cleanup.services.relations import Relation, tie
from tempest_cleanup.services.telling import brief

#: https://docs.openstack.org/api-ref/image/v2/#update-image
JSON_PATCH = 'application/openstack-images-v2.1-json-patch'

#: What every image says of itself; all else are properties that somebody gave it.
#: https://docs.openstack.org/api-ref/image/v2/#show-image-schema
OWN = frozenset((
    'checksum', 'container_format', 'created_at', 'direct_url', 'disk_format', 'file', 'id',
    'locations', 'min_disk', 'min_ram', 'name', 'os_hash_algo', 'os_hash_value', 'os_hidden',
    'owner', 'protected', 'schema', 'self', 'size', 'status', 'stores', 'tags', 'updated_at',
    'validation_data', 'virtual_size', 'visibility'))
#: Glance's own notes about imports and copies begin so.
NOTES = 'os_glance_'


class Image(ResourceService):
    service_type = 'image'
    project_key = 'owner'
    # The default is 25, and more than 1000 are never given.
    query = {'limit': '1000'}


class Images(Image):
    """Images of every project. The hidden ones have a listing of their own.

    Properties are among the attributes, and are one setting here.
    """

    name, singular = 'images', 'image'
    path = 'images'
    settings = ('name', 'visibility', 'protected', 'os_hidden', 'tags', 'min_disk', 'min_ram',
                'properties', 'deactivated')
    stays_changed = {
        'locations': 'Glance moves them, too, and deletes the data of one that is taken away',
        'cache': 'which images a node keeps at hand changes by itself',
        'tasks': 'Glance lets nobody delete them; it drops them after two days'}
    reasons = ('os_glance_failed_import',)
    details = ('os_glance_importing_to_stores', 'instance_uuid')
    goes_with = ('stacks',)

    def find(self, tenant: Tenant | None) -> Iterator[Body]:
        for hidden in ('false', 'true'):
            yield from self.rest().pages(
                self.path, self.name,
                query={**self.query, 'visibility': 'all', 'os_hidden': hidden})

    def told(self, body: Body, tenant: Tenant | None) -> Body:
        return {**body, 'properties': properties(body),
                'deactivated': body.get('status') == 'deactivated'}

    def evidence(self, resource: Resource) -> Iterable[Evidence]:
        yield from super().evidence(resource)
        path = self.member(resource, 'tasks')
        for task in self.rest().get(path).get('tasks', ()):
            yield Evidence(
                Source.SERVICE, f'its task {task.get("type")} ended with {task.get("status")}: '
                f'{brief(task.get("message") or "no message")}',
                parse_time(task.get('updated_at')), str(task.get('request_id') or ''),
                f'GET image/{path}', failure=task.get('status') == 'failure')

    def restore(self, resource: Resource, changes: tuple[Change, ...]) -> None:
        patch: list[dict[str, Any]] = []
        for change in changes:
            if change.attribute == 'deactivated':
                verb = 'deactivate' if change.old else 'reactivate'
                self.rest().post(self.member(resource, 'actions', verb))
            elif change.attribute == 'properties':
                patch += [{'op': 'remove', 'path': pointer(key)}
                          for key in sorted(change.new.keys() - change.old.keys())]
                patch += [{'op': 'add', 'path': pointer(key), 'value': value}
                          for key, value in change.old.items() if change.new.get(key) != value]
            else:
                patch.append({'op': 'replace', 'path': f'/{change.attribute}',
                              'value': change.old})
        if patch:
            self.rest().patch(self.member(resource), patch, content_type=JSON_PATCH)


class MetadefNamespaces(Image):
    """Namespaces of metadata definitions, with all that is in them."""

    name, singular = 'metadef_namespaces', 'namespace'
    path, collection = 'metadefs/namespaces', 'namespaces'
    id_key = name_key = 'namespace'
    settings = ('display_name', 'description', 'visibility', 'protected')

    def restore(self, resource: Resource, changes: tuple[Change, ...]) -> None:
        # What a PUT leaves out goes back to the default.
        wanted = dict(resource.settings) | {c.attribute: c.old for c in changes}
        body = {key: value for key, value in wanted.items() if value is not None}
        self.rest().put(self.member(resource), {
            'namespace': resource.id, 'owner': resource.project_id, **body})


class ImageMembers(Image, Relation):
    """Projects that an image is shared with, and what they say to it.

    Each shared image is asked for its own. They stay while it is not shared, but then Glance
    neither tells nor changes them.
    """

    name, singular = 'image_members', 'member'
    path, collection = 'images', 'images'
    project_key = 'member_id'
    settings = ('status',)
    goes_with = ('images',)

    def find(self, tenant: Tenant | None) -> Iterator[Body]:
        for hidden in ('false', 'true'):
            for image in self.rest().pages(self.path, self.collection, query={
                    **self.query, 'visibility': 'shared', 'os_hidden': hidden}):
                with contextlib.suppress(errors.NotFound):  # the image went meanwhile
                    for body in self.rest().get(f'images/{image["id"]}/members')['members']:
                        yield {**body, 'image_name': image.get('name')}

    def tie(self, body: Body) -> str:
        return tie(bodies.identifier(body, 'image_id'), bodies.identifier(body, 'member_id'))

    def resource(self, body: Body, tenant: Tenant | None) -> Resource:
        member = str(body.get('member_id') or '')
        return Resource(
            self.name, self.tie(body), f'{body.get("image_name")} for project {member}', member,
            created_at=parse_time(body.get(self.created_key)),
            status=bodies.text(body, 'status'), body=body,
            settings={'status': body.get('status')})

    def member(self, resource: Resource, *rest: str) -> str:
        image, project = ends(resource)
        return '/'.join((self.path, quote(image), 'members', quote(project, safe=''), *rest))

    def restore(self, resource: Resource, changes: tuple[Change, ...]) -> None:
        old = {c.attribute: c.old for c in changes}
        if 'present' in old:
            image, project = ends(resource)
            try:
                self.rest().post(f'images/{image}/members', {'member': project})
            except errors.Conflict:
                # One that was not shared in between still has it.
                self.rest().get(self.member(resource))
        self.rest().put(self.member(resource),
                        {'status': old.get('status', resource.settings['status'])})


def properties(body: Body) -> dict[str, Any]:
    """What somebody has said of an image, beyond what every image has."""
    return {key: value for key, value in body.items()
            if key not in OWN and not key.startswith(NOTES)}


def pointer(key: str) -> str:
    """The path of an attribute in a patch, as RFC 6901 wants it."""
    return '/' + key.replace('~', '~0').replace('/', '~1')
