"""Designate. https://docs.openstack.org/api-ref/dns/

Every request says ``all_projects=true``, also those that change something: without it an
admin gets 404 for what is another project's.
"""
import contextlib
from collections.abc import Iterable, Iterator, Mapping
from typing import ClassVar
from urllib.parse import quote

from tempest_cleanup import errors
from tempest_cleanup.model import Body, Change, Resource, Scope, Tenant
from tempest_cleanup.services.base import ResourceService
from tempest_cleanup.services.quotas import Quotas, limits_of

ALL = 'all_projects'

#: Made with Designate's database. designate.conf.central, default_pool_id
DEFAULT_POOL = '794ccc2c-d751-44fe-b57f-8894c9f5c842'


class Dns(ResourceService):
    """What is common to Designate's kinds. A page has 20 members unless more are asked for."""

    service_type = 'dns'
    query = {ALL: 'true', 'limit': 'max'}

    def delete(self, resource: Resource) -> None:
        self.rest().delete(self.member(resource), query=self.permission(resource))

    def permission(self, resource: Resource) -> dict[str, str]:
        """What a change has to say besides."""
        return {ALL: 'true'}

    def change(self, resource: Resource, changes: tuple[Change, ...], method: str) -> None:
        """Designate's bodies have no wrapper."""
        asked = '&'.join(f'{key}={value}' for key, value in self.permission(resource).items())
        send = getattr(self.rest(), method)
        send(f'{self.member(resource)}?{asked}', {c.attribute: c.old for c in changes})


class Patched(Dns):
    """Kinds whose settings are put back with a PATCH."""

    def restore(self, resource: Resource, changes: tuple[Change, ...]) -> None:
        self.change(resource, changes, 'patch')


class Zones(Patched):
    """Zones, with their record sets. One with a zone below it, or that is shared, is refused."""

    name, singular = 'zones', 'zone'
    path = 'v2/zones'
    details = ('action',)
    settings = ('email', 'ttl', 'description')
    parent_key = 'parent_id'
    delete_after = ('zones', 'zone_shares', 'zone_exports')
    goes_with = ('stacks',)
    asynchronous = True
    failed = frozenset(('ERROR',))

    def find(self, tenant: Tenant | None) -> Iterator[Body]:
        # Only the names tell which zone is below which.
        zones = list(super().find(tenant))
        ids = {str(zone['name']): zone['id'] for zone in zones}
        for zone in zones:
            labels = str(zone['name']).split('.')
            above = ('.'.join(labels[n:]) for n in range(1, len(labels) - 1))
            parent = next((ids[name] for name in above if name in ids), None)
            yield dict(zone, parent_id=parent)


class Recordsets(Dns):
    """Record sets. SOA and NS of the zone itself are Designate's own, and move by themselves.

    The PTR record of a floating IP is one, too; Designate keeps it for itself ("managed").
    """

    name, singular = 'recordsets', 'recordset'
    path = 'v2/recordsets'
    settings = ('records', 'ttl', 'description')
    goes_with = ('zones', 'stacks')
    asynchronous = True
    failed = frozenset(('ERROR',))

    def resource(self, body: Body, tenant: Tenant | None) -> Resource:
        if _of_zone_itself(body):
            body = {key: value for key, value in body.items() if key not in self.settings}
        return super().resource(body, tenant)

    def protects(self, resource: Resource) -> str:
        if _of_zone_itself(resource.body):
            return 'made by Designate with the zone, and goes with it'
        return ''

    def member(self, resource: Resource, *rest: str) -> str:
        return '/'.join(('v2/zones', str(resource.body.get('zone_id')), 'recordsets',
                         quote(resource.id, safe=''), *rest))

    def permission(self, resource: Resource) -> dict[str, str]:
        managed = resource.body.get('type') == 'PTR'
        return super().permission(resource) | (
            {'edit_managed_records': 'true'} if managed else {})

    def restore(self, resource: Resource, changes: tuple[Change, ...]) -> None:
        self.change(resource, changes, 'put')


def _of_zone_itself(body: Mapping[str, object]) -> bool:
    return body.get('type') in ('SOA', 'NS') and body.get('name') == body.get('zone_name')


class ZoneShares(Dns):
    """Shares of zones with other projects. Each zone lists its own."""

    name, singular = 'zone_shares', 'zone_share'
    path, collection = 'v2/zones', 'zones'
    rights = True

    def find(self, tenant: Tenant | None) -> Iterator[Body]:
        for zone in super().find(tenant):
            if zone.get('shared', True):
                with contextlib.suppress(errors.NotFound):  # the zone went meanwhile
                    yield from self.rest().pages(
                        f'{self.path}/{zone["id"]}/shares', 'shared_zones', query=self.query)

    def member(self, resource: Resource, *rest: str) -> str:
        return '/'.join((self.path, str(resource.body.get('zone_id')), 'shares',
                         quote(resource.id, safe=''), *rest))


class ZoneImports(Dns):
    name, singular = 'zone_imports', 'zone_import'
    path, collection = 'v2/zones/tasks/imports', 'imports'


class ZoneExports(Dns):
    name, singular = 'zone_exports', 'zone_export'
    path, collection = 'v2/zones/tasks/exports', 'exports'


class ZoneTransferRequests(Dns):
    """Offers to give a zone to another project. Their key is secret."""

    name, singular = 'zone_transfer_requests', 'zone_transfer_request'
    path, collection = 'v2/zones/tasks/transfer_requests', 'transfer_requests'
    name_key = 'description'
    goes_with = ('zones',)
    rights = True

    def find(self, tenant: Tenant | None) -> Iterator[Body]:
        for body in super().find(tenant):
            yield {key: value for key, value in body.items() if key != 'key'}


class Tlds(Patched):
    """Top-level domains. Where there is any, only zones below one of them can be made."""

    name, singular = 'tlds', 'tld'
    path = 'v2/tlds'
    settings = ('name', 'description')


class TsigKeys(Patched):
    """Keys that sign messages between name servers. Their content is secret."""

    name, singular = 'tsigkeys', 'tsigkey'
    path = 'v2/tsigkeys'
    settings = ('name', 'scope', 'resource_id')

    def find(self, tenant: Tenant | None) -> Iterator[Body]:
        for body in super().find(tenant):
            yield {key: value for key, value in body.items() if key != 'secret'}


class Blacklists(Patched):
    name, singular = 'blacklists', 'blacklist'
    path = 'v2/blacklists'
    name_key = 'pattern'
    settings = ('pattern', 'description')


class DnsPools(Dns):
    """Pools of name servers. One that has zones is refused."""

    name, singular = 'dns_pools', 'pool'
    path, collection = 'v2/pools', 'pools'
    stays_changed = {
        'attributes, name servers': 'designate-manage sets them, from a file'}
    delete_after = ('zones', 'tsigkeys')

    def protects(self, resource: Resource) -> str:
        return 'the default pool of Designate' if resource.id == DEFAULT_POOL else ''


class DnsQuotas(Quotas, Dns):
    """Limits. They are named without a wrapper; the defaults are those of nobody."""

    name, singular = 'dns_quotas', 'quota'
    path = 'v2/quotas'
    scope = Scope.PROJECT
    nobody: ClassVar[str] = '0' * 32

    def find(self, tenant: Tenant | None) -> Iterable[Body]:
        if tenant is None:
            return
        limits = self._limits(f'{self.path}/{tenant.id}')
        default = self._limits(f'{self.path}/{self.nobody}')
        if limits != default:
            yield {'id': tenant.id, 'name': tenant.name, 'limits': limits}

    def restore(self, resource: Resource, changes: tuple[Change, ...]) -> None:
        self.change(resource, changes, 'patch')

    def _limits(self, path: str) -> dict[str, int]:
        return limits_of(self.rest().get(path, query={ALL: 'true'}))
