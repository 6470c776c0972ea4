"""What may be taken from the body of an answer: ids of what it brought, and error messages."""
import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from tempest_cleanup.services.telling import without_secrets

#: What holds the id of the thing itself.
_IDS = ('id', 'uuid', 'alarm_id', 'encryption_id')
#: What holds the id of another thing that the request made.
_MADE = ('image_id', 'port_id', 'vip_port_id')
#: The same as a URL.
_REFERENCES = ('secret_ref', 'container_ref', 'order_ref')
#: Made along with what it stands in.
_MADE_ALONG = ('security_group_rules',)

#: The actions that are a deletion, of Nova, Cinder and Manila.
_FORCED = ('forceDelete', 'os-force_delete', 'force_delete')

_MESSAGES = ('message', 'faultstring', 'error_message', 'detail', 'description', 'title')
_TOKENS = re.compile(r'"((?:[^"\\]|\\.)*)"(\s*:)?|[{}\[\]]')
_TAGS = re.compile(r'<[^<>]{0,200}>')
_LENGTH = 500


def made(body: str, location: str = '') -> frozenset[str]:
    """Ids of what an answer says it has made; of a key pair, user and name.

    :param location: the header of that name
    """
    found = set(_made(body))
    if location:
        found.add(location.rstrip('/').rpartition('/')[2])
    return frozenset(found - {''})


def interface(body: str) -> str:
    """The port that is taken from a router, where a body has it."""
    data = _parsed(body)
    return _id(data.get('port_id')) if isinstance(data, Mapping) else ''


def forces_deletion(asked: str) -> bool:
    """Whether the body of an action asks for a deletion."""
    data = _parsed(asked)
    return isinstance(data, Mapping) and any(key in _FORCED for key in data)


def message(body: str) -> str:
    """What the body of a refusal says, in one line and without secrets."""
    data = _parsed(body)
    text = _said(data) if data is not None else body
    return without_secrets(_TAGS.sub(' ', text))[:_LENGTH]


def _parsed(body: str) -> Any:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None


def _said(data: Any, depth: int = 3) -> str:
    """The first message in a body that services know many forms of."""
    if isinstance(data, list):
        data = data[0] if data else {}
    if not isinstance(data, Mapping) or not depth:
        return ''
    for key in _MESSAGES:
        if isinstance(data.get(key), str) and data[key]:
            return str(data[key])
    return next((said for value in data.values() if (said := _said(value, depth - 1))), '')


def _made(body: str) -> Iterator[str]:
    data = _parsed(body)
    if data is None:
        yield from _own_id_of_a_part(body)
        return
    for thing in _things(data):
        yield from _own(thing)
        for key in _MADE:
            yield _id(thing.get(key))
        for key in _REFERENCES:
            yield _id(thing.get(key)).rstrip('/').rpartition('/')[2]
        for key in _MADE_ALONG:
            along = thing.get(key)
            for inner in along if isinstance(along, list) else ():
                if isinstance(inner, Mapping):
                    yield from _own(inner)


def _things(data: Any) -> Iterator[Mapping[str, Any]]:
    """The things that an answer is about: itself, what it wraps, or a list of those."""
    if not isinstance(data, Mapping):
        return
    if any(key in data for key in (*_IDS, *_MADE, *_REFERENCES)):
        yield data
        return
    for value in data.values():
        for thing in value if isinstance(value, list) else (value,):
            if isinstance(thing, Mapping):
                yield thing


def _own(thing: Mapping[str, Any]) -> Iterator[str]:
    identifiers = [_id(thing.get(key)) for key in _IDS]
    others = {value for key, value in thing.items()
              if key not in _IDS and isinstance(value, str)
              and key.lower().endswith(('id', 'uuid'))}
    # An attachment bears the id of the volume that it names.
    yield from (i for i in identifiers if i not in others)
    if not any(identifiers) and thing.get('user_id') and thing.get('name'):
        yield f'{thing["user_id"]}/{thing["name"]}'


def _id(value: Any) -> str:
    return str(value) if isinstance(value, (str, int)) and not isinstance(value, bool) else ''


def _own_id_of_a_part(body: str) -> Iterator[str]:
    """The ids near the surface of a body that was cut off."""
    depth, key = 0, ''
    for token in _TOKENS.finditer(body):
        text = token[0]
        if text in '{[':
            depth += 1
        elif text in '}]':
            depth -= 1
        elif token[2]:
            key = token[1]
            continue
        elif depth <= 2 and key in (*_IDS, *_MADE):
            yield token[1]
        key = ''
