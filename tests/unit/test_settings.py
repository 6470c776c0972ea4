"""Settings of what was there before, and ties between such things: found, decided, ordered."""
import dataclasses

import pytest

from tempest_cleanup import phases
from tempest_cleanup.context import Filters
from tempest_cleanup.model import Action, Key, Outcome, Resource, Seen, Status
from tempest_cleanup.report import conclude
from tests.unit.clouds import KINDS, decisions, inventory, planned, state, thing

P1 = thing('projects', 'p1', domain_id='default')
U1 = thing('users', 'u1', domain_id='default')
TIE = Resource('role_assignments', 'projects/p1/users/u1/roles/admin', 'admin of u1', 'p1', 'u1',
               body={'user': {'id': 'u1'}, 'scope': {'project': {'id': 'p1'}}},
               settings={'present': True})


def port(**settings: object) -> Resource:
    return dataclasses.replace(thing('ports', 'port', project_id='p1'), settings=settings)


def rule(identifier: str, protocol: str = 'tcp', group: str = 'sg') -> Resource:
    return Resource('security_group_rules', identifier, project_id='p1',
                    settings={'protocol': protocol, 'security_group_id': group})


def test_what_is_protected_is_put_back_all_the_same() -> None:
    """A network that tempest.conf names is the first that a run may have changed."""
    now = port(name='new')
    found = decisions(planned(state(P1, port(name='old')), inventory(P1, now),
                              protected={now.key: 'named in tempest.conf'}))['port']
    assert (found.action, found.rule) == (Action.RESTORE, 'changed')


@pytest.mark.parametrize(('filters', 'reason'), [
    (Filters(restore=False), '--no-restore'),
    (Filters(kinds=frozenset({'servers'})), 'its type is left out'),
    (Filters(projects=frozenset({'p2'})), 'in another project'),
])
def test_what_is_left_as_it_is(filters: Filters, reason: str) -> None:
    found = decisions(planned(
        state(P1, port(name='old')), inventory(P1, port(name='new')), filters))['port']
    assert found.action is Action.KEEP
    assert reason in found.reason


def test_nothing_is_put_back_on_a_doubt() -> None:
    """Point 2, for settings."""
    now = inventory(P1, port(name='new'), unseen={('ports', ''): Seen.TRUNCATED})
    found = decisions(planned(state(P1, port(name='old')), now))['port']
    assert found.action is Action.KEEP
    assert 'can be seen' in found.reason


def test_what_a_changed_setting_names_waits_for_it() -> None:
    """Neutron deletes no security group that a port uses."""
    group = thing('security_groups', 'leaked', project_id='p1')
    plan = planned(state(P1, port(security_groups=['sg'])),
                   inventory(P1, group, port(security_groups=['leaked'])))
    assert plan.waits[group.key] == {Key('ports', 'port')}


def test_an_added_role_is_taken_away_and_a_removed_one_comes_back() -> None:
    added = planned(state(P1, U1), inventory(P1, U1, TIE))
    assert decisions(added)[TIE.id].action is Action.DELETE
    removed = phases.compare(state(P1, U1, TIE), inventory(P1, U1), KINDS)
    assert [(c.attribute, c.old, c.new) for c in removed.changed] == [('present', True, None)]
    assert removed.removed == ()


def test_a_tie_that_is_kept_holds_up_nothing() -> None:
    """Our own role in a leaked project goes with it."""
    found = decisions(planned(state(U1), inventory(U1, P1, TIE),
                              protected={TIE.key: 'ours'}))
    assert found['p1'].action is Action.DELETE


def test_ties_go_with_their_ends_only_where_nothing_was_saved() -> None:
    found = decisions(planned(None, inventory(P1, U1, TIE), protected={
        P1.key: 'ours', U1.key: 'ours'}))
    assert found[TIE.id].action is Action.KEEP


def test_a_rule_made_again_is_the_same() -> None:
    """It has another id, and nothing is to be done any more."""
    drift = phases.compare(state(P1, rule('old')), inventory(P1, rule('new')), KINDS)
    assert (drift.added, drift.removed, drift.changed) == ((), (), ())
    other = phases.compare(state(P1, rule('old')), inventory(P1, rule('new', 'udp')), KINDS)
    assert [r.id for r in other.added] == ['new']
    assert [c.resource.id for c in other.changed] == ['old']


def test_a_rule_does_not_come_back_without_its_group() -> None:
    group = thing('security_groups', 'sg', project_id='p1')
    drift = phases.compare(state(P1, group, rule('old')), inventory(P1), KINDS)
    assert drift.removed == (group,)
    assert drift.changed == ()


def test_a_restore_that_failed_and_then_came_true_is_told_so() -> None:
    """What blocked it may have gone later; the last look is what counts."""
    failed = Outcome(port(name='new'), Status.FAILED, 'refused')
    now = inventory(P1, port(name='old'))
    last = planned(state(P1, port(name='old')), now)
    assert [o.status for o in conclude(
        [failed], last, now, {failed.resource.key})] == [Status.RESTORED]
