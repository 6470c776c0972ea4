"""Roles that we give ourselves to see what only a project's own token shows."""
import dataclasses
import re
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from tempest_cleanup import errors
from tempest_cleanup.cloud import Cloud
from tempest_cleanup.journal import Journal
from tempest_cleanup.model import Coverage, Inventory, Resource, Scope, Seen
from tempest_cleanup.progress import Progress
from tempest_cleanup.services.assignments import RoleAssignments
from tempest_cleanup.services.base import ResourceService

Assignments = list[Mapping[str, Any]]

#: The kind whose ids are the paths of grants.
ASSIGNMENTS = 'role_assignments'

#: How often a grant is taken back that still stands.
ATTEMPTS = 3


def assignments(cloud: Cloud) -> tuple[Assignments, tuple[Coverage, ...]]:
    """Every role assignment of the cloud, and what can't be believed where some can't be read.

    They tell whose accounts are those of the services, which have to stay.
    """
    read, odd = _readable(cloud, {})
    doubt = 'the role assignments, which tell whom services need, can\'t all be understood: '
    return read, tuple(Coverage(kind, Seen.FAILED, detail=doubt + odd)
                       for kind in ('users', 'groups', 'roles') if odd)


def _readable(cloud: Cloud, query: Mapping[str, str]) -> tuple[Assignments, str]:
    """Role assignments, and what the first says that can't be read."""
    kind = RoleAssignments(cloud)
    read: Assignments = []
    odd = ''
    for found in cloud.rest('identity').pages('role_assignments', 'role_assignments', query=query):
        try:
            kind.understood(found, None)
        except Exception as error:  # noqa: BLE001  # as in a listing of any kind
            odd = odd or str(error)
        else:
            read.append(found)
    return read, odd


def unproved(error: errors.ApiError) -> Coverage:
    """That a look at the cloud had to be given up, since nobody tells who may do what."""
    return Coverage(ASSIGNMENTS, Seen.FAILED,
                    detail=f'there is no proof that what was done is done: {error}')


def own_assignments(cloud: Cloud) -> Assignments:
    """Our role assignments; the effective ones leave out those on the system.

    One that can't be read counts as none: a role that is there is never given again.
    """
    user = {'user.id': cloud.user_id}
    return [assignment for query in (user, user | {'effective': 'true'})
            for assignment in _readable(cloud, query)[0]]


def needed(
    kinds: Iterable[ResourceService], cloud: Cloud, own: Assignments,
    projects: Iterable[Resource], reseller: str = '',
) -> list[str]:
    """The paths of the grants without which not everything can be seen. Pure.

    One grant per domain, inherited by its projects, where any of them lacks a role. None is
    made on our own project itself: Keystone deletes a user's application credentials in a
    project when a role there is taken away, but not when an inherited one is.

    :param own: our effective assignments
    :param reseller: the id of the role that may use what projects that are gone have left;
        '' where there is none
    """
    present = [kind for kind in kinds if cloud.catalog_type(kind.service_type)]
    tokens = {kind.token for kind in present
              if not (kind.token is Scope.PROJECT and kind.sees_all())}
    role, user = cloud.admin_role_id, cloud.user_id
    paths = []
    if Scope.CLOUD in tokens and not any('system' in a.get('scope', {}) for a in own):
        paths.append(f'system/users/{user}/roles/{role}')
    if Scope.PROJECT in tokens:
        ours = {a.get('scope', {}).get('project', {}).get('id') for a in own}
        domains = sorted({p.domain_id for p in projects if p.id not in ours})
        paths += [inherited(domain, user, role) for domain in domains]
    if reseller and any(kind.outlives_project for kind in present) and not any(
            a.get('role', {}).get('id') == reseller
            and a.get('scope', {}).get('project', {}).get('id') == cloud.project_id for a in own):
        paths.append(inherited(cloud.project_domain_id, user, reseller))
    return paths


def inherited(domain: str, user: str, role: str) -> str:
    """The path of a role in all projects of a domain."""
    return f'OS-INHERIT/domains/{domain}/users/{user}/roles/{role}/inherited_to_projects'


def lent(saved: Inventory, now: Inventory, user: str) -> tuple[Resource, ...]:
    """What may have been another run's grant while the state was saved, and is not there now.

    Nothing tells it from a role that an operator gave the account; put back, it would stay. Pure.

    :param user: our own
    """
    there = {r.id for r in now.of(ASSIGNMENTS)}
    ours = (inherited('[^/]+', user, '[^/]+'), f'system/users/{user}/roles/[^/]+')
    return tuple(r for r in saved.of(ASSIGNMENTS) if r.id not in there
                 and any(re.fullmatch(path, r.id) for path in ours))


def without(found: Inventory, ids: Collection[str]) -> Inventory:
    """The same without these role assignments."""
    return dataclasses.replace(found, resources={
        kind: tuple(r for r in resources if r.id not in ids)
        if kind == ASSIGNMENTS else resources
        for kind, resources in found.resources.items()})


class Grants:
    """Grants of this run; each is in the journal before it is made.

    Use it as a context manager: what was granted is taken back at the end.
    """

    def __init__(self, cloud: Cloud, journal: Journal, progress: Progress) -> None:
        self._identity = cloud.rest('identity')
        self._cloud = cloud
        self._journal = journal
        self._progress = progress

    def __enter__(self) -> 'Grants':
        self.take_back()  # what a run that was killed has left
        return self

    def __exit__(self, *_exception: object) -> None:
        self.take_back()

    def own(self) -> Assignments:
        """Our role assignments; the effective ones leave out those on the system."""
        return own_assignments(self._cloud)

    def grant(self, paths: Iterable[str]) -> None:
        """Make grants; one that is refused is told, and what it was for will be unseen.

        One that is there already is left alone: it is not ours to take back.
        """
        for path in paths:
            try:
                if self._exists(path):
                    continue
                self._make(path)
                # What our token may do was settled when it was made.
                self._cloud.renew()
            except errors.ApiError as error:
                self._progress.event(f'no role was granted: {error}')

    def _make(self, path: str) -> None:
        self._journal.granting(path)
        try:
            self._identity.put(path)
        except errors.Unavailable:
            raise  # it may have been made nevertheless
        except errors.ApiError as error:
            if 400 <= error.status < 500:
                # Else every later run would try in vain to take back what was never made.
                self._journal.taken_back(path)
            raise

    def left_out(self, found: Inventory) -> Inventory:
        """The same without these grants: they are neither the cloud's nor a leak."""
        return without(found, set(self._journal.pending()))

    def _exists(self, path: str) -> bool:
        try:
            self._identity.head(path)
        except errors.NotFound:
            return False
        return True

    def take_back(self) -> None:
        """Take back what the journal says is granted.

        :raises errors.ApiError: a grant stands; the journal keeps it for the next run
        """
        refused: dict[str, errors.ApiError] = {}
        for _attempt in range(ATTEMPTS):
            if not (pending := self._journal.pending()):
                return
            refused = {}
            for path in pending:
                try:
                    self._identity.delete(path)
                except errors.NotFound:
                    pass  # noted, and then never made
                except errors.ApiError as error:
                    refused[path] = error  # the others are taken back all the same
            # Only the list tells: a gateway may answer for Keystone.
            for path in set(pending) - self._listed() - refused.keys():
                self._journal.taken_back(path)
        if left := self._journal.pending():
            why = refused.get(min(left), 'it still lists it')
            raise errors.Unavailable(
                f'Keystone was asked to take back the role {min(left)} of this tool, and does '
                f'not: {why}; the next run tries again')

    def _listed(self) -> frozenset[str]:
        read, odd = _readable(self._cloud, {'user.id': self._cloud.user_id})
        if odd:
            raise errors.Garbage(
                'nothing tells whether the roles of this tool are taken back, as not all role '
                f'assignments can be understood: {odd}; the next run looks again')
        kind = RoleAssignments(self._cloud)
        return frozenset(kind.tie(found) for found in read)
