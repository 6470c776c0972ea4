"""Connections to databases: what is wrong with one is told, and never its password."""
import pathlib
import socket
import sys

import pytest

from tempest_cleanup import errors
from tempest_cleanup.remedies import sql
from tempest_cleanup.remedies.databases.schema import Layouts, Schema
from tempest_cleanup.remedies.sql import Connections, named
from tests.unit.remedies import stores

PASSWORD = 'hush-hush'


def test_names() -> None:
    assert named(['octavia = sqlite:///x', 'nova_cell1=mysql+pymysql://u:p=q@h/n?a=b']) == {
        'octavia': 'sqlite:///x', 'nova_cell1': 'mysql+pymysql://u:p=q@h/n?a=b'}


@pytest.mark.parametrize(('lines', 'told'), [
    ([f'mysql://u:{PASSWORD}@h/n'], 'not NAME=URL'),
    ([f'mysql://u:{PASSWORD}@h/n?a=b'], 'not NAME=URL'),
    (['octavia='], 'not NAME=URL'),
    (['a=sqlite://', 'a=sqlite://'], 'names a twice')])
def test_lines_that_are_none(lines: list[str], told: str) -> None:
    with pytest.raises(errors.ConfigurationError, match=told) as raised:
        named(lines)
    assert PASSWORD not in str(raised.value)


@pytest.mark.parametrize(('url', 'told'), [
    (f'u:{PASSWORD}@h/n', 'is not one of SQLAlchemy'),
    (f'mysql+pymysql://u:{PASSWORD}@h:port/n', 'is not one of SQLAlchemy'),
    (f'oracle://u:{PASSWORD}@h/n', 'of the kind oracle, which is not supported'),
    (f'mysql+nosuchdriver://u:{PASSWORD}@h/n', 'driver mysql.nosuchdriver .* not installed'),
    (f'postgresql+pg8000://u:{PASSWORD}@h/n', r'not installed: .*tempest-cleanup\[sql\]'),
    (f'sqlite+aiosqlite:///{PASSWORD}', 'not installed|asynchronous')])
def test_urls_that_are_wrong(
    url: str, told: str, monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, 'pg8000', None)
    with pytest.raises(errors.ConfigurationError, match=told) as raised:
        Connections({'octavia': url})
    assert PASSWORD not in str(raised.value)
    assert raised.value.__cause__ is None


def test_without_sqlalchemy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, 'sqlalchemy', None)
    assert not Connections({}).names
    with pytest.raises(errors.ConfigurationError, match=r'install tempest-cleanup\[sql\]'):
        Connections({'octavia': 'sqlite://'})


def test_nobody_listens() -> None:
    with socket.socket() as taken:
        taken.bind(('127.0.0.1', 0))
        url = f'mysql+pymysql://u:{PASSWORD}@127.0.0.1:{taken.getsockname()[1]}/octavia'
        connections = Connections({'octavia': url})
        with pytest.raises(errors.ConfigurationError, match="can't be opened: .*Is it up") as told:
            connections.check()
    assert PASSWORD not in str(told.value)
    assert 'u:***@127.0.0.1' in str(told.value)


def test_a_name_that_is_not_configured() -> None:
    with pytest.raises(errors.ConfigurationError, match='no database connection .octavia.'), \
            Connections({}).reading('octavia'):
        pass


def test_reading_can_not_write(tmp_path: pathlib.Path) -> None:
    """The database refuses it itself."""
    import sqlalchemy as sa
    where = stores.url(tmp_path)
    stores.fill(where)
    with Connections({'octavia': where}).reading('octavia') as connection, \
            pytest.raises(sa.exc.DBAPIError, match=r'(?i)read.?only'):
        connection.execute(sa.text('DELETE FROM listener'))
    assert len(stores.rows(where, 'SELECT id FROM listener')) == 3


def test_what_is_not_committed_is_not_done(tmp_path: pathlib.Path) -> None:
    import sqlalchemy as sa
    where = stores.url(tmp_path)
    stores.fill(where)
    with Connections({'octavia': where}).writing('octavia') as connection:
        connection.execute(sa.text('DELETE FROM listener'))
    assert len(stores.rows(where, 'SELECT id FROM listener')) == 3


def test_what_is_no_database(tmp_path: pathlib.Path) -> None:
    """It is told as any other that refuses, not with a traceback."""
    path = tmp_path / 'octavia.sqlite'
    path.write_text('This is no database, but a text that is long enough to be taken for one.')
    layouts = Layouts(Connections({'octavia': f'sqlite:///{path}'}))
    with pytest.raises(errors.RemedyFailed, match='the schema of octavia can.t be read: file is'):
        layouts.check('octavia', Schema(()))


def test_a_database_that_does_not_know_how_to_refuse_writing(
    tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Then it is not even read."""
    monkeypatch.setitem(sql._READ_ONLY, 'sqlite', 'BE CAREFUL')
    with pytest.raises(errors.ConfigurationError, match="can't be opened: near .BE.*Is it up"):
        Connections({'octavia': f'sqlite:///{tmp_path / "octavia"}'}).check()
