"""A way out for QoS specs of Cinder that a volume type still uses."""
from tempest_cleanup.remedies.base import Rank, Remedy, Trouble
from tempest_cleanup.services.base import ResourceService


class TakeAway(Remedy):
    """Takes QoS specs away from all volume types that use them: Cinder deletes none in use."""

    kinds = ('volume_qos',)
    does = 'takes it away from the volume types that use it'
    rank = Rank.DETACH

    def fits(self, trouble: Trouble) -> bool:
        return trouble.code == 400 and 'in use' in trouble.error

    def apply(self, kind: ResourceService, trouble: Trouble) -> None:
        path = kind.member(trouble.resource, 'disassociate_all')
        # Cinder has a GET change something, which nothing notes by itself.
        answered = kind.cloud.changing(f'GET {kind.service_type}/{path}')
        kind.rest().get(path)
        answered(202, '', '')
