"""A run at work: it looks, saves and cleans up, with the lock and the roles that it needs."""
import dataclasses
import datetime
import pathlib
import threading
from typing import TYPE_CHECKING

from tempest_cleanup import (
    discover,
    errors,
    execute,
    phases,
    protected,
    state,
)
from tempest_cleanup.diagnosis import proof, settle
from tempest_cleanup.grants import (
    Assignments,
    Grants,
    assignments,
    lent,
    needed,
    unproved,
    without,
)
from tempest_cleanup.journal import Journal
from tempest_cleanup.model import (
    Action,
    Coverage,
    Decision,
    Drift,
    Inventory,
    Key,
    Outcome,
    Plan,
    Scope,
    Tenant,
    in_full,
)
from tempest_cleanup.provenance import Clues
from tempest_cleanup.report import conclude
from tempest_cleanup.services.base import ResourceService
from tempest_cleanup.shield import Wishes

if TYPE_CHECKING:
    from tempest_cleanup.run import Run

#: After these many rounds what appears anew is reported, not chased.
ROUNDS = 3


@dataclasses.dataclass(frozen=True)
class Picture:
    """The cloud at one moment, and what is to be done about it.

    :param kinds: that this look was taken with
    :param blind: the listings that were not whole: of this look, and of the saved state where
        something is kept for that
    :param looks: the coverage of the saved state, of the looks before, and of this one
    """

    kinds: dict[str, ResourceService]
    inventory: Inventory
    drift: Drift
    plan: Plan
    blind: tuple[Coverage, ...]
    looks: tuple[Coverage, ...]


@dataclasses.dataclass(frozen=True)
class Cleaned:
    """What a clean-up ended with.

    :param last: the cloud at the end: its listings are the proof
    :param decisions: of the plan, and about what appeared meanwhile
    :param interrupted: whether it was stopped before the last look: nothing is proved
    """

    last: Picture
    decisions: tuple[Decision, ...]
    outcomes: tuple[Outcome, ...]
    interrupted: bool = False


class Session:
    """A run while it holds the lock and the roles that it gave itself."""

    def __init__(
        self, run: 'Run', journal: Journal, grants: Grants, stop: threading.Event,
    ) -> None:
        self._run = run
        self._journal = journal
        self._grants = grants
        self._stop = stop

    def inventory(
        self, kinds: dict[str, ResourceService], saved: state.SavedState | None,
    ) -> Inventory:
        """Everything, with what owners in the saved state may have left behind."""
        run = self._run
        if run.choices.grant:
            listed = discover.list_kind(kinds['projects'], None)[0]
            roles = discover.list_kind(kinds['roles'], None)[0] if 'roles' in kinds else ()
            reseller = next((r.id for r in roles if r.name == run.config.reseller_role), '')
            self._grants.grant(needed(
                kinds.values(), run.cloud, self._grants.own(), listed, reseller))
        gone = [Tenant(scope, r.id) for scope in (Scope.USER, Scope.PROJECT)
                for r in (saved.inventory.of(discover.OWNERS[scope]) if saved else ())]
        found = discover.discover(
            kinds, run.choices.workers, run.progress, gone, self._stop)
        return self._grants.left_out(found)

    def save(self, path: pathlib.Path, stage: state.Stage | None = None) -> Inventory:
        """Write the saved state."""
        kinds = self._run.kinds({})
        found = self.inventory(kinds, None)
        state.save(path, found, self._run.cloud.fingerprint(), kinds,
                   datetime.datetime.now(datetime.UTC), stage)
        return found

    def picture(
        self, saved: state.SavedState | None, earlier: Picture | None = None,
    ) -> Picture:
        """The cloud of now, compared and decided about; nothing is changed.

        :param earlier: the look of this run before this one
        """
        run = self._run
        kinds = run.kinds(earlier.kinds if earlier else {})
        before = earlier.looks if earlier else saved.inventory.coverage if saved else ()
        inventory = phases.believed(self.inventory(kinds, saved), before)
        saved = self._without_lent(saved, inventory) if saved else None
        drift = phases.compare(saved, inventory, kinds)
        expanded, failed = discover.expand(kinds, drift.added, run.choices.workers)
        roles, doubts = assignments(run.cloud)
        inventory = Inventory(
            {name: tuple(expanded.get(r.key, r) for r in found)
             for name, found in inventory.resources.items()},
            (*inventory.coverage, *failed, *doubts))
        drift = dataclasses.replace(
            drift, added=tuple(expanded.get(r.key, r) for r in drift.added))
        planned = phases.plan(
            kinds, run.before, saved, inventory, drift, run.choices.filters,
            self._protected(kinds, inventory, roles), protected.members(roles),
            self._clues(kinds, inventory, drift),
            Wishes(run.began.date(), run.choices.protected_projects))
        return Picture(kinds, inventory, drift, planned,
                       (*(c for c in inventory.coverage if not c.whole),
                        *phases.doubted(saved, kinds, planned.decisions)),
                       (*before, *inventory.coverage))

    def _without_lent(self, saved: state.SavedState, now: Inventory) -> state.SavedState:
        """What was saved, without what may have been a grant of a run at the same time."""
        found = lent(saved.inventory, now, self._run.cloud.user_id)
        for resource in found:
            self._run.progress.event(
                f'{resource} ({resource.id}) is in the saved state and gone. It may have been the '
                'grant of another run of tempest cleanup, so it is not put back: give it again if '
                'it was yours, and take a new saved state')
        return dataclasses.replace(saved, inventory=without(
            saved.inventory, {r.id for r in found}))

    def settled(self, saved: state.SavedState | None) -> Picture:
        """The cloud when what was on its way has arrived, or has had the time to."""
        run = self._run
        picture = self.picture(saved)
        leaks = [d.resource for d in picture.plan.of(Action.DELETE)]
        if settle.settle(picture.kinds, leaks, run.choices.settle, run.progress, self._stop):
            return self.picture(saved, picture)
        return picture

    def clean(self, saved: state.SavedState | None, picture: Picture) -> Cleaned:
        """Carry the plan out, look again, and go on while that makes progress."""
        run = self._run
        limits = execute.Limits(run.choices.workers, run.choices.timeout, run.choices.ladders)
        outcomes: dict[Key, Outcome] = {}
        decisions = {d.resource.key: d for d in picture.plan.decisions}
        for _round in range(ROUNDS):
            if not any(d.action is not Action.KEEP for d in picture.plan.decisions):
                break
            done = execute.execute(
                picture.plan, picture.kinds, limits, run.progress, self._stop)
            for outcome in done:
                outcomes[outcome.resource.key] = outcome
                self._journal.ended(in_full(outcome.resource), outcome.status, outcome.detail)
            try:
                if any(picture.kinds[o.resource.kind].shapes_catalog for o in done):
                    run.cloud.reconnect()
                picture = self.picture(saved, picture)
            except errors.Interrupted:
                return Cleaned(picture, tuple(decisions.values()), tuple(outcomes.values()),
                               interrupted=True)
            except errors.ApiError as error:
                picture = dataclasses.replace(picture, blind=(*picture.blind, unproved(error)))
                return Cleaned(picture, tuple(decisions.values()), tuple(outcomes.values()))
            # Also what is kept and was not seen at first.
            decisions |= {d.resource.key: d for d in picture.plan.decisions
                          if d.action is not Action.KEEP or d.resource.key not in decisions}
            left = {d.resource.key for d in picture.plan.decisions
                    if d.action is not Action.KEEP}
            # Of this round alone: what failed in an earlier one may be gone since.
            if not left or left == {o.resource.key for o in done if not o.ok}:
                break
            deletes = sum(d.action is Action.DELETE for d in decisions.values())
            if run.choices.max_deletes is not None and deletes > run.choices.max_deletes:
                run.progress.event(
                    f'so much appeared meanwhile that {deletes} would be deleted in all, more '
                    f'than --max-deletes {run.choices.max_deletes}: what is left stays')
                break
            run.progress.event(f'{len(left)} are left or appeared meanwhile: once more')
        return Cleaned(picture, tuple(decisions.values()), conclude(
            outcomes.values(), picture.plan, picture.inventory,
            {d.resource.key for d in decisions.values() if d.action is Action.RESTORE}))

    def _clues(
        self, kinds: dict[str, ResourceService], inventory: Inventory, drift: Drift,
    ) -> Clues:
        choices = self._run.choices
        trails = choices.trails(
            kinds, inventory, (*drift.added, *(c.resource for c in drift.changed)))
        return dataclasses.replace(
            choices.clues, created=proof.created(trails), changed=proof.changed(trails))

    def _protected(
        self, kinds: dict[str, ResourceService], inventory: Inventory, roles: Assignments,
    ) -> dict[Key, str]:
        run = self._run
        found = protected.own(run.cloud, {k.service_type for k in kinds.values()})
        found |= protected.of_services(inventory, roles)
        found |= protected.own_rights(run.cloud.user_id, inventory)
        if run.choices.preserve_configured:
            found |= protected.configured(run.config, inventory)
        return found
