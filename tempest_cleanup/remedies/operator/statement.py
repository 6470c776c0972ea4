"""An SQL statement of an operator."""
import dataclasses
import re

from tempest_cleanup import errors
from tempest_cleanup.model import Resource
from tempest_cleanup.remedies.changes import Databases
from tempest_cleanup.remedies.operator import fields, schema
from tempest_cleanup.remedies.statements import Rows, Statement, parse
from tempest_cleanup.services.base import ResourceService

#: How other places write values into texts: in a statement it would be an injection.
_FORMATS = re.compile(r'\{\w*\}|%\(|%[sdr]\b')
_QUOTED = re.compile(r"'(?:[^'\\]|''|\\.)*'", re.DOTALL)
_PARAMETER = re.compile(r':(\w+)')


@dataclasses.dataclass(frozen=True)
class Sql:
    """One statement, whose parameters are fields of the resource.

    :param rows: how many it must change
    :raises ValueError: it is not such a statement, or there is no such connection
    """

    databases: Databases
    connection: str
    text: str
    rows: int

    def __post_init__(self) -> None:
        names = self.databases.connections.names
        if self.connection not in names:
            raise ValueError(
                f'sql.connection: [cleanup] database_connection names no {self.connection!r}'
                + (f'; it names {", ".join(sorted(names))}' if names else '')
                + schema.meant(self.connection, names))
        try:
            self._check()
        except (ValueError, errors.ConfigurationError) as error:
            raise ValueError(f'sql.statement: {error}') from None

    def _check(self) -> None:
        if found := _FORMATS.search(self.text):
            raise ValueError(f'{found.group()} is not replaced in a statement: write :id')
        for quoted in _QUOTED.findall(self.text):
            if set(_PARAMETER.findall(quoted)) & set(fields.FIELDS):
                raise ValueError(f'{quoted} is not replaced within quotes: write it without')
        parts = parse(self.text)
        if unknown := sorted(parts.parameters - set(fields.FIELDS)):
            raise ValueError(f'there is no field :{unknown[0]}; there are '
                             + ', '.join(f':{field}' for field in fields.FIELDS))
        if not {'id', 'name'} & set(_PARAMETER.findall(parts.where)):
            raise ValueError('its condition has neither :id nor :name: it would change rows that '
                             'are not of the resource')

    def go(self, kind: ResourceService, resource: Resource) -> None:
        values = {name: fields.value_of(resource, name)
                  for name in sorted(parse(self.text).parameters)}
        statement = Statement(self.connection, self.text, values, Rows(self.rows, self.rows))
        self.databases.change(kind.cloud.changing, resource, [statement])
