"""How rows are compared of things that were changed and put back.

What was changed twice is not the same row any more, though it says the same: services count
and date changes, and make again, under another number, what they can only make and delete.
"""

import json
from collections.abc import Iterator
from fnmatch import fnmatchcase

from tests.functional import rows
from tests.functional.rows import Row, Snapshot

#: Columns that tell when and how often a row was written, not what it says.
WRITTEN = {
    '*.created_at': 'when it was made, or made again',
    '*.updated_at': 'when it was changed',
    'glance.image_members.deleted_at': 'when it was shut out, before it was let in again',
    'cinder.services.modified_at': 'when it was changed',
    'neutron.standardattributes.revision_number': 'counts changes',
    'designate.*.version': 'counts changes',
    'designate.zones.serial': 'counts changes, for other name servers',
    'designate.records.serial': 'counts changes, for other name servers',
    'designate.records.hash': 'of what the record says, the serial included',
    'designate.records.tenant_id': 'whose token wrote it last',
}
#: Rows that no request takes away again.
STAYS = {
    'neutron.portdnses': 'empty, for each port that ever had a DNS name',
    'cinder.volume_admin_metadata': 'not read-only, for each volume that ever was',
    'barbican.projects': 'each project that anything was ever said about',
    'manila.quota_classes': 'the default, for each limit that was ever set',
    'nova_api.quota_classes': 'the default, for each limit that was ever set',
    'octavia.quotas': 'unlimited, for each project that ever had a limit',
    'nova_cell?.instance_actions': 'what was done with a server: locked and unlocked',
    'nova_cell?.instance_actions_events': 'what was done with a server, step by step',
}
#: What identifies a row only.
NUMBERS = ('id', 'uuid', 'standard_attr_id', 'encryption_id')


def differences(before: Snapshot, after: Snapshot) -> list[str]:
    """What does not say what it said, one line for each row; [] when all does."""
    found: list[str] = []
    for table in sorted(before.keys() | after.keys()):
        old = {key: told(table, row) for key, row in before.get(table, {}).items()}
        new = {key: told(table, row) for key, row in after.get(table, {}).items()}
        for key, other in list(made_again(old, new)):
            del old[key], new[other]
        if any(fnmatchcase(table, pattern) for pattern in STAYS):
            new = {key: row for key, row in new.items() if key in old}
        found += rows.differences({table: old}, {table: new})
    return found


def told(table: str, row: Row) -> Row:
    """What a row says: nothing is the same as no value."""
    if table == 'designate.records':
        row = {**row, 'data': row['data'].replace(str(row['serial']), 'serial')}
    return {column: _plain(value) for column, value in row.items()
            if not any(fnmatchcase(f'{table}.{column}', pattern) for pattern in WRITTEN)}


def made_again(
    old: dict[rows.Key, Row], new: dict[rows.Key, Row],
) -> Iterator[tuple[rows.Key, rows.Key]]:
    """Pairs of a row that is not there any more and one that says the same."""
    again: dict[str, list[rows.Key]] = {}
    for key in new.keys() - old.keys():
        again.setdefault(_content(new[key]), []).append(key)
    for key in old.keys() - new.keys():
        if keys := again.get(_content(old[key])):
            yield key, keys.pop()


def _plain(value: object) -> object:
    if isinstance(value, str) and value.startswith('{'):
        try:
            body = json.loads(value)
        except ValueError:
            return value
        return json.dumps({k: v for k, v in body.items() if v is not None}, sort_keys=True)
    return value or None if isinstance(value, str) else value


def _content(row: Row) -> str:
    return repr([(column, value) for column, value in row.items() if column not in NUMBERS])
