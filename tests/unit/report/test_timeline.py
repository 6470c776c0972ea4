"""What happened to one resource, in the order of time."""
import dataclasses

from tempest_cleanup.diagnosis.model import Case, Evidence, Result, Source, Trail, Verdict
from tempest_cleanup.model import Outcome, Status
from tempest_cleanup.report.timeline import Mark, timeline
from tests.unit.report.reports import SERVERS_TEST, at, case, made, request

SERVER = made('servers', 1)


def told(one: Case) -> list[tuple[str, str]]:
    return [(str(m.mark), m.text) for m in timeline(one)]


def test_in_the_order_of_time() -> None:
    outcome = Outcome(SERVER, Status.FAILED, '409 no')
    moments = timeline(case(SERVER, SERVERS_TEST, refused='in use', outcome=outcome))
    assert [str(m.mark) for m in moments] == [
        'test', 'created', 'request', 'refused', 'refused', 'wait', 'test failed', 'fact',
        'fact', 'cleanup']
    times = [m.at for m in moments if m.at]
    assert times == sorted(times)
    assert all(m.at is None for m in moments[len(times):])


def test_who_made_it_and_what_was_answered() -> None:
    moments = told(case(SERVER, SERVERS_TEST, refused='it is in use'))
    assert ('created', f'created by {SERVERS_TEST}: POST /v2.0/servers/{SERVER.id} 201'
            ) in moments
    assert ('refused', f'DELETE /v2.0/servers/{SERVER.id} 409: it is in use, by {SERVERS_TEST}'
            ) in moments


def test_a_wait_is_one_moment() -> None:
    """Thirty requests for the status say no more than one."""
    polls = [text for mark, text in told(case(SERVER, SERVERS_TEST)) if mark == 'request']
    assert polls == [f'GET /v2.0/servers/{SERVER.id} 200, by {SERVERS_TEST} '
                     '(30 times, until 12:25:29)']


def test_an_accepted_deletion_is_no_refusal() -> None:
    trail = Trail(deletions=(request(5, 'DELETE', SERVER, 204, SERVERS_TEST),))
    assert [mark for mark, _ in told(Case(SERVER, trail=trail))] == ['delete', 'created']


def test_without_a_log_the_service_says_when() -> None:
    assert told(Case(SERVER, test=SERVERS_TEST)) == [('created', f'created, by {SERVERS_TEST}')]
    assert told(Case(dataclasses.replace(SERVER, created_at=None))) == []


def test_a_test_that_never_ended() -> None:
    result = Result(SERVERS_TEST, Verdict.NEVER_ENDED, at(1))
    assert [(m.mark, m.text, m.at) for m in timeline(Case(
        dataclasses.replace(SERVER, created_at=None), results=(result,)))] == [
        (Mark.TEST, f'{SERVERS_TEST} began', at(1)),
        (Mark.TEST_FAILED, f'{SERVERS_TEST} never ended', None)]


def test_the_same_fact_is_told_once() -> None:
    fact = Evidence(Source.SERVICE, 'it is in error', at(1))
    assert len(timeline(Case(dataclasses.replace(SERVER, created_at=None),
                             evidence=(fact, fact)))) == 1
