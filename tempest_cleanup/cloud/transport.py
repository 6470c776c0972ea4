"""One pooled keep-alive transport under every tempest client.

Tempest's own opens and closes a connection per request
(``tempest.lib.common.http.ClosingHttp``).
"""
import collections
import threading
import time
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, Self
from urllib.parse import urlsplit

import urllib3
from urllib3.exceptions import (
    HTTPError,
    InvalidHeader,
    MaxRetryError,
    NameResolutionError,
    NewConnectionError,
    ReadTimeoutError,
)
from urllib3.util.retry import Retry

#: A service that asks for more patience than this is as good as down (seconds).
LONGEST_RETRY_AFTER = 60.0
IDEMPOTENT = frozenset(('GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE'))
TRANSIENT = frozenset((429, 500, 502, 503, 504))
#: An answer that was lost is there soon when it is asked for again; who had none in a whole
#: time-out will need more than this, too (seconds).
SECOND_PATIENCE = 10.0


class Response(dict[str, str]):
    """The headers of an answer, lower case, as tempest's RestClient wants them."""

    def __init__(self, answer: urllib3.BaseHTTPResponse, url: str) -> None:
        super().__init__((name.lower(), value) for name, value in answer.headers.items())
        self.status = answer.status
        self['status'] = str(answer.status)
        self.reason = answer.reason
        self.version = answer.version
        self['content-location'] = url

    def copy(self) -> dict[str, str]:
        return dict(self)


class BoundedRetry(Retry):
    """urllib3's policy, but neither a Retry-After of an hour nor a service that hangs stops us
    for long: what timed out is not asked for again with the same patience.
    """

    def is_retry(self, method: str, status_code: int, has_retry_after: bool = False) -> bool:
        """Whoever asks for a deletion that fails (500) asks again later; twice is enough here."""
        if (status_code == HTTPStatus.INTERNAL_SERVER_ERROR and method == 'DELETE'
                and any(earlier.status == status_code for earlier in self.history)):
            return False
        return super().is_retry(method, status_code, has_retry_after)

    def increment(self, method: str | None = None, url: str | None = None,
                  response: urllib3.BaseHTTPResponse | None = None,
                  error: Exception | None = None, *more: Any, **named: Any) -> Self:
        if isinstance(error, ReadTimeoutError):
            raise error
        return super().increment(method, url, response, error, *more, **named)

    def get_retry_after(self, response: urllib3.BaseHTTPResponse) -> float | None:
        try:
            asked = super().get_retry_after(response)
        except InvalidHeader:
            return None
        return None if asked is None else min(asked, LONGEST_RETRY_AFTER)


#: No second token is worth less than the first, so asking again is safe.
_AGAIN = BoundedRetry(
    total=5, connect=4, read=1, status=4, other=0, redirect=5, backoff_factor=0.5,
    status_forcelist=TRANSIENT, allowed_methods=None, raise_on_status=False,
    raise_on_redirect=False)
_ONCE = BoundedRetry(
    total=5, connect=4, read=0, status=4, other=0, redirect=5, backoff_factor=0.5,
    status_forcelist=(429,), allowed_methods=None, raise_on_status=False,
    raise_on_redirect=False)


def why(error: HTTPError) -> str:
    """What urllib3's error says, for people."""
    if isinstance(error, MaxRetryError) and isinstance(error.reason, HTTPError):
        error = error.reason
    if isinstance(error, NameResolutionError):
        return f'the name of {error.conn.host} can\'t be resolved'
    if isinstance(error, NewConnectionError):
        host, port = error.conn.host, error.conn.port
        return f'nobody accepts connections at {host}:{port}'
    if isinstance(error, ReadTimeoutError):
        return f'{error.pool.host}:{error.pool.port} keeps silent'
    return str(error)


class Transport:
    """Keep-alive connections for any number of threads, with retries.

    Idempotent requests are repeated after 429, 5xx, a lost connection and, with less
    patience, a time-out; a deletion that fails with 500 once only. Others are repeated where
    the service can't have acted (429, no connection).
    A host that was silent for all that time gets little patience till it answers again.

    :param connections: kept open per host
    :param timeout: seconds without a byte after which a request is given up
    """

    def __init__(
        self, *, connections: int = 16, timeout: float = 60.0, proxy_url: str | None = None,
        ca_certs: str | None = None, insecure: bool = False,
    ) -> None:
        options: dict[str, Any] = {
            'num_pools': 64, 'maxsize': connections, 'timeout': urllib3.Timeout(timeout)}
        if insecure:
            urllib3.disable_warnings()
            options['cert_reqs'] = 'CERT_NONE'
        elif ca_certs:
            options.update(cert_reqs='CERT_REQUIRED', ca_certs=ca_certs)
        self._pool: urllib3.PoolManager = (
            urllib3.ProxyManager(proxy_url, **options) if proxy_url
            else urllib3.PoolManager(**options))
        self._timeout = timeout
        self._lock = threading.Lock()
        self._sent: collections.Counter[str] = collections.Counter()
        self._heard: dict[str, float] = {}
        self._silent: set[str] = set()

    @property
    def sent(self) -> dict[str, int]:
        """Requests sent so far, by method; a repeated request counts once."""
        with self._lock:
            return dict(self._sent)

    def request(
        self, url: str, method: str, *, headers: Mapping[str, str] | None = None,
        body: str | bytes | None = None, chunked: bool = False, preload_content: bool = True,
    ) -> tuple[Response, bytes]:
        """Send one request. This is the signature that RestClient calls.

        :raises HTTPError: there was no answer
        """
        safe = method in IDEMPOTENT or url.endswith('/auth/tokens')
        host, began = urlsplit(url).netloc, time.monotonic()
        with self._lock:
            self._sent[method] += 1
            patiences = [SECOND_PATIENCE] if host in self._silent else [
                self._timeout, *([SECOND_PATIENCE] if safe else ())]
        while True:
            patience = min(self._timeout, patiences.pop(0))
            try:
                answer = self._pool.request(
                    method, url, headers=headers, body=body, timeout=patience,
                    retries=_AGAIN if safe else _ONCE)
            except ReadTimeoutError:
                if patiences:
                    continue
                self._silence(host, began)
                raise
            with self._lock:
                self._heard[host] = time.monotonic()
                self._silent.discard(host)
            return Response(answer, url), answer.data

    def _silence(self, host: str, since: float) -> None:
        """A whole time-out has passed; who has answered others meanwhile is not silent."""
        with self._lock:
            if self._heard.get(host, 0.0) < since:
                self._silent.add(host)

    def close(self) -> None:
        self._pool.clear()
