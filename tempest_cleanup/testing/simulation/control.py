"""The door for other processes: /_simulation.

POST /_simulation/call {"method": "create", "args": ["servers"], "kwargs": {"name": "a"}}
calls that method of the cloud and answers {"result": ...}; GET /_simulation/requests
gives the number of requests by method and status.
"""

import json
from collections import Counter
from collections.abc import Callable
from dataclasses import asdict, is_dataclass
from typing import TYPE_CHECKING, Any
from urllib.request import Request as HttpRequest
from urllib.request import urlopen

from tempest_cleanup.testing.simulation.http import ApiError, Request, Response, bad_request
from tempest_cleanup.testing.simulation.router import Router
from tempest_cleanup.testing.simulation.service import Context, Service, World

if TYPE_CHECKING:
    from tempest_cleanup.testing.simulation.cloud import SimulatedCloud

METHODS = ('create', 'delete', 'update', 'get', 'ids', 'kinds', 'snapshot', 'make_project',
           'fault', 'clear_faults', 'stick', 'revoke_tokens', 'advance', 'reset_requests',
           'tempest_conf')


class Control(Service):
    """Not an OpenStack service, but served like one."""

    name = '_simulation'
    prefix = '/_simulation'
    needs_project = False

    def error(self, request: Request, error: ApiError) -> Response:
        return Response(error.status, {'error': error.message})


def register(cloud: 'SimulatedCloud', world: World, router: Router) -> None:
    service = Control(world, router)

    def call(context: Context) -> Response:
        wanted = context.request.json()
        if wanted.get('method') not in METHODS:
            raise bad_request(f'The methods are: {", ".join(METHODS)}')
        method: Callable[..., Any] = getattr(cloud, wanted['method'])
        result = method(*wanted.get('args', ()), **wanted.get('kwargs', {}))
        return Response(200, {'result': _plain(result)})

    def requests(context: Context) -> Response:
        asked = [request for request in cloud.requests
                 if not request.target.startswith(service.prefix)]
        return Response(200, {
            'total': len(asked), 'methods': Counter(request.method for request in asked),
            'statuses': Counter(str(request.status) for request in asked),
            'requests': [list(request) for request in asked]})

    service.route('POST', '/call', call, public=True)
    service.route('GET', '/requests', requests, public=True)


def _plain(value: Any) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        return asdict(value)
    return value if isinstance(value, str | int | list | dict | None) else str(value)


class RemoteCloud:
    """The methods of a simulated cloud that runs in another process."""

    def __init__(self, url: str) -> None:
        self.url = url

    def call(self, method: str, *args: Any, **kwargs: Any) -> Any:
        body = json.dumps({'method': method, 'args': args, 'kwargs': kwargs}).encode()
        with urlopen(HttpRequest(f'{self.url}/_simulation/call', body)) as answer:
            return json.load(answer)['result']

    def requests(self) -> dict[str, Any]:
        """How many requests there were, by method and status, and all of them."""
        with urlopen(f'{self.url}/_simulation/requests') as answer:
            found: dict[str, Any] = json.load(answer)
        return found
