"""Glance: images in every state a listing may hide, and a metadata definition namespace."""

from typing import Any

from tests.functional.openstack import Body
from tests.functional.populate.site import Site

RAW = {'disk_format': 'raw', 'container_format': 'bare'}


def populate(site: Site) -> None:
    images(site)
    namespace(site)


def images(site: Site) -> None:
    glance = site.admin.image
    site.record('images', site.user.image.post('/images', {}), 'nameless, queued')
    _image(site, 'private', visibility='private')
    _image(site, 'community', 'hidden from plain listings', visibility='community')
    _image(site, 'hidden', 'hidden from plain listings', os_hidden=True)
    _image(site, 'protected', 'protected', protected=True)
    off = _image(site, 'deactivated', 'deactivated')
    glance.post(f'/images/{off["id"]}/actions/deactivate')
    shared = _image(site, 'shared', 'shared with the admin project', visibility='shared')
    site.user.image.post(f'/images/{shared["id"]}/members',
                         {'member': site.admin.project_id})
    site.record('image_members', {'id': f'{shared["id"]}/{site.admin.project_id}'},
                project_id=site.admin.project_id)
    public = glance.post('/images', {
        'name': site.name('public'), 'visibility': 'public', 'owner': site.project_id, **RAW})
    site.record('images', public, 'public, queued')


def _image(site: Site, what: str, note: str = '', **more: Any) -> Body:
    """An active image of the user."""
    image = site.user.image.post('/images', {'name': site.name(what), **RAW, **more})
    site.user.image.request('PUT', f'/images/{image["id"]}/file', data=bytes(512),
                            headers={'Content-Type': 'application/octet-stream'})
    return site.record('images', image, note)


def namespace(site: Site) -> None:
    """A protected namespace with one of everything in it."""
    glance, name = site.admin.image, site.name('namespace')
    glance.post('/metadefs/namespaces', {
        'namespace': name, 'display_name': name, 'description': 'with one of everything in it',
        'protected': True, 'visibility': 'private',
        'owner': site.project_id})
    site.record('metadef_namespaces', {'id': name, 'name': name}, 'protected')
    inside = f'/metadefs/namespaces/{name}'
    for below, kind, body in (
            ('objects', 'metadef_objects', {'name': 'an-object', 'properties': {}}),
            ('properties', 'metadef_properties',
             {'name': 'a-property', 'title': 't', 'type': 'string'}),
            ('tags/a-tag', 'metadef_tags', None),
            ('resource_types', 'metadef_resource_types', {'name': 'OS::Nova::Flavor'})):
        made = glance.post(f'{inside}/{below}', body)
        site.record(kind, made, f'in {name}', id=f'{name}/{made["name"]}')
