"""A way out for what ties a node of Ironic to a volume, while the node is powered on."""
from tempest_cleanup import errors
from tempest_cleanup.remedies.base import Rank, Remedy, Trouble
from tempest_cleanup.services.base import ResourceService


class PowerOff(Remedy):
    """Powers off a node on which nothing runs: before that Ironic refuses to untie a volume."""

    kinds = ('baremetal_volume_targets', 'baremetal_volume_connectors')
    does = 'powers off its node'
    rank = Rank.DETACH

    def fits(self, trouble: Trouble) -> bool:
        return trouble.code == 400 and 'while it is in state "power on"' in trouble.error

    def apply(self, kind: ResourceService, trouble: Trouble) -> None:
        path = f'nodes/{trouble.resource.body.get("node_uuid")}'
        node = kind.rest().get(path, microversion=kind.microversion)
        if node.get('instance_uuid'):
            raise errors.RemedyFailed(f'the instance {node["instance_uuid"]} runs on its node')
        kind.rest().put(f'{path}/states/power', {'target': 'power off'},
                        microversion=kind.microversion)
