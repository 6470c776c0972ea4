"""Keystone, which was told not to change something."""

from tests.functional.openstack import Body
from tests.functional.stuck.scene import Scene

UNLOCKED = 'has it changeable again'


def make(scene: Scene) -> None:
    for kind, singular, more in (
            ('roles', 'role', {}), ('projects', 'project', {}), ('domains', 'domain', {}),
            ('domain_roles', 'role', {'domain_id': 'default'})):
        body: Body = {'name': scene.site.name(f'immutable-{kind}'),
                      'options': {'immutable': True}, **more}
        made = scene.site.admin.identity.post(
            f'/{kind.removeprefix("domain_")}', {singular: body})[singular]
        scene.expect(kind, made['id'], UNLOCKED)
