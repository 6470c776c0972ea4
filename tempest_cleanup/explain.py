"""The diagnosis as a phase of a run: it reads, and it never stops the run."""
import dataclasses
import threading
from collections.abc import Callable

from oslo_log import log as logging

from tempest_cleanup.diagnosis import causes, diagnose, gather
from tempest_cleanup.diagnosis.hearing import Hearing
from tempest_cleanup.diagnosis.model import Diagnosis
from tempest_cleanup.model import Action
from tempest_cleanup.run import Run
from tempest_cleanup.session import Cleaned, Picture

LOG = logging.getLogger(__name__)


class Explainer:
    """Says of what a run has found why it was left.

    :param hearing: of the files of Tempest's that there are
    :param stop: set it, and what is not known by then stays so
    """

    def __init__(
        self, run: Run, recognisers: causes.Recognisers, hearing: Hearing,
        stop: threading.Event,
    ) -> None:
        self._run = run
        self._means = diagnose.Means(
            recognisers, gather.Limits(run.choices.workers), hearing, run.progress, stop)

    def first(self, picture: Picture) -> Diagnosis:
        """Why each resource was left or changed, before anything is deleted."""
        todo = [d for d in picture.plan.decisions if d.action is not Action.KEEP]
        return self._safely(Diagnosis(), lambda: diagnose.diagnose(
            self._scene(picture), [d.resource for d in todo], self._means,
            {d.resource.key: d.changes for d in todo if d.changes}))

    def revised(self, first: Diagnosis, picture: Picture, cleaned: Cleaned) -> Diagnosis:
        """The same, with what the clean-up of a picture has brought to light."""
        return self._safely(first, lambda: diagnose.revise(
            first, self._scene(cleaned.last), cleaned.outcomes, picture.plan, self._means))

    def _scene(self, picture: Picture) -> diagnose.Scene:
        return diagnose.Scene(
            self._run.cloud, picture.kinds, self._run.before, picture.inventory)

    def _safely(self, otherwise: Diagnosis, explain: Callable[[], Diagnosis]) -> Diagnosis:
        """To put the cloud back is more important than to know why it has to be."""
        try:
            return explain()
        except Exception as error:  # noqa: BLE001  # whatever it is, the run goes on
            LOG.exception('diagnosis')
            self._run.progress.event(f'no diagnosis: {error!r}')
            return dataclasses.replace(otherwise, looked_at=(
                *otherwise.looked_at, f'the diagnosis failed, please report it: {error!r}'))
