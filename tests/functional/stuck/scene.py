"""Where trouble is made, and the list of what is stuck for it."""

from dataclasses import dataclass, field

import pymysql

from tests.functional.populate import Site
from tests.functional.rows import Databases


@dataclass(frozen=True)
class Stuck:
    """What does not go without help.

    :param remedies: what helps, in this order; others may have been tried before. None where
        its service lets go of it all the same
    """

    kind: str
    id: str
    remedies: tuple[str, ...]


@dataclass(frozen=True)
class Scene:
    """A fresh project, the services' databases, and the record of what is stuck."""

    site: Site
    databases: Databases
    stuck: list[Stuck] = field(default_factory=list)

    def expect(self, kind: str, identifier: str, *remedies: str) -> None:
        """Write down what helps something that is stuck."""
        self.stuck.append(Stuck(kind, identifier, remedies))

    def execute(self, database: str, statement: str, *arguments: object) -> None:
        """Change a service's database, as a crash or a defect leaves it."""
        login = self.databases
        connection = pymysql.connect(
            host=login.host, port=login.port, user=login.user, password=login.password,
            database=database, autocommit=True)
        with connection, connection.cursor() as cursor:
            assert cursor.execute(statement, arguments), f'{statement} has changed nothing'
