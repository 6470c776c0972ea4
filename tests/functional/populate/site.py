"""Where objects are made, under which names, and the list of what was made."""

import zlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

from tests.functional.openstack import Body, Cloud, wait_for

PASSWORD = 'populate-secret'


@dataclass(frozen=True)
class Created:
    """One object that was made through the API.

    `id` is what the service's own list calls it: a key pair's is `user id/name`, a router
    interface's is its port, a quota's is its project.
    """

    kind: str
    id: str
    name: str | None
    project_id: str | None
    note: str = ''


@dataclass(frozen=True)
class Site:
    """One project with its user, the admin beside it, and the record of what is made there."""

    admin: Cloud
    user: Cloud
    project_id: str
    user_id: str
    prefix: str
    created: list[Created] = field(default_factory=list)

    @property
    def limit(self) -> int:
        """For quotas: another number than those of other sites."""
        return 10 + zlib.crc32(self.prefix.encode()) % 90

    def name(self, what: str) -> str:
        """A name that no other site's object has."""
        return f'{self.prefix}-{what}'

    def record(self, kind: str, thing: Body, note: str = '', **more: Any) -> Body:
        """Write down that a thing was made; `more` overrides what its body says."""
        known = {'id': thing.get('id'), 'name': thing.get('name'), 'project_id': self.project_id}
        known.update(more)
        self.created.append(Created(
            kind, str(known['id']), known['name'] or None, known['project_id'], note))
        return thing


def new_site(admin: Cloud, project_id: str | None, prefix: str) -> Site:
    """A new user in a project; a fresh project where none is given."""
    made: list[tuple[str, Body]] = []
    if project_id is None:
        project = admin.identity.post(
            '/projects', {'project': {'name': f'{prefix}-project', 'tags': [prefix]}})['project']
        project_id = str(project['id'])
        made.append(('projects', project))
    user = new_user(admin, f'{prefix}-user', project_id, 'member')
    made.append(('users', user))
    site = Site(admin, admin.login_as(user['name'], PASSWORD, project_id=project_id),
                project_id, str(user['id']), prefix)
    for kind, thing in made:
        site.record(kind, thing, project_id=None)
    return site


def new_user(admin: Cloud, name: str, project_id: str, role: str) -> Body:
    """A user of the default domain with one role in a project."""
    user: Body = admin.identity.post(
        '/users', {'user': {'name': name, 'password': PASSWORD}})['user']
    role_id = role_named(admin, role)
    admin.identity.put(f'/projects/{project_id}/users/{user["id"]}/roles/{role_id}')
    return user


def role_named(admin: Cloud, name: str) -> str:
    return str(admin.identity.get('/roles', name=name)['roles'][0]['id'])


def together(*tasks: Callable[[], object]) -> None:
    """Run tasks side by side; when any failed raise the first failure once all have ended."""
    with ThreadPoolExecutor(len(tasks)) as pool:
        futures = [pool.submit(task) for task in tasks]
    for future in futures:
        future.result()


def becomes(api: Any, path: str, wrapper: str, *states: str, timeout: float = 90) -> Body:
    """Wait until a thing is in one of the states; its body then."""
    def look() -> Body | None:
        thing: Body = api.get(path)[wrapper]
        if thing['status'].lower() == 'error' and 'error' not in states:
            raise AssertionError(f'{path} is in error: {thing}')
        return thing if thing['status'] in states else None

    body: Body = wait_for(f'{path} in {"/".join(states)}', look, timeout)
    return body
