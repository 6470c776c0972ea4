"""Kinds that only a token of their own project shows: what they make of the answers."""
from collections.abc import Mapping
from typing import Any, cast

import pytest

from tempest_cleanup import errors
from tempest_cleanup.calls import carry_out
from tempest_cleanup.cloud import Cloud, paging
from tempest_cleanup.cloud.rest import Rest
from tempest_cleanup.model import Action, Decision, Resource, Scope, Tenant
from tempest_cleanup.services.key_manager import Secrets
from tempest_cleanup.services.object_storage import Containers, Objects

TENANT = Tenant(Scope.PROJECT, 'p', 'demo')
KEY = '11111111-2222-3333-4444-555555555555'


class Fake(Rest):
    """A service that gives its lists two members a page, and notes what it is told to delete."""

    def __init__(self, lists: Mapping[str, list[dict[str, Any]]], denied: bool = False) -> None:
        self.service_type = 'fake'
        self.lists, self.denied, self.deleted = lists, denied, list[Any]()

    def get(self, path: str, *, microversion: str | None = None,
            query: Mapping[str, str] | None = None) -> dict[str, Any]:
        if self.denied:
            raise errors.Denied('no token', status=401)
        query = query or {}
        members = self.lists[path]
        marks = [(m.get('name'), m.get('version_id')) for m in members]
        begin = 0
        if 'marker' in query:
            begin = marks.index((query['marker'], query.get('version_marker'))) + 1
        key = 'list' if path in ('', 'c') else path.split('/')[0]
        return {key: members[begin:begin + 2]}

    def head(self, path: str) -> dict[str, Any]:
        if self.denied:
            raise errors.Denied('no token', status=401)
        return {'x-container-read': '.r:*'}

    def delete(self, path: str, *, microversion: str | None = None,
               query: Mapping[str, str] | None = None, body: Any = None) -> None:
        if self.denied:
            raise errors.Denied('no token', status=401)
        self.deleted.append((path, dict(query or {})))


class FakeCloud:
    def __init__(self, own: Rest, other: Rest) -> None:
        self.own, self.other = own, other

    def rest(self, _service_type: str, _tenant: Tenant | None = None) -> Rest:
        return self.own

    def rest_of(self, _service_type: str, _project_id: str) -> Rest:
        return self.other

    def catalog_type(self, service_type: str) -> str | None:
        return service_type if service_type == 'block-storage' else None


def swift() -> Fake:
    versions = [{'name': 'a b/o', 'version_id': v} for v in ('3', '2', '1')]
    return Fake({'': [{'name': 'c'}], 'c': [*versions, {'name': 'plain', 'version_id': 'null'}]})


@pytest.fixture(params=['with a token of the project', 'as reseller admin'])
def clouds(request: pytest.FixtureRequest) -> tuple[Cloud, Fake]:
    answering = swift()
    gone = request.param == 'as reseller admin'
    own = Fake({}, denied=True) if gone else answering
    return cast(Cloud, FakeCloud(own, answering if gone else Fake({}, denied=True))), answering


def test_every_version_of_an_object_is_found(clouds: tuple[Cloud, Fake]) -> None:
    found = {r.id: r for r in Objects(clouds[0]).discover(TENANT)}
    assert set(found) == {'p/c/plain', *(f'p/c/a b/o?version-id={v}' for v in '123')}
    assert all(r.project_id == 'p' and r.body['container'] == 'p/c' for r in found.values())


def test_a_version_is_deleted_not_marked(clouds: tuple[Cloud, Fake]) -> None:
    kind = Objects(clouds[0])
    for resource in kind.discover(TENANT):
        kind.delete(resource)
    assert sorted(clouds[1].deleted, key=str) == [
        ('c/a%20b/o', {'version-id': v}) for v in '123'] + [('c/plain', {})]


def test_a_container_is_deleted(clouds: tuple[Cloud, Fake]) -> None:
    kind = Containers(clouds[0])
    for resource in kind.discover(TENANT):
        kind.delete(resource)
    assert clouds[1].deleted == [('c', {})]


def test_what_nobody_may_see_is_denied() -> None:
    """Point 2: an account that is refused is not an empty one."""
    nobody = cast(Cloud, FakeCloud(Fake({}, denied=True), Fake({}, denied=True)))
    with pytest.raises(errors.Denied):
        Objects(nobody).discover(TENANT)


def test_what_is_named_after_a_backup_does_not_follow_its_container() -> None:
    body = {'name': f'volume_x/az_nova_backup_{KEY}-00001', 'container_name': 'volumebackups'}
    told = Objects(cast(Cloud, None)).told(body, TENANT)
    assert told['names'] == [KEY]
    assert told['container'] == ''


@pytest.mark.parametrize('project', ['service', 'services'])
def test_what_services_keep_stays(project: str) -> None:
    for kind in (Containers, Objects, Secrets):
        assert kind(cast(Cloud, None)).protects(
            Resource(kind.name, 'x', body={'project_name': project}))


@pytest.mark.parametrize('used', [True, False])
def test_the_key_of_a_volume_that_stays_is_not_deleted(used: bool) -> None:
    """Point 4: Barbican itself would give it away."""
    lists: dict[str, list[dict[str, Any]]] = {
        'volumes/detail': [{'id': 'v', 'encryption_key_id': KEY if used else None}],
        'backups/detail': []}
    kind = Secrets(cast(Cloud, FakeCloud(Fake(lists), Fake({}))))
    if used:
        with pytest.raises(errors.StillNeeded, match='volume v'):
            kind.prepare_delete(Resource('secrets', KEY))
    else:
        kind.prepare_delete(Resource('secrets', KEY))


@pytest.mark.parametrize('error', [errors.NotFound, errors.Denied, errors.Unavailable])
def test_where_nobody_tells_whether_a_key_is_needed_it_is_not_deleted(
    error: type[errors.ApiError],
) -> None:
    """Point 4: 404 is no answer to that, though it is one to the deletion of what is gone."""
    class Silent(Fake):
        def get(self, path: str, **_more: Any) -> dict[str, Any]:
            raise error(f'no {path}')

    fake = Silent({})
    decision = Decision(Resource('secrets', KEY, project_id='p'), Action.DELETE, 'added', '')
    answer = carry_out(Secrets(cast(Cloud, FakeCloud(fake, fake))), decision)
    assert fake.deleted == []
    assert isinstance(answer.error, errors.StillNeeded)
    assert 'whether volumes need it' in str(answer.error)


def test_an_empty_page_ends_a_list_without_links() -> None:
    assert paging.next_marker({'marker': 'name'}, []) is None
    assert paging.next_marker({'marker': 'name', 'version_marker': 'version_id'},
                              [{'name': 'a'}, {'name': 'b'}]) == {'marker': 'b'}
