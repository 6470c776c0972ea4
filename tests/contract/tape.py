"""Answers of a real cloud, kept in files and given again to the same questions."""
import json
import pathlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from tempest_cleanup import errors
from tempest_cleanup.cloud import Cloud, tokens, transport
from tempest_cleanup.cloud.rest import Rest
from tempest_cleanup.model import Scope, Tenant

FOLDER = pathlib.Path(__file__).parent / 'recorded'

Answer = dict[str, Any]


@dataclass(frozen=True)
class Exchange:
    """One GET, or HEAD with that word before its path, and what the service answered.

    :param service: its type, and the project that the path names where that is another one
    :param answer: None where it has no such thing (404)
    """

    service: str
    path: str
    microversion: str | None
    query: Mapping[str, str]
    answer: Answer | None

    @property
    def question(self) -> str:
        """What tells one exchange of a recording from another."""
        query = '&'.join(f'{name}={value}' for name, value in sorted(self.query.items()))
        return f'{self.service} {self.microversion or ""} {self.path}?{query}'


@dataclass(frozen=True)
class Recording:
    """What was asked to list a kind, and what had been made of it before by other code.

    :param source: the cloud, or the document where no test cloud can make any
    :param made: id, name and project of what the listing has to show
    """

    kind: str
    source: str
    tenant: Tenant | None
    project_id: str
    catalog: Sequence[str]
    made: Sequence[Mapping[str, str | None]]
    exchanges: Sequence[Exchange]

    def write(self) -> None:
        text = json.dumps(asdict(self), indent=1, sort_keys=True)
        (FOLDER / f'{self.kind}.json').write_text(text + '\n', encoding='utf-8')


def read(kind: str) -> Recording:
    """The recording of a kind."""
    data = json.loads((FOLDER / f'{kind}.json').read_text(encoding='utf-8'))
    tenant = data['tenant'] and Tenant(**{
        **data['tenant'], 'scope': Scope(data['tenant']['scope'])})
    return Recording(**{**data, 'tenant': tenant,
                        'exchanges': [Exchange(**one) for one in data['exchanges']]})


class Silent(Rest):
    """A client of a service that sends nothing: the base of both ends of the tape."""

    def __init__(self, service_type: str) -> None:
        self.service_type = service_type


class Player(Silent):
    """Gives the recorded answers."""

    def __init__(self, service_type: str, exchanges: Sequence[Exchange]) -> None:
        super().__init__(service_type)
        self._answers = {one.question: one.answer for one in exchanges}

    def get(self, path: str, *, microversion: str | None = None,
            query: Mapping[str, str] | None = None) -> Answer:
        asked = Exchange(self.service_type, path, microversion, query or {}, {}).question
        assert asked in self._answers, (
            f'nobody has recorded the answer to {asked!r}, only {sorted(self._answers)}: '
            'if the question is right, record it: see tests/contract/record.py')
        answer = self._answers[asked]
        if answer is None:
            raise errors.NotFound(f'no {path}')
        return answer

    def head(self, path: str) -> Answer:
        return self.get(f'HEAD {path}')


class RecordedCloud(Cloud):
    """The cloud as it was when one kind was recorded. It has no network."""

    def __init__(self, recording: Recording) -> None:
        super().__init__(tokens.Account('http://nowhere', 'nobody', ''), transport.Transport())
        self._recording = recording

    @property
    def project_id(self) -> str:
        return self._recording.project_id

    def catalog_type(self, service_type: str) -> str | None:
        return service_type if service_type in self._recording.catalog else None

    def rest(self, service_type: str, tenant: Tenant | None = None) -> Rest:
        return Player(service_type, self._recording.exchanges)

    def rest_of(self, service_type: str, project_id: str) -> Rest:
        return Player(f'{service_type} of {project_id}', self._recording.exchanges)
