"""Its deletion was asked for, and it is there all the same."""
from tempest_cleanup.diagnosis.causes.base import (
    Recogniser,
    accepted,
    asked,
    asker,
    by_log,
    failures,
    refusal,
    said,
    told,
    tried,
)
from tempest_cleanup.diagnosis.model import Case, Cause, Certainty, Evidence, Source
from tempest_cleanup.model import Status

#: Statuses that nothing but a failed deletion ends in.
ONLY_DELETION = frozenset(('error_deleting', 'DELETE_FAILED', 'delete failed'))


class Blocked(Recogniser):
    """The clean-up did not ask for its deletion, for another that must go first is stuck."""

    name, rank = 'blocked', 5

    def recognise(self, case: Case) -> Cause | None:
        outcome = case.outcome
        if not outcome or outcome.status is not Status.BLOCKED:
            return None
        origin = case.blockers[0] if case.blockers else None
        return self.cause(
            case, Certainty.CERTAIN,
            f'What has to go before it could not be deleted: {", ".join(outcome.blockers)}',
            why='the clean-up waited for it', origin=origin,
            advice='Get rid of that one first; then run the clean-up again',
            evidence=[Evidence(Source.CLEANUP, outcome.detail, failure=True)])


class HostDown(Recogniser):
    """The service or agent of its host does not answer, so its deletion waits."""

    name, rank = 'host-down', 10

    def recognise(self, case: Case) -> Cause | None:
        yes = accepted(case)
        if not case.down or case.failed or not (yes or case.moving):
            return None
        around = [e for e in case.evidence if e.source is Source.AROUND and ' is down' in e.fact]
        if yes and case.moving:
            certainty, why = Certainty.CERTAIN, 'it is still at it, and nobody answers'
        else:
            certainty, why = Certainty.LIKELY, ('its deletion was accepted' if yes else
                                                f'its status is {case.resource.status}')
        return self.cause(
            case, certainty, f'{case.down} does not answer, and {case.service} waits for it',
            why=why, service=case.service, evidence=(*([yes] if yes else ()), *around),
            advice='Start it again, or find out why it died; then run the clean-up again')


class Broken(Recogniser):
    """The service failed (5xx) to answer the request to delete it, or did not answer at all."""

    name, rank = 'deletion-broken', 20

    def recognise(self, case: Case) -> Cause | None:
        last = refusal(case)
        if not last or not last.broken:
            return None
        how = f'answered {last.status}' if last.status else 'did not answer'
        return self.cause(
            case, Certainty.CERTAIN, f'{case.service} {how} to the request to delete it',
            why=f'the answer to {last.by}: {last.said or "nothing more"}',
            test=asker(case, last.test), service=case.service,
            evidence=(last.evidence, *by_log(case)),
            advice=f'Look for the request in the logs of {case.service}; report it there')


class Refused(Recogniser):
    """The service refused to delete it: something is in the way, or it is not allowed to."""

    name, rank = 'deletion-refused', 20

    def recognise(self, case: Case) -> Cause | None:
        last = refusal(case)
        if not last or last.broken:
            return None
        locked = case.resource.kind == 'servers' and case.resource.body.get('locked')
        named = [key for key in case.blockers if key.id in last.said]
        in_the_way = named or list(case.blockers)
        sentence = f'{case.service} refused ({last.status}) to delete it for {last.by}'
        if locked:
            sentence += ': it is locked'
        elif in_the_way:
            more = f' and {len(in_the_way) - 1} more' if len(in_the_way) > 1 else ''
            sentence += f': {case.named(in_the_way[0])}{more} is in the way'
        elif last.said:
            sentence += f': {last.said}'
        return self.cause(
            case, Certainty.CERTAIN, sentence,
            why='the answer names it' if named or locked else
            'the answer says no; by what it is blocked, only the links of now tell'
            if in_the_way else 'the answer says so',
            origin=in_the_way[0] if in_the_way and not locked else None,
            test=asker(case, last.test),
            service=case.service, evidence=(last.evidence, *by_log(case)),
            advice='Unlock it' if locked else 'Have the test delete what is in the way first, '
            'and wait until it is gone' if in_the_way else 'Read what the answer says')


class Missed(Recogniser):
    """Its deletion was asked for by somebody who can't see it (404), or before it was there."""

    name, rank = 'deletion-missed', 21

    def recognise(self, case: Case) -> Cause | None:
        tries = case.trail.deletions
        if not tries or any(r.status != 404 for r in tries):
            return None
        last = tries[-1]
        return self.cause(
            case, Certainty.LIKELY,
            f'{last.test} asked to delete it, and {case.service} did not find it (404)',
            why='it is there, and no other deletion was asked for', test=asker(case, last.test),
            evidence=(told(last), *by_log(case)),
            advice='See with whose credentials the test deletes it, and with which id')


class Failed(Recogniser):
    """The service accepted its deletion, and then failed to do it."""

    name, rank = 'deletion-failed', 22

    def recognise(self, case: Case) -> Cause | None:
        status, yes = case.resource.status, accepted(case) or tried(case)
        certain = status in ONLY_DELETION
        if not certain and not (case.failed and yes):
            return None
        wrong = failures(case)
        return self.cause(
            case, Certainty.CERTAIN if certain or wrong else Certainty.LIKELY,
            f'{case.service} accepted its deletion and failed ({status}){said(wrong)}',
            why=f'nothing but a deletion ends in {status}' if certain
            else 'its deletion was accepted before',
            origin=case.blockers[0] if case.blockers and any(
                case.blockers[0].id in e.fact for e in wrong) else None,
            service=case.service, evidence=(*([yes] if yes else ()), *wrong, *by_log(case)),
            advice=f'A bug or a broken back end of {case.service}: look there with the request '
            'ids; the clean-up tries the deletion again')


class Deferred(Recogniser):
    """It was deleted softly: the service keeps it for a while, to be taken back."""

    name, rank = 'deletion-deferred', 24

    def recognise(self, case: Case) -> Cause | None:
        body = case.resource.body
        if case.resource.status != 'SOFT_DELETED' and not body.get('is_soft_deleted'):
            return None
        return self.cause(
            case, Certainty.CERTAIN, f'{case.service} deleted it softly, and keeps it for a while',
            why='its status says so', service=case.service, evidence=by_log(case),
            advice='Nothing is wrong: this cloud has a recycle bin. Its test does not empty it')


class Resurrected(Recogniser):
    """Its deletion was accepted, and the service still lists it as if nothing had happened."""

    name, rank = 'resurrected', 30

    def recognise(self, case: Case) -> Cause | None:
        yes = accepted(case)
        if not yes or case.moving or case.failed or case.down or refusal(case):
            return None
        gone = [r for r in case.trail.others if r.status == 404]
        return self.cause(
            case, Certainty.CERTAIN if gone else Certainty.LIKELY,
            f'{case.service} accepted its deletion and lists it yet'
            + (f', as {case.resource.status}' if case.resource.status else ''),
            why='the service had said that it was gone' if gone
            else 'the deletion was accepted, and nothing says that it failed',
            service=case.service, evidence=(yes, *by_log(case)),
            advice=f'Report it to {case.service}, with the request id')


class NotFinished(Recogniser):
    """A test asked for its deletion, and did not wait until it was gone."""

    name, rank = 'not-waited-for', 42

    def recognise(self, case: Case) -> Cause | None:
        yes = accepted(case)
        if not yes or not asked(case) or not case.moving or case.down:
            return None
        return self.cause(
            case, Certainty.POSSIBLE, f'Its deletion is under way ({case.resource.status})',
            why='it may be gone in a moment', evidence=(yes, *by_log(case)),
            advice='Look again; have the test wait until it is gone')
