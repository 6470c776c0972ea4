"""Barbican: who may read a secret, and what is said of one."""

from tests.functional.changes.scene import Scene
from tests.functional.openstack import Api


def change(scene: Scene) -> None:
    """Somebody else is let in, and a part of the project shut out."""
    api = Api(scene.site.user.session, 'key-manager', '')
    for kind, path, what in (('secrets', 'secrets', 'secret'),
                             ('secret_containers', 'containers', 'secrets')):
        identifier = scene.one(kind, what)
        api.put(f'/v1/{path}/{identifier}/acl', {'read': {
            'users': [scene.site.admin.user_id], 'project-access': False}})
        scene.note(kind, identifier, 'acl')
    secret = scene.one('secrets', 'secret')
    api.put(f'/v1/secrets/{secret}/metadata', {'metadata': {'changed': 'yes'}})
    scene.note('secrets', secret, 'metadata')
