"""What projects use in Cinder, counted anew as ``cinder-manage quota sync`` does it."""
import collections
from collections.abc import Iterator, Mapping
from typing import Any

from tempest_cleanup.model import Resource
from tempest_cleanup.remedies.databases.base import columns, now
from tempest_cleanup.remedies.databases.cinder import CINDER
from tempest_cleanup.remedies.databases.schema import Schema, Table
from tempest_cleanup.remedies.databases.usage import Ghosts, Usages
from tempest_cleanup.remedies.statements import ONE, Statement

_VOLUMES = ('FROM volumes v{join} WHERE v.project_id = :project AND v.deleted = :no '
            'AND v.use_quota = :yes{typed}')
_SNAPSHOTS = ('FROM snapshots s JOIN volumes v ON v.id = s.volume_id{join} '
              'WHERE s.project_id = :project AND s.deleted = :no AND s.use_quota = :yes{typed}')
#: What Cinder counts also by volume type, and by what query (``cinder.db.api``,
#: ``QUOTA_SYNC_FUNCTIONS``). With no_snapshot_gb_quota the size of snapshots does not count; that
#: nobody tells, so what counts as much as both is not taken for wrong.
_BY_TYPE = {
    'volumes': f'(SELECT COUNT(*) {_VOLUMES})',
    'snapshots': f'(SELECT COUNT(*) {_SNAPSHOTS})',
    'gigabytes': (f'(SELECT COALESCE(SUM(v.size), 0) {_VOLUMES}) + '
                  f'(SELECT COALESCE(SUM(s.volume_size), 0) {_SNAPSHOTS})')}
#: What it counts without looking at types. "groups" is a word of MySQL's SQL.
_IN_ALL = {
    'backups': '(SELECT COUNT(*) FROM backups WHERE project_id = :project AND deleted = :no)',
    'backup_gigabytes': '(SELECT COALESCE(SUM(size), 0) FROM backups '
                        'WHERE project_id = :project AND deleted = :no)',
    'groups': '(SELECT COUNT(*) FROM {groups} WHERE project_id = :project AND deleted = :no)'}


class CinderUsages(Usages):
    """Volumes, snapshots, their size, by volume type as well; backups and groups."""

    service, kind, database = 'Cinder', 'volume_quotas', CINDER
    counts = frozenset(('volumes', 'snapshots', 'backups', 'volume_groups'))
    schema = Schema((
        Table('quota_usages', columns('id', 'project_id', 'resource', 'in_use', 'deleted'),
              columns('reservations')),
        Table('reservations', columns('id', 'usage_id', 'deleted', 'expire')),
        Table('volumes', columns('id', 'project_id', 'size', 'volume_type_id', 'use_quota',
                                 'deleted')),
        Table('snapshots', columns('id', 'project_id', 'volume_id', 'volume_size', 'use_quota',
                                   'deleted')),
        Table('backups', columns('id', 'project_id', 'size', 'deleted')),
        Table('groups', columns('id', 'project_id', 'deleted')),
        Table('volume_types', columns('id', 'name'))))

    def of(self, project: Resource) -> Iterator[Ghosts]:
        rows = self.read('SELECT id, resource, in_use FROM quota_usages WHERE project_id = '
                         ':project AND deleted = :no ORDER BY resource',
                         project=project.id, no=False)
        # Of two rows for the same nobody knows which one Cinder takes.
        often = collections.Counter(row['resource'] for row in rows)
        for row in rows:
            query = self._query(row['resource'])
            if not query or row['in_use'] <= 0 or often[row['resource']] > 1:
                continue
            there = int(self.read(f'SELECT {query} AS there', **_parameters(
                project, row['resource']))[0]['there'])
            if row['in_use'] > there:
                yield self.ghosts(project, row['resource'], row['id'], row['in_use'], there)

    def statement(self, ghosts: Ghosts) -> Statement:
        return Statement(
            CINDER, 'UPDATE quota_usages SET in_use = :there '  # nosec B608  # its own names
            'WHERE id = :row AND deleted = :no AND in_use = :counted '
            f'AND {self._query(ghosts.what)} = :there '
            'AND NOT EXISTS (SELECT 1 FROM reservations r WHERE r.usage_id = :row '
            'AND r.deleted = :no AND r.expire > :now)',
            {**_parameters(ghosts.project, ghosts.what), 'row': ghosts.row, 'now': now(),
             'counted': ghosts.counted, 'there': ghosts.there}, ONE,
            'it has changed meanwhile, or a request is under way that counts')

    def _query(self, what: str) -> str:
        """What counts anew, '' where that is not known."""
        if what in _IN_ALL:
            return _IN_ALL[what].format(
                groups=self._hand.databases.connections.quoted(CINDER, 'groups'))
        base, by_type, _name = what.partition('_')
        join, typed = ((' JOIN volume_types t ON t.id = v.volume_type_id', ' AND t.name = :type')
                       if by_type else ('', ''))
        return _BY_TYPE.get(base, '').format(join=join, typed=typed)


def _parameters(project: Resource, what: str) -> Mapping[str, Any]:
    """Of the query that counts anew; SQLAlchemy takes none that is not in it."""
    found: dict[str, Any] = {'project': project.id, 'no': False}
    if what not in _IN_ALL:
        found['yes'] = True
        if '_' in what:
            found['type'] = what.partition('_')[2]
    return found
