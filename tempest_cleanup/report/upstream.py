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
    blind: dict[str, list[str]] = {}
    for c in report.blind:
        blind.setdefault(f'{c.kind} {c.tenant}'.strip(), []).append(f'{c.seen}: {c.detail}')
    shape['_not_seen'] = {what: '; '.join(why) for what, why in blind.items()}
    return shape


def write(report: Report) -> None:
    files.write_json(pathlib.Path(PATH), render(report))
