"""What a body of an answer has to be before anything is decided by it: pure functions.

One that is not is told, and left out of what is believed; it stops nothing else.
"""
import json
import math
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from tempest_cleanup import errors
from tempest_cleanup.model import Body

#: No service nests deeper, and what goes through bodies calls itself for each level.
DEEPEST = 60
#: The longest ids are paths of objects, each letter of which may be quoted.
LONGEST_ID = 8192
#: Letters of a value that a message shows.
SHOWN = 60

#: Where an API puts what its users note. Glance and Keystone have it beside all else.
NOTES = ('metadata', 'properties', 'extra_specs', 'extra')


def check(body: Any) -> None:
    """See that a body is one that can be gone through and read.

    :raises errors.Garbage: it can't be
    """
    if not isinstance(body, Mapping):
        raise errors.Garbage(f'{shown(body)} is no object')
    _check_values(body)
    for key, value in body.items():
        if (key == 'id' or key.endswith('_id')) and not (
                value is None or _is_id(value)):
            raise errors.Garbage(f'{key!r} is {shown(value)}, and no id')
    tags = body.get('tags')
    if tags is not None and not isinstance(tags, str) and not (
            isinstance(tags, (list, tuple)) and all(isinstance(tag, str) for tag in tags)):
        raise errors.Garbage(f'\'tags\' is {shown(tags)}, and no list of texts')
    for key in NOTES:
        # Glance lets anybody call a property so, and then it is a text.
        if not isinstance(body.get(key), Mapping | str | None):
            raise errors.Garbage(f'{key!r} is {shown(body[key])}, and no object')


def _check_values(body: Any) -> None:
    """Of how many levels it is, and whether its numbers are such that JSON has."""
    waiting = [(body, 1)]
    while waiting:
        value, depth = waiting.pop()
        if isinstance(value, float) and not math.isfinite(value):
            raise errors.Garbage(f'{value} is no number')
        inner: Iterable[Any] = (
            value.values() if isinstance(value, Mapping)
            else value if isinstance(value, (list, tuple)) else ())
        if depth > DEEPEST and inner:
            raise errors.Garbage(f'it is nested more than {DEEPEST} levels deep')
        waiting += ((one, depth + 1) for one in inner)


def text(body: Body, key: str) -> str:
    """A text; '' where there is none.

    :raises errors.Garbage: it is something else
    """
    value = body.get(key)
    if value is not None and not isinstance(value, str):
        raise errors.Garbage(f'{key!r} is {shown(value)}, and no text')
    return value or ''


def identifier(body: Body, key: str, *, numbers: bool = False) -> str:
    """What tells a thing from all others.

    :param numbers: whether it is a number
    :raises errors.Garbage: it is something else, or there is none
    """
    value = body.get(key)
    wanted = int if numbers else str
    if value in (None, '') or isinstance(value, bool) or not isinstance(value, wanted):
        what = f'{key!r} is {shown(value)}' if key in body else f'it has no {key!r}'
        raise errors.Garbage(f'{what}, and that is no id')
    return check_id(str(value))


def check_id(word: str) -> str:
    """The same, if it is one that can be written into a URL and a file.

    :raises errors.Garbage: it can't be
    """
    if not word or len(word) > LONGEST_ID:
        raise errors.Garbage(f'{shown(word)} is no id')
    try:
        word.encode()
    except UnicodeEncodeError:
        raise errors.Garbage(f'{shown(word)} is no id: no encoding has its letters') from None
    return word


def inner(body: Body, key: str) -> Body:
    """An object in a body; an empty one where there is none.

    :raises errors.Garbage: it is something else
    """
    value = body.get(key)
    if not isinstance(value, Mapping | None):
        raise errors.Garbage(f'{key!r} is {shown(value)}, and no object')
    return value or {}


def members(body: Body, key: str) -> list[Body]:
    """The objects of a list in a body.

    :raises errors.Garbage: it is no list, or not of objects
    """
    value = body.get(key)
    if not isinstance(value, list) or not all(isinstance(one, Mapping) for one in value):
        raise errors.Garbage(f'{key!r} is {shown(value)}, and no list of objects'
                             if key in body else f'it has no {key!r}')
    return value


def shown(value: Any) -> str:
    """A value in a few words, for a message; what is in it may be long, deep, or secret."""
    if isinstance(value, str):
        word = ascii(value[:SHOWN])
        return word if len(value) <= SHOWN else f'{word} and {len(value) - SHOWN} letters more'
    if isinstance(value, Mapping):
        return 'an object'
    if isinstance(value, (list, tuple)):
        return 'a list'
    return json.dumps(value) if value is None or isinstance(value, bool) else 'a number'


def called(body: Any, *keys: str) -> str:
    """What a body is called, for a message: the first of its names that there is."""
    if not isinstance(body, Mapping):
        return 'one'
    found = next((body[key] for key in keys if isinstance(body.get(key), str) and body[key]), None)
    return 'one' if found is None else shown(found)


def strings(value: Any) -> Iterator[str]:
    """Every string in a body, however deep: where a resource names others."""
    waiting = [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, str):
            yield one
        elif isinstance(one, Mapping):
            waiting += reversed(tuple(one.values()))
        elif isinstance(one, (list, tuple)):
            waiting += reversed(one)


def _is_id(value: Any) -> bool:
    return isinstance(value, (str, int)) and not isinstance(value, bool)
