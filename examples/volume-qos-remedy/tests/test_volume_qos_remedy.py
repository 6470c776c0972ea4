"""What the engine relies on, and what the remedy sends."""
from tempest_cleanup.model import Resource
from tempest_cleanup.remedies.base import Remedy, Trouble
from tempest_cleanup.testing.remedies import RemedyContract
from volume_qos_remedy import TakeAway

#: Cinder's, as of 29.
REFUSAL = '400 Qos specs still in use. (DELETE block-storage/qos-specs/5b2c)'


class TestRemedies(RemedyContract):
    remedies = (TakeAway,)

    def trouble(self, remedy: Remedy, kind: str) -> Trouble:
        return Trouble(Resource(kind, '5b2c'), REFUSAL, 400, attempts=1)


def test_another_refusal_is_not_its_business() -> None:
    assert not TakeAway().fits(Trouble(Resource('volume_qos', '5b2c'), '403 no', 403))
