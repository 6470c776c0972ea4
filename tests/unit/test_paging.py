"""How the services say that there is more."""
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tempest_cleanup import errors
from tempest_cleanup.cloud import paging
from tempest_cleanup.cloud.rest import Rest

HREF = 'http://cloud/v3/things?limit=2&marker=b&deleted='
QUERY = {'limit': '2', 'marker': 'b', 'deleted': ''}


@pytest.mark.parametrize(('body', 'following'), [
    ({}, None),
    ({'servers_links': [{'rel': 'next', 'href': HREF}]}, QUERY),
    ({'servers_links': [{'rel': 'previous', 'href': HREF}]}, None),
    ({'networks_links': [{'rel': 'previous', 'href': 'x?y=1'}, {'rel': 'next', 'href': HREF}]},
     QUERY),
    ({'next': '/v2/images?limit=2&marker=b&deleted='}, QUERY),
    ({'next': None}, None),
    ({'links': {'next': HREF, 'self': 'x?y=1', 'previous': None}}, QUERY),
    ({'links': {'next': None, 'self': HREF}}, None),
    ({'links': [{'rel': 'next', 'href': HREF}]}, QUERY),
    ({'links': []}, None),
])
def test_next_query(body: Mapping[str, Any], following: dict[str, str] | None) -> None:
    assert paging.next_query(body) == following


@pytest.mark.parametrize(('collection', 'links'), [
    ('groups', 'group_links'), ('group_snapshots', 'group_snapshot_links'),
    ('group_types', 'group_type_links'), ('volume_types', 'volume_type_links'),
    ('consistencygroups', 'consistencygroup_links'), ('qos_specs', 'qos_specs_links')])
def test_the_links_of_cinder(collection: str, links: str) -> None:
    """Point 2: Cinder names some of them after one member, not after the collection."""
    body = {collection: [{}], links: [{'rel': 'next', 'href': HREF}]}
    assert paging.next_query(body) == QUERY


def test_links_of_the_members_are_no_pages() -> None:
    body = {'servers': [{'id': 'a', 'links': [{'rel': 'next', 'href': HREF}]}]}
    assert paging.next_query(body) is None


def test_a_list_that_was_cut() -> None:
    """Point 2: Keystone marks it, and we believe it."""
    paging.check_whole({'users': []}, 'users')
    paging.check_whole({'users': [], 'truncated': False}, 'users')
    with pytest.raises(paging.Truncated, match='list_limit'):
        paging.check_whole({'users': [], 'truncated': True}, 'users')


class Service(Rest):
    """A service whose one list is given in pages, the way a real one does it."""

    def __init__(self, members: list[str], size: int, style: str) -> None:
        self._members = members
        self._size = size
        self._style = style
        self.asked: list[Mapping[str, str]] = []

    def get(self, path: str, *, microversion: str | None = None,
            query: Mapping[str, str] | None = None) -> dict[str, Any]:
        query = query or {}
        self.asked.append(query)
        begin = int(query.get('offset', 0))
        if 'marker' in query:
            begin = self._members.index(query['marker']) + 1
        page = self._members[begin:begin + self._size]
        body: dict[str, Any] = {'things': [{'id': one} for one in page]}
        if not page or begin + len(page) >= len(self._members):
            return body
        href = f'http://cloud/things?marker={page[-1]}&all=1'
        more: dict[str, dict[str, Any]] = {
            'key': {'things_links': [{'rel': 'next', 'href': href}]},
            'next': {'next': href.removeprefix('http://cloud')},
            'dict': {'links': {'next': href}, 'truncated': True},
            'list': {'links': [{'rel': 'next', 'href': href}]},
            'offset': {},
            'cut': {'truncated': True},
        }
        return body | more[self._style]


@given(count=st.integers(0, 40), size=st.integers(1, 12),
       style=st.sampled_from(['key', 'next', 'dict', 'list', 'offset']))
def test_all_pages_are_read(count: int, size: int, style: str) -> None:
    """Point 2: whatever the size of the pages, every member comes once and in order."""
    members = [f'm{number}' for number in range(count)]
    service = Service(members, size, style)
    found = service.pages('things', 'things', query={'all': '1'},
                          offset_paging=style == 'offset')
    assert [one['id'] for one in found] == members
    assert all(query['all'] == '1' for query in service.asked)


def test_a_cut_list_without_a_next_page_is_truncated() -> None:
    """Point 2: what Keystone's list_limit cuts is no complete listing."""
    with pytest.raises(paging.Truncated):
        list(Service(['a', 'b', 'c'], 2, 'cut').pages('things', 'things'))


class Circle(Service):
    """Its last page points at the first."""

    def get(self, path: str, *, microversion: str | None = None,
            query: Mapping[str, str] | None = None) -> dict[str, Any]:
        assert len(self.asked) < 20, 'it would go on for ever'
        self.asked.append(query or {})
        marker = 'b' if (query or {}).get('marker') == 'a' else 'a'
        return {'things': [{'id': marker}], 'links': {'next': f'x?marker={marker}'}}


class Deaf(Service):
    """It ignores the offset that it is asked for."""

    def get(self, path: str, *, microversion: str | None = None,
            query: Mapping[str, str] | None = None) -> dict[str, Any]:
        assert len(self.asked) < 20, 'it would go on for ever'
        self.asked.append(query or {})
        return {'things': [{'id': 'a'}, {'id': 'b'}]}


@pytest.mark.parametrize(('service', 'offset'), [(Circle, False), (Deaf, True)])
def test_pages_that_never_end_are_truncated(service: type[Service], offset: bool) -> None:
    """Point 8: nothing is asked for ever."""
    with pytest.raises(paging.Truncated):
        list(service([], 1, '').pages('things', 'things', offset_paging=offset))


@pytest.mark.parametrize('answer', [
    {}, {'things': None}, {'things': {}}, {'things': 'abc'}, {'other': []}])
def test_an_answer_without_the_list_is_garbage(answer: dict[str, Any]) -> None:
    """Point 2: an answer that is something else is no empty list."""
    class Odd(Service):
        def get(self, path: str, *, microversion: str | None = None,
                query: Mapping[str, str] | None = None) -> dict[str, Any]:
            return answer

    with pytest.raises(errors.Garbage, match='no list'):
        list(Odd([], 1, '').pages('things', 'things'))
