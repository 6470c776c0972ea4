"""What holds for any cloud and any filters."""
import dataclasses

from hypothesis import given, settings
from hypothesis import strategies as st

from tempest_cleanup.context import Filters
from tempest_cleanup.links import Links
from tempest_cleanup.model import (
    Action,
    Coverage,
    Key,
    Plan,
    Resource,
    Scope,
    Seen,
)
from tempest_cleanup.provenance import Clues
from tempest_cleanup.reviewed import Reviewed
from tests.unit.clouds import BEFORE, KINDS, inventory, planned, state
from tests.unit.strategies import (
    IDS,
    SOME_KINDS,
    blindnesses,
    cluesets,
    filterings,
    plan_of,
    plans,
    things,
)


@settings(max_examples=120, deadline=None)
@given(now=things(), was=things(), with_state=st.booleans(), filters=filterings,
       unseen=blindnesses, unseen_then=blindnesses, names=st.sets(st.sampled_from(IDS)))
def test_nothing_saved_or_protected_is_ever_deleted(
    now: list[Resource], was: list[Resource], with_state: bool, filters: Filters,
    unseen: dict[tuple[str, str], Seen], unseen_then: dict[tuple[str, str], Seen],
    names: set[str],
) -> None:
    """Points 1, 2 and 4: whatever there is, whatever is asked for."""
    saved = state(*was, unseen=unseen_then) if with_state else None
    protected = {Key(kind, i): 'ours' for kind in SOME_KINDS for i in names}
    found = inventory(*now, unseen=unseen)
    plan = planned(saved, found, filters, protected)
    stays = {r.key for r in was} if with_state else set()
    fate = {d.resource.key: d for d in plan.decisions}
    added = {r.key for r in now} - stays
    assert added <= set(fate), 'everything new is decided about'
    for decision in plan.decisions:
        resource = decision.resource
        assert decision.reason
        if decision.action is Action.RESTORE:
            assert resource.key in stays
        if decision.action is not Action.DELETE:
            continue
        assert resource.key not in stays | set(protected)
        assert not _blind(found.coverage, resource)
        if resource.kind in ('projects', 'users', 'domains'):
            for other in now:
                if _inside(other, resource) and other.key in stays | set(protected):
                    raise AssertionError(f'{other.key} is in {resource.key}')


def _inside(one: Resource, owner: Resource) -> bool:
    field = {'projects': 'project_id', 'users': 'user_id', 'domains': 'domain_id'}[owner.kind]
    return getattr(one, field) == owner.id and one.key != owner.key and one.id != owner.id


def _blind(coverage: tuple[Coverage, ...], resource: Resource) -> bool:
    kind = KINDS[resource.kind]
    tenant = {Scope.PROJECT: resource.project_id, Scope.USER: resource.user_id,
              Scope.DOMAIN: resource.domain_id, Scope.CLOUD: ''}[kind.scope]
    return any(c.kind == resource.kind and c.tenant in ('', tenant) and not c.whole
               for c in coverage)


@settings(max_examples=60, deadline=None)
@given(now=things(), filters=filterings)
def test_what_is_deleted_fits_the_filters_or_goes_with_something_that_does(
    now: list[Resource], filters: Filters,
) -> None:
    """Point 1: a filter is never read the other way round."""
    plan = planned(state(), inventory(*now), filters)
    for decision in plan.of(Action.DELETE):
        resource = decision.resource
        if decision.rule in ('owned', 'default_group'):
            continue
        assert filters.kinds is None or resource.kind in filters.kinds
        assert not filters.prefix or resource.name.startswith(filters.prefix)
        if filters.created_before:
            assert resource.created_at
            assert resource.created_at <= filters.created_before


@settings(max_examples=150, deadline=None)
@given(now=things(), was=things(), with_state=st.booleans(), filters=filterings,
       unseen=blindnesses, reviewed=st.none() | plans(), tempest_only=st.booleans(),
       clues=cluesets, data=st.data())
def test_a_plan_and_tempest_only_can_only_narrow(
    now: list[Resource], was: list[Resource], with_state: bool, filters: Filters,
    unseen: dict[tuple[str, str], Seen], reviewed: Reviewed | None, tempest_only: bool,
    clues: Clues, data: st.DataObject,
) -> None:
    """Point 1: whatever they say, nothing is done that would not be done without them."""
    saved = state(*was) if with_state else None
    found = inventory(*now, unseen=unseen)
    before = planned(saved, found, filters, clues=clues)
    if data.draw(st.booleans(), label='a plan of some of this'):
        reviewed = plan_of(d for d in before.decisions if data.draw(st.booleans()))
    after = planned(saved, found, dataclasses.replace(
        filters, reviewed=reviewed, tempest_only=tempest_only), clues=clues)
    assert _done(after) <= _done(before)
    for decision in after.of(Action.DELETE):
        assert not tempest_only or decision.proof
        assert reviewed is None or decision.resource.key in reviewed.listed


def _done(plan: Plan) -> set[tuple[Key, str, str]]:
    """What is deleted, and each change that is put back."""
    return {(d.resource.key, str(d.action), change) for d in plan.decisions
            if d.action is not Action.KEEP
            for change in (map(str, d.changes) if d.action is Action.RESTORE else ('',))}


@settings(max_examples=150, deadline=None)
@given(now=things(), was=things(), clues=cluesets, reviewed=st.none() | plans())
def test_nothing_that_was_left_out_is_lost_with_its_owner(
    now: list[Resource], was: list[Resource], clues: Clues, reviewed: Reviewed | None,
) -> None:
    """Point 7: what holds something foreign, or something that is not in the plan, stays."""
    plan = planned(state(*was), inventory(*now), Filters(
        tempest_only=reviewed is None, reviewed=reviewed), clues=clues)
    deleted = {d.resource.key for d in plan.of(Action.DELETE)}
    _, owners = Links(KINDS, BEFORE, [d.resource for d in plan.decisions]).edges()
    for decision in plan.of(Action.KEEP):
        if decision.rule in ('foreign', 'reviewed', 'bound'):
            for kind, field in (('projects', 'project_id'), ('users', 'user_id'),
                                ('domains', 'domain_id')):
                owner = Key(kind, getattr(decision.resource, field))
                assert owner not in deleted or owner.id == decision.resource.id
            assert not owners.get(decision.resource.key, set()) & deleted
