"""What keep marks and protected projects shield."""
import datetime
from typing import Any

import pytest

from tempest_cleanup.context import Filters
from tempest_cleanup.model import Action, Resource, Seen
from tempest_cleanup.shield import Wishes
from tests.unit.clouds import NOW, actions, decisions, inventory, planned, state, thing

KEEP = {'tags': ['tempest-cleanup=keep']}
P1 = thing('projects', 'p1', domain_id='default')
U1 = thing('users', 'u1', domain_id='default')
DEFAULT = thing('domains', 'default')
EMPTY = state(P1, U1, DEFAULT)


def kept(*resources: Resource, **more: Any) -> set[str]:
    """Ids of what is kept of what was added to a cloud that was empty."""
    found = actions(planned(EMPTY, inventory(P1, U1, DEFAULT, *resources), **more))
    return {identifier for identifier, action in found.items() if action == 'keep'}


def owned(kind: str, identifier: str, body: Any = None) -> Resource:
    return thing(kind, identifier, project_id='p1', user_id='u1', body=body or {})


def test_a_marked_resource_stays_and_the_reason_says_why() -> None:
    found = decisions(planned(EMPTY, inventory(
        P1, U1, DEFAULT, owned('servers', 'web', KEEP), owned('servers', 'other'))))
    assert (found['web'].action, found['web'].rule) == (Action.KEEP, 'shielded')
    assert found['web'].reason == 'marked tempest-cleanup=keep'
    assert found['other'].action is Action.DELETE


@pytest.mark.parametrize('filters', [
    Filters(prefix='web'), Filters(recorded={'servers': frozenset({'web'})}),
    Filters(kinds=frozenset({'servers'})), Filters(projects=frozenset({'p1'}))])
@pytest.mark.parametrize('saved', [EMPTY, None])
def test_nothing_that_is_asked_for_outweighs_a_mark(filters: Filters, saved: Any) -> None:
    now = inventory(P1, U1, DEFAULT, owned('servers', 'web', KEEP))
    assert decisions(planned(saved, now, filters))['web'].rule == 'shielded'


def test_a_mark_whose_day_is_over_has_no_force() -> None:
    last = {'tags': [f'tempest-cleanup=keep-until-{NOW.date()}']}
    assert kept(owned('servers', 'web', last)) == {'web'}
    later = Wishes(NOW.date() + datetime.timedelta(days=1))
    assert kept(owned('servers', 'web', last), wishes=later) == set()


def test_what_is_marked_is_not_put_back() -> None:
    """The mark itself may be the change."""
    was = Resource('volumes', 'v', project_id='p1', settings={'metadata': {}})
    now = Resource('volumes', 'v', project_id='p1', settings={'metadata': {'a': 'b'}},
                   body={'metadata': {'tempest-cleanup': 'keep'}})
    saved = state(P1, U1, DEFAULT, was)
    decision = decisions(planned(saved, inventory(P1, U1, DEFAULT, now)))['v']
    assert (decision.action, decision.rule) == (Action.KEEP, 'shielded')
    assert [c.attribute for c in decision.changes] == ['metadata'], 'it is told nevertheless'


SERVER = owned('servers', 'web', {'flavor': {'id': 'small'}, 'image': {'id': 'cirros'},
                                  'os-extended-volumes:volumes_attached': [{'id': 'vol'}], **KEEP})
AROUND = (
    owned('ports', 'port', {'device_id': 'web', 'device_owner': 'compute:nova',
                            'network_id': 'net', 'security_groups': ['sg']}),
    owned('networks', 'net', {'subnets': ['sub']}), owned('subnets', 'sub', {'network_id': 'net'}),
    owned('router_interfaces', 'if', {'network_id': 'net', 'device_id': 'router'}),
    owned('routers', 'router', {'external_gateway_info': {'network_id': 'ext'}}),
    owned('networks', 'ext', {'router:external': True}),
    owned('floatingips', 'fip', {'port_id': 'port', 'floating_network_id': 'ext'}),
    owned('security_groups', 'sg'), owned('security_group_rules', 'rule',
                                          {'security_group_id': 'sg'}),
    owned('volumes', 'vol', {'attachments': [{'server_id': 'web'}], 'volume_type_id': 'type'}),
    thing('volume_types', 'type'), thing('flavors', 'small'), thing('images', 'cirros'),
    owned('volume_attachments', 'att', {'volume_id': 'vol', 'instance': 'web'}),
    owned('server_groups', 'group', {'members': ['web']}),
    thing('keypairs', 'u1/key', user_id='u1'))
STRANGERS = (
    owned('servers', 'leak'), owned('ports', 'leaked-port', {'device_id': 'leak',
                                                             'network_id': 'net'}),
    owned('volumes', 'leaked-vol', {'attachments': [{'server_id': 'leak'}],
                                    'volume_type_id': 'type'}),
    owned('routers', 'leaked-router', {'external_gateway_info': {'network_id': 'ext'}}),
    owned('floatingips', 'leaked-fip', {'floating_network_id': 'ext'}),
    owned('networks', 'leaked-net'), owned('snapshots', 'leaked-snap', {'volume_id': 'vol'}))


def test_what_a_marked_server_needs_stays_and_nothing_else() -> None:
    """Its ports, volumes, networks up to the outside; not what only shares these with it."""
    assert kept(SERVER, *AROUND, *STRANGERS) == {r.id for r in (SERVER, *AROUND)}
    found = decisions(planned(EMPTY, inventory(P1, U1, DEFAULT, SERVER, *AROUND)))
    assert found['router'].reason == (
        'servers web needs it, which is marked tempest-cleanup=keep')


def test_a_marked_volume_keeps_the_server_that_it_is_attached_to() -> None:
    """Nova may be told to delete it with the server."""
    volume = owned('volumes', 'vol', {'attachments': [{'server_id': 'web'}],
                                      'metadata': {'tempest-cleanup': 'keep'}})
    assert kept(owned('servers', 'web'), volume) == {'vol', 'web'}


def test_a_marked_server_keeps_its_stack_and_all_of_it() -> None:
    stack = owned('stacks', 'stack', {'made': ['web', 'vol']})
    trust = thing('trusts', 'trust', project_id='p1', user_id='u1')
    found = kept(stack, owned('servers', 'web', KEEP), owned('volumes', 'vol'), trust,
                 owned('volumes', 'other'))
    assert found == {'stack', 'web', 'vol', 'trust'}


def test_what_a_marked_resource_stands_in_stays() -> None:
    domain = thing('domains', 'd2')
    project = thing('projects', 'p2', domain_id='d2')
    user = thing('users', 'u2', domain_id='d2')
    server = thing('servers', 'web', project_id='p2', user_id='u2', body=KEEP)
    assert kept(domain, project, user, server, thing('users', 'u3', domain_id='d2')) == {
        'd2', 'p2', 'u2', 'web'}


INSIDE = (thing('servers', 'web', project_id='p2', user_id='u1'),
          thing('networks', 'net', project_id='p2'),
          thing('images', 'image', project_id='p3'))
PROJECTS = (thing('projects', 'p2', domain_id='d2', body={'parent_id': 'd2'}),
            thing('projects', 'p3', domain_id='d2', body={'parent_id': 'p2'}))


def test_a_marked_project_protects_all_in_it() -> None:
    """Also what is in the projects below."""
    marked = thing('projects', 'p2', domain_id='d2', body={'parent_id': 'd2', **KEEP})
    found = decisions(planned(EMPTY, inventory(
        P1, U1, DEFAULT, thing('domains', 'd2'), marked, PROJECTS[1], *INSIDE,
        owned('servers', 'leak'))))
    assert {i for i, d in found.items() if d.action is Action.KEEP} == {
        'd2', 'p2', 'p3', 'web', 'net', 'image'}
    assert found['image'].reason == 'in project p2, which is marked tempest-cleanup=keep'


def test_a_marked_domain_protects_all_in_it() -> None:
    domain = thing('domains', 'd2', body=KEEP)
    user = thing('users', 'u2', domain_id='d2')
    assert kept(domain, *PROJECTS, *INSIDE, user, owned('servers', 'leak')) == {
        'd2', 'p2', 'p3', 'web', 'net', 'image', 'u2'}


def test_a_mark_on_what_was_there_before_protects_what_is_new_in_it() -> None:
    old = thing('projects', 'p2', domain_id='default', body=KEEP)
    quota = Resource('compute_quotas', 'p2', project_id='p2', settings={'cores': 1})
    was = Resource('compute_quotas', 'p2', project_id='p2', settings={'cores': 20})
    new = thing('servers', 'web', project_id='p2', user_id='u1')
    found = decisions(planned(state(P1, U1, DEFAULT, old, was),
                              inventory(P1, U1, DEFAULT, old, quota, new)))
    assert {i: (d.action, d.rule) for i, d in found.items()} == {
        'p2': (Action.KEEP, 'shielded'), 'web': (Action.KEEP, 'shielded')}


def test_a_protected_project() -> None:
    wishes = Wishes(NOW.date(), frozenset({'p2'}))
    resources = (thing('domains', 'd2'), *PROJECTS, *INSIDE, owned('servers', 'leak'))
    assert kept(*resources, wishes=wishes) == {'d2', 'p2', 'p3', 'web', 'net', 'image'}
    found = decisions(planned(EMPTY, inventory(P1, U1, DEFAULT, *resources), wishes=wishes))
    assert found['p2'].reason == 'a protected project'
    assert found['web'].reason == 'in project p2, which is a protected project'


def tie(identifier: str) -> Resource:
    _projects, project, _users, user, *_rest = identifier.split('/')
    return thing('role_assignments', identifier, project_id=project, user_id=user)


def test_what_ties_what_is_kept_is_kept_and_a_right_between_old_things_is_not() -> None:
    """A marked server keeps its project and user, and not what else somebody got."""
    roles = thing('roles', 'member')
    saved = state(P1, U1, DEFAULT, roles)
    project, user = (thing(kind, i, domain_id='default')
                     for kind, i in (('projects', 'p2'), ('users', 'u2')))
    server = thing('servers', 'web', project_id='p2', user_id='u2', body=KEEP)
    theirs, leaked = tie('projects/p2/users/u2/roles/member'), tie(
        'projects/p1/users/u1/roles/member')
    stranger = thing('users', 'u3', domain_id='default')
    visitor = tie('projects/p2/users/u3/roles/member')
    found = actions(planned(saved, inventory(
        P1, U1, DEFAULT, roles, project, user, server, theirs, leaked, stranger, visitor)))
    assert found == {'p2': 'keep', 'u2': 'keep', 'web': 'keep', theirs.id: 'keep',
                     leaked.id: 'delete', 'u3': 'delete', visitor.id: 'delete'}


def test_the_port_of_a_server_that_cannot_be_seen_stays() -> None:
    """Points 1 and 2: with its network; a port of its own does not."""
    port = owned('ports', 'port', {'device_id': 'unseen', 'device_owner': 'compute:nova',
                                   'network_id': 'net'})
    own = owned('ports', 'own', {'device_id': '', 'device_owner': '', 'network_id': 'net'})
    now = inventory(P1, U1, DEFAULT, port, own, owned('networks', 'net'),
                    unseen={('servers', ''): Seen.FAILED})
    found = decisions(planned(EMPTY, now))
    assert {i: str(d.action) for i, d in found.items()} == {
        'port': 'keep', 'own': 'delete', 'net': 'keep'}
    assert 'which may be marked' in found['port'].reason
    assert actions(planned(EMPTY, inventory(P1, U1, DEFAULT, port))) == {'port': 'delete'}


@pytest.mark.parametrize('kind', ['projects', 'domains'])
def test_where_owners_cannot_be_seen_a_mark_may_be_among_them(kind: str) -> None:
    """Points 1 and 2: a listing that failed is not one without marks."""
    project = () if kind == 'projects' else (thing('projects', 'p2', domain_id='d2'),)
    server = thing('servers', 'web', project_id='p2', user_id='u1')
    now = inventory(P1, U1, *project, server, owned('servers', 'leak'),
                    unseen={(kind, ''): Seen.FORBIDDEN})
    found = decisions(planned(state(P1, U1, *project), now))
    assert found['web'].action is Action.KEEP
    assert 'may be one that is marked' in found['web'].reason


def test_what_only_shares_a_project_with_it_goes() -> None:
    """Even a stack, which could have made the project."""
    project = thing('projects', 'p2', domain_id='default')
    server = thing('servers', 'web', project_id='p2', user_id='u1', body=KEEP)
    stack = thing('stacks', 'leak', project_id='p2', body={'made': ['other']})
    other = thing('servers', 'other', project_id='p2')
    assert kept(project, server, stack, other) == {'p2', 'web'}
