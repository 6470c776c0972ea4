"""The form of a remedies file, and what is wrong with one in words."""
import difflib
import functools
import json
from collections.abc import Iterable
from importlib import resources
from typing import Any

import jsonschema

_TYPES = {'string': 'text', 'array': 'a list', 'object': 'a mapping', 'integer': 'a whole number'}
_LONGEST = 60


@functools.cache
def schema() -> dict[str, Any]:
    """The published JSON schema."""
    text = resources.files(__package__).joinpath('remedies.schema.json').read_text('utf-8')
    found: dict[str, Any] = json.loads(text)
    return found


def default(way: str, field: str) -> Any:
    """What holds where a field of a way is not given."""
    return schema()['$defs']['remedy']['properties'][way]['properties'][field]['default']


def fault(document: Any) -> tuple[tuple[str | int, ...], str] | None:
    """The first thing that is wrong: where, and what; None where nothing is."""
    found = sorted(jsonschema.Draft202012Validator(schema()).iter_errors(document),
                   key=_order)
    if not found:
        return None
    error = found[0]
    return tuple(error.absolute_path), _told(error)


def _order(error: jsonschema.ValidationError) -> tuple[list[str], bool]:
    # What is lacking may be what was mistyped.
    return ([str(part).zfill(6) for part in error.absolute_path],
            error.validator != 'additionalProperties')


def _told(error: jsonschema.ValidationError) -> str:
    value, rule = error.instance, error.validator
    if rule == 'additionalProperties':
        known = list(error.schema['properties'])
        return '; '.join(f'the key {key!r} is not known{meant(key, known)}'
                         for key in value if key not in known)
    if rule == 'required':
        return 'lacks ' + ', '.join(repr(k) for k in error.validator_value if k not in value)
    if rule == 'oneOf':
        ways = [alternative['required'][0] for alternative in error.validator_value]
        has = [way for way in ways if way in value]
        return (f'has {" and ".join(has) if has else "none"} of {", ".join(ways)}: exactly one '
                'is needed')
    if rule == 'type':
        return f'is {_value(value)}, not {_or(_types(error.validator_value))}'
    if rule == 'enum':
        return f'is {_value(value)}, not {_or(error.validator_value)}'
    if rule == 'pattern':
        return f'is {_value(value)}, not {error.schema["x-is"]}'
    if rule in ('minLength', 'minItems', 'minProperties'):
        return 'is empty'
    if rule in ('maxLength', 'maxItems'):
        return f'has more than {error.validator_value} {_parts(value)}'
    if rule in ('minimum', 'maximum'):
        return f'is {value}; the {rule} is {error.validator_value}'
    return f'names something twice: {_value(value)}'  # uniqueItems


def meant(word: str, known: Iterable[str]) -> str:
    """The question whether it was mistyped; '' where nothing is like it."""
    close = difflib.get_close_matches(word, known, 1)
    return f'; did you mean {close[0]!r}?' if close else ''


def _value(value: Any) -> str:
    text = repr(value)
    text = text if len(text) <= _LONGEST else f'{text[:_LONGEST - 3]}...'
    if isinstance(value, bool):
        return f'{str(value).lower()} (YAML takes yes, no, on and off for it: put quotes around)'
    return 'empty' if value is None else text


def _types(names: str | list[str]) -> list[str]:
    return [_TYPES[name] for name in ([names] if isinstance(names, str) else names)]


def _or(words: list[str]) -> str:
    return ' or '.join((', '.join(words[:-1]), words[-1]) if len(words) > 1 else words)


def _parts(value: Any) -> str:
    return 'characters' if isinstance(value, str) else 'entries'
