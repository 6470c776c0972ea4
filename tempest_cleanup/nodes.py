"""A planned resource on its way through the scheduler."""
import dataclasses
import enum
from collections.abc import Iterable

from tempest_cleanup import remedies
from tempest_cleanup.calls import Aid
from tempest_cleanup.model import Action, Decision, Key, Resource, Step, Tenant
from tempest_cleanup.remedies.base import Rank, Remedy, Trouble
from tempest_cleanup.services.base import ResourceService


class State(enum.Enum):
    WAITING = enum.auto()     # for others to be gone
    READY = enum.auto()       # to be asked for, at its time
    ASKING = enum.auto()      # a request is under way
    ACCEPTED = enum.auto()    # the service says it will; a listing tells
    CHECKING = enum.auto()    # its owner is gone; a listing tells whether it went along
    DONE = enum.auto()


@dataclasses.dataclass
class Node:
    """One planned resource on its way. Only the main thread touches it."""

    decision: Decision
    kind: ResourceService
    waits: set[Key]
    owners: set[Key]
    state: State = State.WAITING
    owner_gone: bool = False
    attempts: int = 0
    relapses: int = 0
    first_asked: float | None = None
    since: float = 0.0
    progress_then: int = -1
    error: str = ''
    code: int = 0
    #: Whether the refusal is the kind's own: its deletion would harm what stays.
    needed: bool = False
    aid: Aid | None = None
    steps: tuple[Step, ...] = ()

    @property
    def resource(self) -> Resource:
        return self.decision.resource

    @property
    def listing(self) -> tuple[str, Tenant | None]:
        return self.kind.name, self.kind.listed_in(self.resource)

    def show(self, resource: Resource) -> None:
        """Take it as it was just seen."""
        self.decision = dataclasses.replace(self.decision, resource=resource)

    def trouble(self, now: float, patience: float) -> Trouble:
        """What keeps it, if anything does.

        :param patience: seconds after which what was accepted should be gone
        """
        accepted = self.state is State.ACCEPTED and not self.error
        failures = self.attempts
        if accepted:
            failures += int((now - self.since) / patience) - 1
        return Trouble(
            self.resource, '' if accepted else self.error, 0 if accepted else self.code,
            self.attempts, self.relapses,
            now - self.first_asked if self.first_asked is not None else 0.0, failures)

    @property
    def _may_be_helped(self) -> bool:
        return self.decision.action is Action.DELETE and not self.needed

    def next_aid(
        self, ladder: Iterable[Remedy], now: float, patience: float, *, patient: bool,
    ) -> Aid | None:
        """The next remedy for what is to be deleted, if there is any.

        :param patience: as in :meth:`trouble`
        :param patient: whether the trouble may pass by itself; then only a lock is taken away
        """
        if not self._may_be_helped:
            return None
        trouble = self.trouble(now, patience)
        remedy = remedies.choose(ladder, trouble, {step.remedy for step in self.steps})
        if remedy is None or (patient and remedy.rank > Rank.UNLOCK):
            return None
        return Aid(remedy, trouble)

    def hopes(
        self, ladder: Iterable[Remedy], now: float, patience: float, limit: float,
    ) -> bool:
        """Whether a remedy waits only for more attempts or more time.

        :param patience: as in :meth:`trouble`
        :param limit: seconds that it has
        """
        return self._may_be_helped and remedies.hope(
            ladder, self.trouble(now, patience), {step.remedy for step in self.steps}, limit)
