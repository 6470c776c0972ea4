"""What a run has found and done, for people and for machines."""
import dataclasses
import io
import json
from collections.abc import Iterable

import pytest

from tempest_cleanup.errors import ExitCode
from tempest_cleanup.model import (
    Action,
    Change,
    Coverage,
    Decision,
    Drift,
    Inventory,
    Outcome,
    Plan,
    Resource,
    Seen,
    Status,
)
from tempest_cleanup.report import Report, as_json, conclude, console, upstream
from tests.unit.clouds import NOW, inventory, thing
from tests.unit.report import reports

PROJECT = thing('projects', 'p1', name='[/x] \x1b[2J:bomb:')
SERVER = thing('servers', 's1', name='tempest-1', project_id='p1',
               body={'adminPass': 'hunter2', 'user_data': 'hunter2'})
QUOTA = Resource('compute_quotas', 'p1', project_id='p1', settings={'cores': 1})
CHANGE = Change(QUOTA, 'cores', 20, 1)
DECISIONS = (Decision(SERVER, Action.DELETE, 'added', 'not in the saved state'),
             Decision(PROJECT, Action.KEEP, 'in_use', 'ours'),
             Decision(QUOTA, Action.RESTORE, 'saved', 'changed', (CHANGE,)))
BLIND = (Coverage('stacks', Seen.FORBIDDEN, 'p1', detail='403 no'),)


def report(*, decisions: Iterable[Decision] = DECISIONS,
           outcomes: Iterable[Outcome] | None = None, blind: tuple[Coverage, ...] = (),
           removed: tuple[Resource, ...] = ()) -> Report:
    return Report(
        intent='Dry run', cloud='http://cloud/v3', began=NOW, seconds=1.5, saved_at=NOW,
        inventory=inventory(PROJECT, SERVER), drift=Drift(removed=removed, changed=(CHANGE,)),
        decisions=tuple(decisions), blind=blind,
        outcomes=None if outcomes is None else tuple(outcomes), requests=7)


def outcome(status: Status, resource: Resource = SERVER, detail: str = '') -> Outcome:
    return Outcome(resource, status, detail)


GONE = thing('networks', 'n1', name='gone')


@pytest.mark.parametrize(('made', 'code', 'with_leaks'), [
    (report(decisions=()), ExitCode.CLEAN, ExitCode.CLEAN),
    (report(), ExitCode.CLEAN, ExitCode.LEFT),
    (report(blind=BLIND), ExitCode.UNSEEN, ExitCode.LEFT),
    (report(decisions=(), blind=BLIND), ExitCode.UNSEEN, ExitCode.UNSEEN),
    (report(decisions=(), removed=(GONE,)), ExitCode.CLEAN, ExitCode.LEFT),
    (report(outcomes=[]), ExitCode.CLEAN, ExitCode.CLEAN),
    (report(outcomes=[outcome(Status.DELETED)]), ExitCode.CLEAN, ExitCode.CLEAN),
    (report(outcomes=[outcome(Status.DELETED)], removed=(GONE,)), ExitCode.LEFT, ExitCode.LEFT),
    (report(outcomes=[outcome(Status.DELETED)], blind=BLIND), ExitCode.UNSEEN, ExitCode.UNSEEN),
    (report(outcomes=[outcome(Status.INTERRUPTED), outcome(Status.FAILED)]),
     ExitCode.INTERRUPTED, ExitCode.INTERRUPTED),
    *((report(outcomes=[outcome(Status.DELETED), outcome(status)], blind=BLIND), ExitCode.LEFT,
       ExitCode.LEFT) for status in (Status.FAILED, Status.BLOCKED))])
def test_exit_code(made: Report, code: ExitCode, with_leaks: ExitCode) -> None:
    """Points 6 and 12: no failure and nothing unseen ever ends with 0."""
    assert made.exit_code() is code
    assert made.exit_code(fail_on_leaks=True) is with_leaks


def concluded(*outcomes: Outcome, left: Iterable[Decision] = (),
              now: Inventory | None = None) -> dict[str, str]:
    return {o.resource.id: str(o.status) for o in conclude(
        outcomes, Plan(tuple(left), {}, {}), inventory() if now is None else now)}


DELETE = DECISIONS[0]


def test_what_is_still_listed_has_failed() -> None:
    """Point 5: whatever the service said."""
    assert concluded(outcome(Status.DELETED)) == {'s1': 'deleted'}
    kept = dataclasses.replace(DELETE, action=Action.KEEP, reason='it may own what is unseen')
    assert concluded(outcome(Status.DELETED), left=[kept], now=inventory(SERVER)) == {
        's1': 'failed'}
    assert concluded(outcome(Status.DELETED), left=[DELETE], now=inventory(SERVER)) == {
        's1': 'failed'}


def test_what_is_gone_after_all_is_deleted() -> None:
    """Point 5: the last complete listing decides; one that is not complete does not."""
    assert concluded(outcome(Status.FAILED)) == {'s1': 'deleted'}
    unseen = inventory(unseen={('servers', ''): Seen.FAILED})
    assert concluded(outcome(Status.FAILED), now=unseen) == {'s1': 'failed'}
    assert concluded(outcome(Status.FAILED), now=inventory(SERVER)) == {'s1': 'failed'}


def test_what_appeared_late_is_left() -> None:
    """Point 6: it was never asked for, and shows in the exit code."""
    assert concluded(left=[DELETE], now=inventory(SERVER)) == {'s1': 'failed'}


def shown(made: Report) -> str:
    stream = io.StringIO()
    console.show(made, made.exit_code(), stream)
    return stream.getvalue()


def test_names_are_shown_as_they_are() -> None:
    """Point 11: neither control characters nor markup of a name have any effect."""
    text = shown(report())
    assert '[/x]' in text
    assert ':bomb:' in text
    assert '\x1b' not in text


def test_nothing_was_changed_is_said() -> None:
    """Point 3."""
    assert '2 to clean up. Nothing was changed.' in shown(report())


def test_what_went_wrong_is_told_by_name() -> None:
    """Points 6 and 12."""
    made = report(outcomes=[outcome(Status.FAILED, detail='409 in use [/b]')], blind=BLIND,
                  removed=(GONE,))
    text = shown(made)
    assert 'servers tempest-1 (s1): failed: 409 in use [/b]' in text
    assert 'stacks of p1: forbidden: 403 no' in text
    assert 'networks gone (n1)' in text
    assert 'cores 20 -> 1' in text


@pytest.mark.parametrize('encoding', ['ascii', 'latin-1'])
def test_a_name_that_a_terminal_has_no_letters_for_is_shown(encoding: str) -> None:
    """Whoever works with LANG=C has projects of others, too."""
    stream = io.TextIOWrapper(io.BytesIO(), encoding=encoding)
    server = thing('servers', 's9', name='tempest-\u65e5\u672c')
    console.show(report(outcomes=[outcome(Status.FAILED, server, 'no')]), ExitCode.LEFT, stream)
    assert b'tempest-\\u65e5\\u672c' in stream.detach().getvalue()


def test_long_lists_are_folded() -> None:
    made = report(outcomes=[outcome(Status.FAILED, thing('servers', f's{n}'), 'no')
                            for n in range(console.MOST + 5)])
    assert '... and 5 more' in shown(made)


@pytest.mark.parametrize('made', [
    report(), report(outcomes=[outcome(Status.FAILED, detail='no')], blind=BLIND,
                     removed=(GONE,))])
def test_no_secret_is_in_a_report(made: Report) -> None:
    """Point 11: a body is never shown as a whole."""
    for text in (shown(made), json.dumps(as_json.render(made, made.exit_code())),
                 json.dumps(upstream.render(made)), repr(made)):
        assert 'hunter2' not in text


def test_json_has_every_decision() -> None:
    data = as_json.render(report(outcomes=[outcome(Status.BLOCKED, detail='by x')], blind=BLIND,
                                 removed=(GONE,)), ExitCode.LEFT)
    assert [(d['id'], d['action'], d['rule']) for d in data['decisions']] == [
        ('s1', 'delete', 'added'), ('p1', 'keep', 'in_use'), ('p1', 'restore', 'saved')]
    assert data['decisions'][0]['outcome']['status'] == 'blocked'
    assert data['decisions'][1]['outcome'] is None
    assert data['decisions'][2]['changes'] == [{'attribute': 'cores', 'old': 20, 'new': 1}]
    assert data['exit_code'] == 1
    assert [c['seen'] for c in data['not_seen']] == ['forbidden']
    assert [r['id'] for r in data['removed']] == ['n1']
    json.dumps(data)


def test_the_file_of_upstream() -> None:
    """Point 12: every value is empty when nothing is left, and only then."""
    assert not any(upstream.render(report(decisions=())).values())
    data = upstream.render(report(blind=BLIND, removed=(GONE,)))
    assert data['servers'] == {'s1': 'tempest-1'}
    assert data['compute_quotas'] == {'p1': ''}
    assert data['projects'] == {}
    assert data['_not_seen'] == {'stacks p1': 'forbidden: 403 no'}
    assert data['_removed']


def test_two_listings_of_one_kind_are_both_told() -> None:
    """Point 12: that of now and that of the saved state."""
    blind = (*BLIND, dataclasses.replace(BLIND[0], seen=Seen.FAILED, detail='then'))
    assert upstream.render(report(blind=blind))['_not_seen'] == {
        'stacks p1': 'forbidden: 403 no; failed: then'}


def test_what_was_tried_is_told() -> None:
    """On the screen counted by kind, in the file each with its time and what came of it."""
    made = reports.clean_up()
    assert '1 routers: takes its routes away\n' in shown(made)
    assert '1 routers: clears its gateway: refused: 403 not allowed\n' in shown(made)
    data = as_json.render(made, ExitCode.LEFT)
    steps = [s for d in data['decisions'] for s in (d['outcome'] or {}).get('steps', ())]
    assert [(s['remedy'], s['error']) for s in steps] == [
        ('takes its routes away', ''), ('clears its gateway', '403 not allowed')]
