"""The report as JSON: complete, versioned, described by ``report.schema.json``."""
import functools
import json
from collections.abc import Iterable, Mapping
from importlib import resources
from typing import Any

from tempest_cleanup import files
from tempest_cleanup.diagnosis.model import Case, Cause, Evidence, Finding
from tempest_cleanup.errors import ExitCode
from tempest_cleanup.history import Past
from tempest_cleanup.model import Change, Coverage, Decision, Key, Outcome, Resource, Step
from tempest_cleanup.remedies.databases.preview import Preview
from tempest_cleanup.report import Report
from tempest_cleanup.report.timeline import Moment, timeline

FORMAT = 2


@functools.cache
def schema() -> Mapping[str, Any]:
    """The JSON schema that every report of this format fits."""
    text = resources.files(__package__).joinpath('report.schema.json').read_text('utf-8')
    loaded: Mapping[str, Any] = json.loads(text)
    return loaded


def write(report: Report, exit_code: ExitCode) -> str:
    """In the form that all files of the tool have: sorted, indented."""
    return files.as_json(render(report, exit_code))


def render(report: Report, exit_code: ExitCode) -> dict[str, Any]:
    """All that the report says, without what may be secret in a resource's body."""
    outcomes, findings = report.outcome_by_key(), report.finding_by_key()
    return {
        'format': FORMAT, 'intent': report.intent, 'cloud': report.cloud,
        'fingerprint': dict(report.fingerprint),
        'versions': dict(report.versions),
        'began': report.began.isoformat(), 'seconds': round(report.seconds, 3),
        'requests': report.requests, 'exit_code': int(exit_code),
        'interrupted': report.interrupted,
        'saved_at': report.saved_at.isoformat() if report.saved_at else None,
        'findings': [_finding(f, report.recurrence(f)) for f in report.diagnosis.findings],
        'decisions': [_decision(d, outcomes.get(d.resource.key), findings.get(d.resource.key))
                      for d in report.decisions],
        'cases': [_case(report.diagnosis.cases[key]) for key in sorted(report.diagnosis.cases)],
        'looked_at': list(report.diagnosis.looked_at),
        'history': _past(report.past) if report.past else None,
        'removed': [_resource(r) | {'settings': dict(r.settings)} for r in report.drift.removed],
        'unmet': [{'kind': u.listed.key.kind, 'id': u.listed.key.id, 'name': u.listed.name,
                   'reason': u.reason} for u in report.unmet],
        'database_remedies': [_preview(p) for p in report.previews],
        'escalations': [_resource(d.resource) for d in report.escalations()],
        'not_seen': [_coverage(c) for c in report.blind],
        'coverage': [_coverage(c) for c in report.inventory.coverage],
    }


def _preview(preview: Preview) -> dict[str, Any]:
    return {'kind': preview.resource.kind, 'id': preview.resource.id,
            'remedy': preview.remedy, 'refusal': preview.refusal,
            'statements': [{
                'database': shown.statement.database, 'statement': shown.statement.text,
                'parameters': _plain(shown.statement.bound),
                'rows': [_plain(row) for row in shown.rows]} for shown in preview.shown]}


def _plain(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value if isinstance(value, int | float | None) else str(value)
            for name, value in values.items()}


def _decision(
    decision: Decision, outcome: Outcome | None, finding: Finding | None,
) -> dict[str, Any]:
    return _resource(decision.resource) | {
        'action': str(decision.action), 'rule': decision.rule, 'reason': decision.reason,
        'proof': decision.proof,
        'changes': [_change(c) for c in decision.changes],
        'finding': finding.fingerprint if finding else None,
        'outcome': _outcome(outcome) if outcome else None}


def _change(change: Change) -> dict[str, Any]:
    return {'attribute': change.attribute, 'old': change.old, 'new': change.new}


def _outcome(outcome: Outcome) -> dict[str, Any]:
    return {'status': str(outcome.status), 'detail': outcome.detail,
            'blockers': list(outcome.blockers), 'attempts': outcome.attempts,
            'seconds': round(outcome.seconds, 3), 'steps': [_step(s) for s in outcome.steps]}


def _step(step: Step) -> dict[str, Any]:
    return {'remedy': step.remedy, 'trouble': step.trouble, 'at': step.at.isoformat(),
            'error': step.error}


def _finding(finding: Finding, recurrence: str) -> dict[str, Any]:
    return {'fingerprint': finding.fingerprint, 'recurrence': recurrence,
            'cause': _cause(finding.cause), 'resources': _keys(r.key for r in finding.resources)}


def _cause(cause: Cause) -> dict[str, Any]:
    return {'name': cause.name, 'sentence': cause.sentence, 'certainty': str(cause.certainty),
            'why': cause.why, 'advice': cause.advice, 'service': cause.service,
            'test': str(cause.test) if cause.test else None, 'origin': _key(cause.origin),
            'evidence': [_evidence(e) for e in cause.evidence]}


def _case(case: Case) -> dict[str, Any]:
    return _key(case.resource.key) | {
        'name': case.resource.name, 'test': str(case.test) if case.test else None,
        'proven': case.proven, 'owner_gone': case.owner_gone, 'down': case.down,
        'origin': _key(case.origin) if case.origin else None, 'blockers': _keys(case.blockers),
        'running': [str(r.test) for r in case.running],
        'evidence': [_evidence(e) for e in case.evidence],
        'timeline': [_moment(m) for m in timeline(case)]}


def _evidence(evidence: Evidence) -> dict[str, Any]:
    return {'source': str(evidence.source), 'fact': evidence.fact,
            'at': evidence.at.isoformat() if evidence.at else None,
            'request_id': evidence.request_id, 'where': evidence.where}


def _moment(moment: Moment) -> dict[str, Any]:
    return {'at': moment.at.isoformat() if moment.at else None, 'mark': str(moment.mark),
            'text': moment.text, 'source': str(moment.source),
            'request_id': moment.request_id, 'where': moment.where}


def _past(past: Past) -> dict[str, Any]:
    return {'runs': past.runs,
            'findings': {fingerprint: {'seen': r.seen, 'runs': r.runs, 'new': r.new,
                                       'first': r.first.isoformat()}
                         for fingerprint, r in past.recurrences.items()},
            'gone': [{'fingerprint': g.finding.fingerprint, 'sentence': g.finding.sentence,
                      'test': g.finding.test, 'kinds': sorted(g.finding.kinds),
                      'count': g.finding.count, 'last': g.last.isoformat()}
                     for g in past.gone]}


def _keys(keys: Iterable[Key]) -> list[dict[str, str]]:
    return [_key(key) for key in keys]


def _key(key: Key) -> dict[str, str]:
    return {'kind': key.kind, 'id': key.id}


def _resource(resource: Resource) -> dict[str, Any]:
    return {'kind': resource.kind, 'id': resource.id, 'name': resource.name,
            'project_id': resource.project_id, 'user_id': resource.user_id,
            'domain_id': resource.domain_id, 'status': resource.status,
            'created_at': resource.created_at.isoformat() if resource.created_at else None}


def _coverage(coverage: Coverage) -> dict[str, Any]:
    return {'kind': coverage.kind, 'tenant': coverage.tenant, 'seen': str(coverage.seen),
            'count': coverage.count, 'detail': coverage.detail}
