"""Ways out for nodes that Ironic does not let go of. None of them is undeployed."""
from tempest_cleanup import errors
from tempest_cleanup.remedies import holders
from tempest_cleanup.remedies.base import Rank, Remedy, Trouble
from tempest_cleanup.remedies.shapes import fresh
from tempest_cleanup.services.base import ResourceService


class Unprotect(Remedy):
    """Ironic deletes no node that is protected (403)."""

    kinds = ('baremetal_nodes',)
    does = 'takes away its protection'
    rank = Rank.UNLOCK

    def fits(self, trouble: Trouble) -> bool:
        return trouble.code in (403, 409) and bool(trouble.resource.body.get('protected'))

    def apply(self, kind: ResourceService, trouble: Trouble) -> None:
        kind.rest().patch(
            kind.member(trouble.resource),
            [{'op': 'replace', 'path': '/protected', 'value': False}],
            microversion=kind.microversion)


class Abort(Remedy):
    """A node that waits for its ramdisk, which may never come."""

    kinds = ('baremetal_nodes',)
    does = 'aborts what it waits for'
    rank = Rank.RESET

    def fits(self, trouble: Trouble) -> bool:
        return trouble.status in ('clean wait', 'inspect wait', 'rescue wait', 'service wait')

    def apply(self, kind: ResourceService, trouble: Trouble) -> None:
        kind.rest().put(kind.member(trouble.resource, 'states', 'provision'),
                        {'target': 'abort'}, microversion=kind.microversion)


class Maintain(Remedy):
    """In maintenance a node can be deleted in any state, and with an instance that is gone."""

    kinds = ('baremetal_nodes',)
    does = 'puts it into maintenance, in which any node can be deleted'
    rank = Rank.FORCE

    def apply(self, kind: ResourceService, trouble: Trouble) -> None:
        node = fresh(kind, trouble.resource)
        instance = node.get('instance_uuid')
        if instance and holders.there(
                kind.cloud.rest('compute'), f'servers/{instance}', holders.SERVERS):
            raise errors.RemedyFailed(f'server {instance} still runs on it')
        kind.rest().put(kind.member(trouble.resource, 'maintenance'), {},
                        microversion=kind.microversion)
