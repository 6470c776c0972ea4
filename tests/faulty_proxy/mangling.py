"""What is wrong in an answer that is right but for one value: drawn, and nothing else.

No value becomes another of its own sort: what is just not true nobody can see.
"""
import json
import random
from collections.abc import Callable
from typing import Any

#: Where a service says what somebody typed. In the others there are addresses and ids.
FREE = frozenset(('name', 'description', 'stack_name', 'display_name', 'status', 'email'))


def nested(levels: int) -> Any:
    """A list in a list, and so on."""
    value: Any = []
    for _ in range(levels):
        value = [value]
    return value


#: Of every sort that JSON has, and what is no less odd.
ODD: tuple[Any, ...] = (
    None, True, 7, -1.5, 10 ** 40, [], ['x'], [None], {}, {'id': None}, {'next': [7]},
    nested(80), nested(900))
UGLY = ('', '\x1b[2J\x1b]0;owned\x07', 'a\r\nb\x00c', '\u202eabc\u2066',
        '<script>alert(1)</script>', '\ud800', '\udfff\ud800',
        '](http://x) `|`', 'x' * 300_000, '\ufeff\uffff', '%00/../..')
#: What does not even begin to be a listing.
NO_LISTINGS: tuple[bytes, ...] = (
    b'null', b'[]', b'7', b'"x"', b'{}', b'{"a": NaN}', b'\xff\xfe{}', b'{"x": "\xff"}',
    b'[' * 100_000 + b']' * 100_000, b'{"a":' * 100_000 + b'1' + b'}' * 100_000, b'1' * 10_000)


def mangled(content: bytes, drawn: random.Random) -> bytes:
    """An answer in which one value is of another sort than its API promises."""
    if drawn.random() < 0.05:
        return drawn.choice(NO_LISTINGS)
    return _changed(content, drawn, _odd)


def incomplete(content: bytes, drawn: random.Random) -> bytes:
    """An answer in which one value is not there."""
    return _changed(content, drawn, _without)


def _changed(
    content: bytes, drawn: random.Random, change: Callable[[Any, Any, random.Random], None],
) -> bytes:
    try:
        body = json.loads(content)
    except ValueError:
        return content
    places = list(_places(body))
    if not places:
        return content
    # Most values are deep inside; who only lists looks at those further up.
    depth = drawn.choice(sorted({level for level, *_ in places}))
    _level, holder, key = drawn.choice([place for place in places if place[0] == depth])
    change(holder, key, drawn)
    return json.dumps(body).encode()


def _places(value: Any, level: int = 0) -> Any:
    """(level, object or list, key or index) of every value."""
    inner = (value.items() if isinstance(value, dict)
             else enumerate(value) if isinstance(value, list) else ())
    for key, one in inner:
        yield level, value, key
        yield from _places(one, level + 1)


def _odd(holder: Any, key: Any, drawn: random.Random) -> None:
    was = holder[key]
    if isinstance(was, str) and key in FREE and 'id' in holder and drawn.random() < 0.5:
        holder[key] = drawn.choice(UGLY)
    else:
        # Null is no answer to a question: see incomplete().
        holder[key] = drawn.choice([odd for odd in ODD if sort(odd) != sort(was) and (
            odd is not None or isinstance(holder, list))])


def _without(holder: Any, key: Any, drawn: random.Random) -> None:
    if isinstance(holder, list) or drawn.random() < 0.5:
        holder[key] = None
    else:
        del holder[key]


def sort(value: Any) -> str:
    """Which of the sorts of JSON a value is."""
    if isinstance(value, bool) or value is None:
        return str(value is None)
    return 'number' if isinstance(value, (int, float)) else type(value).__name__
