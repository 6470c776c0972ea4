"""Random clouds and filters."""
import datetime

from hypothesis import strategies as st

from tempest_cleanup.model import Resource, Seen
from tempest_cleanup.rules import Filters
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
blindnesses = st.dictionaries(
    st.tuples(st.sampled_from(SOME_KINDS), st.sampled_from(['', *IDS[:2]])),
    st.sampled_from([Seen.FAILED, Seen.TRUNCATED, Seen.FORBIDDEN]), max_size=2)
