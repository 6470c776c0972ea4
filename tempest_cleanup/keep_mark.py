"""How a resource says that it is to be kept: pure functions.

``tempest-cleanup=keep`` as a tag, or ``tempest-cleanup`` with the value ``keep`` in what an API
calls metadata, properties or extra specs. ``keep-until-2026-12-31`` says for how long, in UTC:
that day is the last. What can't be read keeps.
"""
import dataclasses
import datetime
from collections.abc import Iterator, Mapping
from typing import Any

from tempest_cleanup.model import Body
from tempest_cleanup.services.bodies import NOTES

NAME = 'tempest-cleanup'
KEEP = 'keep'
UNTIL = 'keep-until-'


@dataclasses.dataclass(frozen=True, slots=True)
class Mark:
    """What a resource says of itself.

    :param value: as it was found, for people
    :param until: the last day on which it has force; None for ever
    :param readable: whether it is one of the two forms
    """

    value: str
    until: datetime.date | None = None
    readable: bool = True

    def holds(self, today: datetime.date) -> bool:
        return self.until is None or today <= self.until

    def __str__(self) -> str:
        unread = '' if self.readable else ', which can\'t be read, and so keeps'
        return f'{NAME}={self.value}{unread}'


def mark(body: Body, today: datetime.date) -> Mark | None:
    """The mark that keeps a resource, None where it has none that has force today."""
    return next((found for value in values(body) if (found := read(value)).holds(today)), None)


def read(value: str) -> Mark:
    word = value.strip().casefold()
    if word == KEEP:
        return Mark(value)
    if word.startswith(UNTIL):
        day = _day(word.removeprefix(UNTIL))
        if day:
            return Mark(value, day)
    return Mark(value, readable=False)


def values(body: Body) -> Iterator[str]:
    """What follows the name, wherever a body has it."""
    for tag in _tags(body.get('tags')):
        name, _, value = tag.partition('=')
        if _is_name(name):
            yield value
    for notes in (body, *(body.get(key) for key in NOTES)):
        if isinstance(notes, Mapping):
            yield from (str(value) for name, value in notes.items()
                        if value is not None and _is_name(str(name)))


def _is_name(word: str) -> bool:
    """Keystone writes ``tempest_cleanup``, whatever it is told."""
    return word.strip().casefold().replace('_', '-') == NAME


def _tags(tags: Any) -> Iterator[str]:
    """A list, or one text with commas, as Heat has it."""
    if isinstance(tags, str):
        yield from tags.split(',')
    elif isinstance(tags, (list, tuple)):
        yield from (tag for tag in tags if isinstance(tag, str))


def _day(text: str) -> datetime.date | None:
    try:
        return datetime.datetime.strptime(text, '%Y-%m-%d').date()
    except ValueError:
        return None
