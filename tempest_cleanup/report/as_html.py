"""The report as one HTML file that needs no network, and no JavaScript."""
import base64
import collections
import dataclasses
import functools
import hashlib
import itertools
import shlex
from collections.abc import Iterable, Iterator
from importlib import resources
from typing import Any

import jinja2
import markupsafe

from tempest_cleanup.diagnosis.model import Finding
from tempest_cleanup.errors import ExitCode
from tempest_cleanup.model import Action, Key, Status
from tempest_cleanup.progress import printable
from tempest_cleanup.remedies.databases.preview import Preview
from tempest_cleanup.report import Report
from tempest_cleanup.report.blame import Blame, blame
from tempest_cleanup.report.charts import Bars, OverTime, bars, over_time
from tempest_cleanup.report.commands import Commands, commands
from tempest_cleanup.report.console import tone, verdict
from tempest_cleanup.report.defects import regex
from tempest_cleanup.report.entries import Entry, counted, entries
from tempest_cleanup.report.text import moment, short
from tempest_cleanup.report.timeline import Moment, timeline

#: A browser stays quick with so many sections; each finding has its share of them.
MOST = 600
_LEAST_SHARE = 5
MOST_FINDINGS = 200
#: Of plain lists, such as of what is kept.
MOST_LINES = 300


@dataclasses.dataclass(frozen=True, slots=True)
class Tile:
    """One figure of the summary."""

    count: int
    label: str
    tone: str


@dataclasses.dataclass(frozen=True)
class Section:
    """What the page says of one resource.

    :param finding: the number of the finding, 0 where it is in none
    :param previews: what database remedies would do to it
    """

    number: int
    entry: Entry
    finding: int
    moments: tuple[Moment, ...]
    commands: Commands
    previews: tuple[Preview, ...]


@dataclasses.dataclass(frozen=True)
class Card:
    """What the page says of one finding.

    :param left_out: how many of its resources have no section
    """

    number: int
    finding: Finding
    sections: tuple[Section, ...]
    left: str
    left_out: int
    recurrence: str
    blame: Blame
    reproduction: str


@dataclasses.dataclass(frozen=True)
class Page:
    """All that the template needs."""

    report: Report
    verdict: str
    tone: str
    tiles: tuple[Tile, ...]
    bars: tuple[Bars, ...]
    over_time: OverTime | None
    cards: tuple[Card, ...]
    findings_left_out: int
    sections: tuple[Section, ...]
    left_out: int
    places: dict[Key, Section]


def write(report: Report, exit_code: ExitCode) -> str:
    """A whole page."""
    css, script = _part('page.css'), _part('page.js')
    return _environment().get_template('page.html.j2').render(
        page=page(report, exit_code),
        css=markupsafe.Markup(css),  # nosec B704  # a file of this package
        script=markupsafe.Markup(script),  # nosec B704  # likewise
        css_hash=_hash(css), script_hash=_hash(script), most_lines=MOST_LINES)


def page(report: Report, exit_code: ExitCode) -> Page:
    """What is shown, and how much of it."""
    found = entries(report)
    numbers = {id(f): n for n, f in enumerate(report.diagnosis.findings, 1)}
    previews = collections.defaultdict(list)
    for preview in report.previews:
        previews[preview.resource.key].append(preview)
    sections = tuple(
        Section(n, e, numbers.get(id(e.finding), 0), timeline(e.case) if e.case else (),
                _commands(e), tuple(previews[e.resource.key]))
        for n, e in enumerate(chosen(found), 1))
    return Page(
        report, verdict(report, exit_code), tone(report, exit_code), tuple(_tiles(report)),
        _bars(found), over_time('By kind, over the time of the run',
                                (e.resource for e in found)),
        tuple(_cards(report, sections)), max(0, len(report.diagnosis.findings) - MOST_FINDINGS),
        sections, len(found) - len(sections), {s.entry.resource.key: s for s in sections})


def chosen(found: Iterable[Entry]) -> Iterator[Entry]:
    """Those that get a section: all, or of each finding a share, its origin first."""
    groups = [list(group) for _, group in itertools.groupby(found, key=lambda e: id(e.finding))]
    if sum(map(len, groups)) <= MOST:
        yield from itertools.chain.from_iterable(groups)
        return
    share = max(_LEAST_SHARE, MOST // len(groups))
    for group in [*groups[:MOST_FINDINGS], *groups[MOST_FINDINGS:][-1:]]:
        yield from group[:share]


def _commands(entry: Entry) -> Commands:
    """Nothing is said of how to delete what is to stay."""
    found = commands(entry.resource)
    delete = entry.decision is not None and entry.decision.action is Action.DELETE
    gone = entry.outcome is not None and entry.outcome.status is Status.DELETED
    return Commands() if gone else found if delete else Commands(found.show)


def _tiles(report: Report) -> Iterator[Tile]:
    if report.outcomes is None:
        actions = collections.Counter(d.action for d in report.decisions)
        yield _tile(actions[Action.DELETE], 'to delete', 'bad')
        yield _tile(actions[Action.RESTORE], 'to restore', 'bad')
    else:
        statuses = collections.Counter(o.status for o in report.outcomes)
        yield _tile(statuses[Status.DELETED], 'deleted', 'good')
        yield _tile(statuses[Status.RESTORED], 'restored', 'good')
        yield _tile(len(report.failures()), 'not done', 'bad')
    yield _tile(len(report.diagnosis.findings), 'findings', 'plain')
    yield _tile(len(report.drift.removed), 'removed', 'bad')
    yield _tile(len(report.kept()), 'new and kept', 'plain')
    yield _tile(len(report.blind), 'not seen', 'doubt')


def _tile(count: int, label: str, tone: str) -> Tile:
    return Tile(count, label, tone if count else 'plain')


def _bars(found: tuple[Entry, ...]) -> tuple[Bars, ...]:
    causes = collections.Counter(
        e.finding.cause.name if e.finding else 'no cause was found' for e in found)
    tests = collections.Counter(
        e.test.class_name if e.test else 'no test is known' for e in found)
    return tuple(bars(title, counts) for title, counts in (
        ('By cause', causes), ('By test class', tests)) if counts)


def _cards(report: Report, sections: tuple[Section, ...]) -> Iterator[Card]:
    by_finding = collections.defaultdict(list)
    for section in sections:
        by_finding[section.finding].append(section)
    for number, finding in enumerate(report.diagnosis.findings[:MOST_FINDINGS], 1):
        test = finding.cause.test
        yield Card(
            number, finding, tuple(by_finding[number]), counted(finding.resources),
            len(finding.resources) - len(by_finding[number]), report.recurrence(finding),
            blame(finding), f'tempest run --regex {shlex.quote(regex(test))}' if test else '')


@functools.cache
def _environment() -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader(__package__, 'page'), autoescape=True,
        undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True,
        finalize=_finalize, keep_trailing_newline=True)
    environment.filters.update(short=short, moment=moment)
    return environment


def _finalize(value: Any) -> Any:
    """No text from the cloud controls the order of letters, or is cut off by a NUL."""
    if isinstance(value, str) and not isinstance(value, markupsafe.Markup):
        return printable(value)
    return value


def _part(name: str) -> str:
    return resources.files(__package__).joinpath('page', name).read_text('utf-8')


def _hash(text: str) -> str:
    """What the page's policy allows: this text, and no other script or style."""
    return 'sha256-' + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
