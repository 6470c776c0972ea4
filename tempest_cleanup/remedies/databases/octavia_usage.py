"""What projects use in Octavia."""
import datetime
from collections.abc import Iterator

from tempest_cleanup.model import Resource
from tempest_cleanup.remedies.databases.base import columns, now
from tempest_cleanup.remedies.databases.schema import Schema, Table
from tempest_cleanup.remedies.databases.usage import Ghosts, Usages
from tempest_cleanup.remedies.statements import ONE, Statement

OCTAVIA = 'octavia'
#: A controller counts down right after it has noted that something is deleted.
QUIET = datetime.timedelta(seconds=5)
#: Each is a table, and its column ``in_use_*`` of the table ``quotas``.
_COUNTED = ('health_monitor', 'l7policy', 'l7rule', 'listener', 'load_balancer', 'member', 'pool')


class OctaviaUsages(Usages):
    """Load balancers and what is in them: Octavia 19 does not count down the L7 policies and rules
    that go with a load balancer (``delete`` with ``cascade``).

    Counted as ``Repositories.check_quota_met`` counts where nothing is noted. Each change locks
    the load balancer (``PENDING_*``), so where one of the project is, or was a moment ago, all is
    left.
    """

    service, kind, database = 'Octavia', 'loadbalancer_quotas', OCTAVIA
    counts = frozenset(('loadbalancers', 'listeners', 'loadbalancer_pools',
                        'loadbalancer_members', 'healthmonitors', 'l7policies', 'l7rules'))
    schema = Schema((
        Table('quotas', columns('project_id', *(f'in_use_{what}' for what in _COUNTED)),
              columns()),
        Table('load_balancer', columns('id', 'project_id', 'provisioning_status', 'created_at',
                                       'updated_at')),
        *(Table(what, columns('id', 'project_id', 'provisioning_status')) for what in _COUNTED
          if what != 'load_balancer')))

    def of(self, project: Resource) -> Iterator[Ghosts]:
        for row in self.read('SELECT * FROM quotas WHERE project_id = :project',
                             project=project.id):
            for what in _COUNTED:
                counted = row[f'in_use_{what}'] or 0
                there = self.read(f'SELECT {_query(what)} AS there',  # nosec B608  # its own names
                                  project=project.id)[0]['there'] if counted > 0 else 0
                if counted > there:
                    yield self.ghosts(project, what, project.id, counted, there)

    def statement(self, ghosts: Ghosts) -> Statement:
        column = f'in_use_{ghosts.what}'
        return Statement(
            OCTAVIA, f'UPDATE quotas SET {column} = :there '  # nosec B608  # its own names
            f'WHERE project_id = :project AND {column} = :counted '
            f'AND {_query(ghosts.what)} = :there '
            'AND NOT EXISTS (SELECT 1 FROM load_balancer l WHERE l.project_id = :project '
            "AND (l.provisioning_status LIKE 'PENDING%' "
            'OR COALESCE(l.updated_at, l.created_at) > :quiet))',
            {'project': ghosts.row, 'counted': ghosts.counted, 'there': ghosts.there,
             'quiet': now() - QUIET}, ONE,
            'it has changed meanwhile, or a load balancer of the project is being changed, or was '
            'a moment ago')


def _query(what: str) -> str:
    return (f'(SELECT COUNT(*) FROM {what} c '  # nosec B608  # its own names
            "WHERE c.project_id = :project AND c.provisioning_status != 'DELETED')")
