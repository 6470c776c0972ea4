"""Nova. https://docs.openstack.org/api-ref/compute/"""
import contextlib
import dataclasses
from collections.abc import Iterable, Iterator, Mapping
from urllib.parse import quote

from tempest_cleanup import errors
from tempest_cleanup.model import Body, Change, Evidence, Key, Resource, Scope, Tenant
from tempest_cleanup.services import bodies, instance_actions, load_balancer, specs
from tempest_cleanup.services.base import ResourceService
from tempest_cleanup.services.quotas import ClassQuotas

#: Since then Nova lets whether a volume goes with its server be changed.
SPARING = '2.85'
#: Where a server tells which volumes it has, and which of them go with it.
ATTACHED = 'os-extended-volumes:volumes_attached'


class Compute(ResourceService):
    service_type = 'compute'


class Servers(Compute):
    """Servers, also those that are soft-deleted or locked: an admin may delete these.

    A lock that is put back is the admin's, whosever it was: Nova does not tell.
    """

    name, singular = 'servers', 'server'
    path, detail = 'servers', '/detail'
    query = {'all_tenants': '1', 'soft_deleted': 'True'}
    # From 2.47 on the flavor's id is not told any more.
    microversion = '2.46'
    project_key, created_key, updated_key = 'tenant_id', 'created', 'updated'
    host_key = 'OS-EXT-SRV-ATTR:host'
    details = ('OS-EXT-STS:task_state', host_key, 'locked')
    settings = ('name', 'description', 'tags', 'locked')
    stays_changed = {
        'metadata': 'Heat and others give servers secrets in it, which no saved state may have',
        'status, power state': "what a server does is its owner's business",
        'flavor, image, host': 'a resize, rebuild or migration is no setting',
        'ports, volumes': 'each is a resource of its own',
        'who locked it': "Nova does not tell: a lock that is put back is the administrator's"}
    asynchronous = True
    failed = frozenset(('ERROR',))
    always = ('tenant_id', ATTACHED)
    goes_with = ('stacks', 'loadbalancers')

    def deletion_failed(self, resource: Resource) -> bool:
        # A server that was in ERROR before is so while it is being deleted, too.
        return super().deletion_failed(resource) and not resource.body.get(
            'OS-EXT-STS:task_state')

    def only_marked(self, resource: Resource) -> bool:
        # [DEFAULT] reclaim_instance_interval: Nova keeps it, with all it has, for hours or days.
        return resource.status == 'SOFT_DELETED' and not resource.body.get(
            'OS-EXT-STS:task_state')

    def in_transition(self, resource: Resource) -> bool:
        return super().in_transition(resource) or bool(
            resource.body.get('OS-EXT-STS:task_state'))

    def evidence(self, resource: Resource) -> Iterable[Evidence]:
        yield from super().evidence(resource)
        yield from instance_actions.fault(resource)
        yield from instance_actions.of(self.rest(), resource)

    def expand(self, resource: Resource) -> Resource:
        """With the load balancer that it works for."""
        found = load_balancer.load_balancer_of(self.cloud, resource.name)
        if found is None:
            return resource
        return dataclasses.replace(
            resource, body={**resource.body, load_balancer.AMPHORA_OF: found})

    def takes(self, resource: Resource) -> Iterator[Key]:
        if ATTACHED not in resource.body:
            return
        for attached in bodies.members(resource.body, ATTACHED):
            goes = attached.get('delete_on_termination')
            if not isinstance(goes, bool):
                raise errors.Garbage('nothing tells whether its volumes go with it')
            if goes:
                yield Key('volumes', bodies.identifier(attached, 'id'))

    def prepare_delete(self, resource: Resource) -> None:
        """Spare its volumes: each is decided about by itself, and some are not even seen.

        :raises errors.StillNeeded: Nova was not told to
        """
        for volume in self.takes(resource):
            with contextlib.suppress(errors.NotFound):  # it is not attached any more
                self._spare(resource, volume.id)

    def _spare(self, server: Resource, volume: str) -> None:
        try:
            self.rest().put(
                self.member(server, 'os-volume_attachments', volume),
                {'volumeAttachment': {'volumeId': volume, 'delete_on_termination': False}},
                microversion=SPARING)
        except errors.NotFound:
            raise
        except errors.ApiError as refusal:
            # An older Nova takes it for a request to swap the volume, and says 400.
            raise errors.StillNeeded(
                f'its volume {volume} would be deleted with it, and Nova was not told to keep it '
                f'(that takes API version {SPARING}): {refusal.message}. Detach the volume, or '
                'delete the server by hand', status=refusal.status, request=refusal.request,
                request_id=refusal.request_id) from refusal

    def delete(self, resource: Resource) -> None:
        if resource.status == 'SOFT_DELETED':
            self.rest().post(self.member(resource, 'action'), {'forceDelete': None})
        else:
            super().delete(resource)

    def restore(self, resource: Resource, changes: tuple[Change, ...]) -> None:
        wanted = {c.attribute: c.old for c in changes}
        if plain := {key: wanted[key] for key in ('name', 'description') if key in wanted}:
            self.rest().put(self.member(resource), {'server': plain},
                            microversion=self.microversion)
        if 'tags' in wanted:
            self.rest().put(self.member(resource, 'tags'), {'tags': wanted['tags']},
                            microversion=self.microversion)
        if 'locked' in wanted:
            self.rest().post(self.member(resource, 'action'),
                             {'lock' if wanted['locked'] else 'unlock': None})


class Keypairs(Compute):
    """Key pairs belong to users, and outlive them. Names are unique per user only."""

    name, singular = 'keypairs', 'keypair'
    path = 'os-keypairs'
    scope = Scope.USER
    microversion = '2.35'
    goes_with = ('stacks',)
    kept_with = ('users',)

    def query_for(self, tenant: Tenant | None) -> dict[str, str]:
        return {'user_id': tenant.id if tenant else ''}

    def told(self, body: Body, tenant: Tenant | None) -> Body:
        found: Body = body['keypair']
        bodies.check(found)
        return found

    def identify(self, body: Body, tenant: Tenant | None) -> str:
        return f'{tenant.id if tenant else ""}/{bodies.identifier(body, "name")}'

    def delete(self, resource: Resource) -> None:
        self.rest().delete(f'{self.path}/{quote(resource.name, safe="")}',
                           microversion=self.microversion,
                           query={'user_id': resource.user_id})


class ServerGroups(Compute):
    name, singular = 'server_groups', 'server_group'
    path = 'os-server-groups'
    query = {'all_projects': 'True'}
    microversion = '2.13'
    offset_paging = True
    delete_after = ('servers',)
    goes_with = ('stacks',)
    kept_with = ('servers',)


class Flavors(Compute):
    """Flavors, public and private. What else one says can't be changed, by anybody."""

    name, singular = 'flavors', 'flavor'
    path, detail = 'flavors', '/detail'
    query = {'is_public': 'None'}
    # Since then the listing tells the extra specs.
    microversion = '2.61'
    settings = ('description', 'extra_specs')
    delete_after = ('servers',)

    def restore(self, resource: Resource, changes: tuple[Change, ...]) -> None:
        wanted = {c.attribute: c.old for c in changes}
        if 'description' in wanted:
            self.rest().put(self.member(resource),
                            {'flavor': {'description': wanted['description']}},
                            microversion=self.microversion)
        if 'extra_specs' in wanted:
            specs.put_back(self.rest(), self.member(resource, 'os-extra_specs'),
                           'extra_specs', wanted['extra_specs'])


class Aggregates(Compute):
    """Host aggregates. Nova deletes only empty ones.

    A host is in one availability zone, and keeps it while it has servers: hosts leave
    before the zone is put back, and come back after it.
    """

    name, singular = 'aggregates', 'aggregate'
    path = 'os-aggregates'
    numbered = True
    settings = ('name', 'metadata', 'hosts')

    def prepare_delete(self, resource: Resource) -> None:
        for host in resource.body.get('hosts', ()):
            self._act(resource, 'remove_host', host=host)

    def restore(self, resource: Resource, changes: tuple[Change, ...]) -> None:
        wanted = {c.attribute: c.old for c in changes}
        # Asked anew: a refused attempt may have done a part.
        now = self.rest().get(self.member(resource))['aggregate']
        hosts = set(wanted.get('hosts', now['hosts']))
        for host in sorted(set(now['hosts']) - hosts):
            self._act(resource, 'remove_host', host=host)
        if 'metadata' in wanted and wanted['metadata'] != now['metadata']:
            # What is null is forgotten.
            self._act(resource, 'set_metadata',
                      metadata=dict.fromkeys(now['metadata']) | wanted['metadata'])
        for host in sorted(hosts - set(now['hosts'])):
            self._act(resource, 'add_host', host=host)
        if 'name' in wanted:
            self.rest().put(self.member(resource), {'aggregate': {'name': wanted['name']}})

    def _act(self, resource: Resource, action: str, **what: object) -> None:
        self.rest().post(self.member(resource, 'action'), {action: what})


class ComputeQuotas(ClassQuotas, Compute):
    name, singular = 'compute_quotas', 'quota_set'
    path = 'os-quota-sets'
    stays_changed = {
        'limits of single users': 'nothing lists for which users there are any',
        'usage, reservations': 'Nova counts them itself'}
    # Without it the answer also has the limits of nova-network, which can't be set.
    microversion = '2.36'

    def request(self, values: Mapping[str, int]) -> Body:
        # Else Nova refuses a limit that is below what is in use right now.
        return {'quota_set': dict(values, force=True)}
