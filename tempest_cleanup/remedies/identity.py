"""Ways out for what Keystone does not let go of."""
from tempest_cleanup.remedies.base import Rank, Remedy, Trouble
from tempest_cleanup.services.base import ResourceService


class Unlock(Remedy):
    """Keystone neither changes nor deletes what is immutable (403)."""

    kinds = ('projects', 'domains', 'roles', 'domain_roles')
    does = 'has it changeable again'
    rank = Rank.UNLOCK

    def fits(self, trouble: Trouble) -> bool:
        options = trouble.resource.body.get('options') or {}
        return trouble.code in (403, 409) and bool(options.get('immutable'))

    def apply(self, kind: ResourceService, trouble: Trouble) -> None:
        kind.rest().patch(kind.member(trouble.resource),
                          {kind.singular: {'options': {'immutable': False}}})
