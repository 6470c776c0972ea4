"""From a request to its answer: faults, route, token, service."""

import threading
import traceback
from collections.abc import Sequence
from typing import NamedTuple

from tempest_cleanup.testing.simulation.faults import Fault, Faults
from tempest_cleanup.testing.simulation.http import ApiError, Request, Response, forbidden
from tempest_cleanup.testing.simulation.router import Router
from tempest_cleanup.testing.simulation.service import Context, Service, World

UNAUTHORIZED = ApiError(401, 'The request you have made requires authentication.', 'Unauthorized')


class Recorded(NamedTuple):
    """A request that was answered; the status is 0 where the connection was dropped."""

    method: str
    target: str
    status: int


class Dispatcher:
    """Answers requests, one at a time, and remembers them."""

    def __init__(self, world: World, router: Router) -> None:
        self.world = world
        self.router = router
        self.faults = Faults()
        self.requests: list[Recorded] = []
        self.lock = threading.RLock()

    def delay(self, request: Request) -> tuple[float, list[Fault]]:
        """How long this request takes, and the faults it meets."""
        with self.lock:
            faults = self.faults.hit(f'{request.method} {request.target}')
        return self.world.settings.latency + sum(fault.delay for fault in faults), faults

    def answer(self, request: Request, faults: Sequence[Fault] = ()) -> Response | None:
        """The answer; None means that the connection is to be dropped."""
        with self.lock:
            response = self._answer(request, faults)
            dropped = any(fault.drop for fault in faults)
            self.requests.append(Recorded(request.method, request.target,
                                          0 if dropped else response.status))
        return None if dropped else response

    def _answer(self, request: Request, faults: Sequence[Fault]) -> Response:
        self.world.store.settle()
        for fault in faults:
            if fault.revoke:
                self.world.tokens.revoke(request.headers.get('x-auth-token', ''))
            if fault.answers:
                return fault.response()
        response = self._serve(request)
        for fault in faults:
            response = fault.spoil(response)
        return response

    def _serve(self, request: Request) -> Response:
        found = self.router.find(request.method, request.path)
        if isinstance(found, int):
            return self._lost(request, found)
        service, handler, public, params = found
        try:
            context = self._context(service, request, public)
            if not public:
                service.admit(context, params)
            response = handler(context, *params)
        except ApiError as error:
            response = service.error(request, error)
        except Exception:  # noqa: BLE001 - a server answers, whatever it was sent
            traceback.print_exc()
            response = service.error(request, ApiError(500, 'The simulation could not handle '
                                                       'this request; see its error output.'))
        response.headers |= service.headers(request)
        response.headers.setdefault('x-openstack-request-id',
                                    f'req-{len(self.requests):032x}')
        return response

    def _lost(self, request: Request, status: int) -> Response:
        """Nothing is at that path; the service that it is below says so."""
        message = {404: 'The resource could not be found.',
                   405: 'The method is not allowed for the requested URL.'}[status]
        error = ApiError(status, message, {404: 'HTTPNotFound', 405: 'MethodNotAllowed'}[status])
        for service in self.world.services.values():
            if request.path.startswith(service.prefix + '/'):
                return service.error(request, error)
        return Response(status, {'error': {'code': status, 'message': message}})

    def _context(self, service: Service, request: Request, public: bool) -> Context:
        token = self.world.tokens.find(request.headers.get('x-auth-token', ''))
        if token is None:
            if not public:
                raise UNAUTHORIZED
            token = self.world.tokens.nobody
        elif service.needs_project and not token.project_id:
            raise forbidden('The token is not scoped to a project.')
        return Context(self.world, service, request, token)
