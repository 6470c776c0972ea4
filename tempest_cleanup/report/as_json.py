"""The report as JSON: complete, versioned."""
import pathlib
from typing import Any

from tempest_cleanup import files
from tempest_cleanup.errors import ExitCode
from tempest_cleanup.model import Coverage, Decision, Outcome, Resource
from tempest_cleanup.report import Report

FORMAT = 1


def render(report: Report, exit_code: ExitCode) -> dict[str, Any]:
    """All that the report says, without what may be secret in a resource's body."""
    outcomes = report.outcome_by_key()
    return {
        'format': FORMAT, 'intent': report.intent, 'cloud': report.cloud,
        'fingerprint': dict(report.fingerprint),
        'began': report.began.isoformat(), 'seconds': round(report.seconds, 3),
        'requests': report.requests, 'exit_code': int(exit_code),
        'saved_at': report.saved_at.isoformat() if report.saved_at else None,
        'decisions': [_decision(d, outcomes.get(d.resource.key))
                      for d in report.decisions],
        'removed': [_resource(r) | {'settings': dict(r.settings)} for r in report.drift.removed],
        'unmet': [{'kind': u.listed.key.kind, 'id': u.listed.key.id, 'name': u.listed.name,
                   'reason': u.reason} for u in report.unmet],
        'escalations': [_resource(d.resource) for d in report.escalations()],
        'not_seen': [_coverage(c) for c in report.blind],
        'coverage': [_coverage(c) for c in report.inventory.coverage],
    }


def write(path: pathlib.Path, report: Report, exit_code: ExitCode) -> None:
    """
    :raises errors.FileError: it can't be written
    """
    files.write_json(path, render(report, exit_code))


def _decision(decision: Decision, outcome: Outcome | None) -> dict[str, Any]:
    return _resource(decision.resource) | {
        'action': str(decision.action), 'rule': decision.rule, 'reason': decision.reason,
        'proof': decision.proof,
        'changes': [{'attribute': c.attribute, 'old': c.old, 'new': c.new}
                    for c in decision.changes],
        'outcome': _outcome(outcome) if outcome else None}


def _outcome(outcome: Outcome) -> dict[str, Any]:
    return {'status': str(outcome.status), 'detail': outcome.detail,
            'blockers': list(outcome.blockers), 'attempts': outcome.attempts,
            'seconds': round(outcome.seconds, 3)}


def _resource(resource: Resource) -> dict[str, Any]:
    return {'kind': resource.kind, 'id': resource.id, 'name': resource.name,
            'project_id': resource.project_id, 'user_id': resource.user_id,
            'domain_id': resource.domain_id, 'status': resource.status,
            'created_at': resource.created_at.isoformat() if resource.created_at else None}


def _coverage(coverage: Coverage) -> dict[str, Any]:
    return {'kind': coverage.kind, 'tenant': coverage.tenant, 'seen': str(coverage.seen),
            'count': coverage.count, 'detail': coverage.detail}
