"""Ways out for secrets that Barbican does not let go of."""
from collections.abc import Mapping
from urllib.parse import quote

from tempest_cleanup import errors
from tempest_cleanup.remedies import holders
from tempest_cleanup.remedies.base import Rank, Remedy, Trouble
from tempest_cleanup.remedies.shapes import found
from tempest_cleanup.services.base import ResourceService

#: Where to look for what has registered with a secret, by the service's name or type, and the
#: type of the resource.
CONSUMERS: Mapping[tuple[str, str], tuple[str, str]] = {
    (name, one): (service, path)
    for names, service, paths in (
        (('glance', 'image'), 'image', {'image': 'images'}),
        (('cinder', 'volume', 'volumev3', 'block-storage'), 'block-storage',
         {'volume': 'volumes', 'backup': 'backups', 'snapshot': 'snapshots'}),
        (('nova', 'compute'), 'compute', {'server': 'servers', 'instance': 'servers'}),
        (('octavia', 'load-balancer'), 'load-balancer',
         {'listener': 'v2.0/lbaas/listeners', 'pool': 'v2.0/lbaas/pools',
          'loadbalancer': 'v2.0/lbaas/loadbalancers'}))
    for name in names for one, path in paths.items()}


class Unregister(Remedy):
    """Barbican keeps a secret as long as anything has registered with it (400)."""

    kinds = ('secrets',)
    does = 'ends the registrations of what is gone'
    rank = Rank.DETACH

    def fits(self, trouble: Trouble) -> bool:
        return trouble.code in (400, 409)

    def apply(self, kind: ResourceService, trouble: Trouble) -> None:
        secret = trouble.resource
        rest, path = kind.rest(kind.listed_in(secret)), kind.member(secret, 'consumers')
        consumers = found(list(rest.pages(
            path, 'consumers', microversion=kind.microversion)))
        for consumer in consumers:
            if alive(kind, consumer):
                raise errors.RemedyFailed(f'{_words(consumer)} is still there')
        for consumer in consumers:
            rest.delete(path, microversion=kind.microversion, body={
                key: consumer[key] for key in ('service', 'resource_type', 'resource_id')})


def alive(kind: ResourceService, consumer: Mapping[str, str]) -> bool:
    """Whether what has registered is still there.

    :raises errors.RemedyFailed: nobody knows
    """
    known = CONSUMERS.get((consumer['service'].lower(), consumer['resource_type'].lower()))
    if not known:
        raise errors.RemedyFailed(f'nobody knows whether {_words(consumer)} is still there')
    service, collection = known
    return holders.there(kind.cloud.rest(service),
                         f'{collection}/{quote(consumer["resource_id"], safe="")}')


def _words(consumer: Mapping[str, str]) -> str:
    return f'{consumer["service"]} {consumer["resource_type"]} {consumer["resource_id"]}'
