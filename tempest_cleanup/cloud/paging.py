"""How the services say that there is more: pure functions of an answer's body."""
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from tempest_cleanup import errors


class Truncated(errors.ApiError):
    """A listing of which the service left out a part."""


def next_query(body: Mapping[str, Any]) -> dict[str, str] | None:
    """The query of the next page, None on the last.

    Nova, Cinder and Neutron give ``servers_links`` and the like with a link ``next`` (Cinder
    at times ``group_links``), Glance ``next``, Keystone ``links.next``, Heat a list ``links``.
    """
    found: Any = body.get('next')
    for links in (body.get('links'), *(v for k, v in body.items() if k.endswith('_links'))):
        if isinstance(links, dict):
            found = found or links.get('next')
        elif isinstance(links, list):
            found = found or next((x['href'] for x in links if x.get('rel') == 'next'), None)
    if not found:
        return None
    return dict(parse_qsl(urlsplit(str(found)).query, keep_blank_values=True))


def next_offset(asked: Mapping[str, str], members: Sequence[Any]) -> dict[str, str] | None:
    """The next page of the lists that know no links (Nova's server groups)."""
    if not members:
        return None
    return {'offset': str(int(asked.get('offset', 0)) + len(members))}


def next_marker(
    markers: Mapping[str, str], members: Sequence[Any],
) -> dict[str, str] | None:
    """The next page of a list that goes on after its last member; an empty one is the end.

    A page that is shorter than asked for need not be the last: a service has its own limit.

    :param markers: parameters of the query, and the attributes that they take
    """
    if not members:
        return None
    return {parameter: str(members[-1][attribute])
            for parameter, attribute in markers.items() if attribute in members[-1]}


def check_whole(body: Mapping[str, Any], path: str) -> None:
    """Keystone marks a list that its ``list_limit`` cut.

    :raises Truncated: it did, and gave no next page
    """
    if body.get('truncated'):
        raise Truncated('the service cut the list ([DEFAULT] list_limit)', request=f'GET {path}')
