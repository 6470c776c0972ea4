"""What a deletion would take along, as the kinds tell it and prevent it."""
from typing import Any

import pytest

from tempest_cleanup import errors
from tempest_cleanup.model import Key, Resource
from tempest_cleanup.services.compute import Servers
from tempest_cleanup.services.orchestration import Stacks
from tests.unit.restoring import served

ATTACHED = 'os-extended-volumes:volumes_attached'


def server(**volumes: bool) -> Resource:
    return Resource('servers', 's', body={ATTACHED: [
        {'id': name, 'delete_on_termination': goes} for name, goes in volumes.items()]})


def sparing(volume: str) -> tuple[str, str, Any]:
    return ('put', f'servers/s/os-volume_attachments/{volume}',
            {'volumeAttachment': {'volumeId': volume, 'delete_on_termination': False}})


def test_a_server_spares_its_volumes() -> None:
    """Point 4: only those are told of that would go."""
    service, noted = served(Servers)
    one = server(v1=True, v2=False, v3=True)
    service.prepare_delete(one)
    assert noted.sent == [sparing('v1'), sparing('v3')]
    assert list(service.takes(one)) == [Key('volumes', 'v1'), Key('volumes', 'v3')]
    assert list(service.takes(Resource('servers', 's'))) == []


def test_a_volume_that_is_not_attached_any_more_stops_nothing() -> None:
    service, noted = served(Servers, refused={
        'servers/s/os-volume_attachments/v1': errors.NotFound('gone', status=404)})
    service.prepare_delete(server(v1=True, v2=True))
    assert noted.sent == [sparing('v1'), sparing('v2')]


@pytest.mark.parametrize('error', [
    errors.Conflict('no', status=400), errors.Denied('no', status=403),
    errors.Unavailable('no', status=503)])
def test_a_nova_that_does_not_spare_a_volume_keeps_the_server(error: errors.ApiError) -> None:
    """Whatever it says; no remedy may go on from there."""
    service, _ = served(Servers, refused={'servers/s/os-volume_attachments/v1': error})
    with pytest.raises(errors.StillNeeded, match='its volume v1 would be deleted with it.*no'):
        service.prepare_delete(server(v1=True))


@pytest.mark.parametrize(('types', 'made'), [
    (('OS::Nova::Server', 'OS::Cinder::Volume'), ['0', '1']),
    # An attachment goes by the id of its volume.
    (('OS::Nova::Server', 'OS::Cinder::VolumeAttachment'), ['0']),
    (('OS::Neutron::ExtraRouteSet', 'OS::Neutron::Router'), ['1'])])
def test_what_a_stack_only_ties_together_it_has_not_made(
    types: tuple[str, ...], made: list[str],
) -> None:
    class Open(Stacks):
        """Which sees all projects."""

        def sees_all(self) -> bool:
            return True

    service, _ = served(Open, {'stacks/st/id/resources': {'resources': [
        {'physical_resource_id': str(n), 'resource_type': what}
        for n, what in enumerate(types)]}})
    assert service.expand(Resource('stacks', 'id', 'st')).body['made'] == made
