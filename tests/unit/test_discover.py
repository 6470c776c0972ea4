"""The inventory: what is listed, where, and how far it can be believed."""
from collections.abc import Iterable

import pytest

from tempest_cleanup import errors
from tempest_cleanup.cloud import paging
from tempest_cleanup.discover import discover, expand, list_kind
from tempest_cleanup.model import Body, Coverage, Key, Resource, Scope, Seen, Tenant
from tempest_cleanup.progress import Progress
from tests.unit.kinds import InMemory, World, instances, kind

THINGS = kind('things')
PROJECTS, USERS, DOMAINS = kind('projects'), kind('users'), kind('domains')
OF_PROJECT = kind('secrets', scope=Scope.PROJECT)
OF_USER = kind('keypairs', scope=Scope.USER)
OWNERS = (PROJECTS, USERS, DOMAINS)


@pytest.mark.parametrize(('error', 'seen'), [
    (errors.NotFound('none', status=404), Seen.ABSENT),
    (errors.Denied('no', status=403), Seen.FORBIDDEN),
    (errors.Unavailable('down', status=503), Seen.FAILED),
    (errors.Garbage('not JSON'), Seen.FAILED),
    (errors.ApiError('odd', status=405), Seen.FAILED),
    (paging.Truncated('cut'), Seen.TRUNCATED),
    (KeyError('id'), Seen.FAILED), (TypeError('None'), Seen.FAILED),
    (IndexError('empty'), Seen.FAILED), (RuntimeError('a plugin'), Seen.FAILED)])
def test_a_listing_that_fails_is_not_an_empty_one(error: Exception, seen: Seen) -> None:
    """Points 2 and 12: it is told how far it can be believed, and why."""
    world = World(listing_errors={'things': [error] * 3})
    world.add('things', 'one')
    found, coverage = list_kind(instances(world, THINGS)['things'], None)
    assert found == ()
    assert coverage.seen is seen
    assert coverage.detail


def test_a_listing_in_which_something_vanished_begins_anew() -> None:
    error = errors.Conflict('marker not found', status=400)
    world = World(listing_errors={'things': [error, error]})
    world.add('things', 'one')
    found, coverage = list_kind(instances(world, THINGS)['things'], None)
    assert [r.id for r in found] == ['one']
    assert coverage == Coverage('things', Seen.COMPLETE, count=1)


def test_a_member_without_an_id_is_garbage() -> None:
    """Point 2: what can't be told apart can't be counted."""
    class Odd(InMemory):
        name, singular = 'odds', 'odd'

        def find(self, tenant: Tenant | None) -> Iterable[Body]:
            return [{'id': 'one'}, {'name': 'no id'}]

    _found, coverage = list_kind(instances(World(), Odd)['odds'], None)
    assert coverage.seen is Seen.FAILED
    assert 'id' in coverage.detail


def test_what_two_pages_show_is_one() -> None:
    class Twice(InMemory):
        name, singular = 'twices', 'twice'

        def find(self, tenant: Tenant | None) -> Iterable[Body]:
            return [{'id': 'one'}, {'id': 'two'}, {'id': 'one'}]

    found, coverage = list_kind(instances(World(), Twice)['twices'], None)
    assert len(found) == coverage.count == 2


@pytest.mark.parametrize('workers', [1, 8])
def test_every_kind_in_every_tenant(workers: int) -> None:
    world = World()
    for user in ('u1', 'u2'):
        world.add('users', user)
        world.add('keypairs', f'{user}-key', user_id=user)
    world.add('projects', 'p1')
    world.add('secrets', 'secret', project_id='p1')
    world.add('things', 'thing')
    kinds = instances(world, THINGS, OF_USER, OF_PROJECT, *OWNERS)
    found = discover(kinds, workers, Progress())
    assert {r.id for r in found} == {
        'u1', 'u2', 'u1-key', 'u2-key', 'p1', 'secret', 'thing'}
    assert {(c.kind, c.tenant) for c in found.coverage} == {
        ('things', ''), ('users', ''), ('projects', ''), ('domains', ''),
        ('keypairs', 'u1'), ('keypairs', 'u2'), ('secrets', 'p1')}
    assert all(c.seen is Seen.COMPLETE for c in found.coverage)


def test_where_not_all_owners_are_seen_not_all_they_own_is() -> None:
    """Points 2 and 12: the blindness of a listing is that of what depends on it."""
    world = World(listing_errors={'users': [errors.Denied('no', status=403)]})
    found = discover(instances(world, OF_USER, THINGS, *OWNERS), 2, Progress())
    blind = {c.kind: c for c in found.coverage if not c.whole}
    assert set(blind) == {'users', 'keypairs'}
    assert 'not all users' in blind['keypairs'].detail


def test_users_that_are_gone_are_asked_about() -> None:
    """What outlives its user is found by the ids that others still name."""
    world = World()
    world.add('users', 'u1')
    world.add('things', 'thing', user_id='gone')
    world.add('keypairs', 'orphan', user_id='gone')
    world.add('keypairs', 'saved-orphan', user_id='saved')
    found = discover(instances(world, OF_USER, THINGS, *OWNERS), 2, Progress(),
                     [Tenant(Scope.USER, 'saved'), Tenant(Scope.USER, 'u1')])
    assert {r.id for r in found.of('keypairs')} == {'orphan', 'saved-orphan'}
    assert [c.tenant for c in found.coverage if c.kind == 'keypairs'] == ['gone', 'saved', 'u1']


def test_a_kind_that_sees_all_is_asked_once() -> None:
    class Stacks(InMemory):
        name, singular, scope = 'stacks', 'stack', Scope.PROJECT

        def sees_all(self) -> bool:
            return True

    world = World()
    for project in ('p1', 'p2'):
        world.add('projects', project)
        world.add('stacks', f'{project}-stack', project_id=project)
    found = discover(instances(world, Stacks, *OWNERS), 2, Progress())
    assert [c for c in found.coverage if c.kind == 'stacks'] == [
        Coverage('stacks', Seen.COMPLETE, count=2)]


def test_one_kind_that_fails_stops_no_other() -> None:
    """Point 6."""
    world = World(listing_errors={'things': [errors.Unavailable('down', status=503)]})
    world.add('projects', 'p1')
    found = discover(instances(world, THINGS, *OWNERS), 2, Progress())
    assert [r.id for r in found] == ['p1']


def test_the_order_is_stable() -> None:
    world = World()
    for name in ('b', 'c', 'a'):
        world.add('things', name)
    kinds = instances(world, THINGS)
    assert [r.id for r in discover(kinds, 2, Progress())] == ['a', 'b', 'c']


class Expanding(InMemory):
    name, singular = 'stacks', 'stack'

    def expand(self, resource: Resource) -> Resource:
        if isinstance(error := resource.body.get('error'), Exception):
            raise error
        return Resource(resource.kind, resource.id, 'expanded')


@pytest.mark.parametrize('error', [
    errors.Unavailable('down', status=503), IndexError('empty'), RuntimeError('a plugin')])
def test_expand_tells_what_it_could_not(error: Exception) -> None:
    """Point 2: what a resource owns is not known then, so its kind is not seen whole."""
    kinds = instances(World(), Expanding, THINGS)
    good, bad, other = (Resource('stacks', 'good'), Resource('stacks', 'bad', body={
        'error': error}), Resource('things', 'other'))
    found, coverage = expand(kinds, [good, bad, other], 2)
    assert {key: r.name for key, r in found.items()} == {good.key: 'expanded'}
    assert [(c.kind, c.seen) for c in coverage] == [('stacks', Seen.FAILED)]


def test_expand_of_what_is_gone() -> None:
    gone = Resource('stacks', 'gone', body={'error': errors.NotFound('gone', status=404)})
    found, coverage = expand(instances(World(), Expanding), [gone], 1)
    assert found == {gone.key: gone}
    assert coverage == ()


class Secrets(InMemory):
    """Of a service that gives no answer for all projects but some."""

    service_type, name, singular = 'key-manager', 'vaults', 'vault'
    scope = Scope.PROJECT

    def find(self, tenant: Tenant | None) -> Iterable[Body]:
        assert tenant is not None
        self.world.asked.append(Key('vaults', tenant.id))
        if tenant.id in self.world.listing_errors:
            raise errors.Unavailable('no answer: it keeps silent')
        return [{'id': tenant.id}]


@pytest.mark.parametrize('answered', [0, 1])
def test_a_service_that_answers_nothing_is_not_waited_for_in_every_project(answered: int) -> None:
    """Points 8 and 12: it costs one time-out, and what was not asked for is told as not seen."""
    world = World()
    silent = [f'p{n}' for n in range(answered, 50)]
    for project in ('p0', *silent):
        world.add('projects', project)
    world.listing_errors = {project: [] for project in silent}
    found = discover(instances(world, Secrets, THINGS, *OWNERS), 1, Progress())
    blind = [c for c in found.coverage if c.kind == 'vaults' and not c.whole]
    assert len(blind) == len(silent)
    assert all('it keeps silent' in c.detail for c in blind)
    # Who has answered once is asked to the end: one request may hang for its own reason.
    assert len(world.asked) == (50 if answered else 1)
