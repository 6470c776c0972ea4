"""One pooled keep-alive transport under every tempest client.

Tempest's own opens and closes a connection per request
(``tempest.lib.common.http.ClosingHttp``).
"""
import collections
import threading
from collections.abc import Mapping
from typing import Any

import urllib3
from urllib3.util.retry import Retry

#: A service that asks for more patience than this is as good as down (seconds).
LONGEST_RETRY_AFTER = 60.0
IDEMPOTENT = frozenset(('GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE'))
TRANSIENT = frozenset((429, 500, 502, 503, 504))


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
    """urllib3's policy, but a Retry-After of an hour does not stop us for an hour."""

    def get_retry_after(self, response: urllib3.BaseHTTPResponse) -> float | None:
        asked = super().get_retry_after(response)
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


class Transport:
    """Keep-alive connections for any number of threads, with retries.

    Idempotent requests are repeated after 429, 5xx and a lost connection; others
    only where the service can't have acted (429, no connection).

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
        self._lock = threading.Lock()
        self._sent: collections.Counter[str] = collections.Counter()

    @property
    def sent(self) -> dict[str, int]:
        """Requests sent so far, by method; a repeated request counts once."""
        with self._lock:
            return dict(self._sent)

    def request(
        self, url: str, method: str, *, headers: Mapping[str, str] | None = None,
        body: str | bytes | None = None, chunked: bool = False, preload_content: bool = True,
    ) -> tuple[Response, bytes]:
        """Send one request. This is the signature that RestClient calls."""
        safe = method in IDEMPOTENT or url.endswith('/auth/tokens')
        with self._lock:
            self._sent[method] += 1
        answer = self._pool.request(
            method, url, headers=headers, body=body, retries=_AGAIN if safe else _ONCE)
        return Response(answer, url), answer.data

    def close(self) -> None:
        self._pool.clear()
