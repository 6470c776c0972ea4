"""Ways out for what Designate does not let go of."""
from tempest_cleanup.remedies.base import Rank, Remedy, Trouble
from tempest_cleanup.services.base import ResourceService
from tempest_cleanup.services.dns import ALL


class EditManaged(Remedy):
    """Records that Designate keeps for another service, such as those of a floating IP."""

    kinds = ('recordsets',)
    does = "deletes it though it is Designate's own"
    rank = Rank.UNLOCK
    deletes = True

    def fits(self, trouble: Trouble) -> bool:
        return trouble.code in (400, 403) and 'anaged' in trouble.error

    def apply(self, kind: ResourceService, trouble: Trouble) -> None:
        kind.rest().delete(kind.member(trouble.resource),
                           query={ALL: 'true', 'edit_managed_records': 'true'})


class Abandon(Remedy):
    """A zone that no name server answers for: Designate forgets it, and asks none of them."""

    kinds = ('zones',)
    does = 'has Designate forget it, whatever the name servers say'
    rank = Rank.FORCE
    deletes = True

    def apply(self, kind: ResourceService, trouble: Trouble) -> None:
        kind.rest().post(f'{kind.member(trouble.resource, "tasks", "abandon")}?{ALL}=true')
