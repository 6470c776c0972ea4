"""What ties two things together, and is put back like a setting of both."""
from urllib.parse import quote

from tempest_cleanup.model import Body, Change, Resource, Tenant
from tempest_cleanup.services import bodies
from tempest_cleanup.services.base import ResourceService


class Relation(ResourceService):
    """A tie between two things, such as a user and a group.

    Its id is the path that makes it with a PUT and ends it with a DELETE, so that a saved
    one can be made again. It goes with either end; where both stay, it is a change of them.
    """

    relation = comes_back = True

    def tie(self, body: Body) -> str:
        """The path of a tie, its parts quoted."""
        raise NotImplementedError

    def identify(self, body: Body, tenant: Tenant | None) -> str:
        return self.tie(body)

    def resource(self, body: Body, tenant: Tenant | None) -> Resource:
        return Resource(
            self.name, self.tie(body), bodies.text(body, 'name'),
            bodies.text(body, 'project_id'), bodies.text(body, 'user_id'),
            bodies.text(body, 'domain_id'), body=body, settings={'present': True})

    def member(self, resource: Resource, *rest: str) -> str:
        return '/'.join((resource.id, *rest))

    def restore(self, resource: Resource, changes: tuple[Change, ...]) -> None:
        self.rest().put(resource.id, microversion=self.microversion)


def tie(*parts: str) -> str:
    """A path of these parts."""
    return '/'.join(quote(part, safe='') for part in parts)
