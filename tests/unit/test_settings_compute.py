"""Nova's settings, and limits: which requests put them back."""
from typing import Any, cast

import pytest

from tempest_cleanup import errors
from tempest_cleanup.cloud import Cloud
from tempest_cleanup.model import Change, Resource, Scope, Tenant
from tempest_cleanup.phases import changes_of
from tempest_cleanup.services import (
    block_storage,
    block_storage_settings,
    compute,
    compute_settings,
)
from tempest_cleanup.services.base import ResourceService
from tempest_cleanup.services.quotas import Quotas
from tests.unit.restoring import Sent, Service, put_back, served

SERVER = {'name': 'a', 'description': None, 'tags': ['t'],
          'locked': False}


@pytest.mark.parametrize(('now', 'sent'), [
    ({'name': 'b', 'description': 'new'},
     [('put', 'servers/s', {'server': {'name': 'a', 'description': None}})]),
    ({'tags': []}, [('put', 'servers/s/tags', {'tags': ['t']})]),
    ({'locked': True}, [('post', 'servers/s/action', {'unlock': None})])])
def test_servers(now: dict[str, Any], sent: list[Sent]) -> None:
    assert put_back(compute.Servers, 's', SERVER, SERVER | now) == sent


def test_a_lock_is_put_back() -> None:
    assert put_back(compute.Servers, 's', {'locked': True}, {'locked': False}) == [
        ('post', 'servers/s/action', {'lock': None})]


def test_flavors() -> None:
    """What was changed or taken away is set, what was added is taken away, the rest is left."""
    now = {'a:b': '0', 'd': '3', 'x:y': '9'}
    assert put_back(
        compute.Flavors, 'f',
        {'description': None, 'extra_specs': {'a:b': '1', 'c': '2', 'd': '3'}},
        {'description': 'new', 'extra_specs': now},
        {'flavors/f/os-extra_specs': {'extra_specs': now}}) == [
        ('put', 'flavors/f', {'flavor': {'description': None}}),
        ('post', 'flavors/f/os-extra_specs', {'extra_specs': {'a:b': '1', 'c': '2'}}),
        ('delete', 'flavors/f/os-extra_specs/x%3Ay', None)]


def test_aggregates_lose_hosts_before_their_zone_and_get_them_after_it() -> None:
    was = {'name': 'a', 'metadata': {'availability_zone': 'old'}, 'hosts': ['one', 'two']}
    now = {'name': 'b', 'metadata': {'k': 'v'}, 'hosts': ['two', 'three']}
    assert put_back(compute.Aggregates, '1', was, now,
                    {'os-aggregates/1': {'aggregate': now}}) == [
        ('post', 'os-aggregates/1/action', {'remove_host': {'host': 'three'}}),
        ('post', 'os-aggregates/1/action',
         {'set_metadata': {'metadata': {'k': None, 'availability_zone': 'old'}}}),
        ('post', 'os-aggregates/1/action', {'add_host': {'host': 'one'}}),
        ('put', 'os-aggregates/1', {'aggregate': {'name': 'a'}})]


def test_what_an_attempt_has_done_is_not_done_again() -> None:
    """Nova refuses to add a host that is there already."""
    was = {'metadata': {}, 'hosts': ['one']}
    now = {'metadata': {'k': 'v'}, 'hosts': []}
    assert put_back(compute.Aggregates, '1', was, now,
                    {'os-aggregates/1': {'aggregate': was}}) == []


@pytest.mark.parametrize(('was', 'now', 'body'), [
    (('enabled', None, False), ('disabled', 'why', True),
     {'status': 'enabled', 'forced_down': False}),
    (('disabled', 'why', False), ('enabled', None, False),
     {'status': 'disabled', 'disabled_reason': 'why'}),
    (('disabled', None, False), ('disabled', 'why', False), {'status': 'disabled'}),
    (('enabled', None, True), ('enabled', None, False), {'forced_down': True})])
def test_compute_services(was: tuple[Any, ...], now: tuple[Any, ...], body: dict[str, Any],
                          ) -> None:
    names = compute_settings.ComputeServices.settings
    assert put_back(compute_settings.ComputeServices, 's', dict(zip(names, was, strict=True)),
                    dict(zip(names, now, strict=True))) == [('put', 'os-services/s', body)]


@pytest.mark.parametrize('kind', [
    compute_settings.ComputeServices, block_storage_settings.VolumeServices,
    compute_settings.ComputeQuotaClasses, block_storage_settings.VolumeQuotaClasses])
def test_what_can_not_be_deleted_is_protected(kind: type[ResourceService]) -> None:
    assert served(kind)[0].protects(Resource(kind.name, 'x'))


@pytest.mark.parametrize('kind', [
    compute_settings.ComputeQuotaClasses, block_storage_settings.VolumeQuotaClasses])
def test_quota_classes(kind: type[ResourceService]) -> None:
    service, noted = served(kind, {'os-quota-class-sets/default': {
        'quota_class_set': {'id': 'default', 'cores': 7, 'ram': 9}}})
    found, = service.discover(None)
    assert (found.id, dict(found.settings)) == ('default', {'cores': 7, 'ram': 9})
    service.restore(found, (Change(found, 'cores', 5, 7),))
    assert noted.sent == [
        ('put', 'os-quota-class-sets/default', {'quota_class_set': {'cores': 5}})]


def limits(kind: type[Quotas], project: dict[str, int], defaults: dict[str, int],
           ) -> tuple[Resource, ...]:
    service, _ = served(kind, {
        'os-quota-sets/p': {'quota_set': project},
        'os-quota-sets/own/defaults': {'quota_set': defaults}})
    return service.discover(Tenant(Scope.PROJECT, 'p', 'p'))


QUOTAS = (compute.ComputeQuotas, block_storage.VolumeQuotas)


@pytest.mark.parametrize('kind', QUOTAS)
def test_a_default_that_changes_changes_no_project(kind: type[Quotas]) -> None:
    """Else the old default would be pinned to every project that has any limit of its own."""
    was, = limits(kind, {'one': 7, 'two': 20}, {'one': 10, 'two': 20})
    now, = limits(kind, {'one': 7, 'two': 21}, {'one': 10, 'two': 21})
    assert dict(was.settings) == {'one': 7, 'two': 'default'}
    assert changes_of(was, now) == []


@pytest.mark.parametrize('kind', QUOTAS)
def test_a_limit_that_nobody_had_set_is_unset(kind: type[Quotas]) -> None:
    was = {'one': 7, 'two': 'default', 'three': 1}
    now = {'one': 7, 'two': 5, 'three': 2}
    (first, path, nothing), (second, _, body) = put_back(kind, 'p', was, now)
    assert (first, second, path, nothing) == ('delete', 'put', 'os-quota-sets/p', None)
    assert {name: body['quota_set'].get(name) for name in was} == {
        'one': 7, 'two': None, 'three': 1}


@pytest.mark.parametrize('kind', QUOTAS)
def test_only_a_changed_limit_is_set(kind: type[Quotas]) -> None:
    sent = put_back(kind, 'p', {'one': 7, 'two': 'default'}, {'one': 8, 'two': 'default'})
    assert [(method, body['quota_set'].get('two')) for method, _, body in sent] == [('put', None)]


class Refusing(Service):
    """Which refuses to tell a project's limits."""

    def get(self, path: str, **more: Any) -> Any:
        if path in self.refused:
            raise self.refused[path]
        return super().get(path, **more)


def refusing(error: errors.ApiError, projects: dict[str, Any]) -> Quotas:
    return compute.ComputeQuotas(cast(Cloud, Refusing(projects, {'os-quota-sets/p': error})))


P = Tenant(Scope.PROJECT, 'p', 'p')
UNKNOWN = errors.Conflict('Project ID p is not a valid project.', status=400)


def test_a_project_that_keystone_does_not_know_has_no_limits() -> None:
    assert refusing(UNKNOWN, {}).discover(P) == ()


@pytest.mark.parametrize('error', [UNKNOWN, errors.NotFound('no such path', status=404)])
def test_limits_that_are_not_told_are_not_none(error: errors.ApiError) -> None:
    """Point 2: of a project that there is, a refusal is no answer."""
    with pytest.raises(type(error)):
        refusing(error, {'projects/p': {'project': {'id': 'p'}}}).discover(P)
