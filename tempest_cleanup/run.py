"""A whole run: the phases one after another, each given what the one before made."""
import contextlib
import dataclasses
import datetime
import pathlib
import threading
import time
from collections.abc import Callable, Collection, Iterator, Mapping

from tempest_cleanup import (
    errors,
    phases,
    remedies,
    services,
    state,
)
from tempest_cleanup.cloud import Cloud
from tempest_cleanup.config import Config
from tempest_cleanup.context import Filters
from tempest_cleanup.diagnosis.model import Diagnosis, Trail
from tempest_cleanup.grants import (
    Grants,
)
from tempest_cleanup.journal import Journal
from tempest_cleanup.model import (
    Inventory,
    Key,
    Resource,
)
from tempest_cleanup.progress import Progress
from tempest_cleanup.provenance import Clues
from tempest_cleanup.report import Report, versions
from tempest_cleanup.services.base import ResourceService
from tempest_cleanup.session import Cleaned, Picture, Session

Trails = Callable[[Mapping[str, ResourceService], Inventory, Collection[Resource]],
                  Mapping[Key, Trail]]


def no_trails(
    _kinds: Mapping[str, ResourceService], _inventory: Inventory,
    _resources: Collection[Resource],
) -> Mapping[Key, Trail]:
    """What is told where there is no log."""
    return {}


@dataclasses.dataclass(frozen=True)
class Choices:
    """What the user asked for, as the engine needs it.

    :param grant: whether a role may be given to ourselves for the time of the run
    :param preserve_configured: whether what tempest.conf names is protected
    :param protected_projects: ids: nothing in these is touched
    :param max_deletes: what is found after the first round is not deleted where it would be
        more in all; None for no limit
    :param settle: seconds that what is in transition gets to arrive, before it counts as left
    :param clues: what is known of the run that left things behind
    :param trails: what its log tells of these resources, asked for at each look
    :param ladders: the remedies that may be used
    """

    workers: int
    timeout: float
    filters: Filters
    grant: bool = True
    preserve_configured: bool = True
    settle: float = 0.0
    clues: Clues = Clues()
    trails: Trails = no_trails
    ladders: remedies.Ladders = dataclasses.field(default_factory=dict)
    protected_projects: frozenset[str] = frozenset()
    max_deletes: int | None = None


class Run:
    """One run against one cloud. What reads or changes the cloud needs a session.

    :param folder: where the saved state and the journal are
    """

    def __init__(
        self, config: Config, cloud: Cloud, kinds: services.Kinds, choices: Choices,
        folder: pathlib.Path, progress: Progress,
    ) -> None:
        self.cloud = cloud
        self.config = config
        self._kinds = kinds
        self.choices = choices
        self.progress = progress
        self.before = services.predecessors(kinds)
        self._folder = folder
        self.began = datetime.datetime.now(datetime.UTC)
        self._clock = time.monotonic()

    def kinds(self, earlier: Mapping[str, ResourceService]) -> dict[str, ResourceService]:
        """An instance of each kind, for one look at the cloud.

        What one remembers (the defaults of quotas) may be wrong after the next change; what is
        not, it learns from that of an earlier look.
        """
        made = {name: kind(self.cloud) for name, kind in self._kinds.items()}
        for name, kind in earlier.items():
            made[name].learn(kind)
        return made

    @contextlib.contextmanager
    def session(self, stop: threading.Event) -> Iterator[Session]:
        """With the lock on the folder; roles that are granted in it are taken back.

        :param stop: set it to end what goes on
        :raises errors.Refused: another run works with the same folder
        """
        with Journal(self._folder, self.cloud.fingerprint()) as journal:
            if journal.foreign():
                self.progress.event(
                    f'{journal.path} notes {journal.foreign()} grants in another cloud: run '
                    'there with the same folder to take them back')
            with self.cloud.recorded(journal.changing), \
                    Grants(self.cloud, journal, self.progress) as grants:
                yield Session(self, journal, grants, stop)

    def report(
        self, intent: str, saved: state.SavedState | None, shown: Picture,
        cleaned: Cleaned | None = None, diagnosis: Diagnosis | None = None,
    ) -> Report:
        """What was found at first, and what became of it.

        What the last look misses of the saved state is a loss, whoever removed it.
        """
        removed = {r.key: r for picture in (shown, cleaned.last if cleaned else shown)
                   for r in picture.drift.removed}
        return Report(
            intent=intent, cloud=self.cloud.auth_url,
            fingerprint=self.cloud.fingerprint(), began=self.began,
            seconds=time.monotonic() - self._clock,
            saved_at=saved.saved_at if saved else None, inventory=shown.inventory,
            drift=dataclasses.replace(shown.drift, removed=tuple(removed.values())),
            decisions=cleaned.decisions if cleaned else shown.plan.decisions,
            blind=(cleaned.last if cleaned else shown).blind,
            outcomes=cleaned.outcomes if cleaned else None,
            interrupted=cleaned.interrupted if cleaned else False,
            unmet=phases.unmet(
                self.choices.filters.reviewed, shown.inventory, shown.plan.decisions),
            rights=frozenset(name for name, kind in self._kinds.items() if kind.rights),
            requests=sum(self.cloud.requests_sent.values()),
            diagnosis=diagnosis or Diagnosis(), versions=versions())


def connect(config: Config, workers: int) -> Cloud:
    """The cloud, with a token.

    :raises errors.ConfigurationError: the credentials are refused, or nobody answers
    """
    cloud = config.cloud(workers)
    try:
        cloud.connect()
    except errors.Denied as error:
        raise errors.ConfigurationError(
            f'{error}. Check [auth] admin_username, admin_password, admin_project_name and '
            'the domains in tempest.conf') from error
    except errors.ApiError as error:
        raise errors.ConfigurationError(
            f'{error}. Is Keystone up, and is [identity] uri_v3 in tempest.conf right?'
        ) from error
    return cloud
