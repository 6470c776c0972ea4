"""What a remedy has to know of a service's schema, and whether a database is like that.

What has changed since the remedy was written may mean that rows refer to those that it touches,
or that a column means something else: then it is refused, and nothing is touched.
"""
import dataclasses
import threading
from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING

from tempest_cleanup import errors
from tempest_cleanup.remedies.sql import Connections

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection


@dataclasses.dataclass(frozen=True)
class Table:
    """A table from which rows are read, changed or taken away.

    :param columns: that are read or written
    :param referred_by: the tables that are known to refer to it by a foreign key; None where
        its rows are only read
    """

    name: str
    columns: frozenset[str]
    referred_by: frozenset[str] | None = None


@dataclasses.dataclass(frozen=True)
class Schema:
    """What a remedy knows of one database.

    :param mentions: by column: the tables that are known to have it, and so to refer to what is
        touched where no foreign key says it
    :param some_releases: tables that not every release of the service has
    """

    tables: tuple[Table, ...]
    mentions: Mapping[str, frozenset[str]] = dataclasses.field(default_factory=dict)
    some_releases: tuple[Table, ...] = ()

    def shown(self, table: str) -> frozenset[str]:
        """The columns that may be shown to people: no secret is among those that we use."""
        return next((t.columns for t in (*self.tables, *self.some_releases) if t.name == table),
                    frozenset())


@dataclasses.dataclass(frozen=True)
class Layout:
    """A database as it is.

    :param columns: by table
    :param referred_by: by table: the tables that refer to it by a foreign key
    :param revision: of its schema, as Alembic notes it
    """

    columns: Mapping[str, frozenset[str]]
    referred_by: Mapping[str, frozenset[str]]
    revision: str


def unknown(schema: Schema, layout: Layout) -> list[str]:
    """What is not as the remedy knows it, in words. Pure."""
    found = []
    for table in schema.tables:
        if table.name not in layout.columns:
            found.append(f'there is no table {table.name}')
        else:
            found += _differs(table, layout)
    for table in schema.some_releases:
        if table.name in layout.columns:
            found += _differs(table, layout)
    for column, known in schema.mentions.items():
        found += [f'{table} has a column {column}' for table, columns
                  in sorted(layout.columns.items()) if column in columns and table not in known]
    return found


def _differs(table: Table, layout: Layout) -> list[str]:
    found = [f'{table.name} has no column {column}'
             for column in sorted(table.columns - layout.columns[table.name])]
    if table.referred_by is not None:
        found += [f'{other} refers to {table.name}' for other in sorted(
            layout.referred_by.get(table.name, frozenset()) - table.referred_by)]
    return found


class Layouts:
    """The layouts of the databases, each read once in a run; for any number of threads."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections
        self._lock = threading.Lock()
        self._read: dict[str, Layout] = {}

    def check(self, name: str, schema: Schema) -> None:
        """Whether a database is as a remedy knows it.

        :raises errors.RemedyFailed: it is not
        :raises errors.ConfigurationError: it can't be opened
        """
        layout = self._layout(name)
        if found := unknown(schema, layout):
            raise errors.RemedyFailed(
                f'the schema of {name} (alembic revision {layout.revision or "not noted"}) is '
                f'not known: {"; ".join(found)}. Nothing was changed; look for a newer '
                'tempest-cleanup')

    def tables(self, name: str) -> Collection[str]:
        """The tables that a database has.

        :raises errors.RemedyFailed: that can't be read
        :raises errors.ConfigurationError: it can't be opened
        """
        return self._layout(name).columns.keys()

    def _layout(self, name: str) -> Layout:
        from sqlalchemy import exc
        with self._lock:
            if name not in self._read:
                with self._connections.reading(name) as connection:
                    try:
                        self._read[name] = read(connection)
                    except exc.SQLAlchemyError as error:
                        raise errors.RemedyFailed(
                            f'the schema of {name} can\'t be read: '
                            f'{self._connections.told(name, error)}') from None
            return self._read[name]


def read(connection: 'Connection') -> Layout:
    """The layout of a database."""
    import sqlalchemy as sa
    inspector = sa.inspect(connection)
    columns = {table: frozenset(column['name'] for column in found)
               for (_schema, table), found in inspector.get_multi_columns().items()}
    referred_by: dict[str, set[str]] = {}
    for (_schema, table), keys in inspector.get_multi_foreign_keys().items():
        for key in keys:
            referred_by.setdefault(key['referred_table'], set()).add(table)
    revisions = []
    if 'alembic_version' in columns:
        # Neutron has two: of what expands, and of what contracts.
        revisions = sorted(row[0] for row in connection.execute(
            sa.text('SELECT version_num FROM alembic_version')))
    return Layout(columns, {table: frozenset(found) for table, found in referred_by.items()},
                  ', '.join(revisions))
