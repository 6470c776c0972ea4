"""What a rule may look at, and what it may say."""
import dataclasses
import datetime
from collections.abc import Callable, Mapping

from tempest_cleanup.model import Action, Change, Decision, Key, Resource
from tempest_cleanup.reviewed import Reviewed
from tempest_cleanup.services.base import ResourceService
from tempest_cleanup.state import SavedState

Opinion = tuple[Action, str] | None
Rule = Callable[['Context', Resource], Opinion]


@dataclasses.dataclass(frozen=True)
class Filters:
    """What may be deleted at all. Empty means anything.

    :param projects: ids; of projects, and of what is in them
    :param domains: ids
    :param created_before: nothing younger than this
    :param restore: whether changed settings are put back
    :param tempest_only: whether what nothing proves to come from the run is left alone
    :param reviewed: nothing but what a reviewed report lists
    """

    kinds: frozenset[str] | None = None
    projects: frozenset[str] | None = None
    domains: frozenset[str] | None = None
    created_before: datetime.datetime | None = None
    prefix: str = ''
    recorded: Mapping[str, frozenset[str]] | None = None
    restore: bool = True
    tempest_only: bool = False
    reviewed: Reviewed | None = None


@dataclasses.dataclass(frozen=True)
class Context:
    """All that a rule may look at.

    :param protected: reasons by key: what we stand on, what tempest.conf names
    :param blind: reasons by kind and tenant: listings of now that are not whole
    :param owners: by key: the resources whose deletion would take it along
    :param occupants: by key: the resources that are in it, or would go with it
    :param project_domains: the domain of each project
    :param living: ids of the projects that exist; None where that is not known
    :param shielded: by key: why it is neither deleted nor put back, whatever speaks for that
    :param proven: by key: what proves that the run made or changed it
    :param there: by key: all that was found
    """

    kinds: Mapping[str, ResourceService]
    saved: SavedState | None
    filters: Filters
    protected: Mapping[Key, str]
    blind: Mapping[tuple[str, str], str]
    changes: Mapping[Key, tuple[Change, ...]]
    owners: Mapping[Key, tuple[Resource, ...]]
    project_domains: Mapping[str, str]
    living: frozenset[str] | None
    occupants: Mapping[Key, tuple[Resource, ...]]
    decide: Callable[[Resource], Decision]
    shielded: Mapping[Key, str] = dataclasses.field(default_factory=dict)
    proven: Mapping[Key, str] = dataclasses.field(default_factory=dict)
    there: Mapping[Key, Resource] = dataclasses.field(default_factory=dict)
