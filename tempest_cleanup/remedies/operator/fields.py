"""Fields of a resource in the texts of an operator: ``{id}``.

What they are filled with comes from the cloud, where anybody may choose a name: a value can
never become more than a part of the one argument or path that it stands in.
"""
import string
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import quote

from tempest_cleanup import errors
from tempest_cleanup.model import Resource
from tempest_cleanup.progress import printable

FIELDS = ('id', 'name', 'project_id', 'user_id', 'status', 'kind')

_Part = tuple[str, str]


class Template:
    """A text with fields in braces; ``{{`` and ``}}`` are braces.

    :raises ValueError: it names an unknown field, or its braces do not match
    """

    def __init__(self, text: str) -> None:
        self.text = text
        try:
            self._parts = tuple(_parts(text))
        except ValueError as error:
            raise ValueError(f'{text!r}: {error}') from None

    @property
    def fields(self) -> frozenset[str]:
        return frozenset(name for _, name in self._parts if name)

    def filled(self, resource: Resource, made: Callable[[str], str] = str) -> str:
        """The text of one resource.

        :param made: what a value becomes before it is put in
        :raises errors.RemedyFailed: the resource lacks a field
        """
        return ''.join(literal + (made(value_of(resource, name)) if name else '')
                       for literal, name in self._parts)


def _parts(text: str) -> Iterator[_Part]:
    try:
        found = list(string.Formatter().parse(text))
    except ValueError:
        raise ValueError('its braces do not match; write {{ and }} for braces that are '
                         'no field') from None
    for literal, name, form, conversion in found:
        if name is not None and (name not in FIELDS or form or conversion):
            raise ValueError(
                f'there is no field {{{name}{form and f":{form}"}}}; there are '
                + ', '.join(f'{{{field}}}' for field in FIELDS)
                + '. Write {{ and }} for braces that are no field')
        yield literal, name or ''


def value_of(resource: Resource, field: str) -> str:
    """The value of a field.

    :raises errors.RemedyFailed: the resource lacks it, so that what it stands in would mean
        something else
    """
    value = str(getattr(resource, field))
    if not value:
        raise errors.RemedyFailed(f'it has no {field}')
    return value


def argument(template: Template, resource: Resource) -> str:
    """One argument of a command.

    :raises errors.RemedyFailed: a value would be taken for more than a value
    """
    filled = template.filled(resource, _plain)
    if filled.startswith('-') and not template.text.startswith('-'):
        raise errors.RemedyFailed(
            f'{printable(filled)!r} would be taken for an option: write --option={{name}} in the '
            'remedies file, or use {id}')
    return filled


def path(template: Template, resource: Resource) -> str:
    """The path of a request.

    :raises errors.RemedyFailed: a value would lead elsewhere
    """
    return template.filled(resource, lambda value: quote(_plain(value), safe=''))


def body(value: Any, resource: Resource) -> Any:
    """A JSON value whose strings are templates, filled.

    :raises errors.RemedyFailed: the resource lacks a field
    """
    if isinstance(value, Template):
        return value.filled(resource)
    if isinstance(value, dict):
        return {key: body(inner, resource) for key, inner in value.items()}
    if isinstance(value, list):
        return [body(inner, resource) for inner in value]
    return value


def templates(value: Any) -> Any:
    """A JSON value with a template for each of its strings, but for the keys.

    :raises ValueError: one is wrong
    """
    if isinstance(value, str):
        return Template(value)
    if isinstance(value, dict):
        return {key: templates(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [templates(inner) for inner in value]
    return value


def _plain(value: str) -> str:
    """A value that leads nowhere else.

    :raises errors.RemedyFailed: it does
    """
    if value != printable(value):
        raise errors.RemedyFailed(f'{printable(value)!r} has control characters')
    if {'.', '..'} & set(value.split('/')):
        raise errors.RemedyFailed(f'{value!r} would lead to another folder')
    return value
