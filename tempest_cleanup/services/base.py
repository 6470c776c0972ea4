"""A kind of resource is a class that says only what differs from this one."""
import dataclasses
import datetime
import json
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, ClassVar, Literal
from urllib.parse import quote

from tempest_cleanup import errors
from tempest_cleanup.model import Body, Change, Evidence, Key, Resource, Scope, Source, Tenant
from tempest_cleanup.services import bodies
from tempest_cleanup.services.telling import brief

if TYPE_CHECKING:
    from tempest_cleanup.cloud import Cloud
    from tempest_cleanup.cloud.rest import Rest

#: In ``delete_after``: every kind that does not itself come after everything.
EVERYTHING = '*'

#: The system, as a tenant whose token is asked for.
SYSTEM = Tenant(Scope.CLOUD, 'all', 'system')

#: Statuses on the way to another that do not end as most of these do.
_ON_THE_WAY = frozenset(('build', 'rebuild', 'resize', 'reboot', 'hard_reboot', 'queued_delete'))

_TIME_FORMATS = ('%Y-%m-%dT%H:%M:%S.%f', '%Y-%m-%dT%H:%M:%S')


class Misread(errors.Garbage):
    """A listing with something in it that can't be understood.

    :param found: what can be
    :param odd: what can't: which one, and why
    """

    def __init__(self, found: tuple[Resource, ...], odd: tuple[str, ...]) -> None:
        super().__init__(f'{len(odd)} of {len(found) + len(odd)} can\'t be understood; the '
                         f'first is {odd[0]}')
        self.found = found
        self.odd = odd


class ResourceService:
    """One kind of resource: how it is listed, told apart and deleted.

    An instance remembers at most what the cloud can do, for the length of a run; it knows
    neither threads, nor options, nor files.
    """

    #: The service's type in the catalog, as the service types authority has it.
    service_type: ClassVar[str]
    #: The kind, and the key in the saved state. Upstream's where upstream has one.
    name: ClassVar[str]
    singular: ClassVar[str]
    #: The collection, relative to the endpoint. ``{tenant}`` is the tenant's id.
    path: ClassVar[str]
    #: What to append to ``path`` for a listing with all attributes.
    detail: ClassVar[str] = ''
    #: The key of the list in the answer; ``name`` where empty.
    collection: ClassVar[str] = ''
    query: ClassVar[Mapping[str, str]] = {}
    microversion: ClassVar[str | None] = None
    #: Whether the listing knows offsets only, no links.
    offset_paging: ClassVar[bool] = False

    scope: ClassVar[Scope] = Scope.CLOUD
    #: Whose token lists and deletes: None is the admin in its own project.
    token: ClassVar[Scope | None] = None

    #: Whether it is there, and can be listed, when its project is not any more.
    outlives_project: ClassVar[bool] = False

    id_key: ClassVar[str] = 'id'
    #: Whether its ids are numbers.
    numbered: ClassVar[bool] = False
    #: What the service always tells, and without which nothing is to be decided.
    always: ClassVar[tuple[str, ...]] = ()
    name_key: ClassVar[str] = 'name'
    project_key: ClassVar[str] = 'project_id'
    user_key: ClassVar[str] = 'user_id'
    created_key: ClassVar[str] = 'created_at'
    status_key: ClassVar[str] = 'status'
    #: When the status last changed, as far as the service tells.
    updated_key: ClassVar[str] = 'updated_at'
    #: The host of the service or agent that works on it.
    host_key: ClassVar[str] = ''
    #: The attributes that tell what went wrong, and others that help to see why it is left.
    #: Never one that may be secret.
    reasons: ClassVar[tuple[str, ...]] = ()
    details: ClassVar[tuple[str, ...]] = ()

    #: Which attribute names a resource of the same kind that this one is below.
    parent_key: ClassVar[str] = ''

    #: Kinds that must be gone before, where one of them is linked to the resource.
    delete_after: ClassVar[tuple[str, ...]] = ()
    #: Kinds that must not go before.
    delete_before: ClassVar[tuple[str, ...]] = ()
    #: Kinds whose deletion takes a linked resource of this one along.
    goes_with: ClassVar[tuple[str, ...]] = ()
    #: Those of them that leave alone what was there before them: Nova unbinds a port that it
    #: has not made.
    spared_by: ClassVar[tuple[str, ...]] = ()
    #: Whether one may take along what is older than itself.
    adopts: ClassVar[bool] = False
    #: Kinds with which a linked resource of this one shares the decision; it goes first.
    follows: ClassVar[tuple[str, ...]] = ()
    #: Kinds of which one that is to be kept keeps what is linked to it of this kind, though it
    #: could be deleted: a port's floating IP.
    kept_with: ClassVar[tuple[str, ...]] = ()
    #: Kinds that, in its project, wait for a resource of this one though nothing links them.
    holds: ClassVar[tuple[str, ...]] = ()

    #: Whether the service goes on deleting after it has answered.
    asynchronous: ClassVar[bool] = False
    #: The statuses that say: a deletion that was accepted has failed.
    failed: ClassVar[frozenset[str]] = frozenset()
    #: The attributes that a run may change and that are put back. Never one that the
    #: service moves by itself, nor a secret.
    settings: ClassVar[tuple[str, ...]] = ()
    #: Those of them whose lists have an order that means something.
    ordered: ClassVar[frozenset[str]] = frozenset()
    #: What else a run may change and nothing here puts back, with the reason.
    stays_changed: ClassVar[Mapping[str, str]] = {}
    #: How one request puts settings back: ``put`` or ``patch`` of ``{singular: {...}}`` to
    #: the member. Where this is empty, ``restore`` has to be overridden.
    update: ClassVar[Literal['', 'put', 'patch']] = ''
    #: Whether it only ties two things together, such as a user to a group: it has no life of
    #: its own, and never holds up what it is about.
    relation: ClassVar[bool] = False
    #: Whether it gives somebody rights: one that was added to what was there before is told
    #: first.
    rights: ClassVar[bool] = False
    #: Whether it decides what is in a catalog: tokens from before one was changed tell another.
    shapes_catalog: ClassVar[bool] = False
    #: Whether it was seen made, left behind, reported and deleted on a real service.
    tried: ClassVar[bool] = True
    #: Whether it can be restored after it was removed (a quota can, a server can't).
    comes_back: ClassVar[bool] = False
    #: Whether it ends by itself after some time, and is no loss then.
    fleeting: ClassVar[bool] = False
    #: Whether another one with the same settings is the same: the id is new each time.
    same_by_settings: ClassVar[bool] = False

    def __init__(self, cloud: 'Cloud') -> None:
        self.cloud = cloud

    def learn(self, earlier: 'ResourceService') -> None:
        """Take over what stays true from this kind's instance of an earlier look."""

    def rest(self, tenant: Tenant | None = None) -> 'Rest':
        """The client of the service, with the token that this kind needs."""
        if self.token is None:
            return self.cloud.rest(self.service_type)
        return self.cloud.rest(
            self.service_type, SYSTEM if self.token is Scope.CLOUD else tenant)

    def sees_all(self) -> bool:
        """Whether one listing shows every tenant's, though the kind has a narrower scope."""
        return self.scope is Scope.CLOUD

    def listed_in(self, resource: Resource) -> Tenant | None:
        """The tenant in whose listing a resource stands, None for the cloud's."""
        return None if self.sees_all() else tenant_of(self, resource)

    def find(self, tenant: Tenant | None) -> Iterable[Body]:
        """Every resource that a tenant's listing shows, unfiltered.

        Nothing may be left out here: what is not shown counts as gone.
        """
        path = self.path + self.detail
        return self.rest(tenant).pages(
            path.format(tenant=quote(tenant.id) if tenant else ''),
            self.collection or self.name, microversion=self.microversion,
            query=self.query_for(tenant), offset_paging=self.offset_paging)

    def query_for(self, tenant: Tenant | None) -> dict[str, str]:
        return dict(self.query)

    def discover(self, tenant: Tenant | None) -> tuple[Resource, ...]:
        """Everything of this kind that a tenant's listing shows, each once.

        :raises Misread: there is something that can't be understood, besides the others
        """
        found = {}
        odd = []
        for body in self.find(tenant):
            try:
                resource = self.understood(body, tenant)
            except Exception as error:  # noqa: BLE001  # one bad object must not hide the others
                why = error if isinstance(error, errors.ApiError) else repr(error)
                odd.append(f'{bodies.called(body, self.id_key, self.name_key)}: {why}')
            else:
                found[resource.id] = resource
        if odd:
            raise Misread(tuple(found.values()), tuple(odd))
        return tuple(found.values())

    def understood(self, body: Body, tenant: Tenant | None) -> Resource:
        """What a body of the listing says, once all is read that anything is decided by.

        :raises Exception: it can't be, whatever the reason
        """
        bodies.check(body)
        told = self.told(body, tenant)
        resource = self.resource(told, tenant)
        bodies.check_id(resource.id)
        missing = [key for key in self.always if told.get(key) is None]
        if missing:
            raise errors.Garbage(f'it has no {missing[0]!r}')
        self.protects(resource)
        self.deletion_failed(resource)
        self.only_marked(resource)
        self.in_transition(resource)
        self.member(resource)
        for _taken in self.takes(resource):
            pass
        return resource

    def told(self, body: Body, tenant: Tenant | None) -> Body:
        """A member of the listing, in the form that the rest of the kind wants it."""
        return body

    def resource(self, body: Body, tenant: Tenant | None) -> Resource:
        """What a body of the listing says, in the tool's own words."""
        owner = {tenant.scope: tenant.id} if tenant else {}
        return Resource(
            kind=self.name, id=self.identify(body, tenant),
            name=bodies.text(body, self.name_key),
            project_id=(bodies.text(body, self.project_key) or bodies.text(body, 'tenant_id')
                        or owner.get(Scope.PROJECT, '')),
            user_id=bodies.text(body, self.user_key) or owner.get(Scope.USER, ''),
            domain_id=bodies.text(body, 'domain_id') or owner.get(Scope.DOMAIN, ''),
            created_at=parse_time(body.get(self.created_key)),
            status=bodies.text(body, self.status_key), body=body,
            settings={name: self._setting(name, body.get(name)) for name in self.settings})

    def _setting(self, name: str, value: Any) -> Any:
        if isinstance(value, list) and name not in self.ordered:
            return sorted(value, key=lambda item: json.dumps(item, sort_keys=True))
        return value

    def identify(self, body: Body, tenant: Tenant | None) -> str:
        """What tells a resource from every other of its kind in the cloud."""
        return bodies.identifier(body, self.id_key, numbers=self.numbered)

    def expand(self, resource: Resource) -> Resource:
        """The same resource, with what only a request of its own can tell."""
        return resource

    def protects(self, resource: Resource) -> str:
        """Why the service itself needs a resource; '' where it does not."""
        return ''

    def takes(self, resource: Resource) -> Iterable[Key]:
        """What would be lost with a resource that something else takes along.

        Where its own deletion is asked for, :meth:`prepare_delete` spares these.
        """
        return ()

    def deletion_failed(self, resource: Resource) -> bool:
        """Whether a resource, listed after its deletion was accepted, will stay."""
        return resource.status in self.failed

    def only_marked(self, resource: Resource) -> bool:
        """Whether a resource, listed after its deletion was accepted, waits for a second one."""
        return False

    def in_transition(self, resource: Resource) -> bool:
        """Whether the service is still at work on it, so that its status changes by itself."""
        return changes_by_itself(resource.status)

    def evidence(self, resource: Resource) -> Iterable[Evidence]:
        """What the service tells of why a resource is as it is. Sends GET only.

        What was told before an error stands.

        :raises errors.ApiError: the service does not tell more
        """
        about = f'{self.service_type} {self.singular} {resource.id}'
        if resource.status:
            yield Evidence(Source.SERVICE, f'its status is {resource.status}',
                           parse_time(resource.body.get(self.updated_key)), where=about)
        yield from reasons_of(self, resource.body, about)

    def prepare_delete(self, resource: Resource) -> None:
        """Take away what the service would refuse the deletion for."""

    def delete(self, resource: Resource) -> None:
        """Ask for the deletion.

        :raises errors.NotFound: it is gone already
        :raises errors.ApiError: the service refuses
        """
        self.rest(self.listed_in(resource)).delete(
            self.member(resource), microversion=self.microversion)

    def member(self, resource: Resource, *rest: str) -> str:
        """The path of a resource, and of what lies below it."""
        tenant = tenant_of(self, resource)
        base = self.path.format(tenant=quote(tenant.id) if tenant else '')
        return '/'.join((base, quote(resource.id, safe=''), *rest))

    def restore(self, resource: Resource, changes: tuple[Change, ...]) -> None:
        """Put changed settings back to what they were.

        :raises errors.ApiError: the service refuses
        """
        if not self.update:
            raise errors.Conflict(f'{self.name} have no settings that can be restored')
        send = getattr(self.rest(self.listed_in(resource)), self.update)
        send(self.member(resource), {self.singular: {c.attribute: c.old for c in changes}})


def tenant_of(kind: ResourceService, resource: Resource) -> Tenant | None:
    """The tenant that a resource of a kind belongs to, None for those of the cloud."""
    identifiers = {Scope.PROJECT: resource.project_id, Scope.USER: resource.user_id,
                   Scope.DOMAIN: resource.domain_id}
    if kind.scope is Scope.CLOUD:
        return None
    return Tenant(kind.scope, identifiers[kind.scope])


def only_told(resource: Resource) -> Resource:
    """A resource with those settings only that its body has."""
    return dataclasses.replace(resource, settings={
        name: value for name, value in resource.settings.items() if name in resource.body})


def parse_time(text: Any) -> datetime.datetime | None:
    """A service's time stamp as an aware time; None where there is none to read.

    Nova and Neutron write ``2026-11-22T07:17:00Z``, Cinder leaves the zone out: UTC.
    """
    if not isinstance(text, str):
        return None
    bare = text.removesuffix('Z').removesuffix('+00:00').replace(' ', 'T')
    for form in _TIME_FORMATS:
        try:
            return datetime.datetime.strptime(bare, form).replace(tzinfo=datetime.UTC)
        except ValueError:
            continue
    return None


def changes_by_itself(status: str) -> bool:
    """Whether a status is one on the way to another, whichever service says it."""
    word = status.lower()
    return not word.startswith('error') and (
        word in _ON_THE_WAY or word.startswith('pending')
        or word.endswith(('ing', 'in_progress', ' wait')))


def reasons_of(kind: ResourceService, body: Body, about: str) -> Iterator[Evidence]:
    """What a body says in the attributes that a kind declares as reasons.

    :param about: where the body is from
    """
    for name in (*kind.reasons, *kind.details):
        if value := body.get(name):
            yield Evidence(Source.SERVICE, f'{name}: {brief(value)}', where=about,
                           failure=name in kind.reasons)
