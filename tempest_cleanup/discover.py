"""The inventory: every kind, in every scope, at once; reads only."""
import concurrent.futures
import dataclasses
import re
import threading
from collections.abc import Iterable, Iterator, Mapping

from tempest_cleanup import errors
from tempest_cleanup.cloud import paging
from tempest_cleanup.model import Coverage, Inventory, Key, Resource, Scope, Seen, Tenant
from tempest_cleanup.progress import Progress
from tempest_cleanup.services.base import Misread, ResourceService

#: Whose listing tells the tenants of a scope.
OWNERS = {Scope.PROJECT: 'projects', Scope.USER: 'users', Scope.DOMAIN: 'domains'}

#: Seconds between two looks whether the user wants to stop.
LOOK_UP = 0.2

#: A page's marker may vanish while others delete; then the listing starts anew.
ATTEMPTS = 3

#: Keystone makes every project's id itself.
_PROJECT_ID = re.compile(r'[0-9a-f]{32}')

Listing = tuple[tuple[Resource, ...], Coverage]


def list_kind(kind: ResourceService, tenant: Tenant | None) -> Listing:
    """What one listing shows, and how far it can be believed. Never raises an ApiError."""
    return _listing(kind, tenant, *_look(kind, tenant))


#: What a listing shows, or why it does not show all or anything.
Looked = tuple[tuple[Resource, ...], Exception | None]


def _look(kind: ResourceService, tenant: Tenant | None) -> Looked:
    """What one listing shows, or why it does not show all or anything."""
    for attempt in range(ATTEMPTS):
        try:
            return kind.discover(tenant), None
        except errors.Conflict as error:
            if attempt + 1 == ATTEMPTS:
                return (), error
        except Exception as error:  # noqa: BLE001  # one kind's fault must not stop the others
            return (), error
    raise AssertionError('unreachable')


def _listing(
    kind: ResourceService, tenant: Tenant | None, found: tuple[Resource, ...],
    error: Exception | None,
) -> Listing:
    where = tenant.id if tenant else ''
    if error is None:
        return found, Coverage(kind.name, Seen.COMPLETE, where, len(found))
    if isinstance(error, Misread):
        return error.found, Coverage(
            kind.name, Seen.FAILED, where, len(error.found), detail=str(error))
    if isinstance(error, errors.ApiError):
        return (), Coverage(kind.name, _seen(kind, error), where, detail=str(error))
    # The service answered with something else than its API promises, most likely.
    return (), Coverage(kind.name, Seen.FAILED, where,
                        detail=f'the answer can\'t be understood: {error!r}')


def _seen(kind: ResourceService, error: errors.ApiError) -> Seen:
    if isinstance(error, paging.Truncated):
        return Seen.TRUNCATED
    if isinstance(error, errors.NotFound):
        # There is no Keystone without projects, users and domains.
        return Seen.FAILED if kind.name in OWNERS.values() else Seen.ABSENT
    if isinstance(error, errors.Denied):
        return Seen.FORBIDDEN
    return Seen.FAILED


class _Asker:
    """Asks the services for listings. Safe for threads.

    One that is down or hangs costs every listing a time-out. One that has answered nothing so
    far is not asked any further.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._answering: set[str] = set()
        self._silent: dict[str, str] = {}

    def ask(self, kind: ResourceService, tenant: Tenant | None) -> Looked:
        with self._lock:
            silence = self._silent.get(kind.service_type)
        if silence:
            return (), errors.Unavailable(f'not asked, after this: {silence}')
        found, error = _look(kind, tenant)
        with self._lock:
            if not _no_answer(error):
                self._answering.add(kind.service_type)
            elif kind.service_type not in self._answering:
                self._silent.setdefault(kind.service_type, str(error))
        return found, error


def _no_answer(error: Exception | None) -> bool:
    """Whether a service is down or hangs, as far as one request can tell."""
    return isinstance(error, errors.Unavailable) and not error.status


@dataclasses.dataclass
class _Collector:
    """The listings under way; only the main thread touches this."""

    kinds: Mapping[str, ResourceService]
    pool: concurrent.futures.Executor
    progress: Progress
    stop: threading.Event
    running: dict[concurrent.futures.Future[Looked], tuple[ResourceService, Tenant | None]] = (
        dataclasses.field(default_factory=dict))
    asked: set[tuple[str, str]] = dataclasses.field(default_factory=set)
    found: dict[str, dict[str, Resource]] = dataclasses.field(default_factory=dict)
    coverage: list[Coverage] = dataclasses.field(default_factory=list)
    asker: _Asker = dataclasses.field(default_factory=_Asker)

    def ask(self, kind: ResourceService, tenant: Tenant | None) -> None:
        mark = (kind.name, tenant.id if tenant else '')
        if mark not in self.asked:
            self.asked.add(mark)
            self.progress.more(1)
            self.running[self.pool.submit(self.asker.ask, kind, tenant)] = kind, tenant

    def wait(self) -> None:
        """Until nothing is under way; what tells tenants starts their listings."""
        while self.running:
            done, _ = concurrent.futures.wait(
                self.running, LOOK_UP, concurrent.futures.FIRST_COMPLETED)
            if self.stop.is_set():
                raise errors.Interrupted('interrupted while looking; nothing was changed by it')
            for future in done:
                kind, tenant = self.running.pop(future)
                found, error = future.result()
                self._take(*_listing(kind, tenant, found, error))

    def _take(self, resources: tuple[Resource, ...], coverage: Coverage) -> None:
        self.progress.step()
        if not coverage.whole:
            self.progress.event(f'{coverage.kind}: {coverage.seen} ({coverage.detail})')
        self.coverage.append(coverage)
        self.found.setdefault(coverage.kind, {}).update((r.id, r) for r in resources)
        for scope, owner in OWNERS.items():
            if coverage.kind == owner:
                self.of_tenants(Tenant(scope, r.id, r.name) for r in resources)
                if not coverage.whole:
                    self._hidden(scope, coverage)

    def of_tenants(self, tenants: Iterable[Tenant]) -> None:
        for tenant in tenants:
            for kind in self.kinds.values():
                if kind.scope is tenant.scope and not kind.sees_all():
                    self.ask(kind, tenant)

    def of_lost(self, tenants: Iterable[Tenant]) -> None:
        for tenant in tenants:
            for kind in self.kinds.values():
                if kind.scope is tenant.scope and not kind.sees_all() and (
                        tenant.scope is not Scope.PROJECT or kind.outlives_project):
                    self.ask(kind, tenant)

    def _hidden(self, scope: Scope, coverage: Coverage) -> None:
        """Where not all owners are known, not all that they own is."""
        self.coverage.extend(
            Coverage(kind.name, coverage.seen, detail=f'not all {coverage.kind} can be seen')
            for kind in self.kinds.values() if kind.scope is scope and not kind.sees_all())


def discover(
    kinds: Mapping[str, ResourceService], workers: int, progress: Progress,
    also: Iterable[Tenant] = (), stop: threading.Event | None = None,
) -> Inventory:
    """Everything there is, of these kinds.

    :param kinds: must include those that tell the tenants of the others' scopes
    :param also: tenants that may be gone but whose resources may not
    :param stop: set it, and the inventory is given up
    :raises errors.Interrupted: it was
    """
    with progress.phase('inventory'), \
            concurrent.futures.ThreadPoolExecutor(workers, 'list') as pool:
        collector = _Collector(kinds, pool, progress, stop or threading.Event())
        try:
            for kind in kinds.values():
                if kind.sees_all():
                    collector.ask(kind, None)
            collector.wait()
            # Ids that only resources still name: their owner is gone.
            collector.of_lost(_lost(collector, also))
            collector.wait()
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise
    resources = {name: tuple(sorted(collector.found.get(name, {}).values(),
                                    key=lambda r: (r.name, r.id))) for name in kinds}
    return Inventory(resources, tuple(sorted(
        collector.coverage, key=lambda c: (c.kind, c.tenant))))


def _lost(collector: _Collector, also: Iterable[Tenant]) -> Iterator[Tenant]:
    """Users and projects that Keystone does not list; some kinds outlive them."""
    found = [r for resources in collector.found.values() for r in resources.values()]
    named = {Scope.USER: {r.user_id for r in found}, Scope.PROJECT: {r.project_id for r in found}}
    for tenant in also:
        named[tenant.scope].add(tenant.id)
    # A project's parent may be a domain.
    known = {owner: set(collector.found.get(owner, {})) for owner in OWNERS.values()}
    known['projects'] |= known['domains']
    # Mistral says <default-project> of what it brings along.
    named[Scope.PROJECT] = {i for i in named[Scope.PROJECT] if _PROJECT_ID.fullmatch(i)}
    for scope, identifiers in named.items():
        for identifier in sorted(identifiers - known[OWNERS[scope]] - {''}):
            yield Tenant(scope, identifier)


def expand(
    kinds: Mapping[str, ResourceService], resources: Iterable[Resource], workers: int,
) -> tuple[dict[Key, Resource], tuple[Coverage, ...]]:
    """What only requests of their own tell of resources, by key, and where that failed."""
    able = [r for r in resources
            if type(kinds[r.kind]).expand is not ResourceService.expand]

    def one(resource: Resource) -> Resource | Coverage:
        try:
            return kinds[resource.kind].expand(resource)
        except errors.NotFound:
            return resource
        except Exception as error:  # noqa: BLE001  # as in list_kind
            why = error if isinstance(error, errors.ApiError) else repr(error)
            return Coverage(resource.kind, Seen.FAILED, resource.project_id,
                            detail=f'{resource} can\'t be understood: {why}')

    with concurrent.futures.ThreadPoolExecutor(workers, 'expand') as pool:
        answers = list(pool.map(one, able))
    return ({a.key: a for a in answers if isinstance(a, Resource)},
            tuple(a for a in answers if isinstance(a, Coverage)))
