"""Each cause, by what is known: which one is held for it, how sure, and what else may be."""
import dataclasses
from typing import Any

import pytest

from tempest_cleanup.diagnosis import causes
from tempest_cleanup.diagnosis.model import (
    Case,
    Certainty,
    Evidence,
    Phase,
    Source,
    Test,
    Trail,
    Verdict,
)
from tempest_cleanup.model import Change, Key, Resource, Status
from tests.unit.diagnosis.cases import (
    CLEANUP,
    GONE,
    PORT,
    SERVER,
    SET_UP,
    TEAR_DOWN,
    TEST,
    ago,
    case,
    failure,
    outcome,
    related,
    request,
    result,
    trail,
)

RECOGNISERS = causes.load()
SURE, LIKELY, POSSIBLE = Certainty.CERTAIN, Certainty.LIKELY, Certainty.POSSIBLE

PARENT = Resource('stacks', 'st1', 'a-stack')
IN_USE = 'One or more ports are still in use: p0'
DOWN = 'nova-compute on host1'


def server(**attributes: Any) -> Resource:
    return dataclasses.replace(SERVER, **attributes)


ERROR = server(status='ERROR')
DELETING = server(body={'OS-EXT-STS:task_state': 'deleting'})
PROJECT_GONE = Evidence(Source.AROUND, 'its project p1 does not exist any more')
YES = request('DELETE', 204, CLEANUP)

#: What is known, and the cause that is held for it.
TABLE: tuple[tuple[str, Case, str, Certainty, str], ...] = (
    ('killed in the test, by log and results',
     case(trail=trail(), results=(result(TEST, Verdict.NEVER_ENDED),)),
     'test-killed', SURE, 'killed in tempest.api.compute'),
    ('killed in setUpClass',
     case(trail=trail(by=SET_UP), test=SET_UP, results=(result(SET_UP, Verdict.NEVER_ENDED),)),
     'test-killed', SURE, '(setUpClass)'),
    ('a class that is cut off, made in its set-up',
     case(trail=trail(by=SET_UP), results=(result(TEST, Verdict.NEVER_ENDED),)),
     'test-killed', SURE, 'test_create'),
    ('killed, but no log: by the name of the class only',
     case(trail=Trail(), test=Test('ServersTestJSON'), looked=frozenset((Source.RESULTS,)),
          running=(result(TEST, Verdict.NEVER_ENDED),)),
     'test-killed', LIKELY, 'test_create'),
    ('another test of the class was killed',
     case(trail=trail(), results=(
         result(dataclasses.replace(TEST, method='test_other'), Verdict.NEVER_ENDED),)),
     'test-killed', LIKELY, 'test_other'),
    ('the set-up of its class failed',
     case(trail=trail(by=SET_UP), results=(result(SET_UP, Verdict.FAILURE, 'Timeout'),)),
     'set-up-failed', SURE, 'setUpClass of ServersTestJSON failed'),
    ('the tear-down of its class failed',
     case(trail=trail(by=SET_UP), results=(result(TEAR_DOWN, Verdict.FAILURE, 'Conflict'),)),
     'tear-down-failed', LIKELY, 'Conflict'),
    ('its test failed',
     case(trail=trail(), results=(result(TEST, Verdict.FAILURE, 'Timeout'),)),
     'test-failed', LIKELY, 'failed before it had registered a cleanup: Timeout'),
    ('its test failed, and then the tear-down',
     case(trail=trail(), results=(result(TEST, Verdict.FAILURE, 'Timeout'),
                                  result(TEAR_DOWN, Verdict.FAILURE, 'Conflict'))),
     'test-failed', LIKELY, 'Timeout'),
    ('its test ended well and never asked',
     case(trail=trail(), results=(result(TEST, Verdict.SUCCESS),)),
     'never-asked', SURE, 'never asked for its deletion'),
    ('nobody knows how its test ended',
     case(trail=trail()), 'never-asked', LIKELY, 'never asked'),
    ('its test never asked, by a log without bodies',
     case(trail=trail(inferred=True), results=(result(TEST, Verdict.SUCCESS),)),
     'never-asked', POSSIBLE, 'never asked'),
    ('refused, and the answer names what is in the way',
     case(trail=trail(request('DELETE', 409, CLEANUP, error=IN_USE)), **related(PORT)),
     'deletion-refused', SURE, 'refused (409) to delete it for ServersTestJSON (_run_cleanups): '
     'ports a-port (p0) is in the way'),
    ('refused, and the log has no bodies',
     case(trail=trail(request('DELETE', 409, CLEANUP)), **related(PORT)),
     'deletion-refused', SURE, 'a-port'),
    ('refused, and then gone in another project: 404',
     case(trail=trail(request('DELETE', 403), request('DELETE', 404, minutes=20))),
     'deletion-refused', SURE, 'refused (403)'),
    ('asked for by somebody who does not see it',
     case(trail=trail(request('DELETE', 404, CLEANUP))),
     'deletion-missed', LIKELY, '_run_cleanups) asked to delete it, and compute did not find'),
    ('locked', case(server(body={'locked': True}), trail=trail(request('DELETE', 409, CLEANUP))),
     'deletion-refused', SURE, 'it is locked'),
    ('the service broke', case(trail=trail(request('DELETE', 500, CLEANUP))),
     'deletion-broken', SURE, 'compute answered 500'),
    ('no answer', case(trail=trail(request('DELETE', 0, CLEANUP))),
     'deletion-broken', SURE, 'compute did not answer'),
    ('accepted, and the driver failed',
     case(ERROR, trail=trail(YES), failed=True, evidence=(failure('fault 500: no disk'),)),
     'deletion-failed', SURE, 'failed (ERROR): fault 500: no disk'),
    ('accepted, then in error, and nothing says why',
     case(ERROR, trail=trail(YES), failed=True), 'deletion-failed', LIKELY, 'failed (ERROR)'),
    ('error_deleting without any log',
     case(Resource('volumes', 'v1', status='error_deleting'), failed=True, test=None, tempest='',
          looked=frozenset(), service='block-storage',
          evidence=(failure('block-storage says: busy'),)),
     'deletion-failed', SURE, 'block-storage accepted its deletion and failed'),
    ('accepted, and the host is down', case(DELETING, trail=trail(YES), moving=True, down=DOWN),
     'host-down', SURE, 'nova-compute on host1 does not answer'),
    ('in BUILD, and the host is down', case(moving=True, down=DOWN, trail=trail()),
     'host-down', LIKELY, 'nova-compute on host1'),
    ('deleting for an hour', case(DELETING, trail=trail(YES), moving=True, since=ago(60)),
     'stuck', LIKELY, 'compute is not done with it: it stays deleting'),
    ('deleting for a minute', case(DELETING, trail=trail(YES), moving=True, since=ago(1)),
     'stuck', POSSIBLE, 'still at work'),
    ('in error on creation',
     case(ERROR, trail=trail(), evidence=(failure('fault 500: No valid host'),)),
     'creation-failed', SURE, 'could not make it (ERROR): fault 500: No valid host'),
    ('in error, and nothing tells why or when',
     case(ERROR, looked=frozenset(), trail=Trail(), test=None), 'creation-failed', POSSIBLE,
     'could not make it'),
    ('deleted, and listed again', case(trail=trail(YES)), 'resurrected', LIKELY,
     'lists it yet, as ACTIVE'),
    ('deleted, answered with 404, and listed again',
     case(trail=trail(YES, others=(request('GET', 404, minutes=20),))),
     'resurrected', SURE, 'lists it yet'),
    ('deleted softly', case(server(status='SOFT_DELETED'), trail=trail(YES)),
     'deletion-deferred', SURE, 'softly'),
    ('its project is gone, and no log tells more',
     case(owner_gone=True, trail=Trail(), test=None, evidence=(PROJECT_GONE,)),
     'owner-gone', SURE, 'Its project was deleted'),
    ('its test forgot it, and then its project went with the class',
     case(owner_gone=True, trail=trail(), results=(result(TEST, Verdict.SUCCESS),),
          owner_deleted=request('DELETE', 204, TEAR_DOWN), evidence=(PROJECT_GONE,)),
     'never-asked', SURE, 'never asked'),
    ('a test deleted its project',
     case(owner_gone=True, trail=trail(), owner_deleted=request('DELETE', 204, TEST),
          evidence=(PROJECT_GONE,)), 'owner-deleted', SURE, 'test_create deleted its project'),
    ('of the credentials, and nobody came to it',
     case(Resource('projects', 'p1'), trail=trail(by=SET_UP), service='identity'),
     'not-torn-down', LIKELY, 'did not come to it'),
    ('its test ended well, but another of the class was killed',
     case(trail=trail(), results=(
         result(TEST, Verdict.SUCCESS),
         result(dataclasses.replace(TEST, method='test_other'), Verdict.NEVER_ENDED))),
     'test-killed', LIKELY, 'test_other'),
    ('its test ended well, but the tear-down failed',
     case(trail=trail(), results=(
         result(TEST, Verdict.SUCCESS), result(TEAR_DOWN, Verdict.FAILURE, 'Conflict'))),
     'never-asked', LIKELY, 'test_create made it and never asked'),
    ('its test came to its cleanups, and one of them failed',
     case(trail=trail(), results=(dataclasses.replace(
         result(TEST, Verdict.FAILURE, 'Conflict'), in_cleanup=True),)),
     'never-asked', SURE, 'test_create made it and never asked'),
    ('its test failed for the creation of it',
     case(ERROR, trail=trail(), results=(
         result(TEST, Verdict.FAILURE, 'BuildErrorException'),)),
     'creation-failed', LIKELY, 'could not make it (ERROR)'),
    ('made by another service for what exists',
     case(origin=PARENT.key, related=(PARENT,), maker='orchestration', trail=Trail(), test=None),
     'made-for-another', SURE, 'It goes with stacks a-stack (st1), which is there: '
     'orchestration made it'),
    ('made by another service for what is gone',
     case(PORT, origin=GONE, maker='compute', service='network', trail=Trail(), test=None),
     'made-for-another', SURE, 'Compute made it for servers gone, which is gone'),
    ('a known leak, by the log',
     case(Resource('images', 'i1'), trail=trail(by=Test('ImageLocationsTest', 'test_x')),
          test=None), 'known-leak', SURE, 'A known leak of Tempest'),
    ('a known leak, by its name',
     case(Resource('images', 'i1', 'tempest-backup-1-23'), trail=Trail(),
          test=Test('ServersAaction247Test')), 'known-leak', LIKELY, 'test_create_backup'),
    ('somebody else\'s, and the log is there',
     case(server(name='web'), trail=Trail(), test=None, tempest='', owner='users bob (u1)'),
     'foreign', LIKELY, 'Not from Tempest, as far as anything tells: users bob (u1) made it'),
    ('somebody else\'s, and no log is there',
     case(server(name='web'), trail=Trail(), test=None, tempest='', looked=frozenset()),
     'foreign', POSSIBLE, 'Not from Tempest'),
    ('by name only', case(trail=Trail(), test=Test('ServersTestJSON'), looked=frozenset()),
     'of-a-test-class', POSSIBLE, 'ServersTestJSON left it'),
    ('we could not delete what is in the way',
     case(outcome=outcome(Status.BLOCKED, 'blocked by ports a-port', blockers=('ports a-port',)),
          trail=Trail(), **related(PORT)), 'blocked', SURE, 'ports a-port'),
    ('we were refused',
     case(outcome=outcome(Status.FAILED, '409 it is busy (DELETE compute/servers/s1) [req-9a]'),
          trail=Trail()), 'deletion-refused', SURE,
     'refused (409) to delete it for the clean-up: 409 it is busy'),
    ('we got no answer',
     case(outcome=outcome(Status.FAILED, 'no answer: timed out (DELETE x)'), trail=Trail()),
     'deletion-broken', SURE, 'did not answer'),
    ('accepted for us, and it failed',
     case(ERROR, outcome=outcome(Status.FAILED, 'it went to ERROR', accepted=True), failed=True,
          trail=Trail(), evidence=(failure('fault 500: no disk'),)),
     'deletion-failed', SURE, 'no disk'),
    ('accepted for us, and it does not end',
     case(DELETING, outcome=outcome(Status.FAILED, 'still there', accepted=True), moving=True,
          trail=Trail()), 'stuck', LIKELY, 'it stays deleting'),
    ('a setting that a test changed',
     case(changes=(Change(SERVER, 'name', 'a', 'b'),), trail=trail(
         by=None, others=(request('PUT', 200), request('GET', 200)))),
     'not-put-back', LIKELY, 'ServersTestJSON.test_create changed name'),
    ('something that a test deleted, and that was there before',
     case(changes=(Change(SERVER, 'present', True, None),),
          trail=trail(request('DELETE', 204), by=None)),
     'not-put-back', LIKELY, 'deleted it and did not make it again'),
    ('a setting that somebody changed',
     case(changes=(Change(SERVER, 'name', 'a', 'b'),), trail=Trail(), test=None),
     'not-put-back', POSSIBLE, 'Somebody changed name'),
    ('nothing at all is known of it',
     case(trail=Trail(), test=None, proven=True), 'unknown', Certainty.UNKNOWN, 'Nothing tells'),
)


@pytest.mark.parametrize(('known', 'name', 'certainty', 'words'),
                         [row[1:] for row in TABLE], ids=[row[0] for row in TABLE])
def test_the_cause(known: Case, name: str, certainty: Certainty, words: str) -> None:
    cause = causes.recognise(known, RECOGNISERS)[0]
    assert (cause.name, cause.certainty) == (name, certainty), cause
    assert words in cause.sentence
    assert cause.why
    assert cause.advice


def test_every_recogniser_is_in_the_table() -> None:
    assert {row[2] for row in TABLE} >= {*RECOGNISERS} - {'not-waited-for'}


@pytest.mark.parametrize('known', [row[1] for row in TABLE], ids=[row[0] for row in TABLE])
def test_what_leaves_many_says_the_same_of_each(known: Case) -> None:
    """So that they are one finding: a sentence never has the resource's own id or name."""
    for cause in causes.recognise(known, RECOGNISERS):
        assert known.resource.id not in cause.sentence.split()
        assert known.resource.name not in cause.sentence or not known.resource.name


def test_the_test_that_made_it_is_named_whatever_the_cause() -> None:
    for known in (case(trail=trail()), case(trail=trail(), owner_gone=True),
                  case(ERROR, trail=trail(), evidence=(failure('no host'),))):
        assert causes.recognise(known, RECOGNISERS)[0].test == TEST


def test_a_refusal_names_the_test_that_asked_and_the_request() -> None:
    other = dataclasses.replace(TEAR_DOWN, class_name='AnotherTest')
    cause = causes.recognise(
        case(trail=trail(request('DELETE', 409, other, error='busy'))), RECOGNISERS)[0]
    assert cause.test == other
    assert cause.evidence[0].request_id == 'req-1'
    assert '409: busy' in cause.evidence[0].fact


def test_of_one_class_the_test_that_made_it_is_named() -> None:
    cause = causes.recognise(
        case(trail=trail(request('DELETE', 409, TEAR_DOWN, error='busy'))), RECOGNISERS)[0]
    assert cause.test == TEST
    assert 'ServersTestJSON (tearDownClass)' in cause.sentence


def test_our_own_refusal_has_its_request_id() -> None:
    cause = causes.recognise(case(outcome=outcome(
        Status.FAILED, '409 busy (DELETE x) [req-12ab]'), trail=Trail()), RECOGNISERS)[0]
    assert cause.evidence[0].request_id == 'req-12ab'


def test_the_surest_stands_first_and_the_others_stay() -> None:
    found = causes.recognise(
        case(ERROR, trail=trail(), results=(result(TEST, Verdict.FAILURE, 'BuildErrorException'),),
             evidence=(failure('fault 500: No valid host'),)), RECOGNISERS)
    assert [c.name for c in found] == ['creation-failed', 'test-failed', 'never-asked']
    assert [c.certainty for c in found] == [SURE, LIKELY, LIKELY]


def test_why_it_was_left_stands_before_why_it_is_still_there() -> None:
    refused = outcome(Status.FAILED, '409 busy (DELETE x) [req-12ab]')
    found = causes.recognise(case(outcome=refused, trail=trail()), RECOGNISERS)
    assert [c.name for c in found] == ['never-asked', 'deletion-refused']
    # A mere guess does not.
    found = causes.recognise(
        case(outcome=refused, trail=trail(inferred=True)), RECOGNISERS)
    assert [c.name for c in found] == ['deletion-refused', 'never-asked']


def test_who_asked_for_a_deletion_did_not_forget_it() -> None:
    """Of what a test asked to delete it is never said that it was killed or forgot it."""
    for status in (204, 404, 409, 500):
        found = causes.recognise(case(
            trail=trail(request('DELETE', status, CLEANUP)),
            results=(result(TEST, Verdict.NEVER_ENDED), result(SET_UP, Verdict.FAILURE))),
            RECOGNISERS)
        assert not {c.name for c in found} & {
            'test-killed', 'set-up-failed', 'never-asked', 'test-failed', 'of-a-test-class'}


def test_a_log_without_bodies_makes_nothing_certain_about_a_test() -> None:
    for verdict in Verdict:
        for name in ('test-killed', 'set-up-failed', 'never-asked', 'known-leak', 'test-failed'):
            known = case(trail=trail(inferred=True), results=(
                result(TEST, verdict), result(SET_UP, verdict)))
            cause = RECOGNISERS[name].recognise(known)
            assert cause is None or cause.certainty is not SURE


def test_unknown_says_what_was_looked_at() -> None:
    cause = causes.unknown(case(
        looked=frozenset((Source.LOG, Source.SERVICE)), evidence=(failure('odd'),)))
    assert cause.certainty is Certainty.UNKNOWN
    assert cause.why == 'looked at: service, tempest.log (1 facts)'
    assert cause.evidence


def test_what_is_in_the_way_is_where_it_began() -> None:
    cause = causes.recognise(case(
        trail=trail(request('DELETE', 409, CLEANUP, error=IN_USE)), **related(PORT)),
        RECOGNISERS)[0]
    assert cause.origin == PORT.key
    assert causes.recognise(case(trail=trail()), RECOGNISERS)[0].origin == SERVER.key


def test_what_the_answer_names_stands_before_what_links_tell() -> None:
    other = Resource('ports', 'other', 'other-port')
    cause = causes.recognise(case(
        trail=trail(request('DELETE', 409, CLEANUP, error=IN_USE)),
        blockers=(other.key, PORT.key), related=(other, PORT)), RECOGNISERS)[0]
    assert cause.origin == Key('ports', 'p0')
    assert 'a-port' in cause.sentence


@pytest.mark.parametrize('phase', list(Phase))
def test_the_results_of_other_classes_say_nothing(phase: Phase) -> None:
    other = result(Test('Other', phase=phase), Verdict.NEVER_ENDED)
    found = causes.recognise(case(trail=trail(), results=(other,), running=(other,)), RECOGNISERS)
    assert [c.name for c in found] == ['never-asked']
