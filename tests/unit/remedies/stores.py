"""A database as a service might have it, small: in SQLite, or in the one of TEST_DATABASE_URL."""
import os
import pathlib
from collections.abc import Callable
from typing import Any

import sqlalchemy as sa

from tempest_cleanup.remedies.changes import Databases, Limit
from tempest_cleanup.remedies.saved_rows import SavedRows
from tempest_cleanup.remedies.sql import Connections

BALANCERS = (('a', 'PENDING_UPDATE'), ('b', 'PENDING_UPDATE'), ('c', 'ACTIVE'))


def url(folder: pathlib.Path) -> str:
    """Of an empty database. TEST_DATABASE_URL names one that may be filled and emptied."""
    return os.environ.get('TEST_DATABASE_URL') or f'sqlite:///{folder / "octavia.sqlite"}'


def fill(where: str) -> None:
    """Balancers with listeners, which refer to them."""
    engine = sa.create_engine(where, poolclass=sa.NullPool)
    tables = sa.MetaData()
    balancers = sa.Table(
        'load_balancer', tables, sa.Column('id', sa.String(36), primary_key=True),
        sa.Column('provisioning_status', sa.String(16)), sa.Column('secret', sa.LargeBinary),
        sa.Column('created_at', sa.DateTime))
    listeners = sa.Table(
        'listener', tables, sa.Column(
            'id', sa.Integer, primary_key=True, autoincrement=False),
        sa.Column('load_balancer_id', sa.String(36), sa.ForeignKey('load_balancer.id')))
    tables.drop_all(engine)
    tables.create_all(engine)
    with engine.begin() as connection:
        for name, status in BALANCERS:
            connection.execute(balancers.insert().values(
                id=name, provisioning_status=status, secret=b'\x00\xff'))
        for number in range(3):
            connection.execute(listeners.insert().values(id=number, load_balancer_id='a'))


def rows(where: str, query: str = 'SELECT id, provisioning_status FROM load_balancer ORDER BY id',
         ) -> list[tuple[Any, ...]]:
    engine = sa.create_engine(where, poolclass=sa.NullPool)
    with engine.connect() as connection:
        return [tuple(row) for row in connection.execute(sa.text(query))]


def databases(folder: pathlib.Path, most: int = 10) -> Databases:
    return Databases(Connections({'octavia': url(folder)}), SavedRows(folder), Limit(most))


class Noted:
    """A recorder that keeps what it is told.

    :param then: is called with each request
    """

    def __init__(self, then: Callable[[str], None] = lambda _request: None) -> None:
        self.requests: list[str] = []
        self.answers: list[tuple[int, str, str]] = []
        self._then = then

    def __call__(self, request: str) -> Callable[[int, str, str], None]:
        self.requests.append(request)
        self._then(request)
        return lambda *answer: self.answers.append(answer)
