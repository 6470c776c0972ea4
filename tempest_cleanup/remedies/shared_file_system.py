"""Ways out for what Manila does not let go of."""
from typing import ClassVar

from tempest_cleanup.remedies.base import Rank, Remedy, Trouble
from tempest_cleanup.remedies.shapes import Act, ForceDelete, Reset, found
from tempest_cleanup.services.base import ResourceService


class EndLocks(Remedy):
    """Locks that were put on a share after everything was listed."""

    kinds = ('shares',)
    does = 'ends its locks'
    rank = Rank.UNLOCK

    def fits(self, trouble: Trouble) -> bool:
        return trouble.code in (403, 409) and 'lock' in trouble.error

    def apply(self, kind: ResourceService, trouble: Trouble) -> None:
        for lock in found(list(kind.rest().pages(
                'resource-locks', 'resource_locks', microversion=kind.microversion,
                query={'all_projects': '1', 'resource_id': trouble.resource.id},
                offset_paging=True))):
            kind.rest().delete(f'resource-locks/{lock["id"]}', microversion=kind.microversion)


class Unrestrict(Remedy):
    """A rule that is locked against being taken away."""

    kinds = ('share_access_rules',)
    does = 'ends it, locked or not'
    rank = Rank.UNLOCK
    deletes = True

    def fits(self, trouble: Trouble) -> bool:
        return trouble.code in (403, 409) and 'lock' in trouble.error

    def apply(self, kind: ResourceService, trouble: Trouble) -> None:
        rule = trouble.resource
        kind.rest().post(f'shares/{rule.body["share_id"]}/action',
                         {'deny_access': {'access_id': rule.id, 'unrestrict': True}},
                         microversion=kind.microversion)


class ResetShare(Reset):
    """Manila deletes what is available or in error, and little else."""

    kinds = ('shares', 'share_snapshots', 'share_groups', 'share_group_snapshots',
             'share_replicas', 'share_servers', 'share_backups', 'share_networks')
    request: ClassVar = {'reset_status': {'status': 'error'}}


class ResetTask(Act):
    """A migration that no host goes on with."""

    kinds = ('shares', 'share_servers')
    does = 'ends what is said to be done with it'
    rank = Rank.RESET
    request: ClassVar = {'reset_task_state': {'task_state': None}}

    def fits(self, trouble: Trouble) -> bool:
        return bool(trouble.resource.body.get('task_state'))


class ForceDeleteShare(ForceDelete):
    """Whatever its status."""

    kinds = ('shares', 'share_snapshots', 'share_groups', 'share_group_snapshots',
             'share_replicas')
    request: ClassVar = {'force_delete': None}
