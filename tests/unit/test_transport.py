"""The transport: what is asked for again, with how much patience, and what is told then."""
import http.server
import threading
import time
from collections.abc import Iterator

import pytest
import urllib3
from urllib3.exceptions import HTTPError

from tempest_cleanup.cloud import transport

#: A time-out that a test can wait for (seconds).
TIMEOUT = 0.4


class Mute(http.server.ThreadingHTTPServer):
    """Keeps silent for so many requests, then answers."""

    def __init__(self, silent: int) -> None:
        super().__init__(('127.0.0.1', 0), Handler)
        self.silent = silent
        self.asked = 0
        self.over = threading.Event()

    @property
    def url(self) -> str:
        return f'http://127.0.0.1:{self.server_port}/'


class Handler(http.server.BaseHTTPRequestHandler):
    server: Mute

    def do_GET(self) -> None:
        self.server.asked += 1
        if self.server.asked <= self.server.silent:
            self.server.over.wait()
            return
        self.send_response(204)
        self.end_headers()

    do_POST = do_GET

    def do_DELETE(self) -> None:
        self.server.asked += 1
        self.send_response(500)
        self.end_headers()

    def log_message(self, *_words: object) -> None:
        pass


@pytest.fixture
def mute(request: pytest.FixtureRequest) -> Iterator[Mute]:
    server = Mute(request.param)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    yield server
    server.over.set()
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.parametrize('mute', [1], indirect=True)
def test_an_answer_that_was_lost_is_asked_for_again(mute: Mute) -> None:
    answer, _body = transport.Transport(timeout=TIMEOUT).request(mute.url, 'GET')
    assert answer.status == 204
    assert mute.asked == 2


@pytest.mark.parametrize('mute', [9], indirect=True)
def test_who_hangs_is_not_waited_for_twice(
    mute: Mute, monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Point 8: the second time it gets less."""
    monkeypatch.setattr(transport, 'SECOND_PATIENCE', TIMEOUT / 4)
    began = time.monotonic()
    with pytest.raises(HTTPError) as caught:
        transport.Transport(timeout=TIMEOUT).request(mute.url, 'GET')
    assert time.monotonic() - began < TIMEOUT * 2
    assert mute.asked == 2
    assert transport.why(caught.value) == f'127.0.0.1:{mute.server_port} keeps silent'


@pytest.mark.parametrize('mute', [4], indirect=True)
def test_who_is_silent_gets_little_patience_till_it_answers(
    mute: Mute, monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Point 8: a hundred requests to it do not wait for a hundred time-outs."""
    monkeypatch.setattr(transport, 'SECOND_PATIENCE', 0.05)
    client = transport.Transport(timeout=TIMEOUT)
    with pytest.raises(HTTPError):
        client.request(mute.url, 'GET')
    began = time.monotonic()
    for _ in range(2):
        with pytest.raises(HTTPError):
            client.request(mute.url, 'GET')
    assert time.monotonic() - began < TIMEOUT
    assert mute.asked == 4
    client.request(mute.url, 'GET')
    mute.silent = 6
    client.request(mute.url, 'GET')
    assert mute.asked == 7, 'it is asked twice again'


@pytest.mark.parametrize('mute', [2], indirect=True)
def test_one_request_that_hangs_makes_no_silent_host(
    mute: Mute, monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Others were answered meanwhile."""
    monkeypatch.setattr(transport, 'SECOND_PATIENCE', TIMEOUT / 2)
    client = transport.Transport(timeout=TIMEOUT)
    hanging = threading.Thread(target=_hang, args=(client, mute.url))
    hanging.start()
    while mute.asked < 2:
        time.sleep(0.01)
    client.request(mute.url, 'GET')
    hanging.join()
    mute.silent = 4
    client.request(mute.url, 'GET')
    assert mute.asked == 5, 'it is asked twice'


def _hang(client: transport.Transport, url: str) -> None:
    with pytest.raises(HTTPError):
        client.request(url, 'GET')


@pytest.mark.parametrize('mute', [1], indirect=True)
def test_what_may_have_been_done_is_not_asked_for_again(mute: Mute) -> None:
    with pytest.raises(HTTPError):
        transport.Transport(timeout=TIMEOUT).request(mute.url, 'POST', body='{}')
    assert mute.asked == 1


@pytest.mark.parametrize('mute', [0], indirect=True)
def test_a_deletion_that_fails_is_asked_for_twice(mute: Mute) -> None:
    """Whoever carries the plan out asks again later, when something else has moved."""
    assert transport.Transport().request(mute.url, 'DELETE')[0].status == 500
    assert mute.asked == 2


@pytest.mark.parametrize('mute', [0], indirect=True)
def test_nobody_is_there(mute: Mute, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transport, '_AGAIN', transport.BoundedRetry(total=1, backoff_factor=0))
    mute.server_close()
    with pytest.raises(HTTPError) as caught:
        transport.Transport(timeout=TIMEOUT).request(mute.url, 'GET')
    assert transport.why(caught.value) == (
        f'nobody accepts connections at 127.0.0.1:{mute.server_port}')


def test_a_name_that_nobody_knows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transport, '_AGAIN', transport.BoundedRetry(total=0))
    with pytest.raises(HTTPError) as caught:
        transport.Transport(timeout=TIMEOUT).request('http://nobody.invalid/', 'GET')
    assert transport.why(caught.value) == "the name of nobody.invalid can't be resolved"


@pytest.mark.parametrize('mute', [0], indirect=True)
def test_what_was_sent_is_counted_once(mute: Mute) -> None:
    client = transport.Transport(timeout=TIMEOUT)
    client.request(mute.url, 'GET')
    client.request(mute.url, 'GET')
    assert client.sent == {'GET': 2}


def test_a_retry_after_that_is_none_costs_no_answer() -> None:
    """The request is repeated as if the header were not there."""
    policy = transport.BoundedRetry(backoff_factor=0)
    answer = urllib3.HTTPResponse(status=429, headers={'Retry-After': 'soon'})
    assert policy.get_retry_after(answer) is None
    assert policy.get_retry_after(urllib3.HTTPResponse(headers={'Retry-After': '7'})) == 7
    assert policy.get_retry_after(urllib3.HTTPResponse(headers={'Retry-After': '3600'})) == 60
