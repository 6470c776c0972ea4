"""The sentences."""
import datetime

from tempest_cleanup.diagnosis import model, told
from tempest_cleanup.diagnosis.model import Phase, Request, Trail
from tempest_cleanup.diagnosis.tempest_log import Log

AT = datetime.datetime(2026, 11, 26, tzinfo=datetime.UTC)
URL = 'http://h:9696/v2.0/routers/1'


def request(method: str, status: int, path: str = '', error: str = '') -> Request:
    return Request(AT, method, URL + path, status, model.Test('A', '', Phase.CLEANUPS), 1,
                   'req-1', error, 'tempest.log:7')


def test_refusals() -> None:
    """With the answer, the id of the request and the line of the log."""
    trail = Trail(deletions=(request('DELETE', 409, error='Router 1 has ports'),), others=(
        request('GET', 404), request('PUT', 409, '/remove_router_interface', 'in use'),
        request('PUT', 200, '/x'), request('GET', 200)))
    facts = list(told.trail(trail, Log()))
    assert [e.fact for e in facts] == [
        'A (_run_cleanups) asked for its deletion: DELETE /v2.0/routers/1, answered with 409: '
        'Router 1 has ports',
        'A (_run_cleanups) was refused: PUT /v2.0/routers/1/remove_router_interface, answered '
        'with 409: in use',
        'the last other request on it, by A (_run_cleanups): GET /v2.0/routers/1, answered '
        'with 200']
    assert {(e.at, e.request_id, e.where) for e in facts} == {(AT, 'req-1', 'tempest.log:7')}


def test_nobody() -> None:
    """Where Tempest itself did not know who asked."""
    asked = Request(AT, 'POST', URL, 201, model.Test(''))
    first = next(told.trail(Trail(created=asked), Log()))
    assert first.fact.startswith('a test that the log does not name made it with POST')
