"""HTTP/1.1 on asyncio: keep-alive, little work for each request."""

import asyncio
import threading
from collections.abc import Sequence
from http import HTTPStatus

from tempest_cleanup.testing.simulation.dispatch import Dispatcher
from tempest_cleanup.testing.simulation.faults import Fault
from tempest_cleanup.testing.simulation.http import Request, Response

_REASONS = {status.value: status.phrase for status in HTTPStatus}


class Connection(asyncio.Protocol):
    """One client's connection. Requests on it are answered one after the other."""

    def __init__(self, dispatcher: Dispatcher, open_connections: 'set[Connection]') -> None:
        self._dispatcher = dispatcher
        self._open = open_connections
        self._buffer = bytearray()
        self._busy = False
        self._loop = asyncio.get_running_loop()
        self.transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        self._open.add(self)

    def connection_lost(self, exc: Exception | None) -> None:
        self.transport = None
        self._open.discard(self)

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        if not self._busy:
            self._next()

    def _next(self) -> None:
        request = self._parse()
        if request is None:
            return
        self._busy = True
        delay, faults = self._dispatcher.delay(request)
        if delay > 0:
            self._loop.call_later(delay, self._finish, request, faults)
        else:
            self._finish(request, faults)

    def _parse(self) -> Request | None:
        """The next request, once all of it is there."""
        end = self._buffer.find(b'\r\n\r\n')
        if end < 0:
            return None
        lines = self._buffer[:end].decode('latin-1').split('\r\n')
        headers = {}
        for line in lines[1:]:
            name, _, value = line.partition(':')
            headers[name.strip().lower()] = value.strip()
        total = end + 4 + int(headers.get('content-length') or 0)
        if len(self._buffer) < total:
            return None
        content = bytes(self._buffer[end + 4:total])
        del self._buffer[:total]
        method, target, _ = lines[0].split(' ', 2)
        return Request(method, target, headers, content)

    def _finish(self, request: Request, faults: Sequence[Fault]) -> None:
        if self.transport is None:
            return
        response = self._dispatcher.answer(request, faults)
        if response is None:
            self.transport.abort()
            return
        self._send(request, response)
        if request.headers.get('connection', '').lower() == 'close':
            self.transport.close()
            return
        self._busy = False
        if self._buffer:
            self._loop.call_soon(self._next)

    def _send(self, request: Request, response: Response) -> None:
        assert self.transport is not None
        body = response.encode()
        head = [f'HTTP/1.1 {response.status} {_REASONS.get(response.status, "Unknown")}']
        headers = {'Content-Type': 'text/plain' if isinstance(response.body, str)
                   else 'application/json', **response.headers}
        if not body:
            headers.pop('Content-Type')
        headers['Content-Length'] = str(len(body))
        head += [f'{name}: {value}' for name, value in headers.items()]
        text = '\r\n'.join(head).encode('latin-1') + b'\r\n\r\n'
        self.transport.write(text if request.method == 'HEAD' else text + body)


class Server:
    """Serves a dispatcher on the loopback address, in a thread of its own."""

    def __init__(self, dispatcher: Dispatcher, port: int = 0) -> None:
        self._dispatcher = dispatcher
        self._open: set[Connection] = set()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None
        self._server: asyncio.Server | None = None
        self.port = port

    def start(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True,
                                        name='simulated-cloud')
        self._thread.start()
        asyncio.run_coroutine_threadsafe(self._listen(), self._loop).result()

    async def _listen(self) -> None:
        self._server = await asyncio.get_running_loop().create_server(
            lambda: Connection(self._dispatcher, self._open), '127.0.0.1', self.port,
            backlog=1024)
        self.port = self._server.sockets[0].getsockname()[1]

    def stop(self) -> None:
        if self._loop is None or self._thread is None:
            return
        asyncio.run_coroutine_threadsafe(self._close(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()
        self._loop = self._thread = None

    async def _close(self) -> None:
        if self._server is not None:
            self._server.close()
        for connection in list(self._open):
            if connection.transport is not None:
                connection.transport.abort()
        await asyncio.sleep(0)
