"""What the status of a resource tells."""
import datetime

from tempest_cleanup.diagnosis.causes.base import (
    Recogniser,
    accepted,
    age,
    asked,
    by_log,
    failures,
    said,
)
from tempest_cleanup.diagnosis.model import Case, Cause, Certainty

#: Longer than this nothing should take, but for what deploys a whole machine.
LONG = datetime.timedelta(minutes=10)
LONGER = {kind: datetime.timedelta(hours=1) for kind in
          ('stacks', 'coe_clusters', 'baremetal_nodes', 'workflow_executions')}


class Stuck(Recogniser):
    """It has been on its way from one status to another for longer than that should take."""

    name, rank = 'stuck', 40

    def recognise(self, case: Case) -> Cause | None:
        if not case.moving or case.down:
            return None
        yes = accepted(case)
        since = age(case) or (case.at - yes.at if case.at and yes and yes.at else None)
        long = LONGER.get(case.resource.kind, LONG)
        ours = bool(case.outcome and case.outcome.accepted)
        late = ours or bool(since and since > long)
        doing = str(case.resource.body.get('OS-EXT-STS:task_state') or case.resource.status)
        wrong = failures(case)
        return self.cause(
            case, Certainty.LIKELY if late else Certainty.POSSIBLE,
            f'{case.service} is not done with it: it stays {doing}{said(wrong)}' if late
            else f'{case.service} is still at work on it ({doing})',
            why='the clean-up has waited for it' if ours else
            f'for {since}, where {long} is long' if late else 'it was so when it was looked at',
            service=case.service if late else '',
            evidence=(*([yes] if yes else ()), *wrong, *by_log(case)),
            advice=f'Look in the logs of {case.service} for what holds it up' if late
            else 'Look again later')


class FailedCreation(Recogniser):
    """It went to an error while it was made, and nobody asked for its deletion."""

    name, rank = 'creation-failed', 29

    def recognise(self, case: Case) -> Cause | None:
        status = case.resource.status
        if status.lower() not in ('error', 'create_failed', 'killed', 'create failed') or (
                accepted(case)):
            return None
        wrong = failures(case)
        making = (status.lower() != 'error' or all(r.reads for r in case.trail.others)) and (
            case.trail.created is not None and not asked(case))
        certainty = (Certainty.CERTAIN if making and wrong else
                     Certainty.LIKELY if making or wrong else Certainty.POSSIBLE)
        return self.cause(
            case, certainty, f'{case.service} could not make it ({status}){said(wrong)}',
            why='the service says what went wrong' if wrong else
            'nothing was asked of it but how it is' if making else
            'it may have been well at first', service=case.service,
            evidence=(*wrong, *by_log(case)),
            advice=f'Look in the logs of {case.service} for the error; have the test register '
            'its cleanup before it waits')
