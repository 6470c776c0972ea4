"""--plan: a reviewed report is read; one that makes no sense is refused."""
import copy
import json
import pathlib
from collections.abc import Callable
from typing import Any

import pytest

from tempest_cleanup import errors
from tempest_cleanup.errors import ExitCode
from tempest_cleanup.model import Action, Change, Decision, Drift, Key, Resource
from tempest_cleanup.report import Report, as_json, plan_file
from tests.unit.clouds import NOW, inventory, thing

CLOUD = {'identity_service': 'abc', 'region': 'RegionOne'}
SERVER = thing('servers', 's1', name='tempest-1', project_id='p1', created_at=NOW)
QUOTA = Resource('compute_quotas', 'p1', project_id='p1')
KEPT = thing('images', 'i1')
DECISIONS = (Decision(SERVER, Action.DELETE, 'added', 'not in the saved state'),
             Decision(QUOTA, Action.RESTORE, 'changed', 'changed', (
                 Change(QUOTA, 'cores', 20, [1, {'a': None}]),)),
             Decision(KEPT, Action.KEEP, 'in_use', 'ours'))
REPORT = as_json.render(Report(
    intent='Dry run', cloud='http://cloud/v3', fingerprint=CLOUD, began=NOW, seconds=1.0,
    saved_at=NOW, inventory=inventory(SERVER, QUOTA, KEPT), drift=Drift(), decisions=DECISIONS,
    blind=()), ExitCode.CLEAN)


def written(tmp_path: pathlib.Path, change: Callable[[Any], object]) -> pathlib.Path:
    """The report, after somebody has edited it."""
    data = copy.deepcopy(REPORT)
    change(data)
    path = tmp_path / 'report.json'
    path.write_text(json.dumps(data))
    return path


def test_what_is_reported_is_read(tmp_path: pathlib.Path) -> None:
    """What is kept is not in the plan; of the rest all that it is told by is."""
    plan = plan_file.load(written(tmp_path, lambda d: None), CLOUD)
    assert set(plan.listed) == {SERVER.key, QUOTA.key}
    assert plan.deletes(SERVER)
    assert not plan.deletes(QUOTA)
    listed = plan.listed[Key('servers', 's1')]
    assert listed.differs(SERVER) == ''
    assert plan.listed[QUOTA.key].lists(DECISIONS[1].changes[0])


@pytest.mark.parametrize('change', [
    lambda d: d['decisions'].pop(0),
    lambda d: d['decisions'][0].update(action='keep')])
def test_a_reviewer_can_take_something_out(
    tmp_path: pathlib.Path, change: Callable[[Any], object],
) -> None:
    plan = plan_file.load(written(tmp_path, change), CLOUD)
    assert set(plan.listed) == {QUOTA.key}


def test_what_nobody_reads_may_be_taken_out(tmp_path: pathlib.Path) -> None:
    def strip(data: Any) -> None:
        for key in set(data) - {'format', 'fingerprint', 'decisions'}:
            del data[key]

    assert len(plan_file.load(written(tmp_path, strip), CLOUD).listed) == 2


@pytest.mark.parametrize(('change', 'says'), [
    (lambda d: d.update(format=as_json.FORMAT + 1), 'upgrade tempest-cleanup'),
    (lambda d: d.update(format='1'), 'format'),
    (lambda d: d.pop('fingerprint'), "'fingerprint' is a required"),
    (lambda d: d.update(fingerprint={}), 'fingerprint'),
    (lambda d: d['fingerprint'].update(region='Other'), 'of another cloud'),
    (lambda d: d['fingerprint'].update(identity_service='x'), 'identity_service x'),
    (lambda d: d.pop('decisions'), "'decisions' is a required"),
    (lambda d: d.update(decisions={}), 'decisions'),
    (lambda d: d['decisions'][0].pop('created_at'), r'decisions\[0\].*created_at'),
    (lambda d: d['decisions'][0].update(created_at='yesterday'), 'is not a time'),
    (lambda d: d['decisions'][0].update(created_at=5), 'created_at'),
    (lambda d: d['decisions'][0].update(id=''), r'decisions\[0\].id'),
    (lambda d: d['decisions'][0].update(id=7), r'decisions\[0\].id'),
    (lambda d: d['decisions'][0].update(action='destroy'), "'destroy' is not one of"),
    (lambda d: d['decisions'][1].update(changes=[]), 'nothing to restore'),
    (lambda d: d['decisions'][1]['changes'][0].pop('old'), "'old' is a required"),
    (lambda d: d['decisions'].append(d['decisions'][0]), 'decides twice about servers s1')])
def test_an_edited_file_that_makes_no_sense_is_refused(
    tmp_path: pathlib.Path, change: Callable[[Any], object], says: str,
) -> None:
    """Point 10: with the place where it is wrong."""
    path = written(tmp_path, change)
    with pytest.raises(errors.FileError, match=says) as caught:
        plan_file.load(path, CLOUD)
    assert str(path) in str(caught.value)


@pytest.mark.parametrize('text', ['', '{', '[]', 'null', '"report"', '\x00', '[' * 100000])
def test_what_is_no_report_is_refused(tmp_path: pathlib.Path, text: str) -> None:
    """Point 10."""
    path = tmp_path / 'report.json'
    path.write_text(text)
    with pytest.raises(errors.FileError, match=str(path)):
        plan_file.load(path, CLOUD)


@pytest.mark.parametrize('part', [0.1, 0.5, 0.99])
def test_a_truncated_file_is_refused(tmp_path: pathlib.Path, part: float) -> None:
    """Point 10."""
    path = written(tmp_path, lambda d: None)
    text = path.read_text()
    path.write_text(text[:int(len(text) * part)])
    with pytest.raises(errors.FileError, match='broken or cut off'):
        plan_file.load(path, CLOUD)


def test_a_file_that_is_not_there(tmp_path: pathlib.Path) -> None:
    with pytest.raises(errors.FileError, match='no reviewed report at'):
        plan_file.load(tmp_path / 'none.json', CLOUD)
