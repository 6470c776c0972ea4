"""Texts that are ready to be filed."""
import re

import pytest

from tempest_cleanup.diagnosis import model
from tempest_cleanup.diagnosis.model import Phase
from tempest_cleanup.report import Report, defects
from tempest_cleanup.report.blame import Blame, blame
from tests.unit.report import reports
from tests.unit.report.reports import ROUTERS_TEST, SERVERS_TEST, finding, made

PORT = made('ports', 1)


def written(report: Report) -> str:
    return defects.write(report, report.exit_code())


def test_a_defect_has_all_that_is_asked_for() -> None:
    text = written(reports.clean_up()).split('\n---\n')[1]
    for part in (
            '## 1. The deletion of routers tempest-router-1 was refused: it still has ports',
            '`neutron` (https://bugs.launchpad.net/neutron/+filebug)', '**Component:** `routers`',
            '**Certainty:** certain', 'seen in 4 of the last 5 runs',
            '### What happened', 'It left 41 resources', '40 ports, 1 routers',
            'clean-up: failed: 409 Router still has ports',
            '### How to reproduce', "tempest run --regex '^tempest\\.api\\.network\\.",
            '### Evidence', 'req-00000001-delete-409', '2026-11-22 13:00:00',
            '### Timelines', '### Versions', '- tempest `46.1.0`', '- nova `31.0.0`',
            '- tempest-cleanup `1.0.0`', '### What to do', 'and 21 more'):
        assert part in text, part


@pytest.mark.parametrize(('test', 'fits', 'not_fit'), [
    (SERVERS_TEST, [f'{SERVERS_TEST}[id-1,smoke]', str(SERVERS_TEST)],
     [f'{SERVERS_TEST}_again[id-2]', 'xtempest.api']),
    (model.Test('A', 'test_b'), ['some.module.A.test_b[id-1]'], ['some.module.A.test_bc']),
    (model.Test('A', '', Phase.SET_UP_CLASS, 'm.n'), ['m.n.A.test_x[id-1]'],
     ['m.n.AB.test_x[id-1]'])])
def test_the_regex_selects_the_test(test: model.Test, fits: list[str], not_fit: list[str]) -> None:
    """Tempest searches the ids of tests for it."""
    for name in fits:
        assert re.search(defects.regex(test), name)
    for name in not_fit:
        assert not re.search(defects.regex(test), name)


@pytest.mark.parametrize(('service', 'test', 'project', 'component'), [
    ('network', ROUTERS_TEST, 'neutron', 'ports'), ('block-storage', None, 'cinder', 'ports'),
    ('trove', None, 'trove', 'ports'), ('', None, '', 'ports'),
    ('', SERVERS_TEST, 'tempest', SERVERS_TEST.module), ('', model.Test('A', 'b'), 'tempest', 'A'),
    ('', model.Test('A', 'b', module='heat_tempest_plugin.tests.x'), 'heat_tempest_plugin',
     'heat_tempest_plugin.tests.x')])
def test_whose_bug_it_is(
    service: str, test: model.Test | None, project: str, component: str,
) -> None:
    assert blame(finding('x', 'y', [PORT], test, service=service)) == Blame(project, component)


def test_what_has_no_finding_is_told() -> None:
    """Nobody takes the file for all that there is."""
    text = written(reports.dry_run())
    assert 'For 3 resources (1 compute_quotas, 1 images, 1 role_assignments) no cause' in text
    assert '2 listings were not complete' in written(reports.unseen())
    assert written(reports.empty()).startswith('# 0 defects to file')


def test_hostile_names_are_text() -> None:
    """Point 11: outside of code spans and blocks no markup, no link and no forged heading."""
    text = written(reports.hostile())
    lines = [line for line in text.splitlines() if not line.startswith('    ')]
    titles = [line for line in lines if line.startswith('#')]
    assert len(titles) == 1 + 9 * 7 + 3
    bare = [re.sub(r'(?<![\\`])(`+)(?!`).*?(?<!`)\1(?!`)', '', line) for line in lines]
    assert not re.search(r'(?<!\\)[<>]', '\n'.join(bare))
    assert not re.search(r'(?<!\\)\]\(', '\n'.join(bare))
    assert not any('\x1b' in line or '\u202e' in line for line in text.splitlines())
