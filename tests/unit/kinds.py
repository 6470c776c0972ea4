"""Kinds of resources that live in a dictionary, for the tests of the engine."""
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, cast

from tempest_cleanup import errors
from tempest_cleanup.cloud import Cloud
from tempest_cleanup.model import Body, Change, Key, Resource, Scope, Tenant
from tempest_cleanup.services.base import ResourceService

NOTHING: Callable[[], None] = lambda: None  # noqa: E731


@dataclass
class Manner:
    """How one resource behaves when its deletion is asked for.

    :param refusals: so many times the service says no at first
    :param error: what every request for it ends with
    :param listings: so many listings still show it after the deletion was accepted
    :param stuck: its deletion is accepted and never happens
    :param takes: what goes with it
    :param needs: what has to be gone before
    :param does: what else happens when it is asked for
    """

    refusals: int = 0
    error: Exception | None = None
    listings: int = 0
    stuck: bool = False
    status_then: str = ''
    takes: tuple[Key, ...] = ()
    needs: tuple[Key, ...] = ()
    does: Callable[[], None] = NOTHING


@dataclass
class World:
    """What there is, how it behaves, and what was asked of it. Safe for threads."""

    bodies: dict[Key, dict[str, Any]] = field(default_factory=dict)
    manners: dict[Key, Manner] = field(default_factory=dict)
    listing_errors: dict[str, list[Exception]] = field(default_factory=dict)
    asked: list[Key] = field(default_factory=list)
    restored: list[tuple[Key, tuple[Change, ...]]] = field(default_factory=list)
    too_early: list[tuple[Key, Key]] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)
    dying: dict[Key, int] = field(default_factory=dict)

    def add(self, kind: str, identifier: str, manner: Manner | None = None, **body: Any) -> Key:
        key = Key(kind, identifier)
        self.bodies[key] = {'id': identifier, 'name': identifier, **body}
        self.manners[key] = manner or Manner()
        return key

    def listing(self, kind: str) -> list[dict[str, Any]]:
        with self.lock:
            if self.listing_errors.get(kind):
                raise self.listing_errors[kind].pop(0)
            for key in [k for k in self.dying if k.kind == kind]:
                if self.dying[key] <= 0 and not self.manners[key].stuck:
                    self._vanish(key)
                else:
                    self.dying[key] -= 1
            return [dict(body) for key, body in self.bodies.items() if key.kind == kind]

    def delete(self, key: Key, *, later: bool) -> None:
        with self.lock:
            self.asked.append(key)
            manner = self.manners[key]
            manner.does()
            if manner.error:
                raise manner.error
            if manner.refusals:
                manner.refusals -= 1
                raise errors.Conflict('in use', status=409)
            self.too_early += [(key, other) for other in manner.needs if other in self.bodies]
            if key not in self.bodies:
                raise errors.NotFound('gone', status=404)
            if later:
                self.dying[key] = manner.listings
                self.bodies[key]['status'] = manner.status_then or 'deleting'
            else:
                self._vanish(key)

    def _vanish(self, key: Key) -> None:
        self.bodies.pop(key, None)
        self.dying.pop(key, None)
        for other in self.manners[key].takes:
            self._vanish(other)


class InMemory(ResourceService):
    """A kind whose resources are in a World."""

    service_type = 'memory'
    path = 'memory'

    def __init__(self, cloud: Cloud) -> None:
        super().__init__(cloud)
        self.world = cast(World, cloud)

    def find(self, tenant: Tenant | None) -> Iterable[Body]:
        owner = {Scope.PROJECT: 'project_id', Scope.USER: 'user_id', Scope.DOMAIN: 'domain_id'}
        return [body for body in self.world.listing(self.name)
                if tenant is None or body.get(owner[tenant.scope]) == tenant.id]

    def delete(self, resource: Resource) -> None:
        self.world.delete(resource.key, later=self.asynchronous)

    def restore(self, resource: Resource, changes: tuple[Change, ...]) -> None:
        manner = self.world.manners.get(resource.key, Manner())
        if manner.error:
            raise manner.error
        self.world.restored.append((resource.key, changes))


def kind(name: str, **attributes: Any) -> type[InMemory]:
    """A kind of that name, with these class attributes."""
    return cast(type[InMemory], type(
        name.capitalize(), (InMemory,), {'name': name, 'singular': name[:-1], **attributes}))


def instances(
    world: World, *kinds: type[ResourceService],
) -> dict[str, ResourceService]:
    return {one.name: one(cast(Cloud, world)) for one in kinds}


def resources(world: World, kinds: Mapping[str, ResourceService]) -> Iterator[Resource]:
    """Everything in the world, as a listing shows it."""
    for key, body in world.bodies.items():
        yield kinds[key.kind].resource(body, None)
