"""What Tempest's log proves."""
import pytest

from tempest_cleanup.diagnosis import model
from tempest_cleanup.diagnosis.model import Phase, Request, Trail
from tempest_cleanup.diagnosis.proof import changed, created
from tempest_cleanup.model import Key
from tests.unit.clouds import NOW

KEY = Key('servers', 's1')
BY, OTHER = model.Test('ServersTestJSON', 'test_create'), model.Test('B', 'c')


def request(method: str, status: int = 200, test: model.Test = BY) -> Request:
    return Request(NOW, method, 'http://cloud/servers/s1', status, test)


@pytest.mark.parametrize(('trail', 'made', 'moved'), [
    (Trail(created=request('POST')), 'ServersTestJSON.test_create', ''),
    (Trail(created=request('POST', test=model.Test('A', phase=Phase.SET_UP_CLASS))),
     'A (setUpClass)', ''),
    (Trail(created=request('POST', 500)), '', ''),
    (Trail(created=request('POST', test=model.Test(''))), '', ''),
    (Trail(), '', ''), (Trail(deletions=(request('DELETE'),)), '', ''),
    (Trail(others=(request('GET'), request('PUT'))), '', 'ServersTestJSON.test_create'),
    (Trail(others=(request('GET'), request('PATCH', 409))), '', ''),
    (Trail(others=(request('PUT', test=model.Test('')), request('POST', test=OTHER))), '', 'B.c')])
def test_what_a_log_proves(trail: Trail, made: str, moved: str) -> None:
    """By a test, and with success: what this tool itself asked for proves nothing."""
    trails = {KEY: trail}
    assert created(trails) == ({KEY: f'created by {made} in tempest.log'} if made else {})
    assert changed(trails) == ({KEY: f'changed by {moved} in tempest.log'} if moved else {})
