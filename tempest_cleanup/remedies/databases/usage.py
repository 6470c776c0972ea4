"""What a project uses, by a service's own count and by what there is.

Some services count up and down with each request, and never look. What was not counted down,
because a process died or a deletion failed half-way, counts for ever, and takes up the project's
quota. No request counts anew. What counts less than there is, is left: nobody is hindered by it.
"""
import abc
import dataclasses
from collections.abc import Iterator
from typing import Any, ClassVar

from tempest_cleanup.cloud.rest import Recorder
from tempest_cleanup.model import Resource
from tempest_cleanup.remedies.changes import Shown
from tempest_cleanup.remedies.databases.base import Hand
from tempest_cleanup.remedies.databases.schema import Schema
from tempest_cleanup.remedies.statements import Statement


@dataclasses.dataclass(frozen=True)
class Ghosts:
    """A count of a project that is higher than what there is.

    :param kind: of the project's quotas
    :param what: is counted: ``volumes``, ``gigabytes_fast``
    :param row: what identifies the row that counts
    """

    kind: str
    service: str
    project: Resource
    what: str
    row: Any
    counted: int
    there: int

    @property
    def resource(self) -> Resource:
        """What reports show it as: it is no resource of its own."""
        return Resource(self.kind, f'{self.project.id}/{self.what}',
                        f'{self.what} of {self.project.name}', self.project.id)

    def __str__(self) -> str:
        return f'{self.what}: {self.service} counts {self.counted}, and there are {self.there}'


class Usages(abc.ABC):
    """What projects use, as one service has noted it."""

    service: ClassVar[str]
    #: The kind of a project's quotas, as which it is shown, and chosen with --type.
    kind: ClassVar[str]
    #: The kinds of what is counted: where not all of them were seen, nothing is counted anew.
    counts: ClassVar[frozenset[str]]
    #: The name of the connection, and what has to be as it is known.
    database: ClassVar[str]
    schema: ClassVar[Schema]

    def __init__(self, hand: Hand) -> None:
        self._hand = hand

    @property
    def does(self) -> str:
        """What is done, for reports: it follows the name of a count."""
        return f'is counted anew in the database of {self.service}'

    @property
    def available(self) -> bool:
        return self.database in self._hand.databases.connections.names

    def check(self) -> None:
        """See that the schema is as it is known.

        :raises errors.RemedyFailed: it is not
        :raises errors.ConfigurationError: the database can't be opened
        """
        self._hand.layouts.check(self.database, self.schema)

    @abc.abstractmethod
    def of(self, project: Resource) -> Iterator[Ghosts]:
        """What counts more than there is.

        :raises errors.RemedyFailed: the database refuses
        """

    @abc.abstractmethod
    def statement(self, ghosts: Ghosts) -> Statement:
        """What counts anew, where nothing has changed and no request is under way."""

    def show(self, ghosts: Ghosts) -> tuple[Shown, ...]:
        """What would be changed. Nothing is opened for writing.

        :raises errors.CleanupError: that can't be read
        """
        return self._hand.databases.show((self.statement(ghosts),))

    def mend(self, changing: Recorder, ghosts: Ghosts) -> None:
        """Count anew.

        :param changing: ``Cloud.changing``
        :raises errors.RemedyFailed: that was not done, or is not known
        """
        self._hand.databases.change(changing, ghosts.resource, (self.statement(ghosts),))

    def ghosts(self, project: Resource, what: str, row: Any, counted: int, there: int) -> Ghosts:
        return Ghosts(self.kind, self.service, project, what, row, counted, there)

    def read(self, query: str, **parameters: Any) -> Any:
        """The rows that a query finds."""
        return self._hand.databases.read(self.database, query, parameters)
