"""What a worker does for one decision: the requests, one after another."""
import contextlib
import dataclasses
import datetime

from tempest_cleanup import errors, journal
from tempest_cleanup.model import Action, Decision, Step, in_full
from tempest_cleanup.remedies.base import Remedy, Trouble
from tempest_cleanup.services.base import ResourceService


@dataclasses.dataclass(frozen=True)
class Answer:
    """What came of it.

    :param error: None where all was accepted
    :param step: the remedy that was tried first
    """

    error: errors.ApiError | None = None
    step: Step | None = None


@dataclasses.dataclass(frozen=True)
class Aid:
    """A remedy for a trouble: what is done before the deletion is asked for again."""

    remedy: Remedy
    trouble: Trouble


def carry_out(kind: ResourceService, decision: Decision, aid: Aid | None = None) -> Answer:
    """Send the requests for one decision."""
    with journal.concerning(f'{decision.action} {in_full(decision.resource)}'):
        step = help_along(kind, aid) if aid else None
        if aid and step and aid.remedy.deletes and not step.error:
            return Answer(step=step)
        return Answer(_ask(kind, decision), step)


def help_along(kind: ResourceService, aid: Aid) -> Step:
    """Try a remedy. That it fails is told in the step, and stops nothing."""
    error = ''
    try:
        aid.remedy.apply(kind, aid.trouble)
    except errors.NotFound:
        pass  # what it was to be done to is gone
    except errors.CleanupError as refused:
        error = str(refused)
    except Exception as fault:  # noqa: BLE001  # whatever its author did
        error = f'a fault of the remedy: {fault!r}'
    return Step(aid.remedy.does, str(aid.trouble), datetime.datetime.now(datetime.UTC), error)


def _ask(kind: ResourceService, decision: Decision) -> errors.ApiError | None:
    try:
        if decision.action is Action.RESTORE:
            kind.restore(decision.resource, decision.changes)
        else:
            with contextlib.suppress(errors.NotFound):
                kind.prepare_delete(decision.resource)
            with contextlib.suppress(errors.NotFound):
                kind.delete(decision.resource)
    except errors.ApiError as error:
        return error
    except Exception as error:  # noqa: BLE001  # one kind's fault must not stop the others
        return errors.Garbage(f'the answer can\'t be understood: {error!r}')
    return None
