"""Compare, plan, verify."""
import dataclasses
import graphlib

import pytest
from hypothesis import given, settings

from tempest_cleanup import errors, phases
from tempest_cleanup.context import Filters
from tempest_cleanup.model import Action, Change, Coverage, Inventory, Key, Resource, Seen
from tests.unit.clouds import BEFORE, KINDS, inventory, planned, state, thing
from tests.unit.strategies import things

P1 = thing('projects', 'p1', domain_id='default')
OLD, NEW, GONE = (thing('servers', name, project_id='p1') for name in ('old', 'new', 'gone'))


def quota(**limits: int) -> Resource:
    return Resource('compute_quotas', 'p1', project_id='p1', settings=limits)


def test_compare() -> None:
    drift = phases.compare(state(P1, OLD, GONE), inventory(P1, OLD, NEW), KINDS)
    assert drift.added == (NEW,)
    assert drift.removed == (GONE,)
    assert drift.changed == ()


def test_without_a_saved_state_all_was_added() -> None:
    drift = phases.compare(None, inventory(P1, OLD), KINDS)
    assert sorted(r.id for r in drift.added) == ['old', 'p1']
    assert not drift.removed


@pytest.mark.parametrize('seen', [Seen.FAILED, Seen.TRUNCATED, Seen.FORBIDDEN, Seen.ABSENT])
def test_what_is_not_seen_was_not_removed(seen: Seen) -> None:
    """Point 2: neither is a service that was there and is not any more an empty one."""
    saved = state(P1, GONE)
    now = phases.believed(inventory(P1, unseen={('servers', ''): seen}), saved.inventory.coverage)
    assert phases.compare(saved, now, KINDS).removed == ()
    assert ('servers', '') in phases.blindness(now.coverage)


def listing(kind: str, tenant: str, seen: Seen) -> Coverage:
    return Coverage(kind, seen, tenant, detail='404')


ABSENT, COMPLETE = Seen.ABSENT, Seen.COMPLETE


@pytest.mark.parametrize(('before', 'now', 'vanished'), [
    ([('stacks', '', ABSENT)], [('stacks', '', ABSENT)], False),
    ([('stacks', '', COMPLETE)], [('stacks', '', ABSENT)], True),
    ([], [('stacks', '', ABSENT)], False),
    # It came and went since the saved state.
    ([('stacks', '', ABSENT), ('stacks', '', COMPLETE)], [('stacks', '', ABSENT)], True),
    # By tenant: what others had was there, too.
    ([('keypairs', 'u1', COMPLETE)], [('keypairs', 'u1', ABSENT)], True),
    ([('keypairs', 'u1', COMPLETE)], [('keypairs', 'new', ABSENT)], True),
    ([('keypairs', 'u1', COMPLETE)], [('keypairs', 'new', ABSENT), ('keypairs', 'u1', COMPLETE)],
     True),
    # A tenant that never had the service.
    ([('keypairs', 'u1', COMPLETE), ('keypairs', 'new', ABSENT)],
     [('keypairs', 'new', ABSENT), ('keypairs', 'u1', COMPLETE)], False),
    # A tenant that is gone, while others have listings, and while none has.
    ([('keypairs', 'gone', COMPLETE)],
     [('keypairs', 'gone', ABSENT), ('keypairs', 'u1', COMPLETE)], False),
    ([('keypairs', 'gone', COMPLETE)], [('keypairs', 'gone', ABSENT)], True),
])
def test_what_was_there_and_is_absent_has_vanished(
    before: list[tuple[str, str, Seen]], now: list[tuple[str, str, Seen]], vanished: bool,
) -> None:
    users = (thing('users', 'u1'), thing('users', 'new'))
    found = Inventory({'users': users}, tuple(listing(*one) for one in now))
    believed = phases.believed(found, [listing(*one) for one in before])
    assert (believed.coverage[0].seen is Seen.VANISHED) is vanished
    assert believed.coverage[0].whole is not vanished
    assert believed.coverage[1:] == found.coverage[1:]


def test_kinds_of_a_plugin_that_is_not_installed_are_left_alone() -> None:
    saved = state(P1)
    stranger = Resource('strangers', 'lb')
    known = type(saved.inventory)({**saved.inventory.resources, 'strangers': (stranger,)},
                                  saved.inventory.coverage)
    drift = phases.compare(
        type(saved)(saved.saved_at, {}, saved.kinds | {'strangers'}, known),
        inventory(P1), KINDS)
    assert drift.removed == ()


@pytest.mark.parametrize(('was', 'now', 'changes'), [
    ({'cores': 1}, {'cores': 1}, []),
    ({'cores': 1}, {'cores': 2}, [('cores', 1, 2)]),
    ({'cores': 1, 'ram': 2}, {'ram': 3, 'cores': 3}, [('cores', 1, 3), ('ram', 2, 3)]),
    ({'cores': 1}, {}, []),
    ({}, {'cores': 5}, []),
])
def test_changes(was: dict[str, int], now: dict[str, int],
                 changes: list[tuple[str, int, int | None]]) -> None:
    found = phases.changes_of(quota(**was), quota(**now))
    assert [(c.attribute, c.old, c.new) for c in found] == changes


def test_a_quota_that_was_removed_comes_back() -> None:
    drift = phases.compare(state(P1, quota(cores=5)), inventory(P1), KINDS)
    assert drift.changed == (Change(quota(cores=5), 'cores', 5, None),)
    assert drift.removed == ()
    plan = planned(state(P1, quota(cores=5)), inventory(P1))
    assert [d.action for d in plan.decisions] == [Action.RESTORE]


def test_the_order_of_a_whole_project() -> None:
    """Point 7: servers before ports before networks, projects after all, domains last."""
    domain = thing('domains', 'd')
    project = thing('projects', 'p', domain_id='d')
    server = thing('servers', 's', project_id='p')
    port = thing('ports', 'po', project_id='p', body={'device_id': 's', 'network_id': 'n'})
    network = thing('networks', 'n', project_id='p')
    volume = thing('volumes', 'v', project_id='p', body={'attachments': [{'server_id': 's'}]})
    snapshot = thing('snapshots', 'sn', project_id='p', body={'volume_id': 'v'})
    user = thing('users', 'u', domain_id='d')
    plan = planned(state(P1), inventory(
        P1, domain, project, server, port, network, volume, snapshot, user))
    graph: dict[str, set[str]] = {d.resource.id: set() for d in plan.of(Action.DELETE)}
    for edges in (plan.waits, plan.owners):
        for key, found in edges.items():
            graph[key.id] |= {k.id for k in found}
    order = list(graphlib.TopologicalSorter(graph).static_order())
    for first, then in (('s', 'po'), ('po', 'n'), ('s', 'v'), ('sn', 'v'), ('n', 'p'),
                        ('v', 'p'), ('u', 'd'), ('p', 'd')):
        assert order.index(first) < order.index(then), (first, then)
    assert order[-1] == 'd'


def test_what_is_kept_is_waited_for_by_nobody() -> None:
    """Point 7: the order knows only what goes."""
    network = thing('networks', 'tempest-n', project_id='p1')
    port = thing('ports', 'other', project_id='p1', body={'network_id': 'tempest-n'})
    plan = planned(state(P1), inventory(P1, network, port), Filters(prefix='tempest-'))
    assert plan.waits == {}


@settings(max_examples=60, deadline=None)
@given(now=things())
def test_a_plan_speaks_of_what_it_deletes_only(now: list[Resource]) -> None:
    """Point 8: nothing waits for what nobody will delete, nor for itself."""
    plan = planned(None, inventory(*now))
    going = {d.resource.key for d in plan.of(Action.DELETE)}
    for edges in (plan.waits, plan.owners):
        for key, found in edges.items():
            assert {key, *found} <= going
            assert key not in found


@settings(max_examples=60, deadline=None)
@given(now=things())
def test_the_same_cloud_is_no_drift(now: list[Resource]) -> None:
    """Point 4: saved and compared at once, there is nothing to do."""
    assert planned(state(*now), inventory(*now)).decisions == ()


def test_blindness_has_its_reasons() -> None:
    """Point 12."""
    coverage = [Coverage('servers', Seen.FAILED, detail='503 down'),
                Coverage('ports', Seen.COMPLETE)]
    assert phases.blindness(coverage) == {('servers', ''): 'failed (503 down)'}


def test_a_doubt_that_keeps_something_is_told_once() -> None:
    """Points 1 and 12: what is there, and new, though the saved state may have missed it."""
    saved = state(P1, thing('users', 'u'), unseen={
        ('servers', ''): Seen.FORBIDDEN, ('volumes', ''): Seen.FAILED,
        ('keypairs', 'u'): Seen.FAILED})
    pair = thing('keypairs', 'u/k', user_id='u')
    now = inventory(P1, thing('users', 'u'), OLD, NEW, pair)
    told = phases.doubted(saved, KINDS, planned(saved, now).decisions)
    assert [(c.kind, c.tenant, c.seen) for c in told] == [
        ('keypairs', 'u', Seen.FAILED), ('servers', '', Seen.FORBIDDEN)]
    assert {c.detail for c in told} == {
        'the saved state did not see all keypairs (failed: a test)',
        'the saved state did not see all servers (forbidden: a test)'}
    assert phases.doubted(None, KINDS, planned(None, now).decisions) == ()


def test_holds_reach_the_plan() -> None:
    stack = thing('stacks', 'st', project_id='p2')
    user, project = thing('users', 'u'), thing('projects', 'p2')
    plan = planned(state(P1), inventory(P1, stack, user, project),
                   members={'p2': frozenset({'u'})})
    assert Key('stacks', 'st') in plan.waits[user.key]
    assert Key('stacks', 'st') in plan.waits[project.key]
    assert BEFORE['projects'] >= {'stacks', 'users'}


def test_a_new_project_whose_catalog_leaves_a_service_out() -> None:
    """An endpoint group may filter it: what others have had is no reason to doubt of it."""
    users = (thing('users', 'u1'), thing('users', 'new'))
    left_out = Coverage('keypairs', ABSENT, 'new', detail=f'{errors.NOT_IN_CATALOG}: none')
    known = dataclasses.replace(left_out, tenant='u1')
    found = Inventory({'users': users}, (left_out, listing('keypairs', 'u1', COMPLETE)))
    before = [listing('keypairs', 'u1', COMPLETE)]
    assert phases.believed(found, before).coverage[0].seen is ABSENT
    gone = Inventory({'users': users}, (known, listing('keypairs', 'new', COMPLETE)))
    assert phases.believed(gone, before).coverage[0].seen is Seen.VANISHED
