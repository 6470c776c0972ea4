"""The tables that a remedy knows, made from what it declares, and a kind to apply it with."""
import os
import pathlib
from collections.abc import Callable, Mapping
from typing import Any

import sqlalchemy as sa

from tempest_cleanup import errors
from tempest_cleanup.cloud import Cloud, tokens, transport
from tempest_cleanup.cloud.rest import Answered
from tempest_cleanup.remedies.base import Trouble
from tempest_cleanup.remedies.changes import Databases, Limit
from tempest_cleanup.remedies.databases import DatabaseRemedy, Hand, Layouts
from tempest_cleanup.remedies.databases.schema import Schema
from tempest_cleanup.remedies.saved_rows import SavedRows
from tempest_cleanup.remedies.sql import Connections
from tempest_cleanup.services.base import ResourceService

NUMBERS = frozenset(('size', 'volume_size', 'num_dependent_backups', 'power_state',
                     'revision_number'))
#: Nova's ``deleted`` is the row's own id; Cinder's is a boolean.
BOOLEANS = frozenset(('deleted', 'use_quota', 'queued_for_delete', 'dirty'))


class Store:
    """Databases in files, each with the tables of a schema.

    Or in the server of TEST_DATABASE_URL, each beside the database that it names, and called as
    that with the name at its end.
    """

    def __init__(self, folder: pathlib.Path, schemas: Mapping[str, Schema]) -> None:
        self.folder = folder
        self.urls = {name: _empty(folder, name) for name in schemas}
        for name, schema in schemas.items():
            tables = sa.MetaData()
            for table in (*schema.tables, *schema.some_releases):
                sa.Table(table.name, tables, *(
                    sa.Column(column, _type(name, column)) for column in sorted(table.columns)))
            tables.create_all(self._engine(name))

    def _engine(self, name: str) -> sa.Engine:
        return sa.create_engine(self.urls[name], poolclass=sa.NullPool)

    def insert(self, name: str, table: str, /, **values: Any) -> None:
        into = sa.table(table, *(sa.column(key) for key in values))
        with self._engine(name).begin() as connection:
            connection.execute(into.insert().values(**values))

    def rows(self, name: str, query: str) -> list[tuple[Any, ...]]:
        with self._engine(name).connect() as connection:
            return [tuple(row) for row in connection.execute(sa.text(query))]

    def hand(self, fix_after: int = 3) -> Hand:
        connections = Connections(self.urls)
        return Hand(Databases(connections, SavedRows(self.folder), Limit(10)),
                    Layouts(connections), fix_after)


def _empty(folder: pathlib.Path, name: str) -> str:
    """The URL of an empty database."""
    server = os.environ.get('TEST_DATABASE_URL')
    if not server:
        return f'sqlite:///{folder / name}.sqlite'
    url = sa.make_url(server)
    database = f'{url.database}_{name}'
    engine = sa.create_engine(url, poolclass=sa.NullPool, isolation_level='AUTOCOMMIT')
    with engine.connect() as connection:
        connection.execute(sa.text(f'DROP DATABASE IF EXISTS {database}'))
        connection.execute(sa.text(f'CREATE DATABASE {database}'))
    return url.set(database=database).render_as_string(hide_password=False)


def _type(name: str, column: str) -> Any:
    if column in NUMBERS or column.startswith('in_use') or (
            name.startswith('nova') and column in ('id', 'deleted')):
        return sa.Integer()
    if column.endswith(('_at', '_time', 'expire')):
        return sa.DateTime()
    return sa.Boolean() if column in BOOLEANS else sa.String(255)


class Answering:
    """A service, as far as a remedy asks it.

    :param knows: the answer to the GET of a path; None where there is no such thing
    """

    def __init__(self, knows: Callable[[str], dict[str, Any] | None]) -> None:
        self._knows = knows

    def get(self, path: str, microversion: str | None = None) -> dict[str, Any]:
        answer = self._knows(path)
        if answer is None:
            raise errors.NotFound('gone', status=404)
        return answer


class Nobody(Cloud):
    """A cloud to which nothing is sent; it remembers what was to be noted."""

    def __init__(
        self, knows: Callable[[str], dict[str, Any] | None] = lambda _path: None,
    ) -> None:
        account = tokens.Account('http://127.0.0.1:9', 'u', 'p', 'p', 'Default', 'Default')
        super().__init__(account, transport.Transport(connections=1))
        self._answering = Answering(knows)
        self.noted: list[str] = []

    def rest(self, service_type: str, tenant: object = None) -> Any:
        return self._answering

    def changing(self, request: str) -> Answered:
        self.noted.append(request)
        return lambda _status, _request_id, _error: None


def apply(remedy: DatabaseRemedy, kind: type[ResourceService], trouble: Trouble,
          cloud: Cloud | None = None) -> None:
    """Let a remedy do its work."""
    remedy.apply(kind(cloud or Nobody()), trouble)
