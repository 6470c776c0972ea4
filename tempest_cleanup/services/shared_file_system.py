"""Manila. https://docs.openstack.org/api-ref/shared-file-system/

Manila says 403 where others say 409: a share with snapshots, a lock, a wrong status. Lists
without a limit end at ``osapi_max_limit`` where they know an offset; those that ignore the
offset give everything at once.
"""
import contextlib
from collections.abc import Iterator, Mapping
from typing import ClassVar

from tempest_cleanup import errors
from tempest_cleanup.model import Body, Change, Resource, Tenant
from tempest_cleanup.services.messages import WithMessages


class SharedFileSystem(WithMessages):
    """What is common to Manila's kinds."""

    service_type, about_key = 'shared-file-system', 'resource_id'
    microversion = '2.99'
    #: What Manila calls an attribute where it is set, if that is another name.
    named_otherwise: ClassVar[Mapping[str, str]] = {}

    def restore(self, resource: Resource, changes: tuple[Change, ...]) -> None:
        if not self.settings:
            super().restore(resource, changes)
        wanted = {c.attribute: c.old for c in changes}
        if 'metadata' in wanted:
            self.rest().put(self.member(resource, 'metadata'),
                            {'metadata': wanted.pop('metadata')}, microversion=self.microversion)
        if wanted:
            self.rest().put(self.member(resource), {self.singular: {
                self.named_otherwise.get(name, name): value for name, value in wanted.items()}},
                microversion=self.microversion)


class TenantShares(SharedFileSystem):
    """Kinds that belong to projects; only an administrator sees all of them."""

    detail = '/detail'
    query = {'all_tenants': '1'}
    offset_paging = True
    asynchronous = True
    failed = frozenset(('error', 'error_deleting', 'available'))


class Shares(TenantShares):
    """Shares, also those in the recycle bin, which have a listing of their own.

    One in a share group is refused unless the group is named.
    """

    name, singular = 'shares', 'share'
    path, host_key = 'shares', 'host'
    settings = ('name', 'description', 'is_public', 'metadata')
    stays_changed = {
        'size, type, host': 'an extension or migration moves data'}
    named_otherwise: ClassVar = {'name': 'display_name', 'description': 'display_description'}
    offset_paging = False
    delete_after = ('share_snapshots', 'share_replicas', 'share_backups', 'share_transfers',
                    'share_group_snapshots', 'resource_locks')
    goes_with = ('stacks',)

    def find(self, tenant: Tenant | None) -> Iterator[Body]:
        yield from shares(self)

    def delete(self, resource: Resource) -> None:
        group = resource.body.get('share_group_id')
        self.rest().delete(self.member(resource), microversion=self.microversion,
                           query={'share_group_id': str(group)} if group else {})


class ShareAccessRules(SharedFileSystem):
    """Who may mount a share; a listing for each share. A run may add one to an old share."""

    name, singular = 'share_access_rules', 'access'
    path = 'share-access-rules'
    collection = 'access_list'
    name_key, status_key = 'access_to', 'state'
    asynchronous = rights = True
    failed = frozenset(('error',))
    delete_after = ('resource_locks',)
    goes_with = ('shares',)

    def find(self, tenant: Tenant | None) -> Iterator[Body]:
        for share in shares(self):
            with contextlib.suppress(errors.NotFound):  # the share went meanwhile
                for rule in self.rest().pages(
                        self.path, self.collection, microversion=self.microversion,
                        query={'share_id': share['id']}):
                    yield dict(rule, share_id=share['id'], project_id=share['project_id'])

    def delete(self, resource: Resource) -> None:
        self.rest().post(f'shares/{resource.body["share_id"]}/action',
                         {'deny_access': {'access_id': resource.id}},
                         microversion=self.microversion)


class ShareSnapshots(TenantShares):
    name, singular = 'share_snapshots', 'snapshot'
    path, collection = 'snapshots', 'snapshots'
    settings = ('name', 'description', 'metadata')
    named_otherwise: ClassVar = {'name': 'display_name', 'description': 'display_description'}
    goes_with = ('stacks',)


class ShareSnapshotAccessRules(SharedFileSystem):
    """Who may mount a snapshot; a listing for each snapshot, with neither pages nor times."""

    name, singular = 'share_snapshot_access_rules', 'snapshot_access'
    path, collection = 'snapshots', 'snapshot_access_list'
    name_key, status_key = 'access_to', 'state'
    asynchronous = rights = True
    failed = frozenset(('error',))
    goes_with = ('share_snapshots',)

    def find(self, tenant: Tenant | None) -> Iterator[Body]:
        for snapshot in self.rest().pages(
                'snapshots/detail', 'snapshots', microversion=self.microversion,
                query={'all_tenants': '1'}, offset_paging=True):
            with contextlib.suppress(errors.NotFound):  # the snapshot went meanwhile
                for rule in self.rest().pages(
                        f'snapshots/{snapshot["id"]}/access-list', self.collection,
                        microversion=self.microversion):
                    yield dict(rule, snapshot_id=snapshot['id'],
                               project_id=snapshot['project_id'])

    def delete(self, resource: Resource) -> None:
        self.rest().post(f'snapshots/{resource.body["snapshot_id"]}/action',
                         {'deny_access': {'access_id': resource.id}},
                         microversion=self.microversion)


class ShareNetworks(TenantShares):
    """Share networks. One with more than one subnet is refused, the last subnet goes along."""

    name, singular = 'share_networks', 'share_network'
    path = 'share-networks'
    settings = ('name', 'description')
    asynchronous = False
    failed = frozenset()
    delete_after = ('shares', 'share_groups')
    goes_with = ('stacks',)

    def prepare_delete(self, resource: Resource) -> None:
        shown = self.rest().get(self.member(resource), microversion=self.microversion)
        for subnet in shown['share_network'].get('share_network_subnets', ())[1:]:
            self.rest().delete(self.member(resource, 'subnets', subnet['id']),
                               microversion=self.microversion)


class ShareNetworkSubnets(TenantShares):
    """Subnets of share networks, told only with their networks."""

    name, singular = 'share_network_subnets', 'share_network_subnet'
    path = 'share-networks'
    asynchronous = False
    failed = frozenset()
    delete_after = ('shares', 'share_groups', 'share_servers')
    goes_with = ('share_networks',)

    def find(self, tenant: Tenant | None) -> Iterator[Body]:
        for network in self.rest().pages(
                'share-networks/detail', 'share_networks', microversion=self.microversion,
                query=self.query, offset_paging=True):
            for subnet in network.get('share_network_subnets', ()):
                yield dict(subnet, share_network_id=network['id'],
                           project_id=network['project_id'])

    def delete(self, resource: Resource) -> None:
        network = resource.body['share_network_id']
        self.rest().delete(f'{self.path}/{network}/subnets/{resource.id}',
                           microversion=self.microversion)


class ShareServers(SharedFileSystem):
    """Share servers: made by drivers that handle them, gone some time after the last share."""

    name, singular = 'share_servers', 'share_server'
    path = 'share-servers'
    asynchronous = True
    failed = frozenset(('error', 'active'))
    delete_after = ('shares', 'share_groups')
    goes_with = ('share_networks',)
    tried = False


class SecurityServices(TenantShares):
    """Security services. One that a share network has is refused (403): taken out of it first."""

    name, singular = 'security_services', 'security_service'
    path = 'security-services'
    asynchronous = False
    failed = frozenset()
    settings = ('name', 'description', 'dns_ip', 'server', 'user', 'domain', 'ou',
                'share_networks')
    delete_after = ('share_networks',)
    goes_with = ('stacks',)

    def prepare_delete(self, resource: Resource) -> None:
        shown = self.rest().get(self.member(resource), microversion=self.microversion)
        for network in shown['security_service'].get('share_networks') or ():
            self._tie('remove', network, resource)

    def restore(self, resource: Resource, changes: tuple[Change, ...]) -> None:
        super().restore(resource, tuple(c for c in changes if c.attribute != 'share_networks'))
        for change in changes:
            if change.attribute == 'share_networks':
                old, new = set(change.old or ()), set(change.new or ())
                for network in sorted(new - old):
                    self._tie('remove', network, resource)
                for network in sorted(old - new):
                    self._tie('add', network, resource)

    def _tie(self, verb: str, network: str, resource: Resource) -> None:
        self.rest().post(
            f'share-networks/{network}/action',
            {f'{verb}_security_service': {'security_service_id': resource.id}},
            microversion=self.microversion)



class ShareGroups(TenantShares):
    """Share groups. One with shares or snapshots is refused; none is forced."""

    name, singular = 'share_groups', 'share_group'
    path = 'share-groups'
    settings = ('name', 'description')
    delete_after = ('shares', 'share_group_snapshots')


class ShareGroupSnapshots(TenantShares):
    name, singular = 'share_group_snapshots', 'share_group_snapshot'
    path = 'share-group-snapshots'



class ShareReplicas(TenantShares):
    """Replicas of shares, of all projects, without a name or a project. The active one is it."""

    name, singular = 'share_replicas', 'share_replica'
    path = 'share-replicas'
    query = {}
    tried = False

    def protects(self, resource: Resource) -> str:
        return ('the copy of a share in use: it goes with the share'
                if resource.body.get('replica_state') == 'active' else '')


class ShareBackups(TenantShares):
    """Backups of shares. Their project is not told."""

    name, singular = 'share_backups', 'share_backup'
    path = 'share-backups'
    tried = False


class ShareTransfers(TenantShares):
    """Offers of shares to other projects; Manila drops them after some minutes."""

    name, singular = 'share_transfers', 'transfer'
    path, collection = 'share-transfers', 'transfers'
    project_key = 'source_project_id'
    fleeting = True
    asynchronous = False
    failed = frozenset()


class ResourceLocks(SharedFileSystem):
    """Locks of shares against deletion, and of access rules against being shown."""

    name, singular = 'resource_locks', 'resource_lock'
    path = 'resource-locks'
    query = {'all_projects': '1'}
    name_key = 'lock_reason'
    offset_paging = True




def shares(kind: SharedFileSystem) -> Iterator[Body]:
    """Every share, those in the recycle bin last."""
    for deleted in ('false', 'true'):
        yield from kind.rest().pages(
            'shares/detail', 'shares', microversion=kind.microversion,
            query={'all_tenants': '1', 'is_soft_deleted': deleted})
