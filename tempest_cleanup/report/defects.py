"""A text for each finding, ready to be filed as a bug; in Markdown."""
import shlex
from collections.abc import Iterator

from tempest_cleanup.diagnosis.model import Case, Certainty, Finding, Test
from tempest_cleanup.errors import ExitCode
from tempest_cleanup.report import Report
from tempest_cleanup.report.blame import blame
from tempest_cleanup.report.entries import counted
from tempest_cleanup.report.text import code, markdown, moment, short
from tempest_cleanup.report.timeline import timeline
from tempest_cleanup.report.verdicts import evidence_lines

#: So many resources of a finding are named, and of so many the timeline is told.
MOST = 20
TOLD = 3


def write(report: Report, _exit_code: ExitCode) -> str:
    """A document with a section for each finding, and the leaks that have none."""
    return '\n'.join(_document(report)) + '\n'


def _document(report: Report) -> Iterator[str]:
    findings = report.diagnosis.findings
    yield f'# {len(findings)} defects to file'
    yield ''
    yield (f'From the report of {markdown(report.intent)} on {code(report.cloud)}, '
           f'{moment(report.began)} UTC. Read each one before you file it.')
    for number, finding in enumerate(findings, 1):
        yield from ('', '---', '')
        yield from _defect(number, finding, report)
    explained = report.finding_by_key()
    left = [d.resource for d in report.to_do() if d.resource.key not in explained]
    if left:
        yield from ('', '---', '', '## Without a finding', '',
                    f'For {len(left)} resources ({counted(left)}) no cause was found, so there '
                    'is no text for them.')
    if report.past and report.past.gone:
        yield from ('', '---', '', '## Gone since an earlier run', '')
        yield from (f'- {markdown(gone.finding.sentence)} ({gone.finding.count} resources, last '
                    f'seen {moment(gone.last)} UTC)' for gone in report.past.gone)
    if report.blind:
        yield from ('', '---', '', '## Not seen', '',
                    f'{len(report.blind)} listings were not complete: there may be more.')


def _defect(number: int, finding: Finding, report: Report) -> Iterator[str]:
    cause, target = finding.cause, blame(finding)
    yield f'## {number}. {markdown(short(cause.sentence))}'
    yield ''
    yield (f'- **Project:** {code(target.project) if target.project else "not known"}'
           + (f' ({target.tracker})' if target.tracker else ''))
    yield f'- **Component:** {code(short(target.component))}'
    yield f'- **Certainty:** {cause.certainty}: {markdown(cause.why)}'
    if report.recurrence(finding):
        yield f'- **History:** {report.recurrence(finding)}'
    yield f'- **Fingerprint:** {code(finding.fingerprint)}'
    for title, lines in (('What happened', _what_happened(finding, report)),
                         ('How to reproduce', _reproduction(cause.test)),
                         ('Evidence', _evidence(finding)),
                         ('Timelines', _timelines(finding, report)),
                         ('Versions', _versions(report)),
                         ('What to do', iter((markdown(cause.advice),)))):
        yield from ('', f'### {title}', '', *lines)


def _what_happened(finding: Finding, report: Report) -> Iterator[str]:
    cause = finding.cause
    test = f' by the test {code(str(cause.test))}' if cause.test else ''
    yield (f'{markdown(cause.sentence)}. It left {len(finding.resources)} resources'
           f'{test}: {counted(finding.resources)}.')
    if cause.certainty is Certainty.UNKNOWN:
        yield ''
        yield 'The cause is **not known**. Looked at were: ' + ', '.join(
            markdown(one) for one in report.diagnosis.looked_at) + '.'
    yield ''
    outcomes = report.outcome_by_key()
    for resource in finding.resources[:MOST]:
        outcome = outcomes.get(resource.key)
        became = ''
        if outcome:
            detail = f': {outcome.detail}' if outcome.detail else ''
            became = f', clean-up: {markdown(f"{outcome.status}{detail}")}'
        yield (f'- {markdown(resource.kind)} {code(short(resource.name or resource.id))}, id '
               f'{code(short(resource.id))}, project {code(short(resource.project_id or "-"))}'
               f'{became}')
    if len(finding.resources) > MOST:
        yield f'- and {len(finding.resources) - MOST} more; the JSON report has them all'


def _reproduction(test: Test | None) -> Iterator[str]:
    if test is None:
        yield 'No test is known that left this. Compare the cloud before and after a whole run:'
        run = 'tempest run'
    else:
        yield 'On a cloud where nobody else works:'
        run = f'tempest run --regex {shlex.quote(regex(test))}'
    yield ''
    yield '    tempest cleanup --init-saved-state'
    yield f'    {run}'
    yield '    tempest cleanup --dry-run --report report.html'


def regex(test: Test) -> str:
    """What has Tempest run this test: all of its class where it is not one method's fault."""
    class_name = f'{test.module}.{test.class_name}' if test.module else test.class_name
    words = short(f'{class_name}.{test.method}' if test.method else class_name)
    # A test's id goes on after the method: [id-...,smoke].
    return f'{"^" if test.module else ""}{escaped(words)}' + (r'(\[|$)' if test.method else r'\.')


def escaped(text: str) -> str:
    """As a regular expression that fits this text only; dots are what names have."""
    return ''.join(f'\\{c}' if c in '.^$*+?{}[]\\|()' else c for c in text)


def _evidence(finding: Finding) -> Iterator[str]:
    lines = list(evidence_lines(finding.cause.evidence))
    yield from (f'- {markdown(line)}' for line in lines)
    if not lines:
        yield 'None but the timelines below.'


def _timelines(finding: Finding, report: Report) -> Iterator[str]:
    cases = [report.diagnosis.cases[r.key] for r in finding.resources
             if r.key in report.diagnosis.cases]
    for case in cases[:TOLD]:
        yield from _timeline(case)
    if not cases:
        yield 'Nothing is known.'
    elif len(cases) > TOLD:
        yield f'{len(cases) - TOLD} more are in the JSON report.'


def _timeline(case: Case) -> Iterator[str]:
    yield f'{markdown(case.resource.kind)} {code(short(case.resource.name or case.resource.id))}:'
    yield ''
    for told in timeline(case):
        about = f' [{code(told.request_id)}]' if told.request_id else ''
        yield f'- {moment(told.at) or "no time"}: {markdown(short(told.text, 500))}{about}'
    yield ''


def _versions(report: Report) -> Iterator[str]:
    for name, version in sorted(report.versions.items()):
        yield f'- {markdown(name)} {code(version)}'
    if not report.versions:
        yield 'Not known.'
