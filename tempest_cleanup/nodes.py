"""A planned resource on its way through the scheduler."""
import dataclasses
import enum

from tempest_cleanup.model import Decision, Key, Resource, Tenant
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

    @property
    def resource(self) -> Resource:
        return self.decision.resource

    @property
    def listing(self) -> tuple[str, Tenant | None]:
        return self.kind.name, self.kind.listed_in(self.resource)
