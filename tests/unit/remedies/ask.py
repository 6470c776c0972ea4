"""A cloud that answers from a table, and notes what remedies send it."""
import dataclasses
from collections.abc import Mapping
from typing import Any, cast

from tempest_cleanup import errors, services
from tempest_cleanup.cloud import Cloud
from tempest_cleanup.model import Resource
from tempest_cleanup.remedies.base import Remedy, Trouble
from tests.unit.restoring import Sent, Service

KINDS = services.load()


class Answering(Service):
    """What is not in the table is gone."""

    def __init__(self, answers: Mapping[str, Any]) -> None:
        super().__init__(dict(answers), {})

    def get(self, path: str, **more: Any) -> Any:
        if path not in self.answers:
            raise errors.NotFound(f'no {path}', status=404)
        return super().get(path, **more)

    def catalog_type(self, service_type: str) -> str:
        return service_type

    def head(self, path: str) -> Any:
        return self.get(path)

    def rest_of(self, _service_type: str, _project_id: str) -> 'Answering':
        return self

    def post(self, path: str, body: Any = None, **_more: Any) -> Any:
        self.sent.append(('post', path, body))
        return self.answers.get(path, {})

    def pages(self, path: str, key: str, **more: Any) -> Any:
        return self.answers.get(path, {}).get(key, [])


def trouble(kind: str, error: str = '', *, status: str = '', code: int = 0, relapses: int = 0,
            **body: Any) -> Trouble:
    """Of a thing with the id x."""
    return Trouble(Resource(kind, 'x', name='x', project_id='p', status=status, body=body),
                   error, code, relapses=relapses)


@dataclasses.dataclass(frozen=True)
class Tried:
    """What came of a remedy."""

    sent: list[Sent]
    refused: str = ''


def apply(remedy: Remedy, against: Trouble, answers: Mapping[str, Any] | None = None) -> Tried:
    """Use a remedy."""
    cloud = Answering(answers or {})
    kind = KINDS[against.resource.kind](cast(Cloud, cloud))
    try:
        remedy.apply(kind, against)
    except errors.RemedyFailed as failed:
        return Tried(cloud.sent, str(failed))
    return Tried(cloud.sent)
