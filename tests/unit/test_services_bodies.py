"""What a body of a listing has to be, and what becomes of the others of one that is not."""
import threading
from collections.abc import Iterable
from typing import Any, cast

import pytest

from tempest_cleanup import errors
from tempest_cleanup.cloud import Cloud
from tempest_cleanup.cloud.rest import Rest
from tempest_cleanup.discover import discover, expand, list_kind
from tempest_cleanup.grants import assignments, own_assignments
from tempest_cleanup.model import Body, Coverage, Key, Resource, Scope, Seen, Tenant
from tempest_cleanup.progress import Progress
from tempest_cleanup.services import bodies
from tempest_cleanup.services.assignments import RoleAssignments
from tempest_cleanup.services.base import Misread, ResourceService
from tempest_cleanup.services.compute import ATTACHED, Keypairs, Servers
from tempest_cleanup.services.load_balancer import load_balancer_of
from tempest_cleanup.services.orchestration import Stacks
from tests.unit.kinds import InMemory, World, instances, kind

DEEP: Any = 'bottom'
for _ in range(bodies.DEEPEST):
    DEEP = {'in': DEEP}


def listed(*found: Any, **attributes: Any) -> tuple[list[str], Coverage]:
    """The ids that a listing of these bodies shows, and how far it is believed."""
    class Things(InMemory):
        name, singular = 'things', 'thing'

        def find(self, tenant: Tenant | None) -> Iterable[Body]:
            return cast(list[Body], found)

    for name, value in attributes.items():
        setattr(Things, name, value)
    resources, coverage = list_kind(instances(World(), Things)['things'], None)
    return [r.id for r in resources], coverage


@pytest.mark.parametrize('odd', [
    None, 'x', 7, True, [], [{'id': 'x'}], {}, {'name': 'n'}, {'id': None}, {'id': ''},
    {'id': 7}, {'id': True}, {'id': 1.5}, {'id': ['x']}, {'id': {'id': 'x'}},
    {'id': 'x\ud800'}, {'id': 'x' * (bodies.LONGEST_ID + 1)},
    {'id': 'x', 'name': 7}, {'id': 'x', 'name': ['n']}, {'id': 'x', 'name': False},
    {'id': 'x', 'project_id': 7}, {'id': 'x', 'project_id': {'id': 'p'}},
    {'id': 'x', 'tenant_id': ['p']}, {'id': 'x', 'domain_id': True}, {'id': 'x', 'user_id': 7},
    {'id': 'x', 'status': 7}, {'id': 'x', 'status': {'a': 'b'}}, {'id': 'x', 'other_id': [1]},
    {'id': 'x', 'tags': {'a': 1}}, {'id': 'x', 'tags': [1]}, {'id': 'x', 'tags': True},
    {'id': 'x', 'metadata': ['a']}, {'id': 'x', 'properties': 7}, {'id': 'x', 'extra': True},
    {'id': 'x', 'deep': {'deeper': DEEP}}, {'id': 'x', 'size': float('inf')},
    {'id': 'x', 'size': {'a': [float('nan')]}}])
def test_one_odd_body_is_told_and_the_others_are_found(odd: Any) -> None:
    """Points 2 and 12: a listing that is not understood is not a whole one."""
    found, coverage = listed({'id': 'one'}, odd, {'id': 'two'})
    assert found == ['one', 'two']
    assert coverage.seen is Seen.FAILED
    assert coverage.count == 2
    assert coverage.detail.startswith('1 of 3 can\'t be understood; the first is ')
    assert len(coverage.detail) < 300


@pytest.mark.parametrize('fine', [
    {'id': 'x', 'name': None}, {'id': 'x', 'name': '\x1b[2J\n\x00\u202e<b>\ud800'},
    {'id': 'x', 'created_at': 7}, {'id': 'x', 'created_at': {'a': 1}}, {'id': 'x', 'other_id': 7},
    {'id': 'x', 'tags': 'a,b'}, {'id': 'x', 'tags': None}, {'id': 'x', 'metadata': 'a property'},
    {'id': 'x', 'status': None, 'project_id': None, 'deep': DEEP['in']['in']}])
def test_what_is_only_ugly_or_not_told_is_found(fine: Any) -> None:
    assert listed(fine) == (['x'], Coverage('things', Seen.COMPLETE, count=1))


def test_ids_that_are_numbers_are_declared() -> None:
    assert listed({'id': 7}, {'id': 8}, numbered=True)[0] == ['7', '8']
    assert listed({'id': '7'}, {'id': 8}, numbered=True)[0] == ['8']


def test_what_is_always_told_has_to_be() -> None:
    found, coverage = listed({'id': 'a', 'on': ''}, {'id': 'b'}, {'id': 'c', 'on': None},
                             always=('on',))
    assert found == ['a']
    assert coverage.detail == (
        "2 of 3 can't be understood; the first is 'b': it has no 'on'")


@pytest.mark.parametrize('hook', ['protects', 'takes', 'deletion_failed', 'only_marked',
                                  'in_transition', 'member', 'told', 'resource'])
def test_what_a_hook_can_not_read_is_odd(hook: str) -> None:
    """Point 6: nothing that is asked for later fails for a body then."""
    plain = getattr(ResourceService, hook)

    def strict(self: ResourceService, about: Any, *more: Any) -> Any:
        body = about.body if isinstance(about, Resource) else about
        if 'odd' in body:
            raise AttributeError('of a plugin')
        return plain(self, about, *more)

    found, coverage = listed({'id': 'a'}, {'id': 'b', 'odd': 1}, **{hook: strict})
    assert found == ['a']
    assert 'AttributeError' in coverage.detail


def test_a_page_that_is_lost_loses_all() -> None:
    """What came before is no listing, however it was understood."""
    class Cut(InMemory):
        name, singular = 'things', 'thing'

        def find(self, tenant: Tenant | None) -> Iterable[Body]:
            yield {'id': 'a'}
            yield cast(Body, None)
            raise errors.Unavailable('down', status=503)

    assert list_kind(instances(World(), Cut)['things'], None) == (
        (), Coverage('things', Seen.FAILED, detail='503 down'))


def test_an_odd_project_hides_what_it_may_have() -> None:
    """The others' listings are made all the same."""
    world = World()
    world.add('projects', 'p1')
    world.add('projects', 'odd', status=7)
    world.add('secrets', 's', project_id='p1')
    kinds = instances(world, kind('projects'), kind('users'), kind('domains'),
                      kind('secrets', scope=Scope.PROJECT))
    found = discover(kinds, 2, Progress(), stop=threading.Event())
    assert [r.id for r in found] == ['p1', 's']
    assert {(c.kind, c.tenant): c.seen for c in found.coverage} == {
        ('projects', ''): Seen.FAILED, ('secrets', ''): Seen.FAILED,
        ('secrets', 'p1'): Seen.COMPLETE, ('users', ''): Seen.COMPLETE,
        ('domains', ''): Seen.COMPLETE}


def test_who_asks_for_all_gets_no_part_of_it() -> None:
    """Whoever does not know of this must not take a part for the whole."""
    with pytest.raises(Misread) as told:
        Keypairs(cast(Cloud, Answering({'keypairs': [
            {'keypair': {'name': 'a'}}, {'keypair': None}, {}, {'keypair': {'name': 7}}]}))
        ).discover(Tenant(Scope.USER, 'u'))
    assert [r.id for r in told.value.found] == ['u/a']
    assert len(told.value.odd) == 3


@pytest.mark.parametrize('attached', [
    None, {}, 'x', [None], [{'id': 'v'}], [{'id': 'v', 'delete_on_termination': None}],
    [{'id': 'v', 'delete_on_termination': 'False'}], [{'delete_on_termination': True}],
    [{'id': 7, 'delete_on_termination': True}]])
def test_a_server_of_which_nothing_tells_what_it_takes_along(attached: Any) -> None:
    """Point 4: Nova would delete the volumes that we do not spare."""
    body = {'id': 's', 'tenant_id': 'p', 'status': 'ACTIVE', ATTACHED: attached}
    servers = Servers(cast(Cloud, None))
    with pytest.raises(errors.Garbage):
        servers.understood(body, None)
    with pytest.raises(errors.Garbage):
        servers.understood({key: body[key] for key in body if key != ATTACHED}, None)
    assert servers.understood(body | {ATTACHED: []}, None).id == 's'


class Answering:
    """A cloud whose every GET has one answer."""

    user_id = 'me'

    def __init__(self, answer: dict[str, Any]) -> None:
        self._answer = answer

    def rest(self, *_about: Any) -> Rest:
        answer = self._answer

        class Service(Rest):
            def __init__(self) -> None:
                pass

            def get(self, path: str, **_asked: Any) -> dict[str, Any]:
                return answer

        return Service()

    def catalog_type(self, _service_type: str) -> str:
        return 'there'


ROLE = {'role': {'id': 'r'}, 'user': {'id': 'u'}, 'scope': {'project': {'id': 'p'}}}


@pytest.mark.parametrize('odd', [
    None, 7, {}, ROLE | {'role': None}, ROLE | {'role': {'id': 7}}, ROLE | {'user': 'u'},
    ROLE | {'user': {'id': None}}, ROLE | {'scope': None}, ROLE | {'scope': {}},
    ROLE | {'scope': {'project': {}}}, ROLE | {'group': 7},
    ROLE | {'scope': {'system': {'all': True}, 'project': 7}},
    ROLE | {'scope': {'project': {'id': 'p'}, 'OS-INHERIT:inherited_to': None}}])
def test_a_role_that_can_not_be_read(odd: Any) -> None:
    """Point 4: it may be that of a service's account, so no account is deleted."""
    cloud = cast(Cloud, Answering({'role_assignments': [odd, ROLE]}))
    read, doubts = assignments(cloud)
    assert read == [ROLE]
    assert {(c.kind, c.seen) for c in doubts} == {
        (kind, Seen.FAILED) for kind in ('users', 'groups', 'roles')}
    assert own_assignments(cloud) == [ROLE, ROLE]
    found, coverage = list_kind(RoleAssignments(cloud), None)
    assert [r.id for r in found] == ['projects/p/users/u/roles/r']
    assert coverage.seen is Seen.FAILED
    assert assignments(cast(Cloud, Answering({'role_assignments': [ROLE]}))) == ([ROLE], ())


@pytest.mark.parametrize('parts', [
    None, {}, 'x', [None], [{'physical_resource_id': 7}], [{'physical_resource_id': ['x']}],
    [{'physical_resource_id': 'x', 'resource_type': 7}]])
def test_what_a_stack_made_has_to_be_told(parts: Any) -> None:
    """Point 4: what it would take along may be older than it."""
    stack = Resource('stacks', 's', project_id='p')
    cloud = Answering({'resources': parts})
    cloud.able = lambda *_asked: True  # type: ignore[attr-defined]
    found, failed = expand({'stacks': Stacks(cast(Cloud, cloud))}, [stack], 1)
    assert found == {}
    assert [(c.kind, c.seen) for c in failed] == [('stacks', Seen.FAILED)]
    cloud = Answering({'resources': [{'physical_resource_id': 'x'}, {}]})
    cloud.able = lambda *_asked: True  # type: ignore[attr-defined]
    found, failed = expand({'stacks': Stacks(cast(Cloud, cloud))}, [stack], 1)
    assert found[Key('stacks', 's')].body['made'] == ['x', '']


AMPHORA = '00000000-0000-0000-0000-000000000000'


@pytest.mark.parametrize('odd', [
    None, {}, {'id': 7}, {'id': AMPHORA, 'loadbalancer_id': {}}])
def test_an_amphora_of_nobody_knows_what(odd: Any) -> None:
    """It may be one that replaces another of a load balancer that stays."""
    cloud = cast(Cloud, Answering({'amphorae': [odd]}))
    with pytest.raises(Exception, match=r"no id|no text|has no|attribute 'get'"):
        load_balancer_of(cloud, f'amphora-{AMPHORA}')


@pytest.mark.parametrize(('value', 'words'), [
    (None, 'null'), (True, 'true'), (False, 'false'), (1, 'a number'), (1.5, 'a number'),
    ([], 'a list'), ({'a': 1}, 'an object'), (DEEP, 'an object'), ('a\x1b', r"'a\x1b'"),
    ('\ud800', r"'\ud800'"), ('x' * 100, f"'{'x' * 60}' and 40 letters more")])
def test_shown(value: Any, words: str) -> None:
    assert bodies.shown(value) == words


def test_strings_in_what_is_nested_deep() -> None:
    deep: Any = 'bottom'
    for _ in range(100_000):
        deep = [deep]
    assert list(bodies.strings(deep)) == ['bottom']
    assert list(bodies.strings({'a': ['b', {'c': ('d',)}], 'e': 'f'})) == ['b', 'd', 'f']
