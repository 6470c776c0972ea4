"""One SQL statement that a remedy may carry out, and what it is expected to change."""
import dataclasses
import functools
import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from tempest_cleanup import errors

#: Quoted text and names; what is in brackets is masked from the inside out.
_QUOTED = re.compile(r"'[^']*'|\"[^\"]*\"|`[^`]*`")
_BRACKETS = re.compile(r'\([^()]*\)')
_STATEMENT = re.compile(
    r'\s*(?:UPDATE\s+(\S+)\s+SET\s+.+?|DELETE\s+FROM\s+(\S+))\s+WHERE\s+(.+?)\s*',
    re.IGNORECASE | re.DOTALL)
_TABLE = re.compile(r'(["`]?)([A-Za-z_]\w*)\1')
#: What must not be in it outside of quotes: clauses after the condition, comments, a second
#: statement; and a backslash, which not all databases understand in the same way.
_NEVER = re.compile(r'\b(?:ORDER\s+BY|LIMIT|RETURNING)\b|;|#|--|/\*', re.IGNORECASE)
_PARAMETER = re.compile(r'(?<![:\w\\]):(\w+)(?!:)')


class Rows(NamedTuple):
    """How many rows a statement must change; in no case others than were read before it."""

    least: int
    most: int

    def __str__(self) -> str:
        return str(self.least) if self.least == self.most else f'{self.least} to {self.most}'


ONE = Rows(1, 1)


class Parts(NamedTuple):
    """Of a statement.

    :param table: as it is written
    :param where: the condition
    :param parameters: the names of the bound ones
    """

    table: str
    where: str
    parameters: frozenset[str]


@dataclasses.dataclass(frozen=True)
class Statement:
    """``UPDATE table SET ... WHERE ...`` or ``DELETE FROM table WHERE ...``, nothing else.

    :param database: the name of the connection
    :param text: values only as bound parameters, ``:name``
    :param rows: how many it must change, else all is rolled back
    :param unless: what it may mean that there are not as many, for the message
    :raises errors.ConfigurationError: it is none of the two, or a parameter has no value
    """

    database: str
    text: str
    parameters: Mapping[str, Any]
    rows: Rows = ONE
    unless: str = ''

    def __post_init__(self) -> None:
        if lacking := self.parts.parameters - self.parameters.keys():
            raise errors.ConfigurationError(
                f'the SQL statement {self.text!r} has no value for '
                + ', '.join(sorted(lacking)))

    @property
    def parts(self) -> Parts:
        return parse(self.text)

    @property
    def bound(self) -> dict[str, Any]:
        """The parameters that it uses."""
        return {name: self.parameters[name] for name in sorted(self.parts.parameters)}

    def bound_to(self, text: str) -> dict[str, Any]:
        """Those of its parameters that a part of it uses."""
        return {name: self.parameters[name] for name in _PARAMETER.findall(text)}

    def __str__(self) -> str:
        values = ', '.join(f'{name}={str(value)!r}' for name, value in self.bound.items())
        return f'{self.database}: {" ".join(self.text.split())}' + (
            f' [{values}]' if values else '')


@functools.lru_cache
def parse(text: str) -> Parts:
    """What a statement changes: needed to read and save the rows before it.

    :raises errors.ConfigurationError: it is not a statement as :class:`Statement` has it
    """
    bare = _masked(text)
    found = _STATEMENT.fullmatch(bare)
    table = found and _TABLE.fullmatch(text, *found.span(1 if found.group(1) else 2))
    if not found or not table or _NEVER.search(bare) or '\\' in text:
        raise errors.ConfigurationError(
            f'the SQL statement {text!r} is not '  # nosec B608  # a message
            '"UPDATE table SET ... WHERE ..." or '
            '"DELETE FROM table WHERE ..." with one table, nothing after the condition, and '
            'values as parameters: its rows could not be saved before')
    return Parts(table.group(0), text[slice(*found.span(3))],
                 frozenset(_PARAMETER.findall(text)))


def _masked(text: str) -> str:
    """The text with what is quoted or in brackets made unreadable, at the same length."""
    def blank(found: re.Match[str]) -> str:
        whole = found.group()
        return f'{whole[0]}{"x" * (len(whole) - 2)}{whole[-1]}'

    text = _QUOTED.sub(blank, text)
    while (inner := _BRACKETS.sub(lambda m: 'x' * len(m.group()), text)) != text:
        text = inner
    return text
