"""What kept projects use, where a service counts more than there is, after all else is done.

Only where databases may be changed: no request mends it, nor tells how the service counts.
"""
import dataclasses
import datetime
import threading
from collections.abc import Collection, Iterable, Iterator
from typing import TypeVar

from tempest_cleanup import errors
from tempest_cleanup.context import Filters
from tempest_cleanup.grants import ASSIGNMENTS
from tempest_cleanup.model import (
    Action,
    Change,
    Coverage,
    Decision,
    Key,
    Outcome,
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


@dataclasses.dataclass(frozen=True)
class Recount:
    """Counts anew, in one run.

    :param stop: set it, and no more is counted
    """

    usages: tuple[Usages, ...]
    run: Run
    stop: threading.Event

    def shown(self, report: Report, picture: Picture, saved: SavedState | None) -> Report:
        """The report of a dry run, with what would be counted anew. Nothing is opened for
        writing."""
        found = [(one, ghosts, rows) for one in self.usages for ghosts, rows in self._told(
            one, self._shown(one, self._projects(one, picture, saved)))]
        return dataclasses.replace(
            report, decisions=(*report.decisions, *(decision(g) for _one, g, _rows in found)),
            previews=(*report.previews, *(
                Preview(g.resource, f'{one.does}: {g}', rows) for one, g, rows in found)))

    def mended(self, cleaned: Cleaned, saved: SavedState | None) -> Cleaned:
        """Count anew, after all that can be deleted is gone; the run with what was done."""
        if cleaned.interrupted:
            return cleaned
        found = [(decision(ghosts), outcome) for one in self.usages
                 for ghosts, outcome in self._told(
                     one, self._mended(one, self._projects(one, cleaned.last, saved)))]
        return dataclasses.replace(
            cleaned, decisions=(*cleaned.decisions, *(decided for decided, _outcome in found)),
            outcomes=(*cleaned.outcomes, *(outcome for _decided, outcome in found)),
            interrupted=self.stop.is_set())

    def _told(self, usages: Usages, work: Iterator[T]) -> Iterator[T]:
        """As far as it gets; what ends it is told, and is no reason to lose a report."""
        try:
            yield from work
        except errors.CleanupError as error:
            self.run.progress.event(
                f'what projects use in {usages.service} was not counted anew: {error}')

    def _projects(
        self, usages: Usages, picture: Picture, saved: SavedState | None,
    ) -> tuple[Resource, ...]:
        """Those of the saved state that stay, but for what is shielded."""
        if saved is None:
            return ()
        spared = shielded(
            picture.kinds, self.run.before, picture.inventory, saved.keys,
            Wishes(self.run.began.date(), self.run.choices.protected_projects))
        return concerned(usages, self.run.choices.filters, picture.inventory.of('projects'),
                         saved.keys - spared.keys() - {
                             d.resource.key for d in picture.plan.of(Action.DELETE)},
                         picture.blind)

    def _found(self, usages: Usages, projects: tuple[Resource, ...]) -> Iterator[Ghosts]:
        if projects:
            usages.check()
        for project in projects:
            for ghosts in usages.of(project):
                if self.stop.is_set():
                    return
                yield ghosts

    def _shown(
        self, usages: Usages, projects: tuple[Resource, ...],
    ) -> Iterator[tuple[Ghosts, tuple[Shown, ...]]]:
        for ghosts in self._found(usages, projects):
            yield ghosts, usages.show(ghosts)

    def _mended(
        self, usages: Usages, projects: tuple[Resource, ...],
    ) -> Iterator[tuple[Ghosts, Outcome]]:
        for ghosts in self._found(usages, projects):
            error, at = '', datetime.datetime.now(datetime.UTC)
            try:
                usages.mend(self.run.cloud.changing, ghosts)
            except errors.CleanupError as refusal:
                error = str(refusal)
            yield ghosts, Outcome(
                ghosts.resource, Status.FAILED if error else Status.RESTORED, error, attempts=1,
                steps=(Step(usages.does, str(ghosts), at, error),))


def concerned(
    usages: Usages, filters: Filters, projects: Iterable[Resource], kept: Collection[Key],
    blind: Iterable[Coverage],
) -> tuple[Resource, ...]:
    """The projects whose use may be counted anew. Pure.

    Where anything narrows what is touched to single things, nobody has asked for this.

    :param kept: what stays, and may be put back
    :param blind: the listings that were not whole: what goes on in a project is not known then
    """
    needed = usages.counts | {'projects', usages.kind, ASSIGNMENTS}
    if needed & {coverage.kind for coverage in blind} or _narrowed(usages.kind, filters):
        return ()
    return tuple(
        project for project in projects if project.key in kept
        and (filters.projects is None or project.id in filters.projects)
        and (filters.domains is None or project.domain_id in filters.domains))


def _narrowed(kind: str, filters: Filters) -> bool:
    return bool(
        not filters.restore or filters.prefix or filters.tempest_only or filters.created_before
        or filters.recorded is not None or filters.reviewed is not None
        or (filters.kinds is not None and kind not in filters.kinds))


def decision(ghosts: Ghosts) -> Decision:
    """As the report has it. Pure."""
    change = Change(ghosts.resource, 'in_use', ghosts.there, ghosts.counted)
    return Decision(ghosts.resource, Action.RESTORE, plan_file.COUNTS, str(ghosts), (change,))
