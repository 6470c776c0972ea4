"""The registry of kinds, and what the base class makes of an answer."""
import datetime
import types
from collections.abc import Mapping
from typing import Any

import pytest

from tempest_cleanup import errors, services
from tempest_cleanup.cloud.rest import Rest
from tempest_cleanup.model import Resource, Scope, Tenant
from tempest_cleanup.services.base import EVERYTHING, ResourceService, parse_time
from tempest_cleanup.services.block_storage_types import VolumeEncryptions
from tempest_cleanup.services.network import ConntrackHelpers
from tests.unit.clouds import CLASSES, KINDS
from tests.unit.kinds import kind


def registry(*kinds: type[ResourceService]) -> dict[str, type[ResourceService]]:
    return {one.name: one for one in kinds}


def module(name: str, *kinds: type[ResourceService]) -> types.ModuleType:
    """A module in which these are defined."""
    made = types.ModuleType(name)
    for number, one in enumerate(kinds):
        one.__module__ = name
        setattr(made, f'Kind{number}', one)
    return made


def test_kinds_are_collected_in_order_of_their_names() -> None:
    found = services.collect([module('a', kind('zebras'), kind('apes')),
                              module('b', kind('mice'))])
    assert list(found) == ['apes', 'mice', 'zebras']


def test_what_is_imported_or_incomplete_is_no_kind() -> None:
    class Family(ResourceService):
        service_type = 'zoo'

    elsewhere = kind('elsewheres')
    made = module('a', kind('apes'), Family)
    made.imported = elsewhere  # type: ignore[attr-defined]
    made.number = 5  # type: ignore[attr-defined]
    assert list(services.collect([made])) == ['apes']


def test_two_kinds_of_one_name_are_refused() -> None:
    with pytest.raises(errors.ConfigurationError, match=r"two kinds are named 'apes': b\.Apes"):
        services.collect([module('a', kind('apes')), module('b', kind('apes'))])


@pytest.mark.parametrize('attribute', [
    'delete_after', 'delete_before', 'goes_with', 'kept_with', 'holds'])
def test_an_order_by_unknown_kinds_is_refused(attribute: str) -> None:
    made = kind('apes', **{attribute: ('unicorns',)})
    with pytest.raises(errors.ConfigurationError, match='unknown kinds: unicorns'):
        services.check(registry(made))


@pytest.mark.parametrize('kinds', [
    (kind('aa', delete_after=('bb',)), kind('bb', delete_after=('aa',))),
    (kind('aa', delete_before=('bb',)), kind('bb', delete_before=('aa',))),
    (kind('aa', delete_after=('bb',)), kind('bb', delete_after=('cc',)),
     kind('cc', delete_after=('aa',))),
    (kind('aa', goes_with=('bb',)), kind('bb', goes_with=('aa',))),
    (kind('aa', goes_with=('bb',)), kind('bb', delete_after=('aa',))),
    (kind('aa', holds=('bb',)), kind('bb', delete_before=('aa',))),
    (kind('aa', delete_after=(EVERYTHING,)),
     kind('bb', delete_after=('aa',)))])
def test_a_circle_is_refused(kinds: tuple[type[ResourceService], ...]) -> None:
    """Point 8: an order that would never end."""
    with pytest.raises(errors.ConfigurationError, match='circle: .* -> '):
        services.check(registry(*kinds))


def test_predecessors() -> None:
    """Point 7: declared from either side, it is one order."""
    before = services.predecessors(registry(
        kind('servers'), kind('ports', delete_after=('servers',)),
        kind('logs', delete_before=('ports',)), kind('stacks', holds=('trusts',)),
        kind('trusts'), kind('credentials', goes_with=('users',)),
        kind('users', delete_after=(EVERYTHING,)),
        kind('projects', delete_after=(EVERYTHING, 'users', 'projects'))))
    assert before['servers'] == set()
    assert before['ports'] == {'servers', 'logs'}
    assert before['trusts'] == {'stacks'}
    assert before['users'] == {'servers', 'ports', 'logs', 'stacks', 'trusts'}
    assert before['projects'] == {
        'servers', 'ports', 'logs', 'stacks', 'trusts', 'credentials', 'users'}


def test_the_installed_kinds_have_an_order() -> None:
    """Point 7."""
    before = services.predecessors(CLASSES)
    for first, then in (('servers', 'volumes'), ('servers', 'ports'), ('snapshots', 'volumes'),
                        ('router_interfaces', 'routers'), ('routers', 'networks'),
                        ('stacks', 'users'), ('stacks', 'trusts'), ('users', 'projects'),
                        ('networks', 'projects'), ('projects', 'domains'),
                        ('domain_roles', 'domains'), ('keypairs', 'users')):
        assert first in before[then], f'{first} before {then}'


@pytest.mark.parametrize(('words', 'chosen'), [
    ([], set()), (['servers'], {'servers'}),
    (['placement'], {'placement_allocations', 'placement_traits'}),
    (['placement', 'ports'], {'placement_allocations', 'placement_traits', 'ports'})])
def test_select(words: list[str], chosen: set[str]) -> None:
    assert services.select(CLASSES, words) == chosen


@pytest.mark.parametrize('word', ['server', 'Servers', '', 'volumev3'])
def test_select_of_what_is_none(word: str) -> None:
    with pytest.raises(errors.UsageError, match='unknown resource type'):
        services.select(CLASSES, [word])


UTC = datetime.UTC


@pytest.mark.parametrize(('text', 'time'), [
    ('2026-11-22T07:17:00Z', datetime.datetime(2026, 11, 22, 7, 17, tzinfo=UTC)),
    ('2026-11-22T07:17:00', datetime.datetime(2026, 11, 22, 7, 17, tzinfo=UTC)),
    ('2026-11-22T07:17:00.000000', datetime.datetime(2026, 11, 22, 7, 17, tzinfo=UTC)),
    ('2026-11-22T07:17:00.5Z', datetime.datetime(2026, 11, 22, 7, 17, 0, 500000, tzinfo=UTC)),
    ('2026-11-22T07:17:00+00:00', datetime.datetime(2026, 11, 22, 7, 17, tzinfo=UTC)),
    ('2026-11-22 07:17:00', datetime.datetime(2026, 11, 22, 7, 17, tzinfo=UTC)),
    ('2026-11-22T07:17:00+02:00', None), ('yesterday', None), ('', None), (None, None),
    (1700000000, None), ({}, None)])
def test_parse_time(text: Any, time: datetime.datetime | None) -> None:
    """Point 1: a time that can't be read is no time."""
    assert parse_time(text) == time


def test_resource() -> None:
    found = KINDS['servers'].resource(
        {'id': 's', 'name': None, 'tenant_id': 'p', 'user_id': 'u', 'status': 'ACTIVE',
         'created': '2026-11-22T07:17:00Z'}, None)
    assert (found.id, found.name, found.project_id, found.user_id, found.status) == (
        's', '', 'p', 'u', 'ACTIVE')
    assert found.created_at


@pytest.mark.parametrize('body', [{}, {'id': None}, {'id': ''}, {'name': 'x'}])
def test_what_has_no_id_is_garbage(body: dict[str, Any]) -> None:
    """Point 2."""
    with pytest.raises(errors.Garbage, match='id'):
        KINDS['servers'].resource(body, None)


@pytest.mark.parametrize(('kind', 'resource', 'path'), [
    ('servers', Resource('servers', 's'), 'servers/s/action'),
    ('regions', Resource('regions', 'R/1 ä'), 'regions/R%2F1%20%C3%A4/action'),
    ('application_credentials', Resource('application_credentials', 'a', user_id='u'),
     'users/u/application_credentials/a/action'),
    ('stacks', Resource('stacks', 's', 'my stack', project_id='p'),
     'stacks/my%20stack/s/action')])
def test_member(kind: str, resource: Resource, path: str) -> None:
    assert KINDS[kind].member(resource, 'action') == path


class Vanishing(Rest):
    """A service in which a parent is deleted between the two requests."""

    def __init__(self) -> None:
        pass

    def get(self, path: str, *, microversion: str | None = None,
            query: Mapping[str, str] | None = None) -> dict[str, Any]:
        if path.endswith(('conntrack_helpers', 'encryption')) and 'gone' in path:
            raise errors.NotFound('gone', status=404)
        lists: dict[str, dict[str, Any]] = {
            'types': {'volume_types': [{'id': 'gone'}, {'id': 'here'}]},
            'routers': {'routers': [{'id': r, 'project_id': 'p', 'conntrack_helpers': [{}]}
                                    for r in ('gone', 'here')]},
        }
        return lists.get(path, {'encryption_id': 'one', 'conntrack_helpers': [{'id': 'one'}]})


@pytest.mark.parametrize('cls', [ConntrackHelpers, VolumeEncryptions])
def test_a_parent_that_vanishes_takes_its_own_only(cls: type[ResourceService]) -> None:
    """Point 2: it does not make the whole kind absent."""
    class Nested(cls):  # type: ignore[misc, valid-type]  # one or the other
        def rest(self, tenant: Tenant | None = None) -> Rest:
            return Vanishing()

    assert [r.id for r in Nested(None).discover(None)] == ['one']


def test_a_kind_without_settings_restores_nothing() -> None:
    with pytest.raises(errors.Conflict):
        KINDS['keypairs'].restore(Resource('keypairs', 'k'), ())


def test_scopes_have_tenants() -> None:
    assert {k.scope for k in KINDS.values()} <= set(Scope)
