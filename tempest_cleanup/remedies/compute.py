"""Ways out for what Nova does not let go of."""
from typing import ClassVar

from tempest_cleanup.remedies.base import Rank, Trouble
from tempest_cleanup.remedies.shapes import Act, ForceDelete


class UnlockServer(Act):
    """Nova keeps a locked server from everybody but administrators (409)."""

    kinds = ('servers',)
    does = 'unlocks it'
    rank = Rank.UNLOCK
    request: ClassVar = {'unlock': None}

    def fits(self, trouble: Trouble) -> bool:
        return trouble.code == 409 and (
            bool(trouble.resource.body.get('locked')) or 'locked' in trouble.error)


class ResetServer(Act):
    """Nova ignores a deletion while it believes that another is under way."""

    kinds = ('servers',)
    does = 'resets its state to error'
    rank = Rank.RESET
    request: ClassVar = {'os-resetState': {'state': 'error'}}

    def fits(self, trouble: Trouble) -> bool:
        return bool(trouble.resource.body.get('OS-EXT-STS:task_state'))


class ForceDeleteServer(ForceDelete):
    """Where deleted servers are kept for a while (``reclaim_instance_interval``)."""

    kinds = ('servers',)
    request: ClassVar = {'forceDelete': None}

    def fits(self, trouble: Trouble) -> bool:
        # Else it is the same as a deletion, and two at a time leave a row behind in Nova.
        return trouble.status == 'soft_deleted'
