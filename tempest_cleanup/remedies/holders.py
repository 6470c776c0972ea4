"""Whether what a resource is tied to is still there: what is in use is never cut off.

A service that is not in the catalog can't be asked, and then nobody knows.
"""
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from tempest_cleanup import errors
from tempest_cleanup.services.base import SYSTEM

if TYPE_CHECKING:
    from tempest_cleanup.cloud import Cloud
    from tempest_cleanup.cloud.rest import Rest

#: From here on Nova also shows servers of a cell that is down.
SERVERS = '2.69'
NODES = '1.96'


def there(rest: 'Rest', path: str, microversion: str | None = None) -> bool:
    """Whether a service has something.

    :raises errors.RemedyFailed: there is no such service, so nobody knows
    :raises errors.ApiError: the service does not say
    """
    try:
        rest.get(path, microversion=microversion)
    except errors.NotFound as error:
        if not error.status:
            raise errors.RemedyFailed(
                f'nobody knows whether {path} is still there: {error.message}') from error
        return False
    return True


def machine(cloud: 'Cloud', identifier: str) -> str:
    """Which server or node has this id, '' where none has.

    Ironic attaches volumes under the id of a node, or of what it was deployed as.
    """
    if there(cloud.rest('compute'), f'servers/{identifier}', SERVERS):
        return f'server {identifier}'
    if cloud.catalog_type('baremetal'):
        ironic = cloud.rest('baremetal', SYSTEM)
        if there(ironic, f'nodes/{identifier}', NODES) or list(ironic.pages(
                'nodes', 'nodes', microversion=NODES, query={'instance_uuid': identifier})):
            return f'bare metal node {identifier}'
    return ''


def of_volume(cloud: 'Cloud', attachments: list[Mapping[str, Any]]) -> Iterator[str]:
    """Who still has a volume, by what it says of its attachments.

    A host that has one without a server may be anybody's: nothing tells whether it has it.
    """
    for attachment in attachments:
        server = str(attachment.get('server_id') or attachment.get('instance') or '')
        if server:
            if found := machine(cloud, server):
                yield found
        elif host := attachment.get('host_name'):
            yield f'host {host}'


def of_port(cloud: 'Cloud', port: Mapping[str, Any]) -> str:
    """Who still has a port, '' where nobody has.

    :raises errors.RemedyFailed: nobody knows
    """
    owner, device = str(port.get('device_owner') or ''), str(port.get('device_id') or '')
    if not owner and not device:
        return ''
    network = cloud.rest('network')
    if owner.startswith('compute:'):
        alive = there(cloud.rest('compute'), f'servers/{device}', SERVERS)
    elif owner.startswith('network:floatingip') and device:
        alive = there(network, f'floatingips/{device}')
    elif owner.startswith(('network:router', 'network:ha_router')) and device:
        alive = there(network, f'routers/{device}')
    elif owner == 'trunk:subport' and device:
        alive = there(network, f'trunks/{device}')
    elif owner == 'Octavia' and device.startswith('lb-'):
        alive = there(cloud.rest('load-balancer'),
                      f'v2.0/lbaas/loadbalancers/{device.removeprefix("lb-")}')
    else:
        raise errors.RemedyFailed(
            f'nobody knows whether {owner or "its owner"} {device} still has it')
    return f'{owner} {device}' if alive else ''
