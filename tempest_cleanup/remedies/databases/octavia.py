"""Octavia's database."""
import datetime

from tempest_cleanup.model import Resource
from tempest_cleanup.remedies.databases.base import DatabaseRemedy, columns, now
from tempest_cleanup.remedies.databases.schema import Schema, Table
from tempest_cleanup.remedies.statements import ONE, Statement
from tempest_cleanup.services.base import ResourceService

#: A controller that boots an amphora waits about as long for it, and notes nothing meanwhile
#: ([haproxy_amphora] connection_max_retries and connection_retry_interval).
QUIET = datetime.timedelta(minutes=10)
#: A deletion waits for nobody; it is done anew anyway.
QUIET_DELETION = datetime.timedelta(minutes=1)


class PendingForEver(DatabaseRemedy):
    """A load balancer that stays in ``PENDING_*``.

    Octavia lets nobody change or delete one that is not in ``ACTIVE`` or ``ERROR``
    (``octavia.common.constants.DELETABLE_STATUSES``, looked at by
    ``LoadBalancerRepository.test_and_set_provisioning_status``): it believes that one of its
    controllers works on it. Where that one died, nothing ends this. So the status is set to
    ``ERROR``, and the API deletes it then, with all that is below it.
    """

    kinds = ('loadbalancers',)
    does = 'sets its status to ERROR in the database of Octavia'
    deletes = False
    statuses = frozenset(('pending_create', 'pending_update', 'pending_delete'))
    schemas = {'octavia': Schema((Table(
        'load_balancer', columns('id', 'provisioning_status', 'created_at', 'updated_at'),
        columns('additional_vip', 'amphora', 'listener', 'pool', 'vip', 'vrrp_group')),))}

    def statements(self, kind: ResourceService, resource: Resource) -> tuple[Statement, ...]:
        return (Statement(
            'octavia',
            'UPDATE load_balancer SET provisioning_status = :error WHERE id = :id AND '
            "((provisioning_status IN ('PENDING_CREATE', 'PENDING_UPDATE') "
            'AND COALESCE(updated_at, created_at) <= :quiet) '
            "OR (provisioning_status = 'PENDING_DELETE' "
            'AND COALESCE(updated_at, created_at) <= :quiet_deletion))',
            {'error': 'ERROR', 'id': resource.id, 'quiet': now() - QUIET,
             'quiet_deletion': now() - QUIET_DELETION}, ONE,
            'it is not pending any more, or only since a short time, so that a controller may '
            'still work on it (10 minutes; 1 minute where it is being deleted)'),)
