"""Quotas: they exist where a project's limits are not the defaults."""
import dataclasses
import functools
from collections.abc import Iterable, Mapping
from urllib.parse import quote

from tempest_cleanup import errors
from tempest_cleanup.model import Body, Change, Resource, Scope, Tenant
from tempest_cleanup.services import bodies
from tempest_cleanup.services.base import ResourceService

#: Stands for a limit that nobody has set.
DEFAULT = 'default'


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
        except errors.Conflict:
            # Nova's answer (400) to a project that Keystone does not know (any more), and to
            # every project while it does not find Keystone.
            if self._exists(tenant):
                raise
            return
        # Only what both have: Cinder's have a key for each volume type, and types go.
        defaults = self._defaults
        if any(defaults.get(name, value) != value for name, value in limits.items()):
            yield {'id': tenant.id, 'name': tenant.name, 'limits': limits}

    def _exists(self, project: Tenant) -> bool:
        try:
            self.cloud.rest('identity').get(f'projects/{quote(project.id)}')
        except errors.NotFound:
            return False
        return True

    def resource(self, body: Body, tenant: Tenant | None) -> Resource:
        limits = limits_of(body['limits'])
        identifier = bodies.identifier(body, 'id')
        return Resource(self.name, identifier, bodies.text(body, 'name'), identifier,
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


class ClassQuotas(Quotas):
    """Quotas whose defaults may be changed, too: see :class:`QuotaClasses`.

    So a limit that is the default is saved as such, not as a number: it changes when it is
    set, not when the default does. Single limits can't be unset, only all of them.
    """

    def find(self, tenant: Tenant | None) -> Iterable[Body]:
        for body in super().find(tenant):
            yield {**body, 'defaults': self._defaults}

    def resource(self, body: Body, tenant: Tenant | None) -> Resource:
        found, defaults = super().resource(body, tenant), body.get('defaults', {})
        return dataclasses.replace(found, settings={
            name: DEFAULT if defaults.get(name) == value else value
            for name, value in found.settings.items()})

    def restore(self, resource: Resource, changes: tuple[Change, ...]) -> None:
        wanted = {c.attribute: c.old for c in changes}
        if DEFAULT in wanted.values():
            self.rest().delete(self.member(resource), microversion=self.microversion)
            wanted = {**resource.settings, **wanted}
        limits = {name: value for name, value in wanted.items() if value != DEFAULT}
        if limits:
            self.rest().put(self.member(resource), self.request(limits),
                            microversion=self.microversion)


class QuotaClasses(ResourceService):
    """The limits of the class that every project is in, as one resource.

    A limit that the listing does not have any more can't be set, and is no change.
    """

    path = 'os-quota-class-sets'

    def find(self, tenant: Tenant | None) -> Iterable[Body]:
        limits = self.rest().get(f'{self.path}/default', microversion=self.microversion)
        yield {'id': 'default', 'name': 'default', 'limits': limits[self.singular]}

    def resource(self, body: Body, tenant: Tenant | None) -> Resource:
        return Resource(self.name, str(body['id']), str(body.get('name', '')), body=body,
                        settings=limits_of(body.get('limits') or {}))

    def protects(self, resource: Resource) -> str:
        return 'the limits of every project: they can be changed, not deleted'

    def restore(self, resource: Resource, changes: tuple[Change, ...]) -> None:
        self.rest().put(self.member(resource),
                        {self.singular: {c.attribute: c.old for c in changes}},
                        microversion=self.microversion)


def limits_of(body: Mapping[str, object]) -> dict[str, int]:
    """The limits in a quota's body, without its ids."""
    return {name: value for name, value in sorted(body.items())
            if isinstance(value, int) and not isinstance(value, bool)}
