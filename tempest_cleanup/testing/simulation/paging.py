"""Pages of lists, as Nova and Cinder cut them: limit, marker and a link."""

import re
from collections.abc import Sequence
from urllib.parse import urlencode

from tempest_cleanup.testing.simulation.http import Row, bad_request
from tempest_cleanup.testing.simulation.service import Context, Kind, after_marker


def asked_limit(context: Context, most: int) -> int:
    """The page size: what was asked for, within what the service allows."""
    text = context.request.one('limit')
    if not text:
        return most
    if not text.isdigit():
        raise bad_request(f"Invalid input for query parameters limit. Value: {text}.")
    return min(int(text), most)


def next_url(context: Context, marker: str) -> str:
    """The request's own address, going on behind the marker."""
    query = {**{name: values[-1] for name, values in context.request.query.items()},
             'marker': marker}
    return f'{context.world.base}{context.request.path}?{urlencode(query)}'


def cut(context: Context, kind: Kind, rows: Sequence[Row], most: int,
        unknown: int = 400) -> tuple[list[Row], str]:
    """The page asked for, and the address of the next one.

    A full page always has a link: the service does not look whether anything
    is left behind it.
    """
    if context.request.has('marker'):
        rows = after_marker(kind, rows, context.request.one('marker'), unknown)
    limit = asked_limit(context, most)
    page = list(rows[:limit])
    return page, next_url(context, page[-1]['_key']) if page and len(page) == limit else ''


def links(base: str, prefix: str, path: str, project: str = '') -> list[Row]:
    """The two links of an object of Nova or Cinder."""
    version, _, rest = path.lstrip('/').partition('/')
    return [{'rel': 'self', 'href': f'{base}{prefix}/{version}/{rest}'},
            {'rel': 'bookmark', 'href': f'{base}{prefix}/{rest}'}]


def microversion(context: Context, name: str, legacy: str, default: int, latest: int) -> int:
    """The minor number of the API version that the request asks for."""
    headers = context.request.headers
    text = headers.get(legacy, '')
    for part in headers.get('openstack-api-version', '').split(','):
        words = part.split()
        if len(words) == 2 and words[0] == name:
            text = words[1]
    if text == 'latest':
        return latest
    found = re.fullmatch(r'\d+\.(\d+)', text)
    return min(int(found[1]), latest) if found else default
