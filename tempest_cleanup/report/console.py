"""The report for people: a table by project, and what needs attention."""
import collections
import sys
from collections.abc import Iterator
from typing import TextIO

import rich.console
import rich.table

from tempest_cleanup.errors import ExitCode
from tempest_cleanup.model import Action, Status
from tempest_cleanup.progress import printable
from tempest_cleanup.report import Report

#: More lines than this of one sort are folded; the JSON report has them all.
MOST = 30

VERDICTS = {
    ExitCode.CLEAN: 'Clean: a complete listing shows nothing that should not be there.',
    ExitCode.LEFT: 'Not clean: see above.',
    ExitCode.UNSEEN: 'Part of the cloud could not be seen: nothing is promised about it.',
    ExitCode.INTERRUPTED: 'Interrupted. Run the same command again to go on.',
}


def show(report: Report, exit_code: ExitCode, stream: TextIO | None = None) -> None:
    """Print the report; in colour on a terminal only."""
    stream = stream or sys.stdout
    console = rich.console.Console(
        file=stream, highlight=False, markup=False, emoji=False, soft_wrap=True,
        width=None if stream.isatty() else 120)
    for line in _rights(report):
        console.print(printable(line))
    if report.to_do():
        console.print(_table(report))
    for line in _lines(report):
        console.print(printable(line))
    console.print(verdict(report, exit_code))


def verdict(report: Report, exit_code: ExitCode) -> str:
    """The last line."""
    if report.outcomes is None and exit_code in (ExitCode.CLEAN, ExitCode.LEFT):
        count = len(report.to_do())
        return (f'{count} to clean up. Nothing was changed.'
                if count or report.drift.removed or report.left_changed() or report.stale()
                else VERDICTS[ExitCode.CLEAN])
    return VERDICTS[exit_code]


def rows(report: Report) -> list[tuple[str, str, int, str]]:
    """(project, kind, how many, what became of them), in a stable order."""
    counts: collections.Counter[tuple[str, str, str]] = collections.Counter()
    names = report.project_names()
    outcomes = report.outcome_by_key()
    for decision in report.to_do():
        resource = decision.resource
        outcome = outcomes.get(resource.key)
        word = str(outcome.status) if outcome else f'to {decision.action}'
        project = (resource.name if resource.kind == 'projects'
                   else names.get(resource.project_id) or resource.project_id or '-')
        counts[project, resource.kind, word] += 1
    return [(project, kind, count, word)
            for (project, kind, word), count in sorted(counts.items())]


def _table(report: Report) -> rich.table.Table:
    table = rich.table.Table(title=printable(f'{report.intent} of {report.cloud}'),
                             title_justify='left')
    for column, justify in (('Project', 'left'), ('Type', 'left'), ('Count', 'right')):
        table.add_column(column, justify=justify)  # type: ignore[arg-type]
    table.add_column('Outcome' if report.outcomes is not None else 'Decision')
    last = ''
    for project, kind, count, word in rows(report):
        table.add_row('' if project == last else printable(project), kind, str(count), word)
        last = project
    return table


def _rights(report: Report) -> Iterator[str]:
    yield from _folded('Rights that somebody who was there before has got since', [
        f'{d.resource} ({d.resource.id}): '
        + ('to be taken away' if d.action is Action.DELETE else f'kept: {d.reason}')
        for d in report.escalations()])


def _lines(report: Report) -> Iterator[str]:
    yield from _folded('Not deleted', [
        f'{o.resource} ({o.resource.id}): {o.status}: {o.detail}'
        for o in report.failures() if o.status is not Status.INTERRUPTED])
    yield from _folded('Removed since the saved state; this can\'t be brought back', [
        f'{r} ({r.id})' + ''.join(f', {name} {value!r}' for name, value in (
            ('project', r.project_id), ('made', str(r.created_at or '')),
            *sorted(r.settings.items())) if value)
        for r in report.drift.removed])
    yield from _folded('Changed since the saved state', [
        f'{c.resource}: changed: {c.attribute} {c.old!r} -> {c.new!r}'
        for c in report.drift.changed])
    yield from _folded('Not seen', [
        f'{c.kind}{" of " + c.tenant if c.tenant else ""}: {c.seen}: {c.detail}'
        for c in report.blind])
    yield from _folded('In the plan, and left as it is', [
        *(f'{d.resource} ({d.resource.id}): {d.reason}' for d in report.stale()),
        *(f'{u.listed} ({u.listed.key.id}): {u.reason}' for u in report.unmet)])
    if report.outcomes is None:
        counts = collections.Counter(d.resource.kind for d in report.unproven())
        yield from _folded(
            'Nothing proves that the run made these; --tempest-only would keep them',
            [f'{count} {kind}' for kind, count in sorted(counts.items())])
    reasons = collections.Counter((d.reason, d.resource.kind) for d in report.kept())
    if report.saved_at or report.kept():
        yield from _folded('New, and kept', [
            f'{count} {kind}: {reason}' for (reason, kind), count in sorted(reasons.items())])
    deleted = sum(d.action is Action.DELETE for d in report.to_do())
    restored = sum(d.action is Action.RESTORE for d in report.to_do())
    yield (f'{len(report.inventory)} resources seen, {deleted} to delete, {restored} to '
           f'restore; {report.requests} requests in {report.seconds:.1f} s')


def _folded(title: str, lines: list[str]) -> Iterator[str]:
    if lines:
        yield f'{title}:'
        yield from (f'  {line}' for line in lines[:MOST])
        if len(lines) > MOST:
            yield f'  ... and {len(lines) - MOST} more; --report FILE.json has all'
