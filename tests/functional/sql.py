"""The services' own databases, for tests of what is changed in them."""
import json
import pathlib

import pymysql

from tempest_cleanup.remedies import changes
from tempest_cleanup.remedies.databases.base import Hand
from tempest_cleanup.remedies.databases.schema import Layouts
from tempest_cleanup.remedies.saved_rows import NAME, SavedRows
from tempest_cleanup.remedies.sql import Connections
from tests.functional.conftest import tempest_conf
from tests.functional.rows import Databases
from tests.functional.workspace import Workspace

NAMES = ('octavia', 'cinder', 'heat', 'neutron', 'nova_api', 'nova_cell0', 'nova_cell1',
         'placement')
#: What is stuck in a transition is not waited for.
FAST = ('--settle', '0', '--timeout', '40')


def url(database: Databases, name: str) -> str:
    """Of a database, as SQLAlchemy has it."""
    return (f'mysql+pymysql://{database.user}:{database.password}@{database.host}:'
            f'{database.port}/{name}')


def workspace(database: Databases, folder: pathlib.Path) -> Workspace:
    """One whose tempest.conf names the services' databases."""
    conf = folder / 'tempest.conf'
    conf.write_text(tempest_conf().read_text() + '\n[cleanup]\n' + ''.join(
        f'database_connection = {name} = {url(database, name)}\n' for name in NAMES))
    return Workspace(folder, conf)


def hand(database: Databases, name: str, folder: pathlib.Path) -> Hand:
    """What a remedy needs, where there is no run around it."""
    connections = Connections({name: url(database, name)})
    return Hand(changes.Databases(connections, SavedRows(folder), changes.Limit(1)),
                Layouts(connections), 3)


def execute(database: Databases, name: str, statement: str, *values: object) -> int:
    """Change a service's database behind its back; how many rows that was."""
    connection = pymysql.connect(host=database.host, port=database.port, user=database.user,
                                 password=database.password, database=name, autocommit=True)
    with connection, connection.cursor() as cursor:
        return int(cursor.execute(statement, values))


def saved_rows(folder: pathlib.Path) -> list[dict[str, object]]:
    """The rows that were saved before they were changed."""
    return [json.loads(line) for line in (folder / NAME).read_text().splitlines()]
