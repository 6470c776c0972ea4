"""What the kinds of Neutron have in common."""

from collections.abc import Callable
from typing import Any

from tempest_cleanup.testing.simulation.http import Row
from tempest_cleanup.testing.simulation.service import Kind, Make, World

AUTOMATIC_OWNERS = ('network:dhcp', 'network:distributed', 'network:floatingip_agent_gateway')
"""Ports that go with their network or subnet by themselves."""

INTERFACE_OWNERS = ('network:router_interface', 'network:router_interface_distributed',
                    'network:ha_router_replicated_interface')


def kind(name: str, path: str, singular: str, make: Make, **others: Any) -> Kind:
    """A kind with Neutron's own way to say that one does not exist."""
    words = singular.split('_')
    title = ' '.join([words[0].capitalize(), *words[1:]])
    camel = ''.join(word.capitalize() for word in words)
    others.setdefault('owner', 'project_id')
    return Kind(name=name, path=path, singular=singular, make=make,
                missing=f'{title} {{id}} could not be found.',
                missing_type=f'{camel}NotFound', **others)


def owned(world: World, attributes: Row, **defaults: Any) -> Row:
    """The attributes of an object that belongs to a project."""
    project = attributes.pop('tenant_id', None)
    project = attributes.get('project_id', project)
    if project is None:
        project = world.admin_project
    attributes['project_id'] = attributes['tenant_id'] = project
    return {'id': world.store.uuid(), **defaults, **attributes}


def standard(world: World, attributes: Row, **defaults: Any) -> Row:
    """`owned`, with a name, a description, tags and dates."""
    now = world.store.stamp()
    return owned(world, attributes, **{
        'name': '', 'description': '', 'tags': [], 'created_at': now, 'updated_at': now,
        'revision_number': 1, **defaults})


def plain(name: str, **defaults: Any) -> Callable[[World, Row], Row]:
    """The maker of a kind that has nothing special, and no tags."""
    def make(world: World, attributes: Row) -> Row:
        return world.store.add(name, without(standard(world, attributes, **defaults), 'tags'))
    return make


def without(row: Row, *names: str) -> Row:
    """A new row without attributes that its kind does not have."""
    return {name: value for name, value in row.items() if name not in names}


def drop(world: World, name: str, field: str, value: str) -> None:
    """Remove the objects of a kind that point to something that goes away."""
    for row in world.store.find(name, field, value):
        world.kinds[name].destroy(world, row)
