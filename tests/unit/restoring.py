"""A service for the tests of restores: it answers from a table and notes what it is sent."""
import copy
from collections.abc import Callable
from typing import Any, cast

from tempest_cleanup import errors
from tempest_cleanup.cloud import Cloud
from tempest_cleanup.model import Change, Resource, Tenant
from tempest_cleanup.phases import changes_of
from tempest_cleanup.services.base import ResourceService

Sent = tuple[str, str, Any]


class Service:
    """Answers from a table of paths, notes what changes anything, refuses what it is told."""

    def __init__(self, answers: dict[str, Any], refused: dict[str, errors.ApiError]) -> None:
        self.answers = answers
        self.refused = refused
        self.sent: list[Sent] = []

    def rest(self, _service_type: str, _tenant: Tenant | None = None) -> 'Service':
        return self

    def able(self, _what: str, ask: Callable[[], bool]) -> bool:
        return ask()

    @property
    def project_id(self) -> str:
        return 'own'

    def get(self, path: str, **_more: Any) -> Any:
        if path not in self.answers:
            raise errors.NotFound(f'no {path}')
        return copy.deepcopy(self.answers[path])

    def change_by_get(self, path: str, query: dict[str, str]) -> None:
        self.sent.append(('change_by_get', path, query))

    def pages(self, path: str, key: str, **_more: Any) -> Any:
        return self.get(path)[key]

    def __getattr__(self, method: str) -> Callable[..., None]:
        def send(path: str, body: Any = None, **_more: Any) -> None:
            self.sent.append((method, path, body))
            if path in self.refused:
                raise self.refused[path]
        return send


def served(kind: type[ResourceService], answers: dict[str, Any] | None = None,
           refused: dict[str, errors.ApiError] | None = None) -> tuple[ResourceService, Service]:
    service = Service(answers or {}, refused or {})
    return kind(cast(Cloud, service)), service


def put_back(kind: type[ResourceService], identifier: str, was: dict[str, Any],
             now: dict[str, Any], answers: dict[str, Any] | None = None) -> list[Sent]:
    """What is sent where settings were so and are so now."""
    service, noted = served(kind, answers)
    old, new = (Resource(kind.name, identifier, settings=settings) for settings in (was, now))
    service.restore(new, tuple(changes_of(old, new)))
    return noted.sent


def gone(resource: Resource) -> tuple[Change, ...]:
    """The change of what a run has removed, and what comes back."""
    return (Change(resource, 'present', True, None),)
