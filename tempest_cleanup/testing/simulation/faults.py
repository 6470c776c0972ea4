"""Faults: what goes wrong, with which requests, and how often."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tempest_cleanup.testing.simulation.http import Response

GARBAGE = '<html><body>It works!</body></html>'


@dataclass
class Fault:
    """Something that goes wrong with the requests that a pattern matches.

    The pattern is searched for in "METHOD /service/path?query", the path as
    it is on the simulation's server: `DELETE /network/v2.0/ports`.

    - `status`, `body`, `headers`: this is the answer, and nothing is done;
    - `after`: the request is carried out first, and then answered like that;
    - `delay`: seconds to wait before anything else;
    - `drop`: the connection is closed without an answer;
    - `garbage`: 200 and a body that is not what was asked for;
    - `truncate`: lists are cut to so many entries, without a word or a link;
    - `revoke`: the request's token is no longer valid;
    - `skip`: so many matching requests are left in peace at first;
    - `times`: how many requests it happens to; None is every one.
    """

    pattern: str
    status: int = 0
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)
    after: bool = False
    delay: float = 0.0
    drop: bool = False
    garbage: bool = False
    truncate: int | None = None
    revoke: bool = False
    skip: int = 0
    times: int | None = None
    hits: int = 0

    def __post_init__(self) -> None:
        self._expression = re.compile(self.pattern)

    def matches(self, line: str) -> bool:
        """Whether this request is hit; counts it."""
        if self.times == 0 or not self._expression.search(line):
            return False
        if self.skip:
            self.skip -= 1
            return False
        if self.times is not None:
            self.times -= 1
        self.hits += 1
        return True

    @property
    def answers(self) -> bool:
        """Whether the service is not asked at all."""
        return bool(self.status or self.garbage or self.drop) and not self.after

    def response(self) -> Response:
        if self.garbage:
            return Response(200, GARBAGE, {'Content-Type': 'text/html', **self.headers})
        body = self.body
        if body is None and self.status >= 400:
            body = {'error': {'code': self.status, 'title': 'Simulated',
                              'message': 'The simulation was told to fail this request.'}}
        return Response(self.status, body, dict(self.headers))

    def spoil(self, response: Response) -> Response:
        """What becomes of the service's own answer."""
        if self.after and (self.status or self.garbage):
            return self.response()
        if self.truncate is not None and isinstance(response.body, dict):
            response.body = {name: value[:self.truncate] if isinstance(value, list) else value
                             for name, value in response.body.items()
                             if name != 'next' and not name.endswith('_links')}
        return response


class Faults:
    """The faults that are set, in order."""

    def __init__(self) -> None:
        self._faults: list[Fault] = []

    def add(self, fault: Fault) -> Fault:
        self._faults.append(fault)
        return fault

    def remove(self, fault: Fault) -> None:
        self._faults = [known for known in self._faults if known is not fault]

    def clear(self) -> None:
        self._faults.clear()

    def hit(self, line: str) -> list[Fault]:
        """The faults that this request meets."""
        if not self._faults:
            return []
        return [fault for fault in self._faults if fault.matches(line)]
