"""WSGI middleware that misbehaves on demand.

While $TEST_CLOUD_FAULTS/http.<service> or http.<service>.<anything> exists, a request whose
"METHOD /path?query" matches the regular expression `match` is treated as the JSON in the
file says; all keys are optional:

  times    only the first so many matching requests, counted over all worker processes
  delay    wait so many seconds first
  hang     do not answer before the file is gone; then 503, without the service's seeing it
  status   answer with this status instead of the service, which does not see the request
  garbage  answer 200 (or `status`) with a body that is not JSON, though said to be
  after    with status or garbage: the service does its work first, only its answer is lost
"""

import fcntl
import json
import os
import re
import time
from collections.abc import Callable, Iterable
from typing import Any

Environ = dict[str, Any]
StartResponse = Callable[..., Any]
Application = Callable[[Environ, StartResponse], Iterable[bytes]]

POLL = 0.1
GARBAGE = b'<html><body>this is not JSON</body></html>'


class HttpFaults:
    """Passes requests on to the service, unless a fault matches."""

    def __init__(
        self, application: Application, service: str, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        self._application = application
        self._root = os.environ['TEST_CLOUD_FAULTS']
        self._name = f'http.{service}'
        self._sleep = sleep

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Handle one request."""
        fault, path = self._match(environ)
        self._sleep(fault.get('delay', 0))
        if fault.get('hang'):
            while os.path.exists(path):
                self._sleep(POLL)
            fault = {'status': 503}
        if not (fault.get('status') or fault.get('garbage')):
            return self._application(environ, start_response)
        if fault.get('after'):
            _drain(self._application(environ, lambda *_: lambda _: None))
        status = fault.get('status', 200)
        body = json.dumps({'error': {'code': status, 'message': 'injected fault'}}).encode()
        if fault.get('garbage'):
            body = GARBAGE
        headers = [('Content-Type', 'application/json'), ('Content-Length', str(len(body)))]
        start_response(f'{status} injected', headers)
        return [body]

    def _match(self, environ: Environ) -> tuple[dict[str, Any], str]:
        query = environ.get('QUERY_STRING', '')
        path = environ.get('SCRIPT_NAME', '') + environ.get('PATH_INFO', '')
        line = f'{environ["REQUEST_METHOD"]} {path}?{query}'
        for leaf in sorted(os.listdir(self._root)):
            if leaf != self._name and not leaf.startswith(f'{self._name}.'):
                continue
            file = os.path.join(self._root, leaf)
            fault, written = _read(file)
            if fault is None or not re.search(fault.get('match', ''), line):
                continue
            # A file of this name that was there before has hits of its own.
            hits = _count(os.path.join(self._root, f'hits.{leaf}.{written}'))
            if 'times' not in fault or hits <= fault['times']:
                return fault, file
        return {}, ''


def filter_factory(_defaults: dict[str, str], **_options: str) -> Callable[..., HttpFaults]:
    """The middleware as a paste filter, for swift."""
    # Only there, and only in swift's environment.
    import eventlet  # type: ignore[import-not-found,unused-ignore]

    # Swift serves all of its requests in one thread: a plain sleep would stop them all.
    service = os.environ['TEST_CLOUD_SERVICE']
    return lambda application: HttpFaults(application, service, eventlet.sleep)


def _read(path: str) -> tuple[dict[str, Any] | None, int]:
    """The fault in a file, and when it was written."""
    try:
        with open(path) as file:
            return json.loads(file.read() or '{}'), os.fstat(file.fileno()).st_mtime_ns
    except (OSError, ValueError):
        return None, 0


def _count(path: str) -> int:
    """The number of this hit, the same for every process of the service."""
    with open(path, 'ab') as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        file.write(b'x')
        file.flush()
        return os.fstat(file.fileno()).st_size


def _drain(body: Iterable[bytes]) -> None:
    for _ in body:
        pass
    close = getattr(body, 'close', None)
    if close:
        close()
