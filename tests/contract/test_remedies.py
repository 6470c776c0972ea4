"""Every installed remedy keeps what all of them promise."""
import dataclasses
from typing import Any

from tempest_cleanup import errors, remedies
from tempest_cleanup.remedies import (
    baremetal,
    block_storage,
    compute,
    dns,
    identity,
    image,
    load_balancer,
    shared_file_system,
)
from tempest_cleanup.remedies.base import Remedy, Trouble
from tempest_cleanup.services.base import ResourceService
from tempest_cleanup.testing.remedies import RemedyContract, troubles

#: What a remedy needs besides, to be of use: the error, code and status, and the body.
NEEDS: dict[type[Remedy], tuple[str, int, str, dict[str, Any]]] = {
    baremetal.Abort: ('no', 409, 'clean wait', {}),
    baremetal.Unprotect: ('no', 403, '', {'protected': True}),
    dns.EditManaged: ('Managed records may not be deleted', 400, '', {'zone_id': 'z'}),
    identity.Unlock: ('no', 403, '', {'options': {'immutable': True}}),
    image.UnprotectImage: ('no', 403, '', {'protected': True}),
    image.UnprotectNamespace: ('no', 403, '', {'protected': True}),
    block_storage.Unreserve: ('no', 400, 'attaching', {}),
    compute.ForceDeleteServer: ('', 0, 'SOFT_DELETED', {}),
    compute.UnlockServer: ('no', 409, '', {'locked': True}),
    load_balancer.Failover: ('no', 0, 'ERROR', {}),
    shared_file_system.ResetTask: ('no', 400, '', {'task_state': 'migration_success'}),
}
#: Some need ids of others in their own body.
BODY = {'volume_id': 'v', 'share_id': 's', 'zone_id': 'z', 'device_id': 'gone', 'group_id': 'g',
        'attachments': [{'attachment_id': 'a', 'server_id': 'gone'}],
        'OS-EXT-STS:task_state': 'deleting'}
STRAY = {'id': 'p', 'device_owner': 'network:router_interface', 'device_id': 'gone'}
ANSWERS = {
    'volume': {'id': 'v', 'group_id': 'g', 'attachments': BODY['attachments']},
    'ports': [STRAY], 'port': STRAY, 'resource_locks': [{'id': 'l'}], 'list': [{'name': 'o'}],
    'consumers': [{'service': 'glance', 'resource_type': 'image', 'resource_id': 'gone'}],
    'resources': [{'resource_type': 'OS::Nova::Server', 'resource_status': 'DELETE_FAILED',
                   'physical_resource_id': 'inside'}],
    'server': {'id': 'inside'}}


class TestOurs(RemedyContract):
    remedies = tuple(dict.fromkeys(type(one) for one in remedies.load()))

    def trouble(self, remedy: Remedy, kind: str) -> Trouble:
        if type(remedy) not in NEEDS:
            return _with(super().trouble(_Bodied(remedy), kind), {})
        found = next(iter(troubles(kind)))
        error, code, status, body = NEEDS[type(remedy)]
        resource = dataclasses.replace(found.resource, status=status)
        return _with(dataclasses.replace(
            found, error=error, code=code, resource=resource, relapses=1), body)

    def answer(self, path: str) -> Any:
        if path.endswith('/gone') or path == 'nodes/gone':
            raise errors.NotFound('gone', status=404)
        return ANSWERS


class _Bodied(Remedy):
    """A remedy that is shown bodies with something in them."""

    def __init__(self, remedy: Remedy) -> None:
        self._remedy = remedy

    def fits(self, trouble: Trouble) -> bool:
        return self._remedy.fits(_with(trouble, {}))

    def apply(self, kind: ResourceService, trouble: Trouble) -> None:
        self._remedy.apply(kind, trouble)


def _with(trouble: Trouble, body: dict[str, Any]) -> Trouble:
    return dataclasses.replace(trouble, resource=dataclasses.replace(
        trouble.resource, body=BODY | body))
