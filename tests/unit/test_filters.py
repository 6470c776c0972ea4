"""--plan and --tempest-only: what they leave alone, and why."""
import datetime
from typing import Any

import pytest

from tempest_cleanup import phases
from tempest_cleanup.context import Filters
from tempest_cleanup.model import Action, Change, Key, Resource, Seen
from tempest_cleanup.provenance import Clues
from tempest_cleanup.reviewed import Listed, Reviewed
from tests.unit.clouds import NOW, actions, decisions, inventory, planned, state, thing
from tests.unit.strategies import plan_of

HOUR = datetime.timedelta(hours=1)
P1 = thing('projects', 'p1', domain_id='default')
U1 = thing('users', 'u1', domain_id='default')
OLD = state(P1, U1)
SERVER = thing('servers', 's1', project_id='p1', created_at=NOW + HOUR)


def reviewed(*resources: Resource) -> Reviewed:
    """A report that lists these to be deleted."""
    return Reviewed({r.key: Listed(r.key, r.name, r.project_id, r.created_at, Action.DELETE)
                     for r in resources})


@pytest.mark.parametrize(('now', 'reason'), [
    ({}, 'not in the saved state'),
    ({'name': 'other'}, "its name was 's1', is 'other'"),
    ({'project_id': ''}, 'its project was p1, is unknown'),
    ({'created_at': NOW}, 'its creation was 2026-11-22 01:00:00+00:00, is 2026-11-22'),
    ({'created_at': None}, 'is unknown'),
    ({'status': 'ERROR'}, 'not in the saved state')])
def test_what_changed_since_the_review_is_kept(now: dict[str, Any], reason: str) -> None:
    """Another name, project or creation is another thing; a status is not."""
    resource = thing('servers', 's1', **{
        'project_id': 'p1', 'created_at': NOW + HOUR, **now})
    found = decisions(planned(OLD, inventory(P1, U1, resource), Filters(
        reviewed=reviewed(SERVER))))['s1']
    assert reason in found.reason
    assert (found.action is Action.DELETE) == (reason == 'not in the saved state')


def test_what_is_not_in_the_plan_is_kept() -> None:
    other = thing('servers', 's2', project_id='p1')
    found = decisions(planned(OLD, inventory(P1, U1, SERVER, other), Filters(
        reviewed=reviewed(SERVER))))
    assert found['s1'].action is Action.DELETE
    assert (found['s2'].action, found['s2'].reason) == (Action.KEEP, 'not in the plan')


def test_a_plan_overrules_nothing() -> None:
    """Points 2 and 4: what is protected or unseen stays, though a plan lists it."""
    image = thing('images', 'i1')
    plan = reviewed(SERVER, image, U1)
    found = actions(planned(OLD, inventory(P1, U1, SERVER, image, unseen={
        ('servers', ''): Seen.FAILED}), Filters(reviewed=plan), {image.key: 'ours'}))
    assert found == {'s1': 'keep', 'i1': 'keep'}


def test_what_something_else_would_go_with_stays() -> None:
    """A port that was plugged in since, a key pair that the reviewer struck out."""
    port = thing('ports', 'port', project_id='p1', body={'device_id': 's1'})
    user = thing('users', 'u2', domain_id='default')
    pair = thing('application_credentials', 'cred', user_id='u2')
    found = decisions(planned(OLD, inventory(P1, U1, SERVER, port, user, pair), Filters(
        reviewed=reviewed(SERVER, user))))
    assert {i: str(d.action) for i, d in found.items()} == dict.fromkeys(found, 'keep')
    assert found['s1'].reason == (
        'ports port is in it or would go with it, and is not in the plan')


QUOTA = {'cores': 20, 'ram': 5}


def quota(**settings: int) -> Resource:
    return Resource('compute_quotas', 'p1', project_id='p1', settings={**QUOTA, **settings})


@pytest.mark.parametrize(('listed', 'action', 'done'), [
    ([('cores', 20, 1)], 'restore', {'cores'}),
    ([('cores', 20, 1), ('ram', 5, 6)], 'restore', {'cores', 'ram'}),
    ([('cores', 20, 2)], 'keep', set()),
    ([('cores', 21, 1)], 'keep', set()),
    ([('ram', 5, 7), ('cores', 20, 1)], 'restore', {'cores'})])
def test_only_the_listed_changes_are_put_back(
    listed: list[tuple[str, int, int]], action: str, done: set[str],
) -> None:
    now = quota(cores=1, ram=6)
    plan = Reviewed({now.key: Listed(
        now.key, '', 'p1', None, Action.RESTORE, tuple(listed))})
    found = decisions(planned(state(P1, U1, quota()), inventory(P1, U1, now), Filters(
        reviewed=plan)))['p1']
    assert str(found.action) == action
    if done:
        assert {c.attribute for c in found.changes} == done
    else:
        assert 'changed otherwise since' in found.reason


def test_a_change_that_is_not_listed_is_left() -> None:
    now = quota(cores=1)
    found = decisions(planned(state(P1, U1, quota()), inventory(P1, U1, now), Filters(
        reviewed=Reviewed({}))))['p1']
    assert (str(found.action), found.reason) == ('keep', 'changed, but not in the plan')
    assert found.changes == (Change(now, 'cores', 20, 1),)


def test_what_a_plan_lists_and_is_not_met() -> None:
    """Gone, in the saved state, put back already, unseen, of a kind that is not known."""
    gone, unseen = thing('volumes', 'gone'), thing('images', 'unseen')
    strange = Listed(Key('unicorns', 'x'), 'x', '', None, Action.DELETE)
    back = quota()
    plan = Reviewed({**reviewed(SERVER, gone, unseen, U1).listed, strange.key: strange, back.key:
                     Listed(back.key, '', 'p1', None, Action.RESTORE, (('cores', 20, 1),))})
    now = inventory(P1, U1, SERVER, back, unseen={('images', ''): Seen.FAILED})
    made = planned(state(P1, U1, back), now, Filters(reviewed=plan))
    found = {u.listed.key.id: u.reason for u in phases.unmet(plan, now, made.decisions)}
    assert found == {
        'gone': 'not there any more', 'u1': 'in the saved state', 'p1': 'as it was before the run',
        'x': 'unicorns are not known here',
        'unseen': 'not seen, as not all images can be (failed: a test)'}


def test_a_plan_of_all_is_as_none() -> None:
    now = inventory(P1, U1, SERVER, thing('networks', 'n', project_id='p1'))
    whole = planned(OLD, now)
    assert planned(OLD, now, Filters(reviewed=plan_of(whole.decisions))) == whole


LOGGED = Clues(created={SERVER.key: 'created by a test'})


def test_what_nothing_proves_is_foreign() -> None:
    web = thing('servers', 'web', project_id='p1')
    now = inventory(P1, U1, SERVER, web)
    found = decisions(planned(OLD, now, Filters(tempest_only=True), clues=LOGGED))
    assert found['s1'].action is Action.DELETE
    assert found['s1'].proof == 'created by a test'
    assert found['web'].reason == 'foreign: nothing proves that the run made it'
    marked = decisions(planned(OLD, now, clues=LOGGED))
    assert [(d.resource.id, d.proof) for d in marked.values() if d.action is Action.DELETE] == [
        ('s1', 'created by a test'), ('web', '')]


def test_a_project_of_the_run_with_something_foreign_in_it_stays() -> None:
    """Somebody who was there before has put it there; what the run made in it goes."""
    project = thing('projects', 'tempest-p', domain_id='default')
    mine = thing('servers', 'mine', project_id='tempest-p')
    theirs = thing('servers', 'theirs', project_id='tempest-p', user_id='u1')
    now = inventory(P1, U1, project, mine, theirs)
    found = decisions(planned(OLD, now, Filters(tempest_only=True), clues=Clues(
        prefixes=('tempest-',))))
    assert {i: str(d.action) for i, d in found.items()} == {
        'tempest-p': 'keep', 'mine': 'delete', 'theirs': 'keep'}
    assert found['tempest-p'].reason == (
        'servers theirs is in it or would go with it, and is foreign')


def test_a_network_of_the_run_with_a_foreign_subnet_stays() -> None:
    """It would take it along."""
    p2 = thing('projects', 'p2', domain_id='default')
    network = thing('networks', 'n', project_id='p1')
    subnet = thing('subnets', 'sub', project_id='p2', body={'network_id': 'n'})
    found = actions(planned(state(P1, U1, p2), inventory(P1, U1, p2, network, subnet), Filters(
        tempest_only=True), clues=Clues(created={network.key: 'logged'})))
    assert found == {'n': 'keep', 'sub': 'keep'}


def test_an_orphaned_default_group_is_not_lost_with_what_names_it() -> None:
    """Where its project is gone it goes with nothing by itself; foreign, it holds the stack."""
    group = thing('security_groups', 'sg', name='default', project_id='long-gone')
    stack = thing('stacks', 'st', project_id='p1', body={'refers': ['sg']})
    found = actions(planned(OLD, inventory(P1, U1, group, stack), Filters(
        tempest_only=True), clues=Clues(created={stack.key: 'logged'})))
    assert found == {'st': 'keep', 'sg': 'keep'}


@pytest.mark.parametrize(('clues', 'action'), [
    (Clues(), 'keep'), (Clues(changed={Key('compute_quotas', 'p1'): 'changed'}), 'restore')])
def test_a_change_that_nothing_proves_is_left(clues: Clues, action: str) -> None:
    found = decisions(planned(state(P1, U1, quota()), inventory(P1, U1, quota(cores=1)), Filters(
        tempest_only=True), clues=clues))['p1']
    assert str(found.action) == action
