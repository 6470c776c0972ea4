"""The page as text; what a browser makes of it is looked at in tests/browser."""
import collections
import dataclasses
import html.parser
import re
from collections.abc import Callable

import pytest

from tempest_cleanup.errors import ExitCode
from tempest_cleanup.model import Resource
from tempest_cleanup.report import Report, as_html
from tempest_cleanup.report.charts import WIDTH, bars, over_time
from tests.unit.report import reports
from tests.unit.report.reports import HOSTILE, REPORTS, made

#: Elements that are closed by nothing.
VOID = {'meta', 'br', 'input', 'link'}


class Reader(html.parser.HTMLParser):
    """All elements, their attributes, and those that were not closed in order."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: collections.Counter[str] = collections.Counter()
        self.attributes: list[tuple[str, str]] = []
        self.open: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags[tag] += 1
        self.attributes += [(name, value or '') for name, value in attrs]
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags[tag] += 1

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def written(report: Report) -> str:
    return as_html.write(report, report.exit_code())


@pytest.mark.parametrize('name', list(REPORTS))
def test_it_is_whole_and_needs_nothing(name: str) -> None:
    """Point 11: no element, no attribute and no reference comes from a name."""
    text = written(REPORTS[name]())
    page = Reader(text)
    assert page.open == []
    assert page.tags['script'] == page.tags['style'] == 1
    assert not set(page.tags) & {'img', 'iframe', 'link', 'object', 'b0ld', 'testcase'}
    assert not any(name.startswith('on') or name in ('src', 'style')
                   for name, _ in page.attributes)
    assert all(re.match(r'#[rf]\d+$|https://bugs\.launchpad\.net/[a-z-]+/\+filebug$', value)
               for name, value in page.attributes if name == 'href')
    assert not re.search('[\x00-\x08\x0b-\x1f\u202a-\u202e\u2066-\u2069\ud800-\udfff]', text)


@pytest.mark.parametrize('name', list(REPORTS))
def test_every_link_leads_somewhere(name: str) -> None:
    page = Reader(written(REPORTS[name]()))
    places = [value for name, value in page.attributes if name == 'id']
    assert len(set(places)) == len(places)
    assert {value[1:] for name, value in page.attributes
            if name == 'href' and value.startswith('#')} <= set(places)


def test_a_resource_has_its_commands_and_its_timeline() -> None:
    text = written(reports.clean_up())
    (router,) = re.findall(r'id="r1">.*?</details>', text, re.DOTALL)
    for part in (f'openstack router delete {reports.uuid(1)}', 'created by tempest.api.network',
                 '409: Router still has ports', 'req-00000001-delete-409',
                 'failed: tempest.lib.exceptions.Conflict'):
        assert part in router
    (done,) = re.findall(r'id="r12">.*?</details>', text, re.DOTALL)
    assert 'openstack' not in done


def test_how_to_delete_is_told_only_of_what_is_to_go() -> None:
    kept = made('images', 1)
    (section,) = as_html.page(reports.report(
        reports.finding('x', 'It was x', [kept], None)), ExitCode.CLEAN).sections
    assert section.commands.delete
    made_up = reports.report(kept=[kept])
    assert as_html.page(made_up, ExitCode.CLEAN).sections == ()
    assert 'openstack' not in written(made_up)


def test_what_is_left_out_is_said() -> None:
    report = reports.large(4000)
    page = as_html.page(report, report.exit_code())
    assert len(page.sections) + page.left_out == 4000
    assert len(page.sections) <= as_html.MOST
    # The origin of each finding is shown, however large the others are.
    shown = {section.entry.resource.key for section in page.sections}
    assert {f.cause.origin for f in report.diagnosis.findings} <= shown
    assert sum(card.left_out for card in page.cards) == page.left_out
    assert f'{page.left_out:,} are left out here' in written(report)


def test_many_findings() -> None:
    findings = [reports.finding('x', f'It was {n}', [made('ports', 3 * n + m) for m in range(3)],
                                None) for n in range(400)]
    report = reports.report(*findings)
    page = as_html.page(report, report.exit_code())
    assert len(page.cards) == as_html.MOST_FINDINGS
    assert page.findings_left_out == 200
    assert '200 smaller findings are left out here' in written(report)


@pytest.mark.parametrize(('make', 'code', 'tone'), [
    (reports.empty, ExitCode.CLEAN, 'good'), (reports.dry_run, ExitCode.CLEAN, 'bad'),
    (reports.dry_run, ExitCode.LEFT, 'bad'), (reports.clean_up, ExitCode.LEFT, 'bad'),
    (reports.unseen, ExitCode.UNSEEN, 'doubt'),
    (lambda: reports.report(removed=[made('networks', 1)]), ExitCode.CLEAN, 'bad')])
def test_only_what_is_clean_is_green(
    make: Callable[[], Report], code: ExitCode, tone: str,
) -> None:
    assert as_html.page(make(), code).tone == tone


def test_bars() -> None:
    chart = bars('By cause', {'a': 5, 'b': 50, **{f'c{n}': 1 for n in range(10)}}, most=4)
    assert [(bar.label, bar.count) for bar in chart.bars] == [
        ('b', 50), ('a', 5), ('c0', 1), ('c1', 1)]
    assert (chart.folded, chart.folded_count) == (8, 8)
    assert all(0 < bar.width < WIDTH for bar in chart.bars)
    assert chart.bars[0].width == pytest.approx(10 * chart.bars[1].width, rel=0.01)


def test_over_time() -> None:
    """All that has a time is in it, inside of its box; equal times are no division by zero."""
    chart = over_time('By kind', [
        *(made(kind, n) for n, kind in enumerate('abcdefgh' * 9)),
        Resource('x', 'no time')])
    assert chart
    assert sum(int(block.tip.split()[0]) for block in chart.blocks) == 72
    assert sum(count for *_rest, count in chart.legend) == 72
    assert [kind for _, kind, _ in chart.legend] == [*'abcde', '3 kinds more']
    assert chart.untimed == 1
    for block in chart.blocks:
        assert 0 <= block.x <= block.x + block.width <= WIDTH
        assert -0.1 <= block.y <= block.y + block.height <= chart.height + 0.1
    assert over_time('By kind', [made('a', 1), made('a', 1)])
    assert over_time('By kind', []) is None


def test_hostile_names_stand_in_it_as_text() -> None:
    class Words(html.parser.HTMLParser):
        words = ''

        def handle_data(self, data: str) -> None:
            self.words += data

    reader = Words()
    reader.feed(written(reports.hostile()))
    for name in HOSTILE[:4]:
        assert name in reader.words


def test_what_a_database_remedy_would_do_stands_with_its_resource() -> None:
    """The statement, and the rows that it is about."""
    dry = reports.dry_run()
    stuck = dry.to_do()[0].resource
    assert 'Database remedy' not in written(dry)
    text = written(dataclasses.replace(dry, previews=(
        reports.preview(stuck, 'is set to ERROR', 'PENDING_DELETE'),)))
    section = text[text.index(f'data-id="{stuck.id}"'):].partition('</details>')[0]
    assert 'is set to ERROR' in section
    assert 'UPDATE load_balancer SET operating_status' in section
    assert f'id={stuck.id}, provisioning_status=PENDING_DELETE' in section
