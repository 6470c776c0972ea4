"""A report and the history: what each form says of earlier runs."""
import dataclasses
import pathlib

import pytest

from tempest_cleanup.model import Action, Coverage, Decision, Seen
from tempest_cleanup.report import Report, forms, remembered
from tests.unit.report import reports
from tests.unit.report.reports import finding, made, report

PORT = made('ports', 1)
LEAK = report(finding('x', 'It was x', [PORT], None))


@pytest.fixture
def path(tmp_path: pathlib.Path) -> pathlib.Path:
    return tmp_path / 'history.sqlite'


def test_new_back_and_gone(path: pathlib.Path) -> None:
    first = remembered(LEAK, path)
    assert first.recurrence(LEAK.diagnosis.findings[0]) == 'new'
    assert remembered(LEAK, path).recurrence(LEAK.diagnosis.findings[0]) == (
        'seen in 2 of the last 2 runs')
    past = remembered(report(), path).past
    assert past
    assert [g.finding.sentence for g in past.gone] == ['It was x']
    assert past.gone[0].finding.kinds == {'ports'}


def narrowed(rule: str) -> Report:
    """Ports were not looked for."""
    return dataclasses.replace(report(), decisions=(
        Decision(PORT, Action.KEEP, rule, 'a reason'),))


def _blind() -> Report:
    made_up = report()
    return dataclasses.replace(made_up, inventory=dataclasses.replace(
        made_up.inventory, coverage=(Coverage('ports', Seen.FAILED),)))


@pytest.mark.parametrize(('second', 'gone'), [
    (report(), 1), (_blind(), 0), (narrowed('filtered'), 0), (narrowed('named'), 0),
    (narrowed('recorded'), 0), (narrowed('unseen'), 0), (narrowed('in_use'), 1)])
def test_what_was_not_looked_at_is_not_gone(
    path: pathlib.Path, second: Report, gone: int,
) -> None:
    """Point 2."""
    remembered(LEAK, path)
    past = remembered(second, path).past
    assert past
    assert len(past.gone) == gone


@pytest.mark.parametrize('suffix', list(forms.FORMS))
def test_every_form_tells_it(suffix: str) -> None:
    made_up = reports.dry_run()
    content = forms.FORMS[suffix](made_up, made_up.exit_code())
    text = content if isinstance(content, str) else content.decode(errors='replace')
    assert 'seen in 4 of the last 5 runs' in text
    assert 'The deletion of a stack failed' in text


def test_without_a_history_nothing_is_said() -> None:
    for form in forms.FORMS.values():
        content = form(LEAK, LEAK.exit_code())
        text = content if isinstance(content, str) else content.decode(errors='replace')
        assert 'of the last' not in text
        assert 'istory: ' not in text
