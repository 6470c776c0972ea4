"""What was left as verdicts on tests, for those who read the results of tests."""
import collections
import dataclasses
import enum
from collections.abc import Iterable, Iterator

from tempest_cleanup.diagnosis.model import Evidence
from tempest_cleanup.model import Action, Decision, Resource, Status
from tempest_cleanup.progress import printable
from tempest_cleanup.report import Report
from tempest_cleanup.report.entries import Entry, entries
from tempest_cleanup.report.text import moment, short
from tempest_cleanup.report.timeline import timeline

#: Where there is no test: whose results these are.
OURS = 'tempest_cleanup'

#: So many of one finding tell all they know; the others name the finding.
_IN_FULL = 20


class Ending(enum.StrEnum):
    """How a test ends: one that left something has failed; what could not be cleaned up, or
    not be seen, is an error."""

    PASSED = 'passed'
    FAILED = 'failed'
    ERROR = 'error'
    SKIPPED = 'skipped'


@dataclasses.dataclass(frozen=True, slots=True)
class Judged:
    """One verdict. All texts are printable.

    :param class_name: with its module
    :param name: of the test, and in brackets what it left
    :param type: a short slug: the cause's, where there is one
    :param details: lines
    """

    class_name: str
    name: str
    ending: Ending
    type: str = ''
    message: str = ''
    details: tuple[str, ...] = ()


def judge(report: Report) -> tuple[Judged, ...]:
    """At least one has not passed where the report does not say that all is clean."""
    found = (*_left(report), *_kept(report), *_removed(report), *_troubles(report),
             *_gone(report))
    if any(judged.ending in (Ending.FAILED, Ending.ERROR) for judged in found):
        return found
    return (*found, Judged(OURS, 'clean', Ending.PASSED))


def _left(report: Report) -> Iterator[Judged]:
    places: collections.Counter[str] = collections.Counter()
    for entry in entries(report):
        if entry.state != 'kept':
            fingerprint = entry.finding.fingerprint if entry.finding else ''
            places[fingerprint] += 1
            yield _entry(entry, report, in_full=places[fingerprint] <= _IN_FULL)


def _entry(entry: Entry, report: Report, *, in_full: bool) -> Judged:
    class_name, name = _test(entry)
    undone = entry.outcome is not None and not entry.outcome.ok
    return Judged(
        class_name, f'{name}({_words(entry.resource)})',
        Ending.ERROR if undone else Ending.FAILED, _type(entry), short(_message(entry), 500),
        tuple(printable(line) for line in (
            _details(entry, report) if in_full else _reference(entry))))


def _test(entry: Entry) -> tuple[str, str]:
    test = entry.test
    if test is None:
        return f'{OURS}.{printable(entry.resource.kind)}', 'no test is known'
    class_name = f'{test.module}.{test.class_name}' if test.module else test.class_name
    return short(class_name), short(test.method or str(test.phase))


def _words(resource: Resource) -> str:
    name = f' {short(resource.name, 80)}' if resource.name not in ('', resource.id) else ''
    return f'{printable(resource.kind)}{name} {printable(resource.id)}'


def _type(entry: Entry) -> str:
    if entry.finding:
        return printable(entry.finding.cause.name)
    restored = entry.decision and entry.decision.action is Action.RESTORE
    return 'changed' if restored else 'no-cause-found'


def _message(entry: Entry) -> str:
    if entry.finding:
        sentence = entry.finding.cause.sentence
    elif entry.decision:
        sentence = entry.decision.reason
    else:
        sentence = 'it was left'
    return f'{entry.resource}, {entry.state}: {sentence}'


def _details(entry: Entry, report: Report) -> Iterator[str]:
    yield from _reference(entry)
    if entry.decision:
        yield from (f'changed: {c.attribute} {c.old!r} -> {c.new!r}'
                    for c in entry.decision.changes)
    if entry.finding:
        cause = entry.finding.cause
        yield f'certainty: {cause.certainty}: {cause.why}'
        yield f'what to do: {cause.advice}'
        if report.recurrence(entry.finding):
            yield f'history: {report.recurrence(entry.finding)}'
        yield from evidence_lines(cause.evidence)
    if entry.case:
        yield from (f'{moment(m.at) or "no time"}: {m.text}'
                    + (f' [{m.request_id}]' if m.request_id else '')
                    for m in timeline(entry.case))


def _reference(entry: Entry) -> Iterator[str]:
    yield f'{entry.resource} ({entry.resource.id}) of project {entry.project}: {entry.state}'
    if entry.outcome and entry.outcome.detail:
        yield f'clean-up: {entry.outcome.detail}'
    if entry.outcome:
        yield from (f'a remedy {step}' for step in entry.outcome.steps)
    if entry.finding:
        cause = entry.finding.cause
        yield f'cause: {cause.sentence}'
        if cause.origin != entry.resource.key:
            yield f'it began with: {cause.origin.kind} {cause.origin.id}'


def evidence_lines(evidence: Iterable[Evidence]) -> Iterator[str]:
    """One line for each fact."""
    for item in evidence:
        about = ', '.join(part for part in (item.where, item.request_id) if part)
        when = f'{moment(item.at)}: ' if item.at else ''
        yield f'{when}{item.fact} ({item.source}{": " + about if about else ""})'


def _kept(report: Report) -> Iterator[Judged]:
    left_changed = {d.resource.key for d in report.left_changed()}
    for decision in report.kept():
        changed = decision.resource.key in left_changed
        yield _decision(decision, Ending.FAILED if changed else Ending.SKIPPED,
                        'changed' if changed else 'kept')


def _decision(decision: Decision, ending: Ending, type_: str) -> Judged:
    return Judged(f'{OURS}.{printable(decision.resource.kind)}',
                  f'{type_}({_words(decision.resource)})', ending, type_,
                  short(f'{type_}: {decision.reason}', 500))


def _removed(report: Report) -> Iterator[Judged]:
    for resource in report.drift.removed:
        yield Judged(f'{OURS}.{printable(resource.kind)}', f'removed({_words(resource)})',
                     Ending.FAILED, 'removed',
                     'It was there before the run and is gone; it can\'t be brought back')


def _troubles(report: Report) -> Iterator[Judged]:
    for coverage in report.blind:
        tenant = f' of {printable(coverage.tenant)}' if coverage.tenant else ''
        yield Judged(OURS, f'not seen({printable(coverage.kind)}{tenant})', Ending.ERROR,
                     'not-seen', short(f'{coverage.seen}: {coverage.detail}', 500))
    if report.interrupted or any(
            o.status is Status.INTERRUPTED for o in report.outcomes or ()):
        yield Judged(OURS, 'interrupted', Ending.ERROR, 'interrupted',
                     'The clean-up was stopped before its end')


def _gone(report: Report) -> Iterator[Judged]:
    for gone in report.past.gone if report.past else ():
        yield Judged(OURS, f'gone({short(gone.finding.fingerprint)})', Ending.PASSED, 'gone',
                     short(f'{gone.finding.count} resources: {gone.finding.sentence} '
                           f'(last seen {moment(gone.last)} UTC)', 500))
