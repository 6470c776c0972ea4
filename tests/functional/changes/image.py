"""Glance: images, who they are shared with, metadata definitions."""

from tests.functional.changes.scene import ADDED, GONE, Scene
from tests.functional.populate import Site

PATCH = {'Content-Type': 'application/openstack-images-v2.1-json-patch'}


def prepare(site: Site) -> None:
    """Someone who can be shut out: the site's own project, which has the image anyway."""
    image = Scene(site).one('images', 'shared')
    site.user.image.post(f'/images/{image}/members', {'member': site.project_id})


def change(scene: Scene) -> None:
    images(scene)
    members(scene)
    namespace(scene)


def images(scene: Scene) -> None:
    image = scene.one('images', 'private')
    values = {'name': 'changed', 'visibility': 'community', 'protected': True, 'tags': ['changed'],
              'os_hidden': True, 'min_disk': 1, 'min_ram': 1}
    patch = [{'op': 'replace', 'path': f'/{key}', 'value': value}
             for key, value in values.items()]
    scene.site.admin.image.request('PATCH', f'/images/{image}', [
        *patch, {'op': 'add', 'path': '/changed', 'value': 'yes'}], headers=PATCH)
    scene.site.admin.image.post(f'/images/{image}/actions/deactivate')
    scene.note('images', image, *values, 'properties', 'deactivated')


def members(scene: Scene) -> None:
    """One member is let in, one says yes, one is shut out."""
    glance, image = scene.site.admin.image, scene.one('images', 'shared')
    path, there = f'/images/{image}/members', scene.site.admin.project_id
    glance.put(f'{path}/{there}', {'status': 'accepted'})
    scene.note('image_members', f'{image}/{there}', 'status')
    other = scene.one('projects', 'child of the project')
    glance.post(path, {'member': other})
    scene.note('image_members', f'{image}/{other}', ADDED)
    gone = scene.site.project_id
    glance.delete(f'{path}/{gone}')
    scene.note('image_members', f'{image}/{gone}', GONE)


def namespace(scene: Scene) -> None:
    name = scene.one('metadef_namespaces')
    scene.site.admin.image.put(f'/metadefs/namespaces/{name}', {
        'namespace': name, 'owner': scene.site.project_id, 'display_name': 'changed',
        'description': 'changed', 'visibility': 'public', 'protected': False})
    scene.note('metadef_namespaces', name, 'display_name', 'description', 'visibility',
               'protected')
