"""A test did not get to its cleanup, or has none."""
from tempest_cleanup.diagnosis.causes import known
from tempest_cleanup.diagnosis.causes.base import (
    Recogniser,
    asked,
    by_log,
    in_set_up,
    of_class,
    of_test,
    shown,
    test_of,
    told,
)
from tempest_cleanup.diagnosis.model import (
    Case,
    Cause,
    Certainty,
    Phase,
    Source,
    Verdict,
)

#: What Tempest makes for the credentials of a class.
CREDENTIALS = frozenset(('projects', 'users', 'domains', 'networks', 'subnets', 'routers'))



class Killed(Recogniser):
    """Its test, or one of the same class, began and never ended: Tempest was killed in it."""

    name, rank = 'test-killed', 28

    def recognise(self, case: Case) -> Cause | None:
        test = test_of(case)
        cut = [r for r in (*case.results, *case.running) if r.verdict is Verdict.NEVER_ENDED
               and test and r.test.class_name == test.class_name]
        if not cut or not test or asked(case):
            return None
        own = next((r for r in cut if r.test.method and r.test.method == test.method), None)
        sure = case.trail.created and not case.trail.inferred and (own or not test.method)
        victim = own or cut[0]
        return self.cause(
            case, Certainty.CERTAIN if sure else Certainty.LIKELY,
            f'Tempest was killed in {victim.test}, before any cleanup',
            why='the log has who made it, and that test never ended' if sure else
            'it is of the same class, which never ended',
            test=victim.test, evidence=(*by_log(case), shown(victim)),
            advice='Nothing is wrong with the test: find out who killed the run (a time-out of '
            'the job, no memory left)')


class SetUpFailed(Recogniser):
    """setUpClass failed after it had made this, and had not registered a cleanup for it."""

    name, rank = 'set-up-failed', 32

    def recognise(self, case: Case) -> Cause | None:
        result = of_class(case, Phase.SET_UP_CLASS)
        if not result or result.verdict is not Verdict.FAILURE or asked(case) or not (
                in_set_up(case) or not case.trail.created):
            return None
        return self.cause(
            case, Certainty.CERTAIN if in_set_up(case) and not case.trail.inferred
            else Certainty.LIKELY,
            f'setUpClass of {result.test.class_name} failed, and no cleanup was registered '
            f'for what it had made{": " + result.exception if result.exception else ""}',
            why='no deletion was sent after the failure', test=result.test,
            evidence=(*by_log(case), shown(result)),
            advice='Call addClassResourceCleanup right after the request that makes it')


class TearDownFailed(Recogniser):
    """tearDownClass failed before it came to this."""

    name, rank = 'tear-down-failed', 33

    def recognise(self, case: Case) -> Cause | None:
        result, test = of_class(case, Phase.TEAR_DOWN_CLASS), of_test(case)
        if not result or result.verdict is not Verdict.FAILURE or asked(case):
            return None
        if test and test.verdict is Verdict.FAILURE:
            # A test takes away what it made itself; it had no time to.
            return None
        # What fails in it stops no other cleanup of the class: only the credentials stay.
        created = case.trail.created
        return self.cause(
            case, Certainty.POSSIBLE if created and created.test.method else Certainty.LIKELY,
            f'tearDownClass of {result.test.class_name} failed, and what was to follow was not '
            f'done{": " + result.exception if result.exception else ""}',
            why='no deletion of it was sent', test=result.test,
            evidence=(*by_log(case), shown(result)),
            advice='See why it failed; Tempest gives up its credentials with the first conflict')


class FailedBeforeCleanup(Recogniser):
    """Its test failed before it had registered a cleanup for it."""

    name, rank = 'test-failed', 34

    def recognise(self, case: Case) -> Cause | None:
        result = of_test(case)
        if not result or result.verdict is not Verdict.FAILURE or result.in_cleanup or (
                asked(case)):
            return None
        return self.cause(
            case, Certainty.LIKELY, f'{result.test} failed before it had registered a cleanup'
            + (f': {result.exception}' if result.exception else ''),
            why='no deletion was sent by anybody', evidence=(*by_log(case), shown(result)),
            advice='Call addCleanup right after the request that makes it, before any wait')


class KnownLeak(Recogniser):
    """Tempest itself, or one of its plugins, is known to leave it."""

    name, rank = 'known-leak', 26

    def recognise(self, case: Case) -> Cause | None:
        test = test_of(case)
        leak = known.find(case.resource, test)
        if not leak or case.trail.deletions:
            return None
        sure = case.trail.created is not None and not case.trail.inferred
        return self.cause(
            case, Certainty.CERTAIN if sure else Certainty.LIKELY,
            f'A known leak of {leak.of}: {leak.what}', why='the log has who made it' if sure
            else 'its name and kind fit', evidence=by_log(case),
            advice=f'A bug of {leak.of} ({leak.where}), not of the cloud')


class NotTornDown(Recogniser):
    """It was made for a whole class, and tearDownClass did not come to it."""

    name, rank = 'not-torn-down', 55

    def recognise(self, case: Case) -> Cause | None:
        created = case.trail.created
        if not created or asked(case) or not in_set_up(case) or (
                case.resource.kind not in CREDENTIALS):
            return None
        return self.cause(
            case, Certainty.POSSIBLE if case.trail.inferred else Certainty.LIKELY,
            f'tearDownClass of {created.test.class_name} did not come to it',
            why='Tempest deletes what it makes for the credentials of a class; it was killed, '
            'or stopped by an error before', evidence=by_log(case),
            advice='See in the log what that class did last')


class NeverAsked(Recogniser):
    """Its test ended, and nobody ever asked for its deletion: a bug of the test."""

    name, rank = 'never-asked', 60

    def recognise(self, case: Case) -> Cause | None:
        created = case.trail.created
        if not created or asked(case):
            return None
        result = of_test(case) or of_class(case, Phase.TEAR_DOWN_CLASS)
        ended = result is not None and (
            result.verdict is Verdict.SUCCESS or result.in_cleanup) and not any(
                r.verdict is not Verdict.SUCCESS and r is not result for r in case.results)
        certainty = (Certainty.POSSIBLE if case.trail.inferred else
                     Certainty.CERTAIN if ended else Certainty.LIKELY)
        return self.cause(
            case, certainty, f'{created.test} made it and never asked for its deletion',
            why='the whole log has no such request' + (
                ', and the test came to its end' if ended else
                '; how the test ended is not known' if not result else ''),
            evidence=(*by_log(case), *([shown(result)] if result else ())),
            advice='A bug of the test: add a cleanup where it makes this')


class NotPutBack(Recogniser):
    """A test changed a setting of what was there before, and did not put it back."""

    name, rank, of_changes = 'not-put-back', 60, True

    def recognise(self, case: Case) -> Cause | None:
        names = {c.attribute for c in case.changes}
        did = ('deleted it and did not make it again' if names == {'present'} else
               f'changed {", ".join(sorted(names))} and did not put it back')
        wrote = sorted((r for r in (*case.trail.others, *case.trail.deletions)
                        if r.ok and not r.reads), key=lambda r: r.at)
        if not case.changes:
            return None
        if not wrote:
            return self.cause(
                case, Certainty.POSSIBLE, f'Somebody {did}',
                why='no log tells of a request that did' if Source.LOG not in case.looked
                else 'the log has no request that did: it need not have been Tempest',
                advice='See who it was in the log of the service')
        last = wrote[-1]
        return self.cause(
            case, Certainty.LIKELY, f'{last.test} {did}',
            why='it sent the last request that changes something of it', test=last.test,
            evidence=[told(last)], advice='Have the test put back what it changes, in a cleanup')
