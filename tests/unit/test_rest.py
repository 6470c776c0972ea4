"""Requests: what an error's body says, and what its status means."""
import json
from typing import Any

import pytest
import urllib3

from tempest_cleanup import errors
from tempest_cleanup.cloud import rest, transport


@pytest.mark.parametrize(('body', 'message'), [
    ({'conflictingRequest': {'code': 409, 'message': 'Cannot delete'}}, 'Cannot delete'),
    ({'badRequest': {'message': 'Volume status must be available', 'code': 400}},
     'Volume status must be available'),
    ({'NeutronError': {'type': 'PortInUse', 'message': 'Port is in use', 'detail': ''}},
     'Port is in use'),
    ({'error': {'code': 403, 'message': 'You are not authorized', 'title': 'Forbidden'}},
     'You are not authorized'),
    ({'explanation': 'The server could not comply', 'code': 400,
      'error': {'message': 'The Stack could not be found', 'traceback': None}},
     'The server could not comply'),
    ({'error_message': '{"faultcode": "Client", "faultstring": "Node is associated"}'},
     'Node is associated'),
    ({'error_message': {'faultcode': 'Client', 'faultstring': 'No such node'}}, 'No such node'),
    ({'message': 'plain', 'error': {'message': 'other'}}, 'plain'),
    ({}, ''), ([], ''), ({'code': 500}, ''), ('', ''), (b'', ''),
])
def test_message_of_json(body: Any, message: str) -> None:
    assert rest.message_of(body) == message
    if isinstance(body, dict):
        assert rest.message_of(json.dumps(body).encode()) == message


def test_message_of_a_page() -> None:
    page = b'<html><head>\n <title>403 Forbidden</title></head><body>Image is <b>protected</b>'
    assert rest.message_of(page) == '403 Forbidden Image is protected'


def test_message_of_a_novel() -> None:
    assert len(rest.message_of(b'x' * 10_000)) == 300


def test_message_of_what_is_no_text() -> None:
    assert rest.message_of(b'\xff\xfe nothing')


def test_message_of_what_is_nested_without_an_end() -> None:
    """Nobody writes it to be read."""
    assert rest.message_of(b'{"a":' * 100_000 + b'1' + b'}' * 100_000)
    assert rest.message_of(b'{"a":' * 900 + b'"x"' + b'}' * 900) == ''
    assert rest.message_of({'a': {}, 'b': {'c': 'told'}}) == 'told'


class Raw(rest.Rest):
    """A service that answers with these bytes."""

    def __init__(self, content: bytes) -> None:
        self._content = content

    def _call(self, *_asked: Any, **_more: Any) -> dict[str, Any]:
        answer = transport.Response(urllib3.HTTPResponse(status=200), 'things')
        return rest._decode(answer, self._content, 'GET things')


@pytest.mark.parametrize('content', [
    b'\xff\xfe{}', b'{"things": ["\xff"]}', b'[' * 100_000 + b']' * 100_000, b'{"things": [NaN]}',
    b'{"things": [Infinity]}', b'1' * 10_000, b'7', b'"x"', b'true', b'{', b'{"things": null}',
    b'null', b'{}', b'[]', b'{"things": {}}', b'{"things": "x"}',
    b'{"things": [], "links": null}', b'{"things": [], "links": 7}', b'{"things": [], "next": 7}',
    b'{"things": [], "next": ["x"]}', b'{"things": [], "things_links": "x"}',
    b'{"things": [], "things_links": [null]}', b'{"things": [], "links": [{"rel": 7}]}',
    b'{"things": [], "links": {"next": {}}}', b'{"things": [], "links": {"next": 7}}',
    b'{"things": [], "things_links": [{"rel": "next"}]}',
    b'{"things": [], "things_links": [{"rel": "next", "href": null}]}',
    b'{"things": [], "next": "http://[x"}'])
def test_an_answer_that_is_no_listing_is_garbage(content: bytes) -> None:
    """Point 2: none of these is an empty list, nor the last page of one."""
    with pytest.raises(errors.Garbage):
        list(Raw(content).pages('things', 'things'))


@pytest.mark.parametrize('last', [b'null', b'"x"', b'{"name": 7}', b'{"name": null}'])
def test_a_page_whose_last_member_leads_nowhere(last: bytes) -> None:
    with pytest.raises(errors.Garbage):
        list(Raw(b'{"things": [{"name": "a"}, %s]}' % last).pages(
            'things', 'things', markers={'marker': 'name'}))


@pytest.mark.parametrize(('status', 'error'), [
    (404, errors.NotFound), (410, errors.NotFound), (401, errors.Denied), (403, errors.Denied),
    (400, errors.Conflict), (409, errors.Conflict), (500, errors.Unavailable),
    (503, errors.Unavailable), (429, errors.Unavailable), (0, errors.Unavailable),
    (413, errors.Unavailable), (408, errors.Unavailable), (405, errors.ApiError),
    (406, errors.ApiError)])
def test_for_status(status: int, error: type[errors.ApiError]) -> None:
    assert errors.for_status(status) is error


@pytest.mark.parametrize(('error', 'text'), [
    (errors.Conflict('in use', status=409, request='DELETE network/v2.0/ports/1',
                     request_id='req-1'), '409 in use (DELETE network/v2.0/ports/1) [req-1]'),
    (errors.Unavailable('no answer'), 'no answer'),
    (errors.NotFound('gone', status=404), '404 gone')])
def test_an_error_is_for_people(error: errors.ApiError, text: str) -> None:
    assert str(error) == text


def test_every_error_has_an_exit_code() -> None:
    """Point 6: a failure of any sort never ends with 0."""
    def below(error: type[errors.CleanupError]) -> list[type[errors.CleanupError]]:
        return [error, *(e for child in error.__subclasses__() for e in below(child))]

    assert all(e.exit_code not in (errors.ExitCode.CLEAN,) for e in below(errors.CleanupError))
    assert errors.Refused.exit_code == 3
