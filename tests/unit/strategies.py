"""Random clouds and filters."""
import datetime
from collections.abc import Iterable

from hypothesis import strategies as st

from tempest_cleanup.context import Filters
from tempest_cleanup.model import Action, Decision, Key, Resource, Seen
from tempest_cleanup.provenance import Clues, Preprovisioned
from tempest_cleanup.reviewed import Listed, Reviewed
from tests.unit.clouds import NOW, thing

DAY = datetime.timedelta(days=1)

SOME_KINDS = ['servers', 'volumes', 'networks', 'subnets', 'ports', 'routers', 'keypairs',
              'security_groups', 'trusts', 'stacks', 'flavors', 'users', 'projects', 'domains',
              'application_credentials', 'compute_quotas', 'roles', 'regions']
IDS = [f'id{n}' for n in range(6)]


@st.composite
def things(draw: st.DrawFn) -> list[Resource]:
    found = {}
    for kind, identifier in draw(st.sets(st.tuples(
            st.sampled_from(SOME_KINDS), st.sampled_from(IDS)), max_size=14)):
        ref = st.sampled_from(['', *IDS])
        found[kind, identifier] = thing(
            kind, identifier, name=draw(st.sampled_from(['tempest-x', 'other', 'default', ''])),
            project_id=draw(ref), user_id=draw(ref), domain_id=draw(ref),
            created_at=draw(st.sampled_from([None, NOW - DAY, NOW + DAY])),
            body={'refers': draw(st.lists(ref, max_size=3)), 'parent_id': draw(ref)},
            settings=draw(st.sampled_from([{}, {'cores': 1}, {'cores': 2}])))
    return sorted(found.values(), key=lambda r: r.key)


some = st.none() | st.sets(st.sampled_from(IDS)).map(frozenset)
filterings = st.builds(
    Filters, kinds=st.none() | st.sets(st.sampled_from(SOME_KINDS)).map(frozenset),
    projects=some, domains=some, created_before=st.sampled_from([None, NOW]),
    prefix=st.sampled_from(['', 'tempest-']),
    recorded=st.none() | st.dictionaries(st.sampled_from(SOME_KINDS), st.sets(
        st.sampled_from(IDS)).map(frozenset), max_size=3))


@st.composite
def plans(draw: st.DrawFn) -> Reviewed:
    """Reviewed reports: of some of the things there may be, some of them changed since."""
    found = {}
    for kind, identifier in draw(st.sets(st.tuples(
            st.sampled_from(SOME_KINDS), st.sampled_from(IDS)))):
        key = Key(kind, identifier)
        found[key] = Listed(
            key, draw(st.sampled_from(['tempest-x', 'other', ''])),
            draw(st.sampled_from(['', *IDS[:2]])),
            draw(st.sampled_from([None, NOW - DAY, NOW + DAY])),
            draw(st.sampled_from([Action.DELETE, Action.DELETE, Action.RESTORE])),
            draw(st.sampled_from([(), (('cores', 1, 2),), (('cores', 2, 1),)])))
    return Reviewed(found)


def plan_of(decisions: Iterable[Decision]) -> Reviewed:
    """A report of these decisions, reviewed."""
    return Reviewed({d.resource.key: Listed(
        d.resource.key, d.resource.name, d.resource.project_id, d.resource.created_at, d.action,
        tuple((c.attribute, c.old, c.new) for c in d.changes))
        for d in decisions if d.action is not Action.KEEP})


logged = st.dictionaries(
    st.builds(Key, st.sampled_from(SOME_KINDS), st.sampled_from(IDS)), st.just('logged'))
accounts = st.builds(Preprovisioned, user=st.sampled_from(['', *IDS]),
                     project=st.sampled_from(['', *IDS]))
cluesets = st.builds(
    Clues, created=logged, changed=logged,
    recorded=st.dictionaries(st.sampled_from(SOME_KINDS), st.sets(
        st.sampled_from(IDS)).map(frozenset), max_size=3),
    accounts=st.lists(accounts, max_size=2).map(tuple),
    prefixes=st.sampled_from([(), ('tempest-',)]))
blindnesses = st.dictionaries(
    st.tuples(st.sampled_from(SOME_KINDS), st.sampled_from(['', *IDS[:2]])),
    st.sampled_from([Seen.FAILED, Seen.TRUNCATED, Seen.FORBIDDEN]), max_size=2)
