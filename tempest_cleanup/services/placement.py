"""Placement. https://docs.openstack.org/api-ref/placement/"""
import contextlib
from collections.abc import Iterator

from tempest_cleanup import errors
from tempest_cleanup.model import Body, Resource, Tenant
from tempest_cleanup.services.base import ResourceService

#: The statuses of a migration that holds nothing any more. ``finished`` waits for a yes.
OVER = frozenset(('confirmed', 'reverted', 'completed', 'cancelled', 'failed'))


class Placement(ResourceService):
    """What is common to Placement's kinds. It never pages."""

    service_type = 'placement'
    microversion = '1.12'


class PlacementTraits(Placement):
    """Traits that were made by somebody; all others are a part of Placement.

    Compute and network agents make some, too, and Placement refuses (409) to delete what a
    resource provider has.
    """

    name, singular = 'placement_traits', 'trait'
    path, collection = 'traits', 'traits'
    id_key = name_key = 'name'
    query = {'name': 'startswith:CUSTOM_'}
    stays_changed = {
        'inventories, traits and aggregates of providers':
            'Nova and others report them anew, again and again'}

    def find(self, tenant: Tenant | None) -> Iterator[Body]:
        used = self._names({**self.query, 'associated': 'true'})
        for name in self._names(dict(self.query)):
            yield {'name': name, 'in_use': name in used}

    def _names(self, query: dict[str, str]) -> list[str]:
        found: list[str] = self.rest().get(
            self.path, microversion=self.microversion, query=query)[self.collection]
        return found

    def protects(self, resource: Resource) -> str:
        return 'a resource provider has it' if resource.body.get('in_use') else ''


class PlacementAllocations(Placement):
    """What Placement still counts for servers and migrations that are gone.

    An allocation of something that lives is a part of it, and is not shown. One of which
    nobody knows whose it was is shown, and stays.
    """

    name, singular = 'placement_allocations', 'allocation'
    path = 'allocations'
    # Nova counts anew from time to time.
    fleeting = True
    delete_after = ('servers',)

    def find(self, tenant: Tenant | None) -> Iterator[Body]:
        consumers = self._consumers()
        # Asked after that: who has an allocation by then is known to Nova.
        living = {one['id'] for one in self.cloud.rest('compute').pages(
            'servers', 'servers', query={'all_tenants': '1'})} if consumers else set()
        migrations: dict[str, Body] | None = None
        for consumer in sorted(consumers - living):
            if self._lives(consumer):
                continue
            if migrations is None:
                migrations = {one['uuid']: one for one in self.cloud.rest('compute').pages(
                    'os-migrations', 'migrations', microversion='2.59')}
            was = self._was(consumer, migrations.get(consumer))
            answer = self.rest().get(f'{self.path}/{consumer}', microversion=self.microversion)
            if was != 'moving' and answer.get('allocations'):
                yield {'id': consumer, 'was': was, 'project_id': answer.get('project_id'),
                       'user_id': answer.get('user_id')}

    def _consumers(self) -> set[str]:
        """Whatever has an allocation from any resource provider."""
        found: set[str] = set()
        for provider in self.rest().get(
                'resource_providers', microversion=self.microversion)['resource_providers']:
            with contextlib.suppress(errors.NotFound):  # the provider went meanwhile
                found |= set(self.rest().get(
                    f'resource_providers/{provider["uuid"]}/allocations',
                    microversion=self.microversion)['allocations'])
        return found

    def _lives(self, server: str) -> bool:
        """Whether Nova has such a server; its lists leave out some, such as soft-deleted."""
        try:
            self.cloud.rest('compute').get(f'servers/{server}')
        except errors.NotFound:
            return False
        return True

    def _was(self, consumer: str, migration: Body | None) -> str:
        """What a consumer that is no server now was; '' where nobody knows."""
        if migration:
            over = migration['status'] in OVER or not self._lives(migration['instance_uuid'])
            return 'migration' if over else 'moving'
        try:
            # Nova goes on telling these after the server is gone.
            actions = self.cloud.rest('compute').get(
                f'servers/{consumer}/os-instance-actions', microversion='2.21')
        except errors.NotFound:
            return ''
        return 'server' if actions.get('instanceActions') else ''

    def protects(self, resource: Resource) -> str:
        return '' if resource.body.get('was') else 'nobody knows whose it is'
