"""What the services' own databases hold: the last word on whether a cloud is as it was."""

from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any
from urllib.parse import urlsplit

import pymysql
from pymysql.cursors import DictCursor

# The database server's own; all others are the services'.
NOT_OURS = ('information_schema', 'mysql', 'performance_schema', 'sys')

Row = dict[str, Any]
Key = tuple[Any, ...]
Snapshot = dict[str, dict[Key, Row]]

# What differs although nobody leaked or touched anything: tables, or single columns of them.
MOVES = {
    'keystone.revocation_event': 'what Keystone notes when a token must no longer be valid',
    'keystone.user.last_active_at': 'the day on which a user, a service too, last logged in',
    'nova_cell?.security_groups': 'a relic: written with the first server of a project, for good',
    'nova_cell?.s3_images': 'a relic: an EC2 number for each image ever booted from',
    'nova_cell?.services.updated_at': 'heartbeat',
    'nova_cell?.services.last_seen_up': 'heartbeat',
    'nova_cell?.services.report_count': 'heartbeat',
    'nova_cell?.compute_nodes.updated_at': 'heartbeat',
    'nova_cell?.compute_nodes.current_workload': 'builds under way at the last periodic look',
    'nova_cell?.compute_nodes.stats': 'keeps a zero for each project that ever had a server',
    'nova_api.quotas.updated_at': 'a quota that was put back was written twice',
    'cinder.quotas.updated_at': 'a quota that was put back was written twice',
    'cinder.quota_classes.updated_at': 'a limit that was put back was written twice',
    'neutron.subnetpools.hash': 'a lock, drawn anew with each allocation',
    'barbican.projects': 'a relic: written for each project that ever asked for anything',
    'barbican.kek_data': 'a relic: the key with which it encrypts what is of one project',
    'cinder.services.updated_at': 'heartbeat',
    'cinder.services.report_count': 'heartbeat',
    'cinder.messages': 'what Cinder tells a user about a failure; it expires by itself',
    'cinder.quota_usages.updated_at': 'counted anew by every request',
    'cinder.quota_usages.reserved': 'what a request that overlapped another may leave behind',
    'heat.service.updated_at': 'heartbeat',
    'designate.service_statuses.*_at': 'heartbeat',
    'ironic.conductors.updated_at': 'heartbeat',
    'magnum.magnum_service.updated_at': 'heartbeat',
    'magnum.magnum_service.last_seen_up': 'heartbeat',
    'magnum.magnum_service.report_count': 'heartbeat',
    'manila.quota_usages': 'counts what is deleted also where it did not count what was made: -1',
    'manila.services.updated_at': 'heartbeat',
    'manila.services.report_count': 'heartbeat',
    'mistral.delayed_calls_v2': 'what Mistral is to do next, such as to look after executions',
    'octavia.quotas.in_use_*': 'a cascading deletion does not count down policies and rules',
    'placement.resource_providers.updated_at': 'follows the generation',
    'placement.resource_providers.generation': 'counts allocations made and taken back',
}

_SERVERS = 'instance_uuid IN (SELECT uuid FROM instances WHERE deleted = 0)'
_STACKS = 'FROM stack WHERE deleted_at IS NULL'
# Rows that live only as long as another one, but are never removed nor marked as deleted.
ALIVE = {
    # No limit is written down, too, for whatever project Aodh is asked about.
    'aodh.quota': '`limit` >= 0',
    # Of a zone that is only marked as deleted, till Designate purges it after a week.
    'designate.record*': "zone_id IN (SELECT id FROM zones WHERE deleted = '0')",
    'keystone.trust_role': 'trust_id IN (SELECT id FROM trust WHERE deleted_at IS NULL)',
    'nova_api.instance_mappings': 'queued_for_delete = 0',
    'nova_api.request_specs': 'instance_uuid IN (SELECT instance_uuid FROM instance_mappings '
                              'WHERE queued_for_delete = 0)',
    'nova_cell?.instance_actions': _SERVERS,
    'nova_cell?.instance_actions_events': f'action_id IN (SELECT id FROM instance_actions '
                                          f'WHERE {_SERVERS})',
    'nova_cell?.instance_system_metadata': _SERVERS,
    'cinder.quota_usages': 'in_use != 0',
    'heat.event': f'stack_id IN (SELECT id {_STACKS})',
    'heat.raw_template': f'id IN (SELECT raw_template_id {_STACKS})',
    'heat.resource_properties_data': 'id IN (SELECT rsrc_prop_data_id FROM resource)',
    # Till Octavia's housekeeper purges them, after a week.
    'octavia.load_balancer': "provisioning_status != 'DELETED'",
    'octavia.vip': 'load_balancer_id IN (SELECT id FROM load_balancer '
                   "WHERE provisioning_status != 'DELETED')",
    'octavia.amphora': "status != 'DELETED'",
    # It also counts here, from the first load balancer on; a limit of -1 is none.
    'octavia.quotas': 'GREATEST(health_monitor, load_balancer, listener, member, pool, '
                      'l7policy, l7rule) != -1',
    'placement.projects': 'id IN (SELECT project_id FROM consumers)',
    'placement.users': 'id IN (SELECT user_id FROM consumers)',
    'placement.placement_aggregates': 'id IN (SELECT aggregate_id '
                                      'FROM resource_provider_aggregates)',
}


@dataclass(frozen=True)
class Databases:
    """The server that holds the databases."""

    host: str
    port: int
    user: str
    password: str

    @classmethod
    def from_url(cls, url: str) -> 'Databases':
        """From mysql://user:password@host:port."""
        parts = urlsplit(url)
        return cls(parts.hostname or '127.0.0.1', parts.port or 3306,
                   parts.username or '', parts.password or '')


def names(databases: Databases) -> list[str]:
    """Which databases there are: which services a cloud has is up to it."""
    connection = pymysql.connect(host=databases.host, port=databases.port,
                                 user=databases.user, password=databases.password)
    with connection, connection.cursor() as cursor:
        cursor.execute('SHOW DATABASES')
        return sorted(name for (name,) in cursor.fetchall() if name not in NOT_OURS)


def snapshot(databases: Databases) -> Snapshot:
    """Every live row of every table, by 'database.table' and primary key."""
    found: Snapshot = {}
    for name in names(databases):
        connection = pymysql.connect(
            host=databases.host, port=databases.port, user=databases.user,
            password=databases.password, database=name, cursorclass=DictCursor)
        with connection, connection.cursor() as cursor:
            for table, keys, columns in tables(cursor, name):
                if not excuse(f'{name}.{table}'):
                    found[f'{name}.{table}'] = rows(
                        cursor, table, keys, alive(f'{name}.{table}', columns))
    return found


def tables(cursor: DictCursor, database: str) -> Iterator[tuple[str, list[str], list[str]]]:
    """Each table with the columns of its primary key (without one: all) and all columns."""
    cursor.execute(
        'SELECT table_name AS t, column_name AS c, column_key AS k '
        'FROM information_schema.columns WHERE table_schema = %s '
        'ORDER BY table_name, ordinal_position', (database,))
    columns: dict[str, list[tuple[str, str]]] = {}
    for entry in cursor.fetchall():
        columns.setdefault(entry['t'], []).append((entry['c'], entry['k']))
    for table, known in columns.items():
        every = [column for column, _ in known]
        yield table, [column for column, key in known if key == 'PRI'] or every, every


def rows(cursor: DictCursor, table: str, keys: list[str], condition: str) -> dict[Key, Row]:
    """The rows of one table for which the condition holds."""
    cursor.execute(f'SELECT * FROM `{table}` WHERE {condition}')
    return {tuple(row[key] for key in keys): row for row in cursor.fetchall()}


def alive(table: str, columns: list[str]) -> str:
    """The condition that leaves out what a service only marked as deleted or as not in use."""
    condition = _lookup(ALIVE, table)
    if condition:
        return condition
    if 'deleted' in columns:
        # A number, or 'False' and the row's own id: Manila's and Designate's are strings.
        return "deleted IS NULL OR CAST(deleted AS CHAR) IN ('0', 'False')"
    if 'deleted_at' in columns:
        return 'deleted_at IS NULL'
    if 'allocated' in columns:
        return 'allocated != 0'
    return 'true'


def count(databases: Databases, table: str) -> int:
    """How many live rows a table has; it is named 'database.table'."""
    name, bare = table.split('.')
    connection = pymysql.connect(
        host=databases.host, port=databases.port, user=databases.user,
        password=databases.password, database=name, cursorclass=DictCursor)
    with connection, connection.cursor() as cursor:
        columns = {found: every for found, _, every in tables(cursor, name)}[bare]
        cursor.execute(f'SELECT count(*) AS n FROM `{bare}` WHERE {alive(table, columns)}')
        found = cursor.fetchone()
    return int(found['n']) if found else 0


def change(databases: Databases, statement: str, *values: str) -> int:
    """Do to the databases what no API does; how many rows it is about."""
    connection = pymysql.connect(
        host=databases.host, port=databases.port, user=databases.user,
        password=databases.password, autocommit=True)
    with connection, connection.cursor() as cursor:
        return int(cursor.execute(statement, values))


def excuse(what: str) -> str | None:
    """Why a table or a column may differ; None: it may not."""
    return _lookup(MOVES, what)


def _lookup(table: dict[str, str], name: str) -> str | None:
    return next((value for pattern, value in table.items() if fnmatchcase(name, pattern)), None)


def check_same(before: Snapshot, after: Snapshot) -> None:
    """Nothing differs; else each row that does is told."""
    lines = differences(before, after)
    assert not lines, '\n'.join(lines)


def differences(before: Snapshot, after: Snapshot) -> list[str]:
    """What is not as it was, one line for each row; [] when all is."""
    lines: list[str] = []
    for table in sorted(before.keys() | after.keys()):
        old, new = before.get(table, {}), after.get(table, {})
        lines += [f'{table}: added {_told(new[key])}' for key in new if key not in old]
        lines += [f'{table}: removed {_told(old[key])}' for key in old if key not in new]
        for key in old.keys() & new.keys():
            changed = _changed(table, old[key], new[key])
            if changed:
                lines.append(f'{table}: changed {key}: {"; ".join(changed)}')
    return lines


def _changed(table: str, old: Row, new: Row) -> list[str]:
    return [f'{column} {value!r} -> {new.get(column)!r}' for column, value in old.items()
            if new.get(column) != value and not excuse(f'{table}.{column}')]


def _told(row: Row) -> str:
    return ', '.join(f'{column}={value!r}' for column, value in row.items()
                     if value is not None)[:400]
