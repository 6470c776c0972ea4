"""The diagnosis as a phase of a run: it reads, and it never stops the run."""
import argparse
import dataclasses
import pathlib
import threading
from collections.abc import Callable

from oslo_log import log as logging

from tempest_cleanup.config import Config
from tempest_cleanup.diagnosis import causes, diagnose, gather, testimony, workspace
from tempest_cleanup.diagnosis.model import Diagnosis
from tempest_cleanup.model import Action, Inventory
from tempest_cleanup.run import Cleaned, Picture, Run

LOG = logging.getLogger(__name__)


class Explainer:
    """Says of what a run has found why it was left.

    :param stop: set it, and what is not known by then stays so
    """

    def __init__(self, run: Run, means: diagnose.Means, stop: threading.Event) -> None:
        self._run = run
        self._means = dataclasses.replace(means, progress=run.progress, stop=stop)

    def first(self, picture: Picture) -> Diagnosis:
        """Why each resource was left or changed, before anything is deleted."""
        todo = [d for d in picture.plan.decisions if d.action is not Action.KEEP]
        means = dataclasses.replace(
            self._means, known=known(self._run.config, picture.inventory))
        return self._safely(Diagnosis(), lambda: diagnose.diagnose(
            self._scene(picture), [d.resource for d in todo], means,
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


def means(config: Config, args: argparse.Namespace) -> diagnose.Means:
    """What the command line and tempest.conf say to make a diagnosis with.

    :raises errors.FileError: a file that was named is missing
    :raises errors.ConfigurationError: a plugin with causes can't be loaded
    """
    return diagnose.Means(
        causes.load(args.skip_plugin), gather.Limits(args.workers), workspace.find(
            pathlib.Path(), config.traces.log_dir, config.traces.log_file, args.tempest_log,
            args.subunit))


def known(config: Config, inventory: Inventory) -> testimony.Known:
    """What is known of the names that Tempest uses."""
    return testimony.Known(
        {r.id: r.name for kind in ('projects', 'users') for r in inventory.of(kind)},
        config.traces.accounts, config.traces.prefix)
