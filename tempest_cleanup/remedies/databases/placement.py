"""Placement's database."""
from tempest_cleanup import errors
from tempest_cleanup.model import Resource
from tempest_cleanup.remedies.databases.base import WithoutStatus, columns
from tempest_cleanup.remedies.databases.schema import Schema, Table
from tempest_cleanup.remedies.statements import Rows, Statement
from tempest_cleanup.services.base import ResourceService

PLACEMENT = 'placement'


class Allocations(WithoutStatus):
    """What Placement still counts for a consumer that is gone.

    As ``placement.objects.allocation.delete_all`` does it: the allocations go, and then the
    consumer, which has none any more (``delete_consumers_if_no_allocations``).
    """

    kinds = ('placement_allocations',)
    does = 'is taken out of the database of Placement'
    schemas = {PLACEMENT: Schema(
        (Table('allocations', columns('id', 'consumer_id', 'resource_provider_id',
                                      'resource_class_id', 'used'), columns()),
         Table('consumers', columns('id', 'uuid'), columns())),
        {'consumer_id': columns('allocations')})}

    def statements(self, kind: ResourceService, resource: Resource) -> tuple[Statement, ...]:
        try:
            kind.cloud.rest('compute').get(f'servers/{resource.id}')
        except errors.NotFound:
            about = {'id': resource.id}
            return (
                Statement(PLACEMENT, 'DELETE FROM allocations WHERE consumer_id = :id', about,
                          Rows(1, 1000)),
                Statement(PLACEMENT, 'DELETE FROM consumers WHERE uuid = :id', about,
                          Rows(0, 1)))
        raise errors.RemedyFailed('there is a server that it is for')
