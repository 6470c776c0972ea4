"""What the engine relies on, and what the remedy would rather not do."""
from typing import Any

import pytest

from baremetal_volume_remedy import PowerOff
from tempest_cleanup import errors, services
from tempest_cleanup.model import Resource
from tempest_cleanup.remedies.base import Remedy, Trouble
from tempest_cleanup.testing.remedies import Recording, RemedyContract

#: Of Ironic 36.
REFUSAL = ('400 The requested action "volume target deletion" can not be performed on node "n1" '
           'while it is in state "power on".')
KIND = 'baremetal_volume_targets'


def tied(kind: str) -> Trouble:
    return Trouble(Resource(kind, 't1', body={'node_uuid': 'n1'}), REFUSAL, 400, attempts=1)


class TestRemedies(RemedyContract):
    remedies = (PowerOff,)

    def trouble(self, remedy: Remedy, kind: str) -> Trouble:
        return tied(kind)

    def answer(self, path: str) -> Any:
        return {'uuid': 'n1', 'instance_uuid': None, 'power_state': 'power on'}


def test_a_node_with_an_instance_stays_on() -> None:
    cloud = Recording(lambda path: {'uuid': 'n1', 'instance_uuid': 'i1'})
    with pytest.raises(errors.RemedyFailed, match='the instance i1 runs on its node'):
        PowerOff().apply(services.load()[KIND](cloud), tied(KIND))
    assert cloud.changes == []


def test_another_refusal_is_not_its_business() -> None:
    assert not PowerOff().fits(Trouble(Resource(KIND, 't1'), '403 no', 403, attempts=1))
