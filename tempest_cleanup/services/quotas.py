"""Quotas: they exist where a project's limits are not the defaults."""
import functools
from collections.abc import Iterable, Mapping

from tempest_cleanup import errors
from tempest_cleanup.model import Body, Change, Resource, Scope, Tenant
from tempest_cleanup.services.base import ResourceService


class Quotas(ResourceService):
    """A project's limits in one service. Deleting them goes back to the defaults.

    They have no id: the project's stands for it, so that the rules about projects,
    prefixes and saved states work for them as for anything else.
    """

    scope = Scope.PROJECT
    comes_back = True

    def find(self, tenant: Tenant | None) -> Iterable[Body]:
        if tenant is None:
            return
        try:
            limits = self._limits(f'{self.path}/{tenant.id}')
        except (errors.Conflict, errors.NotFound):
            # Nova's answer to a project that Keystone does not know (any more).
            return
        # Only what both have: Cinder's have a key for each volume type, and types go.
        defaults = self._defaults
        if any(defaults.get(name, value) != value for name, value in limits.items()):
            yield {'id': tenant.id, 'name': tenant.name, 'limits': limits}

    def resource(self, body: Body, tenant: Tenant | None) -> Resource:
        limits = limits_of(body['limits'])
        identifier = str(body['id'])
        return Resource(self.name, identifier, str(body.get('name', '')), identifier,
                        body=body, settings=limits)

    def restore(self, resource: Resource, changes: tuple[Change, ...]) -> None:
        self.rest().put(self.member(resource),
                        self.request({c.attribute: c.old for c in changes}),
                        microversion=self.microversion)

    def request(self, values: Mapping[str, int]) -> Body:
        """The body of the request that sets limits."""
        return {self.singular: dict(values)}

    @functools.cached_property
    def _defaults(self) -> dict[str, int]:
        # The same for every project, so any project's will do.
        return self._limits(f'{self.path}/{self.cloud.project_id}/defaults')

    def _limits(self, path: str) -> dict[str, int]:
        return limits_of(self.rest().get(path, microversion=self.microversion)[self.singular])


def limits_of(body: Mapping[str, object]) -> dict[str, int]:
    """The limits in a quota's body, without its ids."""
    return {name: value for name, value in sorted(body.items())
            if isinstance(value, int) and not isinstance(value, bool)}
