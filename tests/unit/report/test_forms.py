"""Every form of every report: chosen by its suffix, the same each time, without secrets."""
import pathlib

import pytest

from tempest_cleanup import errors
from tempest_cleanup.report import forms
from tests.unit.report.reports import REPORTS, large

ALL = [(form, name) for form in forms.FORMS for name in REPORTS]


@pytest.mark.parametrize(('suffix', 'name'), ALL)
def test_written_for_its_owner_only(suffix: str, name: str, tmp_path: pathlib.Path) -> None:
    """Points 9 and 11."""
    report = REPORTS[name]()
    path = tmp_path / f'report{suffix}'
    forms.write(path, report, report.exit_code())
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.stat().st_size
    assert [p.name for p in tmp_path.iterdir()] == [path.name]


@pytest.mark.parametrize(('suffix', 'name'), ALL)
def test_the_same_each_time(suffix: str, name: str) -> None:
    made = [REPORTS[name](), REPORTS[name]()]
    form = forms.FORMS[suffix]
    assert form(made[0], made[0].exit_code()) == form(made[1], made[1].exit_code())


@pytest.mark.parametrize(('suffix', 'name'), ALL)
def test_no_secret(suffix: str, name: str) -> None:
    """Point 11: neither bodies nor the queries of requests are told."""
    report = REPORTS[name]()
    content = forms.FORMS[suffix](report, report.exit_code())
    assert b'hunter2' not in (content if isinstance(content, bytes) else content.encode())


@pytest.mark.parametrize('suffix', list(forms.FORMS))
def test_a_large_report(suffix: str) -> None:
    """What takes a time that grows with the square does not end here."""
    report = large(4000)
    assert len(forms.FORMS[suffix](report, report.exit_code())) < 20_000_000


@pytest.mark.parametrize('name', ['report.exe', 'report', 'report.JSON', '.json'])
def test_a_suffix_that_is_no_form(name: str) -> None:
    with pytest.raises(errors.UsageError, match='.json, .html, .xml, .subunit or .md'):
        forms.form(pathlib.Path(name))


def test_a_file_that_can_not_be_written(tmp_path: pathlib.Path) -> None:
    report = REPORTS['empty']()
    with pytest.raises(errors.FileError, match='can\'t write'):
        forms.write(tmp_path / 'nowhere' / 'report.html', report, report.exit_code())
