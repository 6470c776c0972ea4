"""The proxy: one listener for each address that it stands in front of."""
import contextlib
import dataclasses
import http.server
import json
import random
import socket
import struct
import threading
import time
from collections.abc import Iterator, Mapping
from types import TracebackType
from typing import Any
from urllib.parse import urlsplit

import urllib3

from tests.faulty_proxy.faults import (
    HOSTILE,
    Dice,
    Fault,
    Harm,
    counted,
    without_hop_by_hop,
)
from tests.faulty_proxy.mangling import incomplete, mangled

PAGE = b'<html><head><title>Welcome</title></head><body>It works!</body></html>'
#: Close with a reset: whatever is not sent yet is thrown away.
_RESET = struct.pack('ii', 1, 0)
#: Of a slow answer: the pieces, and the seconds between two.
PIECES, PAUSE = 8, 0.05
#: Those that are done before the harm comes.
AFTER = frozenset((Harm.REFUSED_AFTER, Harm.LOST, Harm.TWICE, Harm.SLOW, Harm.TRUNCATED,
                   Harm.GARBLED, Harm.MISLABELLED, Harm.MANGLED, Harm.INCOMPLETE))


@dataclasses.dataclass(frozen=True)
class Done:
    """A request that the proxy was sent, and what it did to it."""

    method: str
    url: str
    fault: Fault | None


@dataclasses.dataclass(frozen=True)
class Answer:
    """What is to be said to the client."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class FaultyProxy:
    """Stands in front of a service; of a whole cloud, where the service is Keystone.

    :param upstream: the address of the service
    :param dice: what goes wrong
    """

    def __init__(self, upstream: str, dice: Dice) -> None:
        self._upstream = upstream
        self._dice: Dice | None = dice
        self._counts: dict[tuple[str, str], int] = {}
        self._lock = threading.Lock()
        self._servers: dict[str, http.server.ThreadingHTTPServer] = {}
        self._http = urllib3.PoolManager(maxsize=32, retries=False)
        self.done: list[Done] = []

    def __enter__(self) -> 'FaultyProxy':
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None,
                 traceback: TracebackType | None) -> None:
        for server in self._servers.values():
            server.shutdown()
            server.server_close()
        self._http.clear()

    @property
    def url(self) -> str:
        """What stands for the address of the service."""
        return self.instead_of(self._upstream)

    @property
    def harmed(self) -> list[Done]:
        """The requests that met a harm."""
        return [one for one in self.done if one.fault]

    def calm(self) -> None:
        """Do no more harm."""
        self._dice = None

    def instead_of(self, url: str) -> str:
        """The address that leads to another one through the proxy."""
        parts = urlsplit(url)
        origin = f'{parts.scheme}://{parts.netloc}'
        with self._lock:
            if origin not in self._servers:
                self._servers[origin] = self._listen(origin)
            port = self._servers[origin].server_address[1]
        return f'http://127.0.0.1:{port}{url[len(origin):]}'

    def _listen(self, origin: str) -> http.server.ThreadingHTTPServer:
        class Handler(_Handler):
            proxy = self
            upstream = origin

        server = http.server.ThreadingHTTPServer(('127.0.0.1', 0), Handler)
        server.daemon_threads = True
        server.block_on_close = False
        # What asks whether to end is asked seldom, or it would keep a processor busy.
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        return server

    def roll(self, method: str, url: str) -> Fault | None:
        """What this request meets; it is written down."""
        with self._lock:
            target = url[url.index('/', 8):]
            before = counted(self._counts, method, target)
            fault = self._dice.roll(method, target, before) if self._dice else None
            self.done.append(Done(method, url, fault))
        return fault

    def pass_on(self, method: str, url: str, headers: Mapping[str, str], body: bytes) -> Answer:
        """The service's own answer."""
        try:
            answer = self._http.request(method, url, headers=without_hop_by_hop(headers),
                                        body=body or None, redirect=False)
        except urllib3.exceptions.HTTPError as error:
            return Answer(502, {'Content-Type': 'text/plain'}, str(error).encode())
        content = answer.data
        if method == 'POST' and url.endswith('/auth/tokens') and answer.status == 201:
            content = self._through_us(content)
        return Answer(answer.status, without_hop_by_hop(answer.headers), content)

    def _through_us(self, content: bytes) -> bytes:
        token = json.loads(content)
        for service in token['token'].get('catalog', ()):
            for endpoint in service['endpoints']:
                endpoint['url'] = self.instead_of(endpoint['url'])
        return json.dumps(token).encode()


class _Handler(http.server.BaseHTTPRequestHandler):
    """One connection of a client."""

    proxy: FaultyProxy
    upstream: str
    protocol_version = 'HTTP/1.1'

    def __getattr__(self, name: str) -> Any:
        if name.startswith('do_'):
            return self._handle
        raise AttributeError(name)

    def log_message(self, *_words: object) -> None:
        """The proxy writes down what it does in its own way."""

    def _handle(self) -> None:
        body = self.rfile.read(int(self.headers.get('Content-Length') or 0))
        url = self.upstream + self.path
        fault = self.proxy.roll(self.command, url)
        answer = self._first(fault) if fault and fault.harm not in AFTER else None
        if answer is None and (fault is None or fault.harm in AFTER):
            answer = self.proxy.pass_on(self.command, url, dict(self.headers), body)
            if fault and fault.harm is Harm.TWICE:
                answer = self.proxy.pass_on(self.command, url, dict(self.headers), body)
        with self._gone_clients():
            if answer is None:
                self._reset()
            else:
                self._spoil(answer, fault)

    @contextlib.contextmanager
    def _gone_clients(self) -> Iterator[None]:
        """A client may have given up meanwhile, as when it was killed."""
        try:
            yield
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True

    def _first(self, fault: Fault) -> Answer | None:
        """What is said without asking the service; None is a reset."""
        page = {'Content-Type': 'text/html'}
        return {
            Harm.REFUSED: Answer(fault.status, page, PAGE),
            Harm.BUSY: Answer(429, {**page, 'Retry-After': fault.retry_after}, PAGE),
            Harm.EMPTY: Answer(200, {}, b''),
            Harm.HTML: Answer(200, page, PAGE),
            Harm.ASTRAY: Answer(404, page, PAGE),
        }.get(fault.harm)

    def _spoil(self, answer: Answer, fault: Fault | None) -> None:
        harm = fault.harm if fault else None
        sent = answer.body[:int(len(answer.body) * fault.share)] if fault else answer.body
        if fault and harm is Harm.REFUSED_AFTER:
            self._send(Answer(fault.status, {'Content-Type': 'text/html'}, PAGE))
        elif harm is Harm.LOST:
            self._reset()
        elif harm is Harm.TRUNCATED and answer.body:
            self._head(answer, len(answer.body))
            self.wfile.write(sent)
            self.close_connection = True
        elif harm is Harm.GARBLED:
            self._send(dataclasses.replace(answer, body=sent))
        elif harm is Harm.MISLABELLED:
            self._send(dataclasses.replace(answer, headers={
                **{n: v for n, v in answer.headers.items() if n.lower() != 'content-type'},
                'Content-Type': 'text/html; charset=klingon'}))
        elif harm is Harm.SLOW:
            self._drip(answer)
        elif fault and harm in HOSTILE and answer.status == 200:
            change = mangled if harm is Harm.MANGLED else incomplete
            self._send(dataclasses.replace(
                answer, body=change(answer.body, random.Random(fault.share))))
        else:
            self._send(answer)

    def _head(self, answer: Answer, length: int) -> None:
        self.send_response_only(answer.status)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        self.send_header('Content-Length', str(length))
        self.end_headers()

    def _send(self, answer: Answer) -> None:
        self._head(answer, len(answer.body))
        if self.command != 'HEAD':
            self.wfile.write(answer.body)

    def _drip(self, answer: Answer) -> None:
        self._head(answer, len(answer.body))
        if self.command == 'HEAD':
            return
        step = len(answer.body) // PIECES + 1
        for start in range(0, len(answer.body), step):
            self.wfile.write(answer.body[start:start + step])
            time.sleep(PAUSE)

    def _reset(self) -> None:
        self.close_connection = True
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
        self.connection.close()
