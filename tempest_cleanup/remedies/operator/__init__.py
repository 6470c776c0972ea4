"""Remedies that an operator writes down in a YAML file, without Python.

``remedies.schema.json`` beside this module says what may stand in such a file.
"""
import datetime
import pathlib
import re
import shutil
import stat
from collections.abc import Collection, Mapping
from typing import Any

from tempest_cleanup import ages, errors
from tempest_cleanup.progress import printable
from tempest_cleanup.remedies.changes import Databases
from tempest_cleanup.remedies.operator import document, fields, schema
from tempest_cleanup.remedies.operator.conditions import When
from tempest_cleanup.remedies.operator.fields import Template
from tempest_cleanup.remedies.operator.statement import Sql
from tempest_cleanup.remedies.operator.ways import Command, OperatorRemedy, Request, Way

Entry = Mapping[str, Any]


def load(
    path: pathlib.Path, kinds: Collection[str], databases: Databases, *, partial: bool = False,
) -> tuple[OperatorRemedy, ...]:
    """The remedies of a file, in its order, checked as far as can be without a cloud.

    :param kinds: the names of those that are known
    :param databases: that a statement may be for; none is opened here
    :param partial: whether a name that is not known may be that of a kind left out
    :raises errors.FileError: it is missing, may be somebody else's, or an entry is wrong
    """
    found = document.read(path)
    if wrong := schema.fault(found.value):
        where, what = wrong
        raise errors.FileError(f'{path}: {_place(found, where)} {what}')
    reader = _Reader(path, None if partial else kinds, databases,
                     datetime.datetime.now(datetime.UTC))
    remedies: dict[str, OperatorRemedy] = {}
    for number, entry in enumerate(found.value['remedies']):
        try:
            if entry['name'] in remedies:
                raise ValueError('another one has this name')
            remedies[entry['name']] = reader.remedy(entry)
        except ValueError as error:
            raise errors.FileError(
                f'{path}: {_place(found, ("remedies", number))}: {error}') from None
    return tuple(remedies.values())


class _Reader:
    """Makes remedies of entries that fit the schema. What else is wrong is a ValueError."""

    def __init__(
        self, path: pathlib.Path, kinds: Collection[str] | None, databases: Databases,
        now: datetime.datetime,
    ) -> None:
        self._folder = path.absolute().parent
        self._kinds = kinds
        self._databases = databases
        self._now = now

    def remedy(self, entry: Entry) -> OperatorRemedy:
        if entry['name'] != printable(entry['name']):
            raise ValueError('name has control characters')
        kinds = tuple(_list(entry['kinds']))
        for kind in kinds:
            if self._kinds is not None and kind not in self._kinds:
                raise ValueError(f'kinds: "tempest cleanup types" has no {kind!r}'
                                 + schema.meant(kind, self._kinds))
        return OperatorRemedy(entry['name'], kinds, self._when(entry.get('when', {})),
                              self._way(entry), deletes=entry.get('then') == 'nothing-more')

    def _when(self, entry: Entry) -> When:
        try:
            error = re.compile(entry['error'], re.IGNORECASE) if 'error' in entry else None
        except (re.error, RecursionError, OverflowError) as wrong:
            raise ValueError(f'when.error is not a regular expression: {wrong}') from None
        try:
            before = (self._now - ages.parse(entry['older_than']) if 'older_than' in entry
                      else None)
        except ValueError as wrong:
            raise ValueError(f'when.older_than: {wrong}') from None
        return When(tuple(s.lower() for s in _list(entry.get('status', []))), before,
                    entry.get('attempts', 0), error, entry.get('seconds', 0))

    def _way(self, entry: Entry) -> Way:
        if 'command' in entry:
            return self._command(entry['command'])
        if 'sql' in entry:
            return Sql(self._databases, entry['sql']['connection'], entry['sql']['statement'],
                       entry['sql'].get('rows', schema.default('sql', 'rows')))
        return _request(entry['api'])

    def _command(self, entry: Entry) -> Command:
        program, *arguments = entry['arguments']
        return Command(
            _program(program), tuple(_template('command.arguments', a) for a in arguments),
            entry.get('timeout', schema.default('command', 'timeout')),
            tuple(entry.get('environment', ())), self._folder)


def _request(entry: Entry) -> Request:
    try:
        body = fields.templates(entry.get('body'))
    except ValueError as error:
        raise ValueError(f'api.body: {error}') from None
    return Request(entry['method'], entry['service'], _template('api.path', entry['path']), body,
                   entry.get('microversion'))


def _program(word: str) -> str:
    """The file of a program, by its absolute path or as the PATH has it.

    :raises ValueError: there is none, or others could have us run another
    """
    if '/' in word and not word.startswith('/'):
        raise ValueError(f'command.arguments: {word!r} is neither a name nor an absolute path')
    found = shutil.which(word)
    if not found:
        raise ValueError(f'command.arguments: there is no program {word!r} that can be run')
    if pathlib.Path(found).stat().st_mode & stat.S_IWOTH:
        raise ValueError(f'command.arguments: {found} can be written by others, and so would do '
                         f'what they like: chmod o-w {found}')
    return found


def _template(where: str, text: str) -> Template:
    try:
        return Template(text)
    except ValueError as error:
        raise ValueError(f'{where}: {error}') from None


def _list(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else value


def _place(found: document.Document, where: tuple[str | int, ...]) -> str:
    """Which entry of the file, and what of it."""
    if len(where) < 2 or not isinstance(where[1], int):
        return '.'.join(str(part) for part in where) or 'all of it'
    number, rest = where[1], where[2:]
    entry = found.value['remedies'][number]
    name = entry.get('name') if isinstance(entry, dict) else None
    line = f', line {found.lines[number]}' if number < len(found.lines) else ''
    told = f'remedy {number + 1} ({repr(name)[:60]}{line})' if isinstance(name, str) else (
        f'remedy {number + 1}{line}')
    below = ''.join(f'[{part + 1}]' if isinstance(part, int) else f'.{part}' for part in rest)
    return f'{told}: {below.removeprefix(".")}' if below else told
