"""What our storage says when it is rebalancing."""
from tempest_cleanup.diagnosis.causes.base import Recogniser, failures
from tempest_cleanup.diagnosis.model import Case, Cause, Certainty


class AcmeBusy(Recogniser):
    """The storage back end was rebalancing, and deletes nothing while it does."""

    name, rank = 'acme-busy', 15

    def recognise(self, case: Case) -> Cause | None:
        busy = [e for e in failures(case) if 'ACME-4711' in e.fact]
        if not busy:
            return None
        return self.cause(
            case, Certainty.CERTAIN, 'The storage back end was rebalancing',
            why='it says so', evidence=busy, service='block-storage',
            advice='Run the clean-up again when it is done')
