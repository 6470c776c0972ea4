"""Pictures of clouds, and what is decided about them, with the installed kinds."""
import datetime
from collections.abc import Iterable, Mapping
from typing import Any, cast

from tempest_cleanup import phases, services
from tempest_cleanup.cloud import Cloud
from tempest_cleanup.context import Filters
from tempest_cleanup.model import (
    Coverage,
    Decision,
    Drift,
    Inventory,
    Key,
    Plan,
    Resource,
    Scope,
    Seen,
)
from tempest_cleanup.provenance import Clues
from tempest_cleanup.services.base import ResourceService
from tempest_cleanup.shield import Wishes
from tempest_cleanup.state import SavedState

CLASSES = services.load()
#: What is decided needs no cloud.
KINDS: Mapping[str, ResourceService] = {
    name: cls(cast(Cloud, None)) for name, cls in CLASSES.items()}
BEFORE = services.predecessors(CLASSES)
NOW = datetime.datetime(2026, 11, 22, tzinfo=datetime.UTC)
OWNERS = {Scope.PROJECT: 'projects', Scope.USER: 'users', Scope.DOMAIN: 'domains'}

Unseen = Mapping[tuple[str, str], Seen]


def thing(kind: str, identifier: str, **attributes: Any) -> Resource:
    """A resource whose name is its id."""
    return Resource(kind, identifier, **{'name': identifier, **attributes})


def inventory(*resources: Resource, unseen: Unseen | None = None,
              kinds: Iterable[str] = tuple(KINDS)) -> Inventory:
    """All of these, seen completely but for what is named."""
    found: dict[str, tuple[Resource, ...]] = dict.fromkeys(kinds, ())
    for resource in resources:
        found[resource.kind] = (*found[resource.kind], resource)
    coverage = []
    for kind in found:
        owner = OWNERS.get(KINDS[kind].scope)
        for tenant in [r.id for r in found.get(owner, ())] if owner else ['']:
            seen = (unseen or {}).get((kind, tenant), Seen.COMPLETE)
            coverage.append(Coverage(kind, seen, tenant, detail='a test'))
    listed = {(c.kind, c.tenant) for c in coverage}
    coverage += [Coverage(kind, seen, tenant, detail='a test')
                 for (kind, tenant), seen in (unseen or {}).items()
                 if (kind, tenant) not in listed]
    return Inventory(found, tuple(coverage))


def state(*resources: Resource, unseen: Unseen | None = None,
          kinds: Iterable[str] = tuple(KINDS)) -> SavedState:
    kinds = tuple(kinds)
    return SavedState(NOW, {}, frozenset(kinds), inventory(
        *resources, unseen=unseen, kinds=kinds))


def planned(
    saved: SavedState | None, now: Inventory, filters: Filters | None = None,
    protected: Mapping[Key, str] | None = None,
    members: Mapping[str, frozenset[str]] | None = None, clues: Clues | None = None,
    wishes: Wishes | None = None,
) -> Plan:
    now = phases.believed(now, saved.inventory.coverage if saved else ())
    drift: Drift = phases.compare(saved, now, KINDS)
    return phases.plan(KINDS, BEFORE, saved, now, drift, filters or Filters(),
                       protected or {}, members or {}, clues or Clues(),
                       wishes or Wishes(NOW.date()))


def decisions(plan: Plan) -> dict[str, Decision]:
    """By id."""
    return {d.resource.id: d for d in plan.decisions}


def actions(plan: Plan) -> dict[str, str]:
    """By id."""
    return {d.resource.id: str(d.action) for d in plan.decisions}
