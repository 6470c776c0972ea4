"""Which projects may use a private flavor or volume type."""
import contextlib
from collections.abc import Iterator
from typing import ClassVar
from urllib.parse import quote, unquote

from tempest_cleanup import errors
from tempest_cleanup.model import Body, Change, Resource, Tenant
from tempest_cleanup.services import bodies
from tempest_cleanup.services.relations import Relation, tie


class Access(Relation):
    """Projects that may use a private thing, made and ended by the thing's actions.

    The ones of a thing that is public are not told, and can't be changed. They outlive
    their project.
    """

    query: ClassVar = {'is_public': 'None'}
    #: The list's path below the thing, and its key in the answer.
    below: ClassVar[str]
    wrapper: ClassVar[str]
    #: What the thing says of itself, and what the list calls a project.
    public_key: ClassVar[str]
    whose: ClassVar[str]
    #: The actions, and what they call a project.
    actions: ClassVar[tuple[str, str]]
    argument: ClassVar[str]

    def find(self, tenant: Tenant | None) -> Iterator[Body]:
        for thing in super().find(tenant):
            if not thing.get(self.public_key):
                with contextlib.suppress(errors.NotFound):  # it went meanwhile
                    for project in self.projects(thing['id']):
                        yield {'thing_id': thing['id'], 'project_id': project,
                               'name': f'{thing.get("name")} for project {project}'}

    def projects(self, thing: str) -> list[str]:
        """The projects that may use one thing now."""
        found = self.rest().get(f'{self.path}/{quote(thing, safe="")}/{self.below}',
                                microversion=self.microversion)
        return [one[self.whose] for one in found[self.wrapper]]

    def tie(self, body: Body) -> str:
        return tie(bodies.identifier(body, 'thing_id'), bodies.identifier(body, 'project_id'))

    def delete(self, resource: Resource) -> None:
        self._act(resource, self.actions[1])

    def restore(self, resource: Resource, changes: tuple[Change, ...]) -> None:
        try:
            self._act(resource, self.actions[0])
        except errors.Conflict:
            # One that was public in between still has what it had before.
            thing, project = ends(resource)
            if project not in self.projects(thing):
                raise

    def _act(self, resource: Resource, action: str) -> None:
        thing, project = ends(resource)
        self.rest().post(f'{self.path}/{quote(thing, safe="")}/action',
                         {action: {self.argument: project}}, microversion=self.microversion)


def ends(resource: Resource) -> tuple[str, str]:
    """The ids of the two that a tie is between."""
    one, other = resource.id.split('/')
    return unquote(one), unquote(other)
