"""What a run has found and done: one model, several renderers."""
import dataclasses
import datetime
import pathlib
from collections.abc import Collection, Iterable, Mapping
from importlib import metadata

from tempest_cleanup import history
from tempest_cleanup.diagnosis.model import Diagnosis, Finding
from tempest_cleanup.errors import ExitCode
from tempest_cleanup.filters import STALE
from tempest_cleanup.model import (
    Action,
    Coverage,
    Decision,
    Drift,
    Inventory,
    Key,
    Outcome,
    Plan,
    Status,
)
from tempest_cleanup.progress import printable
from tempest_cleanup.remedies.databases.preview import Preview
from tempest_cleanup.reviewed import Unmet
from tempest_cleanup.rules import IMPLAUSIBLE, NOT_RESTORED

#: What these rules keep may be left by a cause that is then not found.
_NARROWING = frozenset((
    'shielded', 'unseen', 'saved', 'reviewed', 'foreign', 'bound', 'filtered', 'named',
    'recorded'))


@dataclasses.dataclass(frozen=True)
class Report:
    """All that a renderer needs.

    :param intent: what was asked for, in words
    :param fingerprint: of the cloud, as the saved state has it
    :param blind: listings that were not whole: of the last look, and of the saved state where
        something new is kept for that
    :param outcomes: empty for a dry run
    :param rights: the kinds that give somebody rights
    :param unmet: what a reviewed report lists, and there was nothing to do about
    :param past: what earlier runs had found; None where no history is kept
    :param versions: of this tool, of Tempest and, where they are known, of services
    :param previews: of a dry run: what database remedies would do
    """

    intent: str
    cloud: str
    began: datetime.datetime
    seconds: float
    saved_at: datetime.datetime | None
    inventory: Inventory
    drift: Drift
    decisions: tuple[Decision, ...]
    blind: tuple[Coverage, ...]
    outcomes: tuple[Outcome, ...] | None = None
    rights: frozenset[str] = frozenset()
    requests: int = 0
    interrupted: bool = False
    diagnosis: Diagnosis = Diagnosis()
    fingerprint: Mapping[str, str] = dataclasses.field(default_factory=dict)
    unmet: tuple[Unmet, ...] = ()
    past: history.Past | None = None
    versions: Mapping[str, str] = dataclasses.field(default_factory=dict)
    previews: tuple[Preview, ...] = ()

    def to_do(self) -> tuple[Decision, ...]:
        """What is or was to be deleted or restored."""
        return tuple(d for d in self.decisions if d.action is not Action.KEEP)

    def kept(self) -> tuple[Decision, ...]:
        """What is new, and stays."""
        return tuple(d for d in self.decisions if d.action is Action.KEEP)

    def escalations(self) -> tuple[Decision, ...]:
        """Rights that somebody who was there before has got since."""
        return tuple(d for d in self.decisions if d.resource.kind in self.rights
                     and d.rule not in ('owned', 'changed'))

    def left_changed(self) -> tuple[Decision, ...]:
        """What is left as a run has changed it: for --no-restore, or for what it would be."""
        return tuple(d for d in self.decisions
                     if d.reason == NOT_RESTORED or d.reason.startswith(IMPLAUSIBLE))

    def stale(self) -> tuple[Decision, ...]:
        """What was reviewed, and is left because it is not what was reviewed any more."""
        return tuple(d for d in self.decisions if d.reason.startswith(STALE))

    def unproven(self) -> tuple[Decision, ...]:
        """What is to be deleted, though nothing proves that the run made it."""
        return tuple(d for d in self.decisions if d.action is Action.DELETE and not d.proof)

    def failures(self) -> tuple[Outcome, ...]:
        return tuple(o for o in self.outcomes or () if not o.ok)

    def outcome_by_key(self) -> dict[Key, Outcome]:
        return {o.resource.key: o for o in self.outcomes or ()}

    def finding_by_key(self) -> dict[Key, Finding]:
        return {r.key: f for f in reversed(self.diagnosis.findings) for r in f.resources}

    def recurrence(self, finding: Finding) -> str:
        """``new``, ``seen in 4 of the last 5 runs``; '' where no history is kept."""
        found = self.past.recurrences.get(finding.fingerprint) if self.past else None
        return str(found) if found else ''

    def project_names(self) -> dict[str, str]:
        return {p.id: p.name for p in self.inventory.of('projects')}

    def exit_code(self, *, fail_on_leaks: bool = False) -> ExitCode:
        """What the run ends with.

        Something left weighs more than something unseen: both are told, one can be coded.
        """
        if self.interrupted or any(
                o.status is Status.INTERRUPTED for o in self.outcomes or ()):
            return ExitCode.INTERRUPTED
        if self.failures():
            return ExitCode.LEFT
        left = self.drift.removed or self.left_changed() or self.stale()
        if self.outcomes is None and fail_on_leaks and (self.to_do() or left):
            return ExitCode.LEFT
        if self.outcomes is not None and left:
            return ExitCode.LEFT
        return ExitCode.UNSEEN if self.blind else ExitCode.CLEAN


def versions() -> dict[str, str]:
    """Of this tool and of Tempest, as they are installed."""
    return {name: metadata.version(name) for name in ('tempest-cleanup', 'tempest')}


def remembered(report: Report, path: pathlib.Path) -> Report:
    """The report, with what the history says of its findings; the history knows it then.

    :raises errors.FileError: the history can't be used
    """
    doubtful = {c.kind for c in report.inventory.coverage if not c.whole}
    doubtful |= {d.resource.kind for d in report.kept() if d.rule in _NARROWING}
    return dataclasses.replace(report, past=history.remember(path, history.Entry(
        report.cloud, report.began, report.saved_at, report.outcomes is None,
        frozenset(doubtful), tuple(history.Known(
            f.fingerprint, printable(f.cause.sentence), printable(str(f.cause.test or '')),
            frozenset(r.kind for r in f.resources), len(f.resources))
            for f in report.diagnosis.findings))))


def conclude(
    outcomes: Iterable[Outcome], last: Plan, inventory: Inventory,
    saved: Collection[Key] = (),
) -> tuple[Outcome, ...]:
    """The outcomes, corrected by what the last complete listing shows.

    What was accepted and is still listed has failed, whatever the service said; what timed
    out and is not listed any more is gone; what appeared and was never asked for is left.

    :param last: what would still be to do
    :param saved: what was to be restored
    """
    left = {d.resource.key: d for d in last.decisions if d.action is not Action.KEEP}
    decided = {d.resource.key for d in last.decisions}
    now = inventory.by_key()
    blind = {c.kind for c in inventory.coverage if not c.whole}
    final = []
    for outcome in outcomes:
        key = outcome.resource.key
        if outcome.ok and key in decided:
            # Also where it would be kept by now, as something it may own can't be seen any more.
            outcome = dataclasses.replace(
                outcome, status=Status.FAILED,
                detail='the service accepted it, but it is as it was')
        elif not outcome.ok and key not in decided and key.kind not in blind and (
                key in saved) == (key in now):
            # What is listed and not decided about is as the saved state has it.
            status = Status.RESTORED if key in saved else Status.DELETED
            outcome = dataclasses.replace(outcome, status=status, detail='')
        left.pop(key, None)
        final.append(outcome)
    return (*final, *(Outcome(d.resource, Status.FAILED, 'it appeared during the clean-up')
                      for d in left.values()))
