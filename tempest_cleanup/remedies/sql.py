"""Connections to the services' own databases, by name. Needs the extra ``sql``.

Nothing is opened before it is used. What is opened for reading can't write, whatever the
account may do. No message of this module shows a password.
"""
import contextlib
import functools
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from tempest_cleanup import errors

if TYPE_CHECKING:
    from sqlalchemy.engine import URL, Connection, Engine

#: Where the connections are named.
OPTION = '[cleanup] database_connection'
#: Seconds for a connection, for a lock, and for an answer: nothing may wait for ever.
CONNECT, LOCK, ANSWER = 10, 20, 60

_NAME = re.compile(r'[A-Za-z_]\w*')

#: What each kind of database is told first: that nothing waits long for a lock...
_PATIENCE = {
    'mysql': (f'SET SESSION innodb_lock_wait_timeout = {LOCK}, lock_wait_timeout = {LOCK}',),
    'postgresql': (f"SET lock_timeout = '{LOCK}s'", f"SET statement_timeout = '{ANSWER}s'"),
    'sqlite': (f'PRAGMA busy_timeout = {LOCK * 1000}', 'PRAGMA foreign_keys = ON'),
}
_PATIENCE['mariadb'] = _PATIENCE['mysql']
#: ... and, where it is to be read only, that it must refuse to write.
_READ_ONLY = {
    'mysql': 'SET SESSION TRANSACTION READ ONLY',
    'mariadb': 'SET SESSION TRANSACTION READ ONLY',
    'postgresql': 'SET default_transaction_read_only = on',
    'sqlite': 'PRAGMA query_only = ON',
}
#: How each driver is told how long to wait for a connection.
_DRIVERS: Mapping[str, Mapping[str, Any]] = {
    'pymysql': {'connect_timeout': CONNECT, 'read_timeout': ANSWER, 'write_timeout': ANSWER},
    'mysqldb': {'connect_timeout': CONNECT, 'read_timeout': ANSWER, 'write_timeout': ANSWER},
    'mysqlconnector': {'connection_timeout': CONNECT},
    'psycopg2': {'connect_timeout': CONNECT},
    'psycopg': {'connect_timeout': CONNECT},
    'pg8000': {'timeout': ANSWER},
}


class Connections:
    """The databases that the configuration names, for any number of threads.

    :param urls: by name
    :raises errors.ConfigurationError: a URL that can't be understood, or of a database that is
        not supported; SQLAlchemy or a driver is not installed
    """

    def __init__(self, urls: Mapping[str, str]) -> None:
        self._urls = {name: _parsed(name, url) for name, url in urls.items()}
        self._readers = {n: _engine(n, url, _reading(url)) for n, url in self._urls.items()}
        self._writers = {n: _engine(n, url, _writing(url)) for n, url in self._urls.items()}

    @property
    def names(self) -> frozenset[str]:
        return frozenset(self._urls)

    def where(self, name: str) -> str:
        """The URL without the password."""
        return self._url(name).render_as_string(hide_password=True)

    def quoted(self, name: str, word: str) -> str:
        """The name of a table or column that may be a word of SQL, as this database quotes it."""
        self._url(name)
        return self._readers[name].dialect.identifier_preparer.quote_identifier(word)

    @contextlib.contextmanager
    def reading(self, name: str) -> 'Iterator[Connection]':
        """A connection that can't write: the database itself refuses it.

        :raises errors.ConfigurationError: there is none of that name, or it can't be opened
        """
        self._url(name)
        with self._open(name, self._readers[name]) as connection:
            yield connection

    @contextlib.contextmanager
    def writing(self, name: str) -> 'Iterator[Connection]':
        """A connection whose transaction is rolled back unless it is committed.

        :raises errors.ConfigurationError: there is none of that name, or it can't be opened
        """
        self._url(name)
        with self._open(name, self._writers[name]) as connection:
            yield connection

    def check(self) -> None:
        """Open each for reading, and close it again.

        :raises errors.ConfigurationError: one can't be opened
        """
        for name in sorted(self.names):
            with self.reading(name):
                pass

    def told(self, name: str, error: Exception) -> str:
        """What a database has said, without the statement, its parameters and the password."""
        said = str(getattr(error, 'orig', None) or error)
        password = str(self._url(name).password or '')
        return said.replace(password, '***') if password else said

    def _url(self, name: str) -> 'URL':
        try:
            return self._urls[name]
        except KeyError:
            raise errors.ConfigurationError(
                f'no database connection {name!r} is configured: name it in tempest.conf, '
                f'{OPTION} = {name}=URL') from None

    @contextlib.contextmanager
    def _open(self, name: str, engine: 'Engine') -> 'Iterator[Connection]':
        from sqlalchemy import exc
        driver: type[Exception] = engine.dialect.loaded_dbapi.Error
        try:
            connection = engine.connect()
        except (exc.SQLAlchemyError, driver) as error:
            raise errors.ConfigurationError(
                f'the database {name} ({self.where(name)}) can\'t be opened: '
                f'{self.told(name, error)}. Is it up, and is the URL in {OPTION} right?'
            ) from None
        with connection:
            yield connection


def named(lines: Iterable[str]) -> dict[str, str]:
    """The URLs by name, of lines ``NAME=URL``.

    :raises errors.ConfigurationError: a line that is none, or a name that is there twice
    """
    urls: dict[str, str] = {}
    for line in lines:
        name, equals, url = (part.strip() for part in line.partition('='))
        if not equals or not url or not _NAME.fullmatch(name):
            # Not the line itself: there may be a password in it.
            raise errors.ConfigurationError(
                f'{OPTION} has a line that is not NAME=URL, such as '
                'octavia=mysql+pymysql://user:password@host/octavia')
        if name in urls:
            raise errors.ConfigurationError(f'{OPTION} names {name} twice')
        urls[name] = url
    return urls


def _parsed(name: str, url: str) -> 'URL':
    try:
        import sqlalchemy
        from sqlalchemy import exc
    except ImportError:
        raise errors.ConfigurationError(
            f'{OPTION} is set, but SQLAlchemy is not installed: install tempest-cleanup[sql], and '
            'the driver of the database where it is not PyMySQL') from None
    try:
        parsed = sqlalchemy.make_url(url)
    except (exc.ArgumentError, ValueError):
        # What it says may have the password in it.
        raise errors.ConfigurationError(
            f'the URL of {name} in {OPTION} is not one of SQLAlchemy: write '
            'DIALECT+DRIVER://USER:PASSWORD@HOST:PORT/DATABASE; special characters in the '
            'password as %XX') from None
    if parsed.get_backend_name() not in _PATIENCE:
        raise errors.ConfigurationError(
            f'the database {name} is of the kind {parsed.get_backend_name()}, which is not '
            'supported: MySQL, MariaDB and PostgreSQL are')
    return parsed


def _reading(url: 'URL') -> tuple[str, ...]:
    kind = url.get_backend_name()
    return (*_PATIENCE[kind], _READ_ONLY[kind])


def _writing(url: 'URL') -> tuple[str, ...]:
    return _PATIENCE[url.get_backend_name()]


def _engine(name: str, url: 'URL', greeting: tuple[str, ...]) -> 'Engine':
    import sqlalchemy
    from sqlalchemy import event, exc, pool
    try:
        engine = sqlalchemy.create_engine(
            url, poolclass=pool.NullPool, hide_parameters=True,
            connect_args=dict(_DRIVERS.get(url.get_driver_name(), {})))
    except (ImportError, exc.NoSuchModuleError):
        raise errors.ConfigurationError(
            f'the driver {url.drivername} of the database {name} is not installed: install it '
            '(tempest-cleanup[sql] brings PyMySQL, for mysql+pymysql)'
        ) from None
    except (exc.ArgumentError, TypeError, ValueError):
        raise errors.ConfigurationError(
            f'the URL of {name} in {OPTION} has an option that {url.drivername} does not know'
        ) from None
    if engine.dialect.is_async:
        raise errors.ConfigurationError(
            f'the driver {url.drivername} of the database {name} is an asynchronous one: name '
            'another, such as mysql+pymysql or postgresql+psycopg2')
    event.listen(engine, 'connect', functools.partial(_greet, greeting))
    return engine


def _greet(greeting: tuple[str, ...], raw: Any, _record: object) -> None:
    cursor = raw.cursor()
    try:
        for words in greeting:
            cursor.execute(words)
    finally:
        cursor.close()
    raw.commit()
