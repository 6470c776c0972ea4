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

    :raises errors.Garbage: what should lead on is something else; it need not be the last page
    """
    found: Any = body.get('next')
    for key, links in body.items():
        if key == 'links' or key.endswith('_links'):
            found = found or _next_of(key, links)
    if found is not None and not isinstance(found, str):
        raise errors.Garbage('what leads to the next page is no text')
    if not found:
        return None
    try:
        return dict(parse_qsl(urlsplit(found).query, keep_blank_values=True))
    except ValueError as error:
        raise errors.Garbage(f'what leads to the next page is no URL: {error}') from error


def _next_of(key: str, links: Any) -> Any:
    if isinstance(links, dict):
        return links.get('next')
    if not isinstance(links, list) or not all(
            isinstance(link, dict) and isinstance(link.get('rel'), str) and (
                link['rel'] != 'next' or isinstance(link.get('href'), str)) for link in links):
        raise errors.Garbage(f'{key!r} is not what leads to the next page')
    return next((link['href'] for link in links if link['rel'] == 'next'), None)


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
    last = members[-1]
    if not isinstance(last, Mapping) or not all(
            isinstance(last.get(attribute, ''), str) for attribute in markers.values()):
        raise errors.Garbage('the last of a page, which leads to the next, can\'t be understood')
    return {parameter: last[attribute]
            for parameter, attribute in markers.items() if attribute in last}


def check_whole(body: Mapping[str, Any], path: str) -> None:
    """Keystone marks a list that its ``list_limit`` cut.

    :raises Truncated: it did, and gave no next page
    """
    if body.get('truncated'):
        raise Truncated('the service cut the list ([DEFAULT] list_limit)', request=f'GET {path}')
