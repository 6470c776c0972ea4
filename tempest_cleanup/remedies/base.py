"""A remedy: what is tried when a service does not let go of what is to be deleted."""
import abc
import dataclasses
import enum

from tempest_cleanup.model import Resource
from tempest_cleanup.services.base import ResourceService


class Rank(enum.IntEnum):
    """How far a remedy overrides somebody or something. The ladder is climbed in this order."""

    #: Takes away a lock or a protection.
    UNLOCK = 1
    #: Tells the service that the state it has noted is wrong.
    RESET = 2
    #: Cuts the resource off from what it is tied to.
    DETACH = 3
    #: Deletes it in another way than the usual, whatever its state.
    FORCE = 4
    #: Has the operator's own means, and asks no service.
    OPERATOR = 5
    #: Changes a service's database.
    DATABASE = 6


@dataclasses.dataclass(frozen=True, slots=True)
class Trouble:
    """What keeps a resource from being deleted.

    :param resource: as it was last seen
    :param error: the last refusal; '' where the deletion was accepted and it is still there
    :param code: the HTTP status of that refusal, 0 where there is none
    :param attempts: how often its deletion was asked for
    :param relapses: how often it was accepted, and then failed
    :param seconds: since it was first asked for
    :param failures: how often its deletion failed: it was refused, it was accepted and then
        failed, or it was accepted and is still there; the last counts once more with each
        quarter of ``--timeout``
    """

    resource: Resource
    error: str = ''
    code: int = 0
    attempts: int = 0
    relapses: int = 0
    seconds: float = 0.0
    failures: int = 0

    @property
    def status(self) -> str:
        """The resource's own, in lower case."""
        return self.resource.status.lower()

    def __str__(self) -> str:
        return self.error or 'the deletion was accepted, but it is still there'


class Remedy(abc.ABC):
    """One way out, for some kinds. An instance serves a whole run, and any number of threads.

    It is used only on what is to be deleted anyway, each once on a resource, and after the
    deletion was refused. Then the deletion is asked for again.
    """

    #: The kinds of resources that it is for.
    kinds: tuple[str, ...]
    #: What it does, for reports: it follows the resource's name. "resets its state"
    does: str
    rank: Rank
    #: Whether it asks for the deletion itself, so that nothing else has to.
    deletes: bool = False

    def fits(self, trouble: Trouble) -> bool:
        """Whether it may help against this. Pure."""
        return True

    @abc.abstractmethod
    def apply(self, kind: ResourceService, trouble: Trouble) -> None:
        """Do it.

        :raises errors.ApiError: the service refuses
        :raises errors.RemedyFailed: it can't be done, or should not
        """
