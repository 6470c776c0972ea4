"""The diagnosis: evidence gathered, causes recognised, findings made. Changes nothing."""
import dataclasses
import datetime
import threading
from collections.abc import Iterable, Mapping

from tempest_cleanup import errors
from tempest_cleanup.cloud import Cloud
from tempest_cleanup.diagnosis import causes, daemons, gather
from tempest_cleanup.diagnosis.findings import findings
from tempest_cleanup.diagnosis.hearing import Hearing
from tempest_cleanup.diagnosis.model import Case, Diagnosis, Evidence, Source
from tempest_cleanup.diagnosis.surroundings import Surroundings
from tempest_cleanup.diagnosis.testimony import Statement
from tempest_cleanup.model import Change, Inventory, Key, Outcome, Plan, Resource, Status, Step
from tempest_cleanup.progress import Progress
from tempest_cleanup.services.base import ResourceService, parse_time


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
    :param hearing: of the files of Tempest's that there are
    """

    recognisers: causes.Recognisers
    limits: gather.Limits
    hearing: Hearing = dataclasses.field(default_factory=Hearing)
    progress: Progress = dataclasses.field(default_factory=Progress)
    stop: threading.Event = dataclasses.field(default_factory=threading.Event)


@dataclasses.dataclass(frozen=True)
class _Heard:
    """What Tempest's files tell.

    :param sources: those of which there was something to look at
    """

    of: Mapping[Key, Statement]
    sources: frozenset[Source] = frozenset()
    notes: tuple[str, ...] = ()


def diagnose(
    scene: Scene, resources: Iterable[Resource], means: Means,
    changes: Mapping[Key, tuple[Change, ...]] | None = None,
) -> Diagnosis:
    """Why each of some resources was left or changed.

    :param changes: the changed settings of those that were there before
    """
    resources = tuple(resources)
    if not resources:
        return Diagnosis()
    with means.progress.phase('diagnosis'):
        heard = _hear(scene, resources, means)
        cases, missing = _cases(scene, resources, means, heard, {}, {})
    for key, changed in (changes or {}).items():
        if key in cases:
            cases[key] = dataclasses.replace(cases[key], changes=changed)
    return conclude(cases, means.recognisers, (*heard.notes, *missing))


def revise(
    first: Diagnosis, scene: Scene, outcomes: Iterable[Outcome], planned: Plan, means: Means,
) -> Diagnosis:
    """A diagnosis with what our own deletions have brought to light.

    :param scene: the cloud after them
    """
    outcomes = tuple(outcomes)
    first = conclude(_with_steps(first.cases, outcomes), means.recognisers, first.looked_at) \
        if any(o.steps for o in outcomes) else first
    failed = {o.resource.key: o for o in outcomes
              if not o.ok and o.status is not Status.INTERRUPTED}
    if not failed:
        return first
    now = scene.inventory.by_key()
    resources = [now.get(key, o.resource) for key, o in failed.items()]
    blockers = {key: tuple(sorted(
        (planned.waits.get(key, frozenset()) | planned.owners.get(key, frozenset()))
        & failed.keys())) for key in failed}
    # The files are as they were, and may be long.
    heard = _Heard({key: _statement(case) for key, case in first.cases.items()},
                   frozenset(s for case in first.cases.values() for s in case.looked))
    with means.progress.phase('diagnosis of what could not be deleted'):
        cases, missing = _cases(scene, resources, means, heard, failed, blockers)
    merged = dict(first.cases)
    for key, case in cases.items():
        merged[key] = _joined(first.cases[key], case) if key in first.cases else case
    return conclude(merged, means.recognisers,
                    tuple(dict.fromkeys((*first.looked_at, *missing))))


def _with_steps(cases: Mapping[Key, Case], outcomes: Iterable[Outcome]) -> dict[Key, Case]:
    """The cases with the remedies that were tried; pure."""
    found = dict(cases)
    for outcome in outcomes:
        if (known := cases.get(outcome.resource.key)) and outcome.steps:
            found[outcome.resource.key] = dataclasses.replace(
                known, evidence=(*known.evidence, *map(_tried, outcome.steps)))
    return found


def _tried(step: Step) -> Evidence:
    return Evidence(Source.CLEANUP, f'a remedy {step}; it was against: {step.trouble}', step.at)


def conclude(
    cases: Mapping[Key, Case], recognisers: causes.Recognisers, looked_at: tuple[str, ...],
) -> Diagnosis:
    """The causes and findings of some cases; pure."""
    recognised = {key: causes.recognise(case, recognisers) for key, case in cases.items()}
    return Diagnosis(cases, findings(cases, recognised), looked_at, recognised)


def _hear(scene: Scene, resources: tuple[Resource, ...], means: Means) -> _Heard:
    """What Tempest's files tell; where they can't be read, that is told."""
    try:
        told = means.hearing.statements(scene.kinds, scene.inventory, resources)
    except errors.FileError as error:
        return _Heard({}, notes=(*means.hearing.found.notes, str(error)))
    sources = {Source.NAMES}
    sources |= {Source.LOG} if told.log.requests else set()
    sources |= {Source.RESULTS} if told.results.results else set()
    sources |= {Source.RECORD} if means.hearing.found.recorded else set()
    return _Heard(told.of, frozenset(sources), told.notes)


def _statement(case: Case) -> Statement:
    """What Tempest's files told of a case."""
    return Statement(case.trail, case.test, case.tempest if case.proven else '', case.results,
                     case.running, tuple(e for e in case.evidence if e.source in _FILES),
                     case.owner_deleted)


_FILES = frozenset((Source.LOG, Source.RESULTS, Source.NAMES, Source.RECORD))


def _joined(before: Case, now: Case) -> Case:
    """What was known of a resource before its deletion was tried, and what is now."""
    return dataclasses.replace(
        now, evidence=tuple(dict.fromkeys((*before.evidence, *now.evidence))),
        origin=now.origin or before.origin, maker=now.maker or before.maker,
        related=tuple({r.key: r for r in (*before.related, *now.related)}.values()),
        changes=before.changes)


def _cases(
    scene: Scene, resources: Iterable[Resource], means: Means, heard: _Heard,
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
    cases = {}
    for resource in resources:
        found = case(scene.kinds[resource.kind], resource, surroundings,
                     heard.of.get(resource.key, Statement()),
                     gathered.evidence.get(resource.key, ()), outcomes.get(resource.key),
                     blockers.get(resource.key, ()))
        cases[resource.key] = dataclasses.replace(
            found, at=at,
            looked=frozenset((Source.SERVICE, Source.AROUND)) | heard.sources)
    return cases, (*unseen, *gathered.missing)


def case(
    kind: ResourceService, resource: Resource, surroundings: Surroundings, told: Statement,
    evidence: tuple[Evidence, ...], outcome: Outcome | None = None, stuck: tuple[Key, ...] = (),
) -> Case:
    """All that is known about one resource.

    :param stuck: what the clean-up could not delete and this had to wait for
    """
    around = surroundings.of(resource, [
        *(r.error for r in told.trail.deletions if not r.ok), outcome.detail if outcome else '',
        *(e.fact for e in evidence if e.failure)])
    named = next((e.fact for e in told.evidence if e.source is Source.NAMES), '')
    return Case(
        resource, outcome, (*evidence, *around.evidence, *told.evidence), told.trail, told.test,
        told.proven, told.results, told.running, around.origin,
        tuple(dict.fromkeys((*stuck, *around.blockers))), around.owner_gone, around.down,
        around.related, moving=kind.in_transition(resource),
        since=since(kind, resource),
        failed=kind.deletion_failed(resource), tempest=told.proof or named,
        service=kind.service_type, maker=around.maker, owner=around.owner,
        owner_deleted=told.owner_deleted)


def since(kind: ResourceService, resource: Resource) -> datetime.datetime | None:
    """When its status last changed; not its age, unless it is still being made."""
    told = parse_time(resource.body.get(kind.updated_key))
    making = any(word in resource.status.lower() for word in ('creat', 'build'))
    return told or (resource.created_at if making else None)
