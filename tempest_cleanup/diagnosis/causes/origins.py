"""Somebody else made it: another service, or nobody of Tempest's."""
from tempest_cleanup.diagnosis.causes.base import (
    Recogniser,
    accepted,
    asked,
    asker,
    by_log,
    told,
)
from tempest_cleanup.diagnosis.model import Case, Cause, Certainty, Phase, Source


class MadeForAnother(Recogniser):
    """It belongs to another resource, or a service made it on behalf of one."""

    name, rank = 'made-for-another', 18

    def recognise(self, case: Case) -> Cause | None:
        if not case.origin:
            return None
        owner = case.named(case.origin)
        evidence = [e for e in case.evidence
                    if e.source is Source.AROUND and case.origin.id in e.fact]
        by = f'{case.maker} made it' if case.maker else 'it was made'
        if case.exists(case.origin):
            return self.cause(
                case, Certainty.CERTAIN if case.maker and not asked(case) else Certainty.LIKELY,
                f'It goes with {owner}, which is there: {by} for that',
                why='it names it', origin=case.origin, service=case.maker, evidence=evidence,
                advice='See why that one was left; this goes with it')
        return self.cause(
            case, Certainty.CERTAIN if case.maker else Certainty.LIKELY,
            f'{by[0].upper()}{by[1:]} for {owner}, which is gone, and left it behind',
            why='it names it, and it does not exist', service=case.maker, evidence=evidence,
            advice=f'A bug of {case.maker or case.service}, most likely: what it makes for '
            'another it has to take away')


class OwnerDeleted(Recogniser):
    """A test deleted the project or user that it belongs to before it was gone."""

    name, rank = 'owner-deleted', 36

    def recognise(self, case: Case) -> Cause | None:
        request = case.owner_deleted
        # When the class is torn down its credentials go, whatever is left in them.
        if not case.owner_gone or not request or accepted(case) or (
                request.test.phase is Phase.TEAR_DOWN_CLASS):
            return None
        return self.cause(
            case, Certainty.CERTAIN,
            f'{request.test} deleted its project or user while it was still there',
            why='the log has the request', test=asker(case, request.test),
            evidence=(told(request), *by_log(case)),
            advice='Have the test wait until all is gone before it deletes its owner')


class OwnerGone(Recogniser):
    """The project or user that it belongs to was deleted before it was."""

    name, rank = 'owner-gone', 62

    def recognise(self, case: Case) -> Cause | None:
        if not case.owner_gone or accepted(case):
            # One whose deletion was under way was not left because its owner went.
            return None
        gone = [e for e in case.evidence if e.source is Source.AROUND
                and 'does not exist any more' in e.fact and e.fact.startswith('its ')]
        what = 'project' if any('project' in e.fact for e in gone) else 'user'
        # Where the log tells more of it, that is what it was left for.
        return self.cause(
            case, Certainty.LIKELY if case.trail.created else Certainty.CERTAIN,
            f'Its {what} was deleted while it was still there',
            why='Keystone does not know it any more, and tells no other service',
            evidence=(*gone, *by_log(case)), service='' if by_log(case) else 'identity',
            advice=f'Have the test wait until all is gone before its {what} is deleted')


class Foreign(Recogniser):
    """Nothing ties it to Tempest: somebody else uses this cloud."""

    name, rank = 'foreign', 90

    def recognise(self, case: Case) -> Cause | None:
        if case.tempest or case.proven or case.trail.created or case.test or case.origin or (
                case.trail.deletions or case.trail.others):
            return None
        made, logged = case.resource.created_at, Source.LOG in case.looked
        return self.cause(
            case, Certainty.LIKELY if logged else Certainty.POSSIBLE,
            f'Not from Tempest, as far as anything tells: {case.owner or "somebody"} made it',
            why='neither its name nor its owner is Tempest\'s, and '
            + ('the log has not one request on it' if logged else 'there was no log to look at')
            + (f'; made at {made:%Y-%m-%d %H:%M:%S} UTC' if made else ''),
            evidence=[e for e in case.evidence if 'was asked for by user' in e.fact],
            advice='Ask them before it is deleted')


class ByName(Recogniser):
    """Its name or owner is a test class's, and nothing tells more."""

    name, rank = 'of-a-test-class', 95

    def recognise(self, case: Case) -> Cause | None:
        if not case.test or case.trail.created or asked(case):
            return None
        return self.cause(
            case, Certainty.POSSIBLE, f'{case.test.class_name} left it; nothing tells why',
            why=case.tempest or 'its name is of that class',
            evidence=[e for e in case.evidence if e.source is Source.NAMES],
            advice='Run the class alone with debug logging, and look again with --tempest-log')
