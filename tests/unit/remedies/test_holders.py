"""What somebody still uses is not cut off, and neither is that of which nobody knows."""
from collections.abc import Mapping
from typing import Any, cast

import pytest

from tempest_cleanup import errors
from tempest_cleanup.cloud import Cloud
from tempest_cleanup.remedies import baremetal, block_storage, holders, key_manager, network
from tempest_cleanup.remedies.base import Remedy, Trouble
from tests.unit.remedies.ask import Answering, apply, trouble

HELD = {'volumes/x': {'volume': {'id': 'x', 'attachments': [
    {'attachment_id': 'a', 'server_id': 'gone'}, {'attachment_id': 'b', 'server_id': 's'}]}},
    'servers/s': {'server': {}}}
BY_NODE = {'volumes/x': HELD['volumes/x'], 'nodes/s': {}}
BY_INSTANCE = {'volumes/x': HELD['volumes/x'], 'nodes': {'nodes': [{}]}}
BY_HOST = {'volumes/x': {'volume': {'attachments': [
    {'attachment_id': 'a', 'server_id': None, 'host_name': 'h'}]}}}


def consumed(**consumer: str) -> dict[str, Any]:
    return {'secrets/x/consumers': {'consumers': [consumer]}, 'images/i': {}}


@pytest.mark.parametrize('remedy', [
    block_storage.ResetVolume(), block_storage.DetachVolume(), block_storage.ForgetAttachments(),
    block_storage.ForceDeleteVolume()], ids=lambda r: type(r).__name__)
@pytest.mark.parametrize(('answers', 'who'), [
    (HELD, 'server s'), (BY_NODE, 'bare metal node s'), (BY_INSTANCE, 'bare metal node'),
    (BY_HOST, 'host h')], ids=['server', 'node', 'instance', 'host'])
def test_a_volume_that_somebody_has(
    remedy: Remedy, answers: Mapping[str, Any], who: str,
) -> None:
    found = apply(remedy, trouble('volumes'), answers)
    assert found.sent == []
    assert who in found.refused


@pytest.mark.parametrize(('remedy', 'against', 'answers', 'who'), [
    (block_storage.EndAttachment(), trouble('volume_attachments', volume_id='v', instance='s'),
     HELD, 'server s'),
    (baremetal.Maintain(), trouble('baremetal_nodes'),
     {'nodes/x': {'instance_uuid': 's'}, 'servers/s': {}}, 'server s'),
    (network.ClearPort(), trouble('ports'), {'ports/x': {'port': {
        'device_owner': 'compute:nova', 'device_id': 's'}}, 'servers/s': {}}, 'compute:nova s'),
    (network.FreePort(), trouble('ports'), {'ports/x': {'port': {
        'device_owner': 'Octavia', 'device_id': 'lb-b'}}, 'v2.0/lbaas/loadbalancers/b': {}},
     'Octavia lb-b'),
    (network.FreePort(), trouble('ports'), {'ports/x': {'port': {
        'device_owner': 'trunk:subport', 'device_id': 't'}}, 'trunks/t': {}}, 'trunk:subport t'),
    (network.FreePort(), trouble('ports'), {'ports/x': {'port': {
        'device_owner': 'network:floatingip', 'device_id': 'f'}}, 'floatingips/f': {}},
     'network:floatingip f'),
    (network.ClearPort(), trouble('ports'), {'ports/x': {'port': {
        'device_owner': 'manila:share', 'device_id': 'm'}}}, 'nobody knows'),
    (network.DeleteStrays(), trouble('networks'), {'ports': {'ports': [
        {'id': 'gone', 'device_owner': 'network:router_gateway', 'device_id': 'gone'},
        {'id': 'p', 'device_owner': 'network:router_interface', 'device_id': 'r'}]},
        'routers/r': {}}, 'port p of network:router_interface r'),
    (network.DeleteStrays(), trouble('networks'), {'ports': {'ports': [
        {'id': 'p', 'device_owner': '', 'device_id': '', 'project_id': 'other'}]}},
     'port p of project other'),
    (key_manager.Unregister(), trouble('secrets'),
     consumed(service='glance', resource_type='image', resource_id='i'), 'glance image i'),
    (key_manager.Unregister(), trouble('secrets'),
     consumed(service='cookery', resource_type='meal', resource_id='stew'), 'nobody knows')])
def test_what_somebody_has(
    remedy: Remedy, against: Trouble, answers: Mapping[str, Any], who: str,
) -> None:
    found = apply(remedy, against, answers)
    assert found.sent == []
    assert who in found.refused


def test_what_is_not_in_the_catalog_knows_nothing() -> None:
    """That nobody answers is not that nothing is there."""
    class Absent(Answering):
        def get(self, path: str, **more: Any) -> Any:
            raise errors.NotFound('not in the catalog', status=0)

    with pytest.raises(errors.RemedyFailed, match='nobody knows'):
        holders.machine(cast(Cloud, Absent({})), 's')


def test_a_service_that_fails_is_no_no() -> None:
    class Down(Answering):
        def get(self, path: str, **more: Any) -> Any:
            raise errors.Unavailable('down', status=503)

    with pytest.raises(errors.Unavailable):
        holders.machine(cast(Cloud, Down({})), 's')
