"""The objects of the simulated cloud, their relations, ids and time."""

import heapq
import random
import time
import uuid
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from tempest_cleanup.testing.simulation.http import Row


class ManualClock:
    """A clock that only moves when it is told to."""

    def __init__(self, start: float = 1_700_000_000.0) -> None:
        self.time = start

    def __call__(self) -> float:
        return self.time

    def advance(self, seconds: float) -> None:
        self.time += seconds


class Store:
    """Tables of rows by kind and id, with an index on whatever is looked up.

    A row is the body that the real service would show; keys that begin with
    an underscore are never shown. Rows are changed through the store only:
    a direct assignment would leave the indexes behind.
    """

    def __init__(self, clock: Callable[[], float] = time.time, seed: int = 0) -> None:
        self.clock = clock
        self.generations: defaultdict[str, int] = defaultdict(int)
        self._random = random.Random(seed)
        self._tables: defaultdict[str, dict[str, Row]] = defaultdict(dict)
        self._indexes: dict[str, dict[str, defaultdict[Any, dict[str, None]]]] = {}
        self._pending: list[tuple[float, int, Callable[[], object]]] = []
        self._counter = 0

    # Ids and time

    def uuid(self) -> str:
        return str(uuid.UUID(int=self._random.getrandbits(128), version=4))

    def hex(self, bits: int = 128) -> str:
        return f'{self._random.getrandbits(bits):0{bits // 4}x}'

    def number(self) -> int:
        """The next number of a sequence, for ids and addresses."""
        self._counter += 1
        return self._counter

    def now(self) -> datetime:
        return datetime.fromtimestamp(self.clock(), UTC)

    def stamp(self, zone: str = 'Z') -> str:
        """Now, to the second: Neutron, Glance, Nova and Heat end it with Z."""
        return self.now().strftime('%Y-%m-%dT%H:%M:%S') + zone

    def expiry(self, seconds: float) -> str:
        return (self.now() + timedelta(seconds=seconds)).strftime('%Y-%m-%dT%H:%M:%S.000000Z')

    # Rows

    def add(self, kind: str, row: Row, key: str = '') -> Row:
        key = key or str(row['id'])
        row['_key'] = key
        self._tables[kind][key] = row
        self.generations[kind] += 1
        for field, index in self._indexes.get(kind, {}).items():
            for value in _values(row, field):
                index[value][key] = None
        return row

    def get(self, kind: str, key: str) -> Row | None:
        return self._tables[kind].get(key)

    def change(self, kind: str, key: str, **changes: Any) -> Row:
        row = self._tables[kind][key]
        self.generations[kind] += 1
        indexes = self._indexes.get(kind, {})
        touched = [field for field in indexes if field.split('.')[0] in changes]
        for field in touched:
            for value in _values(row, field):
                indexes[field][value].pop(key, None)
        row.update(changes)
        for field in touched:
            for value in _values(row, field):
                indexes[field][value][key] = None
        return row

    def remove(self, kind: str, key: str) -> Row | None:
        """Take a row out; nothing happens when it is gone already."""
        row = self._tables[kind].pop(key, None)
        if row is not None:
            self.generations[kind] += 1
            for field, index in self._indexes.get(kind, {}).items():
                for value in _values(row, field):
                    index[value].pop(key, None)
        return row

    def rows(self, kind: str) -> list[Row]:
        return list(self._tables[kind].values())

    def keys(self, kind: str) -> list[str]:
        return list(self._tables[kind])

    def kinds(self) -> list[str]:
        return sorted(kind for kind, table in self._tables.items() if table)

    def find(self, kind: str, field: str, value: Any) -> list[Row]:
        """The rows with a value in a field.

        The field may be a list, or (`fixed_ips.subnet_id`) an entry of the
        objects in a list.
        """
        table = self._tables[kind]
        indexes = self._indexes.setdefault(kind, {})
        if field not in indexes:
            index: defaultdict[Any, dict[str, None]] = defaultdict(dict)
            for key, row in table.items():
                for found in _values(row, field):
                    index[found][key] = None
            indexes[field] = index
        return [table[key] for key in indexes[field].get(value, ())]

    def first(self, kind: str, **fields: Any) -> Row | None:
        """The oldest row with all of these values."""
        (field, value), *others = fields.items()
        for row in self.find(kind, field, value):
            if all(row.get(name) == wanted for name, wanted in others):
                return row
        return None

    # What happens later

    def later(self, seconds: float, action: Callable[[], object]) -> None:
        """Do something after a while; at once when the while is zero."""
        if seconds <= 0:
            action()
        else:
            heapq.heappush(self._pending, (self.clock() + seconds, self.number(), action))

    def settle(self) -> None:
        """Do what has become due. Called before anybody looks at the store."""
        while self._pending and self._pending[0][0] <= self.clock():
            heapq.heappop(self._pending)[2]()


def _values(row: Row, field: str) -> Iterator[Any]:
    name, _, inner = field.partition('.')
    value = row.get(name)
    if isinstance(value, list):
        yield from {item.get(inner) for item in value} if inner else value
    elif inner:
        if isinstance(value, dict):
            yield value.get(inner)
    else:
        yield value


def public(row: Row) -> Row:
    """A row as a client sees it."""
    return {name: value for name, value in row.items() if name[0] != '_'}


def keys_of(rows: Iterable[Row]) -> list[str]:
    return [row['_key'] for row in rows]
