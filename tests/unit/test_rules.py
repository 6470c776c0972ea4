"""Why a resource is kept or deleted."""
import datetime
from collections.abc import Mapping
from typing import Any

import pytest

from tempest_cleanup import rules
from tempest_cleanup.context import Context, Filters
from tempest_cleanup.model import Action, Key, Resource, Seen
from tempest_cleanup.provenance import Clues
from tests.unit.clouds import (
    KINDS,
    NOW,
    actions,
    decisions,
    inventory,
    planned,
    state,
    thing,
)

DAY = datetime.timedelta(days=1)
P1 = thing('projects', 'p1', domain_id='default')
U1 = thing('users', 'u1', domain_id='default')
EMPTY = state(P1, U1)


def one(resource: Resource, filters: Filters | None = None, *, saved: Any = EMPTY,
        protected: Mapping[Key, str] | None = None) -> tuple[str, str, str]:
    """Action, rule and reason for one added resource in an old project."""
    decision = decisions(planned(
        saved, inventory(P1, U1, resource), filters, protected))[resource.id]
    return str(decision.action), decision.rule, decision.reason


SERVER = thing('servers', 'tempest-s', project_id='p1', created_at=NOW - DAY)


def test_what_was_added_goes() -> None:
    assert one(SERVER) == ('delete', 'added', 'not in the saved state')


@pytest.mark.parametrize(('filters', 'action', 'reason'), [
    (Filters(kinds=frozenset({'servers'})), 'delete', ''),
    (Filters(kinds=frozenset({'volumes'})), 'keep', 'its type is left out'),
    (Filters(kinds=frozenset()), 'keep', 'its type is left out'),
    (Filters(projects=frozenset({'p1'})), 'delete', ''),
    (Filters(projects=frozenset({'p2'})), 'keep', 'in another project'),
    (Filters(domains=frozenset({'default'})), 'delete', ''),
    (Filters(domains=frozenset({'d2'})), 'keep', 'in another domain'),
    (Filters(created_before=NOW), 'delete', ''),
    (Filters(created_before=NOW - 2 * DAY), 'keep', 'too young'),
    (Filters(prefix='tempest-'), 'delete', 'starts with'),
    (Filters(prefix='other-'), 'keep', 'does not start with'),
    (Filters(prefix='TEMPEST-'), 'keep', 'does not start with'),
    (Filters(recorded={'servers': frozenset({'tempest-s'})}), 'delete', 'resource_list.json'),
    (Filters(recorded={'volumes': frozenset({'tempest-s'})}), 'keep', 'not in resource_list'),
    (Filters(recorded={}), 'keep', 'not in resource_list'),
])
def test_filters(filters: Filters, action: str, reason: str) -> None:
    """Point 1: what a filter does not fit is kept, and the reason says which."""
    got = one(SERVER, filters)
    assert got[0] == action
    assert reason in got[2]


@pytest.mark.parametrize(('resource', 'filters', 'reason'), [
    (thing('flavors', 'f'), Filters(projects=frozenset({'p1'})), 'not known to be in that'),
    (thing('flavors', 'f'), Filters(domains=frozenset({'default'})), 'not known to be in that'),
    (thing('flavors', 'f'), Filters(created_before=NOW), 'its age is not known'),
    (thing('servers', 's', name=''), Filters(prefix='tempest'), 'it has no name'),
    (thing('servers', 's', project_id='gone'), Filters(domains=frozenset({'default'})),
     'not known to be in that domain')])
def test_a_filter_that_cannot_be_answered_keeps(
    resource: Resource, filters: Filters, reason: str,
) -> None:
    """Point 1: unknown owner, unknown age, no name: kept, with that reason."""
    action, _rule, why = one(resource, filters)
    assert action == 'keep'
    assert reason in why


def test_a_kind_the_saved_state_does_not_know_is_kept() -> None:
    """Point 1."""
    old = state(P1, U1, kinds=['projects', 'users', 'domains', 'volumes'])
    action, rule, reason = one(SERVER, saved=old)
    assert (action, rule) == ('keep', 'saved')
    assert reason == 'the saved state does not know servers'


@pytest.mark.parametrize('seen', [s for s in Seen if s is not Seen.COMPLETE])
def test_what_was_not_seen_before_is_kept(seen: Seen) -> None:
    """Point 2: the saved state may have missed it."""
    old = state(P1, U1, unseen={('servers', ''): seen})
    assert one(SERVER, saved=old)[:2] == ('keep', 'saved')


@pytest.mark.parametrize('seen', [Seen.FORBIDDEN, Seen.FAILED, Seen.TRUNCATED])
def test_what_is_not_seen_now_is_kept(seen: Seen) -> None:
    """Point 2: of a kind that is not seen completely nothing is deleted, owners included."""
    added = thing('projects', 'p2', domain_id='default')
    now = inventory(P1, U1, SERVER, added, unseen={('servers', ''): seen})
    found = decisions(planned(EMPTY, now))
    assert found['tempest-s'].action is Action.KEEP
    assert found['tempest-s'].rule == 'unseen'
    assert found['p2'].action is Action.KEEP
    assert 'may own servers' in found['p2'].reason


def test_one_tenant_unseen_is_no_reason_for_the_others() -> None:
    """Point 2: a listing by tenant is believed by tenant."""
    other = thing('users', 'u2', domain_id='default')
    mine, theirs = (thing('keypairs', f'{u}/k', user_id=u) for u in ('u1', 'u2'))
    now = inventory(P1, U1, other, mine, theirs, unseen={('keypairs', 'u2'): Seen.FAILED})
    found = actions(planned(state(P1, U1, other), now))
    assert found == {'u1/k': 'delete', 'u2/k': 'keep'}


def test_what_is_in_the_saved_state_stays() -> None:
    """Point 4: it is not even asked about."""
    old = state(P1, U1, SERVER)
    assert planned(old, inventory(P1, U1, SERVER)).decisions == ()


def test_a_change_is_put_back() -> None:
    was = Resource('compute_quotas', 'p1', project_id='p1', settings={'cores': 20, 'ram': 5})
    now = Resource('compute_quotas', 'p1', project_id='p1', settings={'cores': 1, 'ram': 5})
    decision = decisions(planned(state(P1, U1, was), inventory(P1, U1, now)))['p1']
    assert decision.action is Action.RESTORE
    assert [(c.attribute, c.old, c.new) for c in decision.changes] == [('cores', 20, 1)]


def test_what_is_protected_stays() -> None:
    """Point 4: with its reason, whatever else speaks against it."""
    assert one(SERVER, Filters(prefix='tempest-'), saved=None,
               protected={SERVER.key: 'ours'}) == ('keep', 'in_use', 'ours')


@pytest.mark.parametrize('resource', [
    thing('ports', 'x', body={'device_owner': 'network:dhcp'}),
    thing('ports', 'x', body={'device_owner': 'network:floatingip'}),
    thing('ports', 'x', body={'device_owner': 'network:router_ha_interface'}),
    thing('ports', 'x', body={'device_owner': 'network:router_interface'}),
    thing('networks', 'x', name='HA network tenant 123'),
    thing('network_segment_ranges', 'x', body={'default': True}),
    thing('volumes', 'x', name='image-123', body={'metadata': {'glance_image_id': '123'}}),
])
@pytest.mark.parametrize('saved', [EMPTY, None])
def test_what_the_services_made_for_themselves_stays(resource: Resource, saved: Any) -> None:
    """Point 4: with and without a saved state."""
    assert one(resource, saved=saved)[:2] == ('keep', 'of_the_system')


@pytest.mark.parametrize('resource', [
    thing('ports', 'x', body={'device_owner': 'compute:nova'}),
    thing('ports', 'x', body={'device_owner': ''}), thing('ports', 'x', body={}),
    thing('networks', 'x', name='HA network', project_id='p1'),
    thing('volumes', 'x', name='image-123', body={'metadata': {}})])
def test_what_only_looks_like_it_goes(resource: Resource) -> None:
    assert one(resource)[0] == 'delete'


@pytest.mark.parametrize(('resource', 'filters', 'action'), [
    (thing('regions', 'r'), Filters(), 'keep'), (thing('services', 's'), Filters(), 'keep'),
    (thing('endpoints', 'e'), Filters(), 'keep'),
    (thing('default_security_group_rules', 'e'), Filters(), 'keep'),
    (thing('regions', 'r'), Filters(prefix='r'), 'delete'),
    (thing('roles', 'r', body={'options': {'immutable': True}}), Filters(prefix='r'), 'keep'),
    (thing('roles', 'r', body={'options': {}}), Filters(), 'delete'),
    (thing('servers', 's'), Filters(), 'delete')])
def test_without_a_saved_state_the_catalog_stays(
    resource: Resource, filters: Filters, action: str,
) -> None:
    """Point 4: even where everything goes."""
    assert one(resource, filters, saved=None)[0] == action


def _group(project: str) -> Resource:
    return thing('security_groups', 'sg', name='default', project_id=project)


def test_a_default_security_group_follows_its_project() -> None:
    """Point 4: Neutron makes it again as long as its project lives."""
    p2 = thing('projects', 'p2', domain_id='default')
    assert one(_group('p1'))[:2] == ('keep', 'default_group')
    gone = actions(planned(EMPTY, inventory(P1, U1, p2, _group('p2'))))
    assert gone == {'p2': 'delete', 'sg': 'delete'}
    assert one(_group('long-gone'))[0] == 'delete'
    kept = actions(planned(EMPTY, inventory(P1, U1, p2, _group('p2')), Filters(prefix='x')))
    assert kept == {'p2': 'keep', 'sg': 'keep'}


def test_a_default_security_group_of_nobody_knows_whom_stays() -> None:
    """Point 1."""
    now = inventory(P1, U1, _group('px'), unseen={('projects', ''): Seen.FAILED})
    assert actions(planned(EMPTY, now))['sg'] == 'keep'


KEPT = {
    'prefix': Filters(prefix='p'), 'age': Filters(created_before=NOW),
    'type': Filters(kinds=frozenset({'projects', 'users', 'domains'}))}


@pytest.mark.parametrize('inside', [
    thing('servers', 'inside', project_id='p2', created_at=NOW + DAY),
    thing('networks', 'inside', project_id='p2', created_at=NOW + DAY)])
@pytest.mark.parametrize('filters', KEPT.values(), ids=KEPT)
def test_a_project_stays_while_something_kept_is_in_it(
    inside: Resource, filters: Filters,
) -> None:
    """Point 7: projects go only when nothing is left in them."""
    p2 = thing('projects', 'p2', domain_id='default', created_at=NOW - DAY)
    found = actions(planned(EMPTY, inventory(P1, U1, p2, inside), filters))
    assert found == {'p2': 'keep', 'inside': 'keep'}


def test_a_domain_stays_while_something_kept_is_in_it() -> None:
    """Points 1 and 7: its deletion would take along what is kept."""
    domain = thing('domains', 'tempest-d')
    user, project = thing('users', 'alice', domain_id='tempest-d'), thing(
        'projects', 'tempest-p', domain_id='tempest-d')
    found = actions(planned(EMPTY, inventory(P1, U1, domain, user, project),
                            Filters(prefix='tempest-')))
    assert found == {'tempest-d': 'keep', 'alice': 'keep', 'tempest-p': 'delete'}


def test_a_user_stays_while_a_key_pair_is_kept() -> None:
    """Point 7: key pairs outlive their user, and nobody could list them any more."""
    user = thing('users', 'tempest-u', domain_id='default')
    pair = thing('keypairs', 'tempest-u/mine', name='mine', user_id='tempest-u')
    found = actions(planned(EMPTY, inventory(P1, U1, user, pair), Filters(prefix='tempest-')))
    assert found == {'tempest-u': 'keep', 'tempest-u/mine': 'keep'}


def test_what_takes_something_protected_along_stays() -> None:
    """Point 4: a network whose subnet tempest.conf names."""
    network = thing('networks', 'n', project_id='p1')
    subnet = thing('subnets', 'su', project_id='p1', body={'network_id': 'n'})
    found = actions(planned(None, inventory(P1, U1, network, subnet),
                            protected={subnet.key: 'named in tempest.conf',
                                       P1.key: 'ours', U1.key: 'ours'}))
    assert found == {'n': 'keep', 'su': 'keep', 'p1': 'keep', 'u1': 'keep'}


def _stack(**more: Any) -> list[Resource]:
    return [thing('stacks', 'tempest-stack', project_id='p1', body={'made': ['srv']}, **more),
            thing('servers', 'srv', name='other', project_id='p1')]


def test_what_goes_with_a_stack_goes_though_its_name_does_not_fit() -> None:
    found = decisions(planned(EMPTY, inventory(P1, U1, *_stack()), Filters(prefix='tempest-')))
    assert found['srv'].action is Action.DELETE
    assert found['srv'].reason == 'goes with stacks tempest-stack'


def test_what_belongs_to_a_kept_stack_stays() -> None:
    found = decisions(planned(EMPTY, inventory(P1, U1, *_stack()), Filters(prefix='other')))
    assert found['srv'].action is Action.KEEP
    assert 'belongs to stacks tempest-stack, which is kept' in found['srv'].reason


def test_what_would_take_something_saved_along_stays() -> None:
    """Point 4: an adopted stack, with all that it made, and the project that it is in."""
    p2 = thing('projects', 'p2', domain_id='default')
    stack = thing('stacks', 'st', project_id='p2', body={'made': ['old', 'new']})
    nested = thing('stacks', 'nested', project_id='p2', body={'parent': 'st'})
    old, new = (thing('servers', name, project_id='p2') for name in ('old', 'new'))
    found = decisions(planned(state(P1, U1, old), inventory(P1, U1, p2, stack, nested, old, new)))
    assert {key: str(d.action) for key, d in found.items()} == dict.fromkeys(
        ('p2', 'st', 'nested', 'new'), 'keep')
    assert found['st'].reason == 'it still has servers old, which is kept'


def adopted(*more: Resource) -> tuple[Resource, ...]:
    """A new stack in a new project, which has made or adopted a volume."""
    return (P1, U1, thing('projects', 'p2', domain_id='default'),
            thing('stacks', 'st', project_id='p2', body={'made': ['volume', 'image']}), *more)


VOLUME = thing('volumes', 'volume', project_id='p2')


def test_what_may_take_something_unsaved_along_stays() -> None:
    """Points 2 and 4: the volume may have been there before, and nobody saw it."""
    blind = {('volumes', ''): Seen.FAILED}
    found = decisions(planned(state(P1, U1, unseen=blind), inventory(*adopted(VOLUME))))
    assert {key: str(d.action) for key, d in found.items()} == dict.fromkeys(
        ('p2', 'st', 'volume'), 'keep')
    assert found['st'].reason == 'it still has volumes volume, which is kept'
    whole = actions(planned(state(P1, U1), inventory(*adopted(VOLUME))))
    assert whole == dict.fromkeys(('p2', 'st', 'volume'), 'delete')


def test_what_would_take_something_saved_along_that_is_not_seen_now_stays() -> None:
    """Points 2 and 4: the volume may be there yet, as one that can't be understood."""
    blind = {('volumes', ''): Seen.FAILED}
    found = decisions(planned(state(P1, U1, VOLUME), inventory(*adopted(), unseen=blind)))
    assert found['st'].action is Action.KEEP
    assert found['st'].reason == 'it still has volumes volume, which is kept'
    gone = actions(planned(state(P1, U1, VOLUME), inventory(*adopted())))
    assert gone['st'] == 'delete'


@pytest.mark.parametrize(('old', 'new', 'same'), [
    ('a', 'b', True), ('a', None, True), (None, [], True), (1, 2.5, True),
    (True, False, True), (True, 2, False), ('a', 1, False), ('a', ['a'], False), ([], {}, False),
    ({'a': 1}, {}, True), ([], ['a'], True), ('default', 7, True), (7, 'default', True)])
def test_a_setting_of_another_sort_is_not_put_back(old: Any, new: Any, same: bool) -> None:
    """One of the two was misread, and which one nobody knows."""
    was = thing('networks', 'n', project_id='p1', settings={'mtu': old})
    now = thing('networks', 'n', project_id='p1', settings={'mtu': new})
    found = decisions(planned(state(P1, U1, was), inventory(P1, U1, now)))['n']
    assert found.action is (Action.RESTORE if same else Action.KEEP)
    assert found.reason.startswith(rules.IMPLAUSIBLE) is not same


@pytest.mark.parametrize(('old', 'owner'), [
    (thing('ports', 'po', project_id='p1', body={'device_id': 's'}),
     thing('servers', 's', project_id='p1')),
    (thing('projects', 'p9', domain_id='default'), thing('stacks', 'st', project_id='p9'))])
def test_what_leaves_alone_what_was_there_before_goes(old: Resource, owner: Resource) -> None:
    found = actions(planned(state(P1, U1, old), inventory(P1, U1, old, owner)))
    assert found == {owner.id: 'delete'}


def test_two_owners_of_which_one_goes() -> None:
    """What one owner takes along is not said to be kept because of the other."""
    stack = thing('stacks', 'a-stack', project_id='p1', body={'made': ['trust']})
    user = thing('users', 'tempest-u', domain_id='default')
    trust = thing('trusts', 'trust', name='', user_id='tempest-u')
    found = actions(planned(EMPTY, inventory(P1, U1, stack, user, trust),
                            Filters(prefix='tempest-')))
    assert found == {'a-stack': 'keep', 'tempest-u': 'delete', 'trust': 'delete'}


def test_every_decision_has_a_reason() -> None:
    """Point 1: and where no rule has an opinion, it is to keep."""
    context = Context(
        kinds=KINDS, saved=EMPTY, filters=Filters(), protected={}, blind={}, changes={},
        owners={}, occupants={}, project_domains={}, living=None,
        decide=lambda r: rules.first_opinion(context, r))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rules, 'RULES', ())
        decision = rules.first_opinion(context, SERVER)
    assert decision.action is Action.KEEP
    assert decision.reason


UUID = '3fae2d4c-1a2b-4c3d-8e9f-001122334455'
SERVICES = thing('projects', 'sp', name='service', domain_id='default')
BALANCER = thing('loadbalancers', UUID, project_id='p1')
AMPHORA = thing('servers', 'amp', name=f'amphora-{UUID}', project_id='sp',
                body={'amphora_of': UUID})
ORPHAN = thing('servers', 'amp', name=f'amphora-{UUID}', project_id='sp',
               body={'amphora_of': ''})
HOST = thing('servers', UUID, project_id='p1')
IMAGE = thing('images', 'im', name='prod-shelved', project_id='p1', body={'instance_uuid': UUID})
VIP = thing('ports', 'vip', name=f'octavia-lb-{UUID}', project_id='p1')


@pytest.mark.parametrize(('made', 'owner'), [
    (AMPHORA, BALANCER), (VIP, BALANCER), (IMAGE, HOST),
    (thing('volumes', 'v', name=f'backup-vol-{UUID}'), thing('volumes', UUID)),
    (thing('ports', 'vip', body={'device_owner': 'Octavia', 'device_id': f'lb-{UUID}'}),
     BALANCER)])
def test_what_a_service_made_shares_the_fate_of_what_it_made_it_for(
    made: Resource, owner: Resource,
) -> None:
    """Point 4: a failover or a shelving during the run makes something new for a saved one."""
    old = state(P1, U1, SERVICES, owner)
    found = decisions(planned(old, inventory(P1, U1, SERVICES, owner, made)))
    assert (found[made.id].action, found[made.id].rule) == (Action.KEEP, 'of_a_service')
    assert f'made it for {owner}, which stays' in found[made.id].reason
    base = state(P1, U1, SERVICES)
    both = inventory(P1, U1, SERVICES, owner, made)
    assert set(actions(planned(base, both)).values()) == {'delete'}
    filtered = Filters(projects=frozenset(('elsewhere',)))
    assert actions(planned(base, both, filtered))[made.id] == 'keep'
    assert actions(planned(base, inventory(P1, U1, SERVICES, made))) == {made.id: 'delete'}
    blind = inventory(P1, U1, SERVICES, made, unseen={(owner.kind, ''): Seen.FAILED})
    assert actions(planned(base, blind)) == {made.id: 'keep'}


@pytest.mark.parametrize(('inside', 'filters', 'action'), [
    (thing('servers', 'amp', name=f'amphora-{UUID}', project_id='sp'), None, 'keep'),
    (thing('ports', 'po', name=f'octavia-lb-vrrp-{UUID}', project_id='sp'), None, 'keep'),
    (ORPHAN, None, 'delete'),
    (thing('servers', 'tempest-s', project_id='sp'), Filters(prefix='tempest'), 'delete'),
    (thing('compute_quotas', 'sp', project_id='sp'), None, 'delete')])
def test_what_is_new_in_the_project_of_the_services(
    inside: Resource, filters: Filters | None, action: str,
) -> None:
    """Point 1: which service made it for whom is not known, so it is kept."""
    found = actions(planned(state(P1, U1, SERVICES), inventory(P1, U1, SERVICES, inside), filters))
    assert found == {inside.id: action}


def test_a_port_in_the_project_of_the_services_shares_the_fate_of_its_server() -> None:
    port = thing('ports', 'po', project_id='sp', body={
        'device_id': 'amp', 'device_owner': 'compute:nova'})
    old = state(P1, U1, SERVICES)
    assert actions(planned(old, inventory(P1, U1, SERVICES, ORPHAN, port))) == {
        'amp': 'delete', 'po': 'delete'}
    assert actions(planned(state(P1, U1, SERVICES, BALANCER), inventory(
        P1, U1, SERVICES, BALANCER, AMPHORA, port))) == {'amp': 'keep', 'po': 'keep'}


def test_what_the_run_made_in_the_project_of_the_services_goes() -> None:
    server = thing('servers', 's', project_id='sp')
    found = planned(state(P1, U1, SERVICES), inventory(P1, U1, SERVICES, server),
                    clues=Clues(created={server.key: 'made by test_x'}))
    assert actions(found) == {'s': 'delete'}


@pytest.mark.parametrize('filters', [
    Filters(prefix='tempest-'), Filters(recorded={'projects': frozenset({'tempest-p'})}),
    Filters(kinds=frozenset({'projects'}))])
def test_a_default_security_group_goes_with_its_project_whatever_its_name(
    filters: Filters,
) -> None:
    """Else it would be an orphan, which nothing finds by its name any more."""
    project = thing('projects', 'tempest-p', domain_id='default')
    now = inventory(P1, U1, project, _group('tempest-p'))
    assert actions(planned(EMPTY, now, filters)) == {'tempest-p': 'delete', 'sg': 'delete'}


def test_a_project_stays_while_something_of_another_project_is_in_it() -> None:
    """Point 7: a port of somebody else's server, which stays."""
    project = thing('projects', 'tempest-p', domain_id='default')
    server = thing('servers', 'prod', project_id='p1')
    port = thing('ports', 'po', project_id='tempest-p', body={'device_id': 'prod'})
    found = decisions(planned(EMPTY, inventory(P1, U1, project, server, port),
                              Filters(prefix='tempest-')))
    assert {key: str(d.action) for key, d in found.items()} == dict.fromkeys(
        ('tempest-p', 'prod', 'po'), 'keep')
    assert 'it still has ports po' in found['tempest-p'].reason
