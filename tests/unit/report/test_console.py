"""The report for people: what stands first, what is folded, and colours."""
import io
import re

import pytest

from tempest_cleanup.report import Report, console
from tests.unit.report import reports
from tests.unit.report.reports import REPORTS, finding, made


class Terminal(io.StringIO):
    """A stream that is one."""

    def isatty(self) -> bool:
        return True


def shown(report: Report, stream: io.StringIO | None = None) -> str:
    stream = stream or io.StringIO()
    console.show(report, report.exit_code(), stream)
    return stream.getvalue()


def test_findings_come_first() -> None:
    """The most resources first, with cause, test and what to do; only rights are more urgent."""
    lines = shown(reports.dry_run()).splitlines()
    assert lines[0].startswith('Rights that somebody')
    assert lines[2] == '3 findings, about 44 resources:'
    assert lines[3] == ('  41  The deletion of routers tempest-router-1 was refused: it still has '
                        'ports (certain; seen in 4 of the last 5 runs)')
    assert [line.split()[0] for line in lines[4:7]] == ['left:', 'test:', 'do:']
    assert lines[4].endswith('40 ports, 1 routers')
    assert lines[5].endswith(str(reports.ROUTERS_TEST))
    assert lines[7].startswith('   2  ')
    assert '(likely; new)' in lines[7]
    assert '   3  without a cause that was found' in lines


def test_what_it_said_before_it_still_says() -> None:
    text = shown(reports.clean_up())
    for part in ('Clean-up of http://203.0.113.7:5000/v3', 'Not deleted:',
                 'failed: 409 Router still has ports', 'Removed since the saved state',
                 'cores 20 -> 1', 'New, and kept:', 'Not clean: see above.'):
        assert part in text
    assert re.search(r'tempest-RoutersTest-1402\s*│\s*compute_quotas\s*│\s*1\s*│\s*restored', text)
    assert re.search(r'ports\s*│\s*8\s*│\s*blocked\s*│\s*RoutersTest.test_add_remove', text)


def test_what_is_gone_is_told() -> None:
    assert '3 resources: The deletion of a stack failed (last seen 2026-11-22 12:00:00 UTC)' in (
        shown(reports.dry_run()))


def test_many_findings_are_folded() -> None:
    """What they are about is told all the same."""
    findings = [finding(f'cause-{n}', f'It was {n}', [made('ports', n)], None) for n in range(20)]
    text = shown(reports.report(*findings))
    assert '20 findings, about 20 resources:' in text
    assert '... and 12 findings more, about 12 resources; --report FILE.html' in text
    assert text.count('(certain)') == console.MOST_FINDINGS


def test_a_long_table_is_folded() -> None:
    text = shown(reports.report(unexplained=[
        made('ports', n, project=f'p{n}') for n in range(console.MOST_ROWS + 5)]))
    assert re.search(r'\.\.\.\s*│ 5 rows more │\s*5', text)


def test_a_report_of_thousands_fits_a_screen() -> None:
    assert len(shown(reports.large(4000)).splitlines()) < 100


@pytest.mark.parametrize('name', list(REPORTS))
def test_colours_on_a_terminal_only(
    name: str, monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Also where the environment asks for them, for the sake of logs."""
    monkeypatch.setenv('FORCE_COLOR', '1')
    monkeypatch.setenv('TERM', 'xterm')
    assert '\x1b' not in shown(REPORTS[name]())
    monkeypatch.delenv('FORCE_COLOR')
    assert '\x1b[1;' in shown(REPORTS[name](), Terminal())


def test_hostile_names_control_no_terminal() -> None:
    """Point 11: on a terminal there are colours, and nothing else."""
    text = shown(reports.hostile(), Terminal())
    assert re.fullmatch(r'[^\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]*',
                        re.sub(r'\x1b\[[0-9;]*m', '', text))
    text.encode()
