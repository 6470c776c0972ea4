"""Ways out for what Octavia does not let go of. What is PENDING_* for ever it never does."""
from tempest_cleanup.remedies.base import Rank, Remedy, Trouble
from tempest_cleanup.services.base import ResourceService


class Failover(Remedy):
    """A load balancer whose deletion failed may go once its amphorae are made anew."""

    kinds = ('loadbalancers',)
    does = 'fails it over'
    rank = Rank.RESET

    def fits(self, trouble: Trouble) -> bool:
        return trouble.status == 'error' and trouble.relapses > 0

    def apply(self, kind: ResourceService, trouble: Trouble) -> None:
        kind.rest().put(kind.member(trouble.resource, 'failover'))
