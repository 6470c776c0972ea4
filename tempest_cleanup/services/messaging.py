"""Zaqar. https://docs.openstack.org/api-ref/message/"""
from collections.abc import Iterable
from urllib.parse import quote

from tempest_cleanup import errors
from tempest_cleanup.model import Body, Resource, Tenant
from tempest_cleanup.services.project_owned import ProjectOwned


class Queues(ProjectOwned):
    """Queues, with their messages. A name is unique in its project only."""

    service_type = 'messaging'
    name, singular = 'queues', 'queue'
    path = 'queues'
    # They would stay, and be there again for the next queue of that name.
    delete_after = ('queue_subscriptions',)

    def told(self, body: Body, tenant: Tenant | None) -> Body:
        return {**super().told(body, tenant), 'id': _queue(tenant, body['name'])}

    def member(self, resource: Resource, *rest: str) -> str:
        return '/'.join((self.path, quote(resource.name, safe=''), *rest))


class QueueSubscriptions(ProjectOwned):
    """Subscriptions of the queues that are there; those of others nobody can list."""

    service_type = 'messaging'
    name, singular = 'queue_subscriptions', 'subscription'
    path, collection = 'queues', 'subscriptions'

    def find(self, tenant: Tenant | None) -> Iterable[Body]:
        rest = self.rest(tenant)
        for queue in rest.pages(self.path, 'queues'):
            try:
                yield from list(rest.pages(
                    f'{self.path}/{quote(str(queue["name"]), safe="")}/subscriptions',
                    self.collection))
            except errors.NotFound:  # the queue went meanwhile
                continue

    def told(self, body: Body, tenant: Tenant | None) -> Body:
        return {**super().told(body, tenant), 'queue': _queue(tenant, body['source'])}

    def member(self, resource: Resource, *rest: str) -> str:
        return '/'.join((self.path, quote(str(resource.body['source']), safe=''),
                         'subscriptions', resource.id, *rest))


def _queue(tenant: Tenant | None, name: object) -> str:
    return f'{tenant.id if tenant else ""}/{name}'
