"""What is common to all remedies that change a service's database."""
import abc
import dataclasses
import datetime
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, ClassVar

from tempest_cleanup import errors
from tempest_cleanup.model import Resource
from tempest_cleanup.remedies.base import Rank, Remedy, Trouble
from tempest_cleanup.remedies.changes import Databases, Shown
from tempest_cleanup.remedies.databases.schema import Layouts, Schema
from tempest_cleanup.remedies.statements import Statement
from tempest_cleanup.services.base import ResourceService

#: The service has looked at the deletion and said no, or failed at it. Whoever is not let in,
#: or gets no answer, can't know that the service would not delete it.
DECIDED = frozenset((400, 409, 500))


@dataclasses.dataclass(frozen=True)
class Hand:
    """What the remedies have in hand.

    :param fix_after: so often a deletion must have failed before
    """

    databases: Databases
    layouts: Layouts
    fix_after: int


class DatabaseRemedy(Remedy):
    """Deletes a resource in the service's own database, or makes it possible to delete it.

    It does there what the service's own deletion does in its database, no more; what the
    service would do elsewhere is not done. It only deletes what is in a state from which the
    service does not come back by itself.
    """

    rank = Rank.DATABASE
    deletes = True
    #: The statuses that it is for, in lower case.
    statuses: ClassVar[frozenset[str]] = frozenset()
    #: What has to be as it is known, by the name of the connection; ``*`` at the end of one
    #: stands for any.
    schemas: ClassVar[Mapping[str, Schema]]
    #: Likewise, of databases that it does without where they are not configured.
    optional_schemas: ClassVar[Mapping[str, Schema]] = {}

    def __init__(self, hand: Hand) -> None:
        self._hand = hand

    @property
    def available(self) -> bool:
        """Whether all of its databases are configured."""
        return all(self.names(pattern) for pattern in self.schemas)

    def names(self, pattern: str) -> list[str]:
        """The configured connections that a name of :attr:`schemas` stands for."""
        known = self._hand.databases.connections.names
        if pattern.endswith('*'):
            return sorted(name for name in known if name.startswith(pattern[:-1]))
        return [pattern] if pattern in known else []

    def is_stuck(self, resource: Resource) -> bool:
        """Whether it is in a state from which it does not come back by itself. Pure."""
        return resource.status.lower() in self.statuses

    def looks_stuck(self, resource: Resource) -> bool:
        """Whether its state alone, before any deletion, makes one expect that it is. Pure."""
        return self.is_stuck(resource)

    def fits(self, trouble: Trouble) -> bool:
        return (trouble.failures >= self._hand.fix_after and self.is_stuck(trouble.resource)
                and (not trouble.error or trouble.relapses > 0 or trouble.code in DECIDED))

    def apply(self, kind: ResourceService, trouble: Trouble) -> None:
        statements = self.prepared(kind, trouble.resource)
        self._hand.databases.change(kind.cloud.changing, trouble.resource, statements)

    def show(self, kind: ResourceService, resource: Resource) -> tuple[Shown, ...]:
        """What it would do, with no more than it has to know of each row.

        :raises errors.CleanupError: it would not do it
        """
        statements = self.prepared(kind, resource)
        return tuple(self._shown(one) for one in self._hand.databases.show(statements))

    def _shown(self, shown: Shown) -> Shown:
        schema = next(schema for pattern, schema in self._every_schema()
                      if shown.statement.database in self.names(pattern))
        columns = schema.shown(shown.statement.parts.table)
        return Shown(shown.statement, [
            {name: value for name, value in row.items() if name in columns}
            for row in shown.rows])

    def prepared(self, kind: ResourceService, resource: Resource) -> Sequence[Statement]:
        """The statements, after the schemas were found to be as they are known.

        :raises errors.RemedyFailed: they are not, or it should not be done
        """
        for pattern, schema in self._every_schema():
            for name in self.names(pattern):
                self._hand.layouts.check(name, schema)
        return self.statements(kind, resource)

    def _every_schema(self) -> Iterable[tuple[str, Schema]]:
        return (*self.schemas.items(), *self.optional_schemas.items())

    @abc.abstractmethod
    def statements(self, kind: ResourceService, resource: Resource) -> Sequence[Statement]:
        """What is to be done for one resource, in this order. Reads at most.

        :raises errors.RemedyFailed: nothing should be
        """

    def tables(self, name: str) -> Collection[str]:
        """The tables that a database has: which, differs with the release of the service."""
        return self._hand.layouts.tables(name)

    def read(self, name: str, query: str, **parameters: Any) -> Sequence[Mapping[str, Any]]:
        """The rows that a query finds."""
        return self._hand.databases.read(name, query, parameters)

    def one(self, name: str, query: str, **parameters: Any) -> Mapping[str, Any]:
        """The one row that a query finds.

        :raises errors.RemedyFailed: there is not one
        """
        rows = self.read(name, query, **parameters)
        if len(rows) != 1:
            raise errors.RemedyFailed(
                f'{name} has {len(rows)} rows of it, not 1: nothing was changed')
        return rows[0]


class WithoutStatus(DatabaseRemedy):
    """For what has no status: only that its deletion fails tells that it is stuck."""

    def is_stuck(self, resource: Resource) -> bool:
        return True

    def looks_stuck(self, resource: Resource) -> bool:
        return False


def now() -> datetime.datetime:
    """As the services write it: UTC, without a zone, in whole seconds."""
    return datetime.datetime.now(datetime.UTC).replace(tzinfo=None, microsecond=0)


def columns(*names: str) -> frozenset[str]:
    return frozenset(names)
