"""What kept projects use, where a service counts more than there is, after all else is done.

Only where databases may be changed: no request mends it, nor tells how the service counts.
"""
import dataclasses
import datetime
from collections.abc import Iterable, Iterator
from typing import TypeVar

from tempest_cleanup import errors
from tempest_cleanup.cloud.rest import Recorder
from tempest_cleanup.context import Filters
from tempest_cleanup.model import (
    Action,
    Change,
    Decision,
    Inventory,
    Key,
    Outcome,
    Plan,
    Resource,
    Status,
    Step,
)
from tempest_cleanup.remedies.changes import Shown
from tempest_cleanup.remedies.databases.preview import Preview
from tempest_cleanup.remedies.databases.usage import Ghosts, Usages
from tempest_cleanup.report import Report, plan_file
from tempest_cleanup.run import Run
from tempest_cleanup.session import Cleaned, Picture
from tempest_cleanup.shield import Wishes, shielded
from tempest_cleanup.state import SavedState

T = TypeVar('T')


def concerned(
    usages: Usages, filters: Filters, inventory: Inventory, plan: Plan, kept: Iterable[Key],
) -> tuple[Resource, ...]:
    """The projects whose use may be counted anew. Pure.

    Where anything narrows what is touched to single things, nobody has asked for this.

    :param kept: what is to stay, and may be put back
    """
    blind = {coverage.kind for coverage in inventory.coverage if not coverage.whole}
    if blind & (usages.counts | {'projects', usages.kind}) or _narrowed(usages.kind, filters):
        return ()
    going, kept = {d.resource.key for d in plan.of(Action.DELETE)}, set(kept)
    return tuple(
        project for project in inventory.of('projects')
        if project.key in kept and project.key not in going
        and (filters.projects is None or project.id in filters.projects)
        and (filters.domains is None or project.domain_id in filters.domains))


def _narrowed(kind: str, filters: Filters) -> bool:
    return bool(
        not filters.restore or filters.prefix or filters.tempest_only or filters.created_before
        or filters.recorded is not None or filters.reviewed is not None
        or (filters.kinds is not None and kind not in filters.kinds))


def shown(
    usages: Iterable[Usages], run: Run, report: Report, picture: Picture,
    saved: SavedState | None,
) -> Report:
    """The report of a dry run, with what would be counted anew. Nothing is opened for writing."""
    found = [(one, *what) for one in usages for what in _told(one, run, _shown(
        one, _projects(one, run, picture, saved)))]
    return dataclasses.replace(
        report, decisions=(*report.decisions, *(decision(g) for _one, g, _shown in found)),
        previews=(*report.previews, *(
            Preview(g.resource, f'{one.does}: {g}', rows) for one, g, rows in found)))


def mended(
    usages: Iterable[Usages], run: Run, cleaned: Cleaned, saved: SavedState | None,
) -> Cleaned:
    """Count anew, after all that can be deleted is gone, and add to the run what was done."""
    if cleaned.interrupted:
        return cleaned
    found = [(decision(ghosts), outcome) for one in usages for ghosts, outcome in _told(
        one, run, _mended(one, run.cloud.changing, _projects(one, run, cleaned.last, saved)))]
    return dataclasses.replace(
        cleaned, decisions=(*cleaned.decisions, *(decided for decided, _outcome in found)),
        outcomes=(*cleaned.outcomes, *(outcome for _decided, outcome in found)))


def _told(usages: Usages, run: Run, work: Iterator[T]) -> Iterator[T]:
    """As far as it gets; what ends it is told, and is no reason to lose a report."""
    try:
        yield from work
    except errors.CleanupError as error:
        run.progress.event(
            f'what projects use in {usages.service} was not counted anew: {error}')


def _projects(
    usages: Usages, run: Run, picture: Picture, saved: SavedState | None,
) -> tuple[Resource, ...]:
    """Those of the saved state that stay, but for what is shielded."""
    if saved is None:
        return ()
    spared = shielded(picture.kinds, run.before, picture.inventory, saved.keys,
                      Wishes(run.began.date(), run.choices.protected_projects))
    return concerned(usages, run.choices.filters, picture.inventory, picture.plan,
                     saved.keys - spared.keys())


def _found(usages: Usages, projects: tuple[Resource, ...]) -> Iterator[Ghosts]:
    if projects:
        usages.check()
    for project in projects:
        yield from usages.of(project)


def _shown(
    usages: Usages, projects: tuple[Resource, ...],
) -> Iterator[tuple[Ghosts, tuple[Shown, ...]]]:
    for ghosts in _found(usages, projects):
        yield ghosts, usages.show(ghosts)


def _mended(
    usages: Usages, changing: Recorder, projects: tuple[Resource, ...],
) -> Iterator[tuple[Ghosts, Outcome]]:
    for ghosts in _found(usages, projects):
        error, at = '', datetime.datetime.now(datetime.UTC)
        try:
            usages.mend(changing, ghosts)
        except errors.CleanupError as refusal:
            error = str(refusal)
        yield ghosts, Outcome(
            ghosts.resource, Status.FAILED if error else Status.RESTORED, error, attempts=1,
            steps=(Step(usages.does, str(ghosts), at, error),))


def decision(ghosts: Ghosts) -> Decision:
    """As the report has it. Pure."""
    change = Change(ghosts.resource, 'in_use', ghosts.there, ghosts.counted)
    return Decision(ghosts.resource, Action.RESTORE, plan_file.COUNTS, str(ghosts), (change,))
