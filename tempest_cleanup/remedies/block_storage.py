"""Ways out for what Cinder does not let go of."""
from collections.abc import Mapping
from typing import Any, ClassVar

from tempest_cleanup import errors
from tempest_cleanup.remedies import holders
from tempest_cleanup.remedies.base import Rank, Remedy, Trouble
from tempest_cleanup.remedies.shapes import Act, ForceDelete, Reset, act, found, fresh
from tempest_cleanup.services.base import ResourceService

#: From these Cinder deletes a volume. cinder.volume.api.API.delete
DELETABLE = frozenset((
    'available', 'error', 'error_restoring', 'error_extending', 'error_managing'))
#: The same of its migration. "None" is null in the answer, or a word.
SETTLED = frozenset(('', 'none', 'error', 'success', 'deleting'))


class Unreserve(Act):
    """A volume that was reserved for a server that never took it."""

    kinds = ('volumes',)
    does = 'ends its reservation'
    rank = Rank.RESET
    request: ClassVar = {'os-unreserve': {}}

    def fits(self, trouble: Trouble) -> bool:
        return trouble.status == 'attaching'


class ResetVolume(Reset):
    """A volume on the way to a status that it will not reach."""

    kinds = ('volumes',)
    does = 'resets its status to error, and ends its migration'
    request: ClassVar = {'os-reset_status': {'status': 'error', 'migration_status': 'none'}}

    def fits(self, trouble: Trouble) -> bool:
        migration = trouble.resource.body.get('migration_status') or trouble.resource.body.get(
            'os-vol-mig-status-attr:migstat')
        return (trouble.status not in DELETABLE | {'in-use'}
                or str(migration or '') not in SETTLED)

    def apply(self, kind: ResourceService, trouble: Trouble) -> None:
        unheld(kind, trouble)
        super().apply(kind, trouble)


class DetachVolume(Remedy):
    """Attachments of servers that are gone."""

    kinds = ('volumes',)
    does = 'detaches it from servers that are gone'
    rank = Rank.DETACH

    def fits(self, trouble: Trouble) -> bool:
        return bool(trouble.resource.body.get('attachments'))

    def apply(self, kind: ResourceService, trouble: Trouble) -> None:
        for attachment in found(unheld(kind, trouble).get('attachments') or []):
            act(kind, trouble.resource, {'os-force_detach': {
                'attachment_id': attachment['attachment_id']}})


class ForgetAttachments(Act):
    """What Cinder still notes of attachments when the driver could not end them."""

    kinds = ('volumes',)
    does = 'has it noted that nobody has it attached'
    rank = Rank.DETACH
    request: ClassVar = {'os-reset_status': {'status': 'error', 'attach_status': 'detached'}}

    def fits(self, trouble: Trouble) -> bool:
        return trouble.status not in DELETABLE or bool(trouble.resource.body.get('attachments'))

    def apply(self, kind: ResourceService, trouble: Trouble) -> None:
        unheld(kind, trouble)
        super().apply(kind, trouble)


class LeaveGroup(Remedy):
    """Cinder deletes no volume out of a group (400). The group may have to stay."""

    kinds = ('volumes',)
    does = 'takes it out of its group'
    rank = Rank.DETACH

    def fits(self, trouble: Trouble) -> bool:
        return bool(trouble.resource.body.get('group_id'))

    def apply(self, kind: ResourceService, trouble: Trouble) -> None:
        group = found(fresh(kind, trouble.resource).get('group_id'))
        kind.rest().put(f'groups/{group}', {'group': {'remove_volumes': trouble.resource.id}},
                        microversion=kind.microversion)


class ForceDeleteVolume(ForceDelete):
    """Whatever its status; Cinder still deletes none that is attached or in a group."""

    kinds = ('volumes',)
    request: ClassVar = {'os-force_delete': {}}

    def apply(self, kind: ResourceService, trouble: Trouble) -> None:
        unheld(kind, trouble)
        super().apply(kind, trouble)


class EndAttachment(Remedy):
    """An attachment that Cinder does not end, though the server is gone."""

    kinds = ('volume_attachments',)
    does = 'detaches the volume from a server that is gone'
    rank = Rank.DETACH

    def apply(self, kind: ResourceService, trouble: Trouble) -> None:
        attachment = trouble.resource
        free(kind, [attachment.body])
        kind.rest().post(f'volumes/{attachment.body["volume_id"]}/action',
                         {'os-force_detach': {'attachment_id': attachment.id}},
                         microversion=kind.microversion)


class ResetCopy(Reset):
    """A snapshot or backup on the way to a status that it will not reach."""

    kinds = ('snapshots', 'backups')
    request: ClassVar = {'os-reset_status': {'status': 'error'}}


class ForceDeleteCopy(ForceDelete):
    """Whatever its status; of backups few drivers can do it."""

    kinds = ('snapshots', 'backups')
    request: ClassVar = {'os-force_delete': {}}


class ResetGroupSnapshot(Reset):
    """Cinder deletes one only where it is available or in error (400)."""

    kinds = ('group_snapshots',)
    request: ClassVar = {'reset_status': {'status': 'error'}}


class ResetGroup(Reset):
    """A group that is not available lets go of no volume (400)."""

    kinds = ('volume_groups',)
    does = 'resets its status to available'
    request: ClassVar = {'reset_status': {'status': 'available'}}
    deletable = frozenset(('available',))


def unheld(kind: ResourceService, trouble: Trouble) -> dict[str, Any]:
    """The volume as it is now, which nobody has.

    :raises errors.RemedyFailed: somebody has it
    """
    volume = fresh(kind, trouble.resource)
    free(kind, volume.get('attachments') or [])
    return volume


def free(kind: ResourceService, attachments: list[Mapping[str, Any]]) -> None:
    """See that nobody has a volume.

    :raises errors.RemedyFailed: somebody has, or nobody knows
    """
    if holding := list(holders.of_volume(kind.cloud, attachments)):
        raise errors.RemedyFailed(f'{", ".join(holding)} still has it attached')
