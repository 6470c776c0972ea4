"""The report for people: what was found, by whom it was left, and what needs attention."""
import collections
import contextlib
import enum
import errno
import io
import os
import sys
from collections.abc import Iterator
from typing import TextIO

import rich.console
import rich.table
import rich.text

from tempest_cleanup import errors
from tempest_cleanup.diagnosis.model import Certainty, Finding
from tempest_cleanup.errors import ExitCode
from tempest_cleanup.model import Action, Status
from tempest_cleanup.progress import printable
from tempest_cleanup.report import Report
from tempest_cleanup.report.entries import counted, entries
from tempest_cleanup.report.text import moment, short

#: More lines than this of one sort are folded; the JSON report has them all.
MOST = 30
#: As many findings as one screen has room for.
MOST_FINDINGS = 8
MOST_ROWS = 40
#: Letters of what stands in one line, such as two values of a setting.
LONGEST_LINE = 2000

VERDICTS = {
    ExitCode.CLEAN: 'Clean: a complete listing shows nothing that should not be there.',
    ExitCode.LEFT: 'Not clean: see above.',
    ExitCode.UNSEEN: 'Part of the cloud could not be seen: nothing is promised about it.',
    ExitCode.INTERRUPTED: 'Interrupted. Run the same command again to go on.',
}


class Tone(enum.StrEnum):
    """What a verdict means to who reads it."""

    GOOD = 'good'
    BAD = 'bad'
    DOUBT = 'doubt'


_COLOURS = {Tone.GOOD: 'bold green', Tone.BAD: 'bold red', Tone.DOUBT: 'bold yellow'}
_SURE = {Certainty.CERTAIN: 'green', Certainty.LIKELY: 'cyan', Certainty.POSSIBLE: 'yellow',
         Certainty.UNKNOWN: 'red'}


class _Console(rich.console.Console):
    """Of a pipe that is broken it tells who shows, and does not end the process."""

    def on_broken_pipe(self) -> None:
        raise BrokenPipeError(errno.EPIPE, os.strerror(errno.EPIPE))


def show(report: Report, exit_code: ExitCode, stream: TextIO | None = None) -> None:
    """Print the report; in colour on a terminal only.

    :raises errors.FileError: nobody reads it, or it can't be written
    """
    stream = stream or sys.stdout
    if isinstance(stream, io.TextIOWrapper):
        # Names have letters that not every terminal has. One that is open for reading, too, can't
        # be told what to do with them: Python would have to seek in it.
        with contextlib.suppress(OSError):
            stream.reconfigure(errors='backslashreplace')
    try:
        _print(report, exit_code, stream)
        stream.flush()
    except OSError as error:
        _silence(stream)
        raise errors.FileError(f'can\'t show the report: {error.strerror or error}') from error


def _silence(stream: TextIO) -> None:
    """Else what is left in the buffer fails once more at the end, with an exit code of its own."""
    with contextlib.suppress(io.UnsupportedOperation):  # a stream in memory
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())
        os.close(nowhere)


def _print(report: Report, exit_code: ExitCode, stream: TextIO) -> None:
    terminal = stream.isatty()
    console = _Console(
        file=stream, highlight=False, markup=False, emoji=False, soft_wrap=True,
        width=None if terminal else 120, force_terminal=terminal)
    for line in _rights(report):
        console.print(short(line, LONGEST_LINE))
    for text in _findings(report):
        console.print(text)
    if report.to_do():
        console.print(_table(report))
    for line in _lines(report):
        console.print(short(line, LONGEST_LINE))
    console.print(verdict(report, exit_code), style=_COLOURS[tone(report, exit_code)])


def verdict(report: Report, exit_code: ExitCode) -> str:
    """The last line."""
    if report.outcomes is None and exit_code in (ExitCode.CLEAN, ExitCode.LEFT):
        count = len(report.to_do())
        return (f'{count} to clean up. Nothing was changed.'
                if count or report.drift.removed or report.left_changed() or report.stale()
                else VERDICTS[ExitCode.CLEAN])
    return VERDICTS[exit_code]


def tone(report: Report, exit_code: ExitCode) -> Tone:
    """Good is only what is clean: not a dry run that ends with 0 and has found something."""
    if exit_code is ExitCode.CLEAN:
        clean = verdict(report, exit_code) == VERDICTS[ExitCode.CLEAN]
        return Tone.GOOD if clean else Tone.BAD
    return Tone.BAD if exit_code is ExitCode.LEFT else Tone.DOUBT


def rows(report: Report) -> list[tuple[str, str, int, str, str]]:
    """(project, kind, how many, what became of them, test), in a stable order."""
    counts: collections.Counter[tuple[str, str, str, str]] = collections.Counter()
    todo = {d.resource.key for d in report.to_do()}
    for entry in entries(report):
        if entry.resource.key in todo:
            test = f'{entry.test.class_name}.{entry.test.method}' if entry.test else ''
            counts[entry.project, test.rstrip('.'), entry.resource.kind, entry.state] += 1
    return [(project, kind, count, word, test)
            for (project, test, kind, word), count in sorted(counts.items())]


def _findings(report: Report) -> Iterator[rich.text.Text]:
    findings = report.diagnosis.findings
    if not findings:
        return
    explained = len(report.finding_by_key())
    yield rich.text.Text(f'{len(findings)} findings, about {explained} resources:', 'bold')
    width = len(str(max(len(f.resources) for f in findings)))
    for finding in findings[:MOST_FINDINGS]:
        yield from _finding(finding, report, width)
    if len(findings) > MOST_FINDINGS:
        rest = findings[MOST_FINDINGS:]
        yield rich.text.Text(f'  ... and {len(rest)} findings more, about '
                             f'{sum(len(f.resources) for f in rest)} resources; '
                             '--report FILE.html or .json has them all')
    unexplained = len({d.resource.key for d in report.to_do()} - set(report.finding_by_key()))
    if unexplained:
        yield rich.text.Text(f'  {unexplained:>{width}}  without a cause that was found')
    yield rich.text.Text()


def _finding(finding: Finding, report: Report, width: int) -> Iterator[rich.text.Text]:
    cause = finding.cause
    recurrence = report.recurrence(finding)
    yield rich.text.Text.assemble(
        (f'  {len(finding.resources):>{width}}', 'bold'), '  ', short(cause.sentence, 300),
        (f' ({cause.certainty}', _SURE[cause.certainty]),
        (f'; {recurrence})' if recurrence else ')', _SURE[cause.certainty]))
    for title, text in (('left:', counted(finding.resources)),
                        ('test:', str(cause.test or 'not known')), ('do:', cause.advice)):
        yield rich.text.Text(f'{"":{width + 4}}{title:<5} {short(text, 300)}')


def _table(report: Report) -> rich.table.Table:
    table = rich.table.Table(title=printable(f'{report.intent} of {report.cloud}'),
                             title_justify='left')
    for column, justify in (('Project', 'left'), ('Type', 'left'), ('Count', 'right')):
        table.add_column(column, justify=justify)  # type: ignore[arg-type]
    table.add_column('Outcome' if report.outcomes is not None else 'Decision')
    found = rows(report)
    if any(test for *_rest, test in found):
        table.add_column('Test', overflow='fold')
    last = ''
    for project, kind, count, word, test in found[:MOST_ROWS]:
        cells = ('' if project == last else short(project), printable(kind), str(count), word)
        table.add_row(*cells, *((short(test),) if len(table.columns) > len(cells) else ()))
        last = project
    if len(found) > MOST_ROWS:
        count = sum(count for _project, _kind, count, *_rest in found[MOST_ROWS:])
        table.add_row('...', f'{len(found) - MOST_ROWS} rows more', str(count), '')
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
    yield from _folded('Remedies that were tried', [
        f'{count} {kind}: {step}'
        for (kind, step), count in sorted(_steps(report).items())])
    yield from _folded('Database remedies would do this; to leaks, where their deletion fails', [
        line for preview in report.previews for line in preview.lines()])
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
    yield from _folded('Gone since an earlier run', [
        f'{g.finding.count} resources: {g.finding.sentence} (last seen {moment(g.last)} UTC)'
        for g in (report.past.gone if report.past else ())])
    deleted = sum(d.action is Action.DELETE for d in report.to_do())
    restored = sum(d.action is Action.RESTORE for d in report.to_do())
    yield (f'{len(report.inventory)} resources seen, {deleted} to delete, {restored} to '
           f'restore; {report.requests} requests in {report.seconds:.1f} s')


def _steps(report: Report) -> collections.Counter[tuple[str, str]]:
    return collections.Counter(
        (o.resource.kind, str(step)) for o in report.outcomes or () for step in o.steps)


def _folded(title: str, lines: list[str]) -> Iterator[str]:
    if lines:
        yield f'{title}:'
        yield from (f'  {line}' for line in lines[:MOST])
        if len(lines) > MOST:
            yield f'  ... and {len(lines) - MOST} more; --report FILE.json has all'
