"""Aodh. https://docs.openstack.org/aodh/latest/contributor/webapi/v2.html"""
from collections.abc import Iterable, Mapping
from typing import Any

from tempest_cleanup.cloud.rest import LIST
from tempest_cleanup.model import Body, Change, Resource, Scope, Tenant
from tempest_cleanup.services.base import ResourceService
from tempest_cleanup.services.quotas import Quotas

#: What ``[api] project_alarm_quota`` is unless it is set.
UNLIMITED = -1


class Alarms(ResourceService):
    """Alarms. Without a limit asked for, all are in one answer, which is a bare list."""

    service_type = 'alarm'
    name, singular = 'alarms', 'alarm'
    path, collection = 'v2/alarms', LIST
    query = {'q.field': 'all_projects', 'q.op': 'eq', 'q.value': 'true'}
    id_key, status_key, created_key = 'alarm_id', 'state', 'timestamp'
    updated_key, details = 'state_timestamp', ('state_reason',)
    goes_with = ('stacks',)
    # With an alarm goes the trust that its actions need.
    holds = ('trusts',)


class AlarmQuotas(Quotas):
    """Limits of alarms. Aodh writes the default down for a project whenever it is asked.

    So the default can't be asked for; where it is not unlimited, every project has a quota.
    """

    service_type = 'alarm'
    name, singular = 'alarm_quotas', 'quota'
    path = 'v2/quotas'
    scope = Scope.PROJECT

    def find(self, tenant: Tenant | None) -> Iterable[Body]:
        if tenant is None:
            return
        answer = self.rest().get(self.path, query={'project_id': tenant.id})
        limits = {one['resource']: one['limit'] for one in answer['quotas']}
        if any(limit != UNLIMITED for limit in limits.values()):
            yield {'id': tenant.id, 'name': tenant.name, 'limits': limits}

    def restore(self, resource: Resource, changes: tuple[Change, ...]) -> None:
        self.rest().post(self.path, {'project_id': resource.id, **self.request(
            {c.attribute: c.old for c in changes})})

    def request(self, values: Mapping[str, Any]) -> Body:
        return {'quotas': [{'resource': name, 'limit': limit}
                           for name, limit in values.items()]}
