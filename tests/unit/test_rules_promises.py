"""What holds for any cloud and any filters."""
from hypothesis import given, settings
from hypothesis import strategies as st

from tempest_cleanup.model import Action, Coverage, Key, Resource, Scope, Seen
from tempest_cleanup.rules import Filters
from tests.unit.clouds import KINDS, inventory, planned, state
from tests.unit.strategies import IDS, SOME_KINDS, blindnesses, filterings, things


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
