"""Carries out what a remedy changes in databases: all of it for one resource, or nothing."""
import contextlib
import dataclasses
import threading
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from tempest_cleanup import errors
from tempest_cleanup.cloud.rest import Answered, Recorder
from tempest_cleanup.model import Key, Resource, in_full
from tempest_cleanup.remedies.saved_rows import SavedRows
from tempest_cleanup.remedies.sql import Connections
from tempest_cleanup.remedies.statements import Statement

if TYPE_CHECKING:
    from sqlalchemy import Select
    from sqlalchemy.engine import Connection

Found = Sequence[Mapping[str, Any]]


class Undone(errors.RemedyFailed):
    """Nothing was changed: all of it was rolled back."""


class Limit:
    """So many resources may be changed by one run; shared by all remedies, and by threads."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._lock = threading.Lock()
        self._fixed: set[Key] = set()

    @contextlib.contextmanager
    def one(self, resource: Resource) -> Iterator[None]:
        """A resource to which something is done; it counts unless :class:`Undone` is raised.

        :raises errors.RemedyFailed: there were as many as there may be
        """
        with self._lock:
            counted = resource.key in self._fixed
            if not counted and len(self._fixed) >= self._most:
                raise errors.RemedyFailed(
                    f'--fix-limit {self._most} is reached: no more is changed in databases by '
                    'one run. Look at what was done, then run again, or allow more')
            self._fixed.add(resource.key)
        try:
            yield
        except Undone:
            if not counted:
                with self._lock:
                    self._fixed.discard(resource.key)
            raise


@dataclasses.dataclass(frozen=True)
class Shown:
    """A statement, and the rows that it would change."""

    statement: Statement
    rows: Found


class Databases:
    """The databases, for remedies that change something in them.

    :param saved: where the rows are saved before
    """

    def __init__(self, connections: Connections, saved: SavedRows, limit: Limit) -> None:
        self.connections = connections
        self._saved = saved
        self._limit = limit

    def show(self, statements: Iterable[Statement]) -> tuple[Shown, ...]:
        """What they would change. Nothing is opened for writing.

        :raises errors.ConfigurationError: a database can't be opened
        :raises errors.RemedyFailed: it refuses
        """
        found = []
        for statement in statements:
            with self.connections.reading(statement.database) as connection, \
                    self._refusals(statement):
                found.append(Shown(statement, _read(connection, _query(statement))))
        return tuple(found)

    def read(self, name: str, query: str, parameters: Mapping[str, Any]) -> Found:
        """The rows that a query finds. Nothing is opened for writing.

        :raises errors.ConfigurationError: the database can't be opened
        :raises errors.RemedyFailed: it refuses
        """
        import sqlalchemy as sa
        from sqlalchemy import exc
        with self.connections.reading(name) as connection:
            try:
                answer = connection.execute(sa.text(query).bindparams(**parameters))
                return [dict(row) for row in answer.mappings()]
            except exc.SQLAlchemyError as error:
                raise errors.RemedyFailed(
                    f'{name} refuses: {self.connections.told(name, error)}') from None

    def change(
        self, changing: Recorder, about: Resource, statements: Sequence[Statement],
    ) -> None:
        """Carry the statements out, in one transaction in each database.

        The rows are locked, counted and saved before anything is changed, each statement is
        noted before it is sent, and all is rolled back where one does not do what it should.

        :param changing: ``Cloud.changing``
        :raises errors.RemedyFailed: nothing was changed, or (it says so) that is not known
        """
        notes = _Notes(changing, self._saved, about)
        with self._limit.one(about), contextlib.ExitStack() as stack:
            opened: dict[str, Connection] = {}
            try:
                for name in dict.fromkeys(s.database for s in statements):
                    opened[name] = stack.enter_context(self.connections.writing(name))
                self._carry_out(opened, statements, notes)
            except Exception as error:
                _roll_back(opened.values())
                notes.end('rolled back', str(error))
                raise Undone(f'{error} (nothing was changed)') from error
            self._commit(opened, notes)
            notes.end('committed', '')

    def _carry_out(
        self, opened: Mapping[str, 'Connection'], statements: Sequence[Statement],
        notes: '_Notes',
    ) -> None:
        every = []
        for statement in statements:
            with self._refusals(statement):
                rows = _read(opened[statement.database], _query(statement).with_for_update())
            if not statement.rows.least <= len(rows) <= statement.rows.most:
                raise errors.RemedyFailed(
                    f'{statement} should change {statement.rows} rows, but would change '
                    f'{_count(len(rows), statement)}'
                    + (f': {statement.unless}' if statement.unless else ''))
            every.append(rows)
        for statement, rows in zip(statements, every, strict=True):
            if rows:
                notes.save(statement, rows, self.connections.where(statement.database))
        for statement, rows in zip(statements, every, strict=True):
            if not rows:
                continue
            notes.before(statement)
            with self._refusals(statement):
                changed = _execute(opened[statement.database], statement)
            if changed != len(rows):
                raise errors.RemedyFailed(
                    f'{statement} has changed {changed} rows, though there were {len(rows)}')

    def _commit(self, opened: Mapping[str, 'Connection'], notes: '_Notes') -> None:
        from sqlalchemy import exc
        done: list[str] = []
        for name, connection in opened.items():
            try:
                connection.commit()
            except exc.SQLAlchemyError as error:
                said = (f'the commit in {name} failed: {self.connections.told(name, error)}; '
                        'whether it was changed is not known'
                        + (f', {" and ".join(done)} was' if done else '')
                        + f'. The rows as they were are in {self._saved.path}')
                notes.end('not known', said)
                raise errors.RemedyFailed(said) from None
            done.append(name)

    @contextlib.contextmanager
    def _refusals(self, statement: Statement) -> Iterator[None]:
        from sqlalchemy import exc
        try:
            yield
        except exc.SQLAlchemyError as error:
            said = self.connections.told(statement.database, error)
            raise errors.RemedyFailed(f'{statement}: the database refuses: {said}') from None


class _Notes:
    """What is noted of one resource: in the journal, and with the saved rows."""

    def __init__(self, changing: Recorder, saved: SavedRows, about: Resource) -> None:
        self._changing = changing
        self._saved = saved
        self._about = in_full(about)
        self._change = uuid.uuid4().hex
        self._saving = False
        self._answers: list[Answered] = []

    def save(self, statement: Statement, rows: Found, where: str) -> None:
        self._saving = True
        self._saved.add({
            'event': 'rows', 'change': self._change, 'about': self._about,
            'database': statement.database, 'url': where, 'table': statement.parts.table,
            'statement': statement.text, 'parameters': statement.bound,
            'rows': [dict(row) for row in rows]})

    def before(self, statement: Statement) -> None:
        self._answers.append(self._changing(f'SQL {statement}'))

    def end(self, what: str, error: str) -> None:
        for answered in self._answers:
            answered(0, '', f'{what}: {error}' if error else '')
        if self._saving:
            self._saved.add({'event': 'end', 'change': self._change, 'end': what,
                             **({'error': error} if error else {})})


def _query(statement: Statement) -> 'Select[Any]':
    """What reads the rows that it would change; one more at most than it may."""
    import sqlalchemy as sa
    parts = statement.parts
    condition = sa.text(parts.where).bindparams(**statement.bound_to(parts.where))
    return sa.select(sa.text('*')).select_from(sa.text(parts.table)).where(
        condition).limit(statement.rows.most + 1)


def _read(connection: 'Connection', query: 'Select[Any]') -> Found:
    return [dict(row) for row in connection.execute(query).mappings()]


def _execute(connection: 'Connection', statement: Statement) -> int:
    import sqlalchemy as sa
    return connection.execute(
        sa.text(statement.text).bindparams(**statement.bound)).rowcount


def _roll_back(connections: 'Iterable[Connection]') -> None:
    from sqlalchemy import exc
    for connection in connections:
        # One that was lost is rolled back by the server.
        with contextlib.suppress(exc.SQLAlchemyError):
            connection.rollback()


def _count(found: int, statement: Statement) -> str:
    return f'more than {found - 1}' if found > statement.rows.most else str(found)
