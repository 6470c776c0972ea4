"""The diagnosis: evidence gathered, causes recognised, findings made. Changes nothing."""
import dataclasses
import datetime
import threading
from collections.abc import Iterable, Mapping
from typing import Protocol

from tempest_cleanup.cloud import Cloud
from tempest_cleanup.diagnosis import causes, daemons, gather
from tempest_cleanup.diagnosis.findings import findings
from tempest_cleanup.diagnosis.model import Case, Diagnosis, Evidence, Result, Source, Test, Trail
from tempest_cleanup.diagnosis.surroundings import Surroundings
from tempest_cleanup.model import Change, Inventory, Key, Outcome, Plan, Resource, Status
from tempest_cleanup.progress import Progress
from tempest_cleanup.services.base import ResourceService, parse_time


@dataclasses.dataclass(frozen=True, slots=True)
class Told:
    """What Tempest's own files tell of one resource.

    :param test: that made it; None where nothing tells
    :param proven: whether it is certain that the run made it
    :param tempest: what about its name or owner says that it is Tempest's
    """

    trail: Trail = Trail()
    test: Test | None = None
    proven: bool = False
    results: tuple[Result, ...] = ()
    running: tuple[Result, ...] = ()
    tempest: str = ''
    evidence: tuple[Evidence, ...] = ()


class Teller(Protocol):
    """Tempest's own files, read."""

    @property
    def looked(self) -> frozenset[Source]:
        """Of which sources there was something to look at."""

    @property
    def looked_at(self) -> tuple[str, ...]:
        """The files, and what was missing or broken, in words."""

    def of(self, resource: Resource) -> Told:
        """What they tell of a resource; nothing where they do not know it."""


class Nobody:
    """No file to look at."""

    looked: frozenset[Source] = frozenset()
    looked_at: tuple[str, ...] = ()

    def of(self, resource: Resource) -> Told:
        return Told()


@dataclasses.dataclass(frozen=True)
class Scene:
    """The cloud at one moment, as a diagnosis needs it.

    :param before: for each kind those that must be gone before it
    """

    cloud: Cloud
    kinds: Mapping[str, ResourceService]
    before: Mapping[str, frozenset[str]]
    inventory: Inventory


@dataclasses.dataclass(frozen=True)
class Means:
    """What a diagnosis is made with.

    :param limits: of what the services are asked for
    """

    teller: Teller
    recognisers: causes.Recognisers
    limits: gather.Limits
    progress: Progress = dataclasses.field(default_factory=Progress)
    stop: threading.Event = dataclasses.field(default_factory=threading.Event)


def diagnose(
    scene: Scene, resources: Iterable[Resource], means: Means,
    changes: Mapping[Key, tuple[Change, ...]] | None = None,
) -> Diagnosis:
    """Why each of some resources was left or changed.

    :param changes: the changed settings of those that were there before
    """
    resources = tuple(resources)
    if not resources:
        return Diagnosis(looked_at=means.teller.looked_at)
    with means.progress.phase('diagnosis'):
        cases, missing = _cases(scene, resources, means, {}, {})
    for key, changed in (changes or {}).items():
        if key in cases:
            cases[key] = dataclasses.replace(cases[key], changes=changed)
    return conclude(cases, means.recognisers, (*means.teller.looked_at, *missing))


def revise(
    first: Diagnosis, scene: Scene, outcomes: Iterable[Outcome], planned: Plan, means: Means,
) -> Diagnosis:
    """A diagnosis with what our own deletions have brought to light.

    :param scene: the cloud after them
    """
    failed = {o.resource.key: o for o in outcomes
              if not o.ok and o.status is not Status.INTERRUPTED}
    if not failed:
        return first
    now = scene.inventory.by_key()
    resources = [now.get(key, o.resource) for key, o in failed.items()]
    blockers = {key: tuple(sorted(
        (planned.waits.get(key, frozenset()) | planned.owners.get(key, frozenset()))
        & failed.keys())) for key in failed}
    with means.progress.phase('diagnosis of what could not be deleted'):
        cases, missing = _cases(scene, resources, means, failed, blockers)
    merged = dict(first.cases)
    for key, case in cases.items():
        before = first.cases.get(key, case)
        merged[key] = dataclasses.replace(
            case, evidence=tuple(dict.fromkeys((*before.evidence, *case.evidence))),
            origin=case.origin or before.origin, maker=case.maker or before.maker,
            related=tuple({r.key: r for r in (*before.related, *case.related)}.values()),
            changes=before.changes)
    return conclude(merged, means.recognisers,
                    tuple(dict.fromkeys((*first.looked_at, *missing))))


def conclude(
    cases: Mapping[Key, Case], recognisers: causes.Recognisers, looked_at: tuple[str, ...],
) -> Diagnosis:
    """The causes and findings of some cases; pure."""
    recognised = {key: causes.recognise(case, recognisers) for key, case in cases.items()}
    return Diagnosis(cases, findings(cases, recognised), looked_at, recognised)


def _cases(
    scene: Scene, resources: Iterable[Resource], means: Means,
    outcomes: Mapping[Key, Outcome], blockers: Mapping[Key, tuple[Key, ...]],
) -> tuple[dict[Key, Case], tuple[str, ...]]:
    """All that is known about each resource, and what could not be looked at."""
    resources = tuple(resources)
    gathered = gather.gather(scene.kinds, resources, means.limits, means.stop)
    processes, unseen = daemons.ask(
        scene.cloud, {scene.kinds[r.kind].service_type for r in resources})
    surroundings = Surroundings(
        scene.kinds, scene.before, scene.inventory, {r.key for r in resources}, processes)
    at = datetime.datetime.now(datetime.UTC)
    cases = {r.key: case(
        scene.kinds[r.kind], r, at, means.teller, surroundings,
        gathered.evidence.get(r.key, ()), outcomes.get(r.key), blockers.get(r.key, ()))
        for r in resources}
    return cases, (*unseen, *gathered.missing)


def case(
    kind: ResourceService, resource: Resource, at: datetime.datetime, teller: Teller,
    surroundings: Surroundings, evidence: tuple[Evidence, ...], outcome: Outcome | None,
    stuck: tuple[Key, ...],
) -> Case:
    """All that is known about one resource.

    :param stuck: what the clean-up could not delete and this had to wait for
    """
    told = teller.of(resource)
    around = surroundings.of(resource, [
        *(r.error for r in told.trail.deletions if not r.ok), outcome.detail if outcome else '',
        *(e.fact for e in evidence if e.failure)])
    return Case(
        resource, outcome, (*evidence, *around.evidence, *told.evidence), told.trail, told.test,
        told.proven, told.results, told.running, around.origin,
        tuple(dict.fromkeys((*stuck, *around.blockers))), around.owner_gone, around.down,
        around.related, moving=kind.in_transition(resource),
        since=parse_time(resource.body.get(kind.updated_key)) or resource.created_at, at=at,
        failed=kind.deletion_failed(resource),
        looked=frozenset((Source.SERVICE, Source.AROUND)) | teller.looked, tempest=told.tempest,
        service=kind.service_type, maker=around.maker)
