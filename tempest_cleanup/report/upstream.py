"""dry_run.json, in the shape of upstream's ``tempest cleanup``."""
import pathlib
from typing import Any

from tempest_cleanup import files
from tempest_cleanup.report import Report

PATH = 'dry_run.json'


def render(report: Report) -> dict[str, Any]:
    """``{kind: {id: name}}`` of what would be deleted or restored.

    Every value is empty when nothing is left. A checker that trusts that must not be
    misled by a listing that failed: that is what ``_not_seen`` is for.
    """
    shape: dict[str, Any] = {kind: {} for kind in report.inventory.resources}
    for decision in report.to_do():
        resource = decision.resource
        shape.setdefault(resource.kind, {})[resource.id] = resource.name
    shape['_projects_to_clean'] = {
        identifier: {'name': name} for identifier, name in shape.get('projects', {}).items()}
    shape['_removed'] = {str(r): r.id for r in report.drift.removed}
    shape['_not_seen'] = {
        f'{c.kind} {c.tenant}'.strip(): f'{c.seen}: {c.detail}' for c in report.blind}
    return shape


def write(report: Report) -> None:
    files.write_json(pathlib.Path(PATH), render(report))
