"""What a report tells of a plan, and of what nothing proves to be the run's."""
import dataclasses
import io

from tempest_cleanup.errors import ExitCode
from tempest_cleanup.filters import STALE
from tempest_cleanup.model import Action, Decision, Drift
from tempest_cleanup.report import Report, as_json, console
from tempest_cleanup.reviewed import Listed, Unmet
from tests.unit.clouds import NOW, inventory, thing

PROVEN, BARE, OTHER = thing('servers', 's1'), thing('servers', 's2'), thing('volumes', 'v1')
GONE = Listed(thing('images', 'i1').key, '\x1b[2J', '', None, Action.DELETE)
MADE = Report(
    intent='Dry run', cloud='http://cloud/v3', fingerprint={'region': 'One'}, began=NOW,
    seconds=1.0, saved_at=NOW, inventory=inventory(PROVEN, BARE, OTHER), drift=Drift(),
    blind=(), decisions=(
        Decision(PROVEN, Action.DELETE, 'added', 'new', proof='created by a test'),
        Decision(BARE, Action.DELETE, 'added', 'new')))
WITH_PLAN = dataclasses.replace(
    MADE, unmet=(Unmet(GONE, 'not there any more'),), decisions=(
        Decision(OTHER, Action.KEEP, 'reviewed', f'{STALE}: its name was'),))


def shown(made: Report) -> str:
    stream = io.StringIO()
    console.show(made, made.exit_code(), stream)
    return stream.getvalue()


def test_what_nothing_proves_is_marked_in_a_dry_run() -> None:
    text = shown(MADE)
    assert 'Nothing proves that the run made these; --tempest-only would keep them:' in text
    assert '  1 servers\n' in text
    assert 'Nothing proves' not in shown(dataclasses.replace(MADE, outcomes=()))
    data = as_json.render(MADE, ExitCode.CLEAN)
    assert [d['proof'] for d in data['decisions']] == ['created by a test', '']
    assert data['fingerprint'] == {'region': 'One'}


def test_what_was_reviewed_and_is_left_is_told() -> None:
    """Point 12; and names from a file control no terminal either."""
    text = shown(WITH_PLAN)
    assert f'volumes v1 (v1): {STALE}: its name was' in text
    assert '(i1): not there any more' in text
    assert '\x1b' not in text
    assert 'Clean:' not in text
    assert as_json.render(WITH_PLAN, ExitCode.LEFT)['unmet'] == [
        {'kind': 'images', 'id': 'i1', 'name': '\x1b[2J', 'reason': 'not there any more'}]


def test_what_was_reviewed_and_is_left_shows_in_the_exit_code() -> None:
    """Point 6: not what was gone already."""
    assert WITH_PLAN.exit_code() is ExitCode.CLEAN
    assert WITH_PLAN.exit_code(fail_on_leaks=True) is ExitCode.LEFT
    assert dataclasses.replace(WITH_PLAN, outcomes=()).exit_code() is ExitCode.LEFT
    gone = dataclasses.replace(WITH_PLAN, decisions=(), outcomes=())
    assert gone.exit_code() is ExitCode.CLEAN
