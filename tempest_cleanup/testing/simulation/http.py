"""Requests, answers and refusals, as the services of the simulation see them."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs

Row = dict[str, Any]


@dataclass(slots=True)
class Request:
    """One HTTP request, read to its end."""

    method: str
    target: str
    headers: Mapping[str, str]
    content: bytes = b''
    path: str = field(init=False)
    query: dict[str, list[str]] = field(init=False)

    def __post_init__(self) -> None:
        self.path, _, query = self.target.partition('?')
        self.query = parse_qs(query, keep_blank_values=True) if query else {}

    def one(self, name: str, default: str = '') -> str:
        """The last value of a query parameter."""
        values = self.query.get(name)
        return values[-1] if values else default

    def has(self, name: str) -> bool:
        return name in self.query

    def json(self) -> Any:
        """The body, which has to be JSON; an empty one is an empty object."""
        if not self.content:
            return {}
        try:
            return json.loads(self.content)
        except ValueError:
            raise ApiError(400, 'The request body is not valid JSON.') from None


@dataclass(slots=True)
class Response:
    """An answer: `body` is sent as JSON, or as it is when it is a string."""

    status: int = 200
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)

    def encode(self) -> bytes:
        if self.body is None:
            return b''
        if isinstance(self.body, str):
            return self.body.encode()
        return json.dumps(self.body, separators=(',', ':')).encode()


class ApiError(Exception):
    """What a service answers instead of doing what it was asked.

    `type` is the name of the exception in the real service; Neutron and Heat
    show it to the client.
    """

    def __init__(self, status: int, message: str, type: str = '') -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.type = type


def conflict(type: str, message: str) -> ApiError:
    return ApiError(409, message, type)


def forbidden(message: str) -> ApiError:
    return ApiError(403, message, 'Forbidden')


def bad_request(message: str, type: str = 'BadRequest') -> ApiError:
    return ApiError(400, message, type)


def true(value: str) -> bool:
    """Whether a query parameter means yes."""
    return value.lower() in ('1', 'true', 'yes', 'on', 't', 'y')
