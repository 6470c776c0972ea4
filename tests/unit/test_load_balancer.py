"""For which load balancer a server works."""
from typing import Any, cast

import pytest

from tempest_cleanup import errors
from tempest_cleanup.cloud import Cloud
from tempest_cleanup.model import Resource
from tempest_cleanup.services.compute import Servers
from tests.unit.restoring import Service

ID = '3fae2d4c-1a2b-4c3d-8e9f-001122334455'


class Balancing(Service):
    """A cloud with Octavia, or without."""

    def __init__(self, catalog_type: str, answers: dict[str, Any]) -> None:
        super().__init__(answers, {})
        self._type = catalog_type

    def catalog_type(self, _service_type: str) -> str:
        return self._type


@pytest.mark.parametrize(('name', 'there', 'answer', 'told'), [
    (f'amphora-{ID}', 'load-balancer', {'id': ID, 'loadbalancer_id': 'lb'},
     {'amphora_of': 'lb'}),
    (f'amphora-{ID}', 'load-balancer', {'id': 'other', 'loadbalancer_id': 'lb'},
     {'amphora_of': ''}),
    # It is being built, perhaps to replace another.
    (f'amphora-{ID}', 'load-balancer', {'id': ID, 'loadbalancer_id': None}, {}),
    (f'amphora-{ID}', '', {'id': ID, 'loadbalancer_id': 'lb'}, {}),
    ('amphora-of-mine', 'load-balancer', {'id': ID, 'loadbalancer_id': 'lb'}, {})])
def test_octavia_tells_whose_an_amphora_is(
    name: str, there: str, answer: dict[str, Any], told: dict[str, str],
) -> None:
    cloud = Balancing(there, {'v2/octavia/amphorae': {'amphorae': [answer]}})
    assert Servers(cast(Cloud, cloud)).expand(Resource('servers', 's', name)).body == told


def test_an_octavia_that_does_not_tell_is_not_one_without_amphorae() -> None:
    """Point 2: discover.expand takes NotFound for: nothing more is told."""
    cloud = Balancing('load-balancer', {})
    with pytest.raises(errors.NotFound):
        Servers(cast(Cloud, cloud)).expand(Resource('servers', 's', f'amphora-{ID}'))
