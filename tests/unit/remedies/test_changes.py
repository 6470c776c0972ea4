"""What a remedy changes in a database: all of it or nothing, counted, saved and noted before."""
import concurrent.futures
import json
import pathlib
from typing import Any

import pytest

from tempest_cleanup import errors
from tempest_cleanup.model import Resource
from tempest_cleanup.remedies import saved_rows
from tempest_cleanup.remedies.changes import Databases
from tempest_cleanup.remedies.statements import ONE, Rows, Statement
from tests.unit.remedies import stores

TO_ERROR = 'UPDATE load_balancer SET provisioning_status = :error WHERE id = :id'
LISTENERS = 'DELETE FROM listener WHERE load_balancer_id = :id'


@pytest.fixture
def where(tmp_path: pathlib.Path) -> str:
    found = stores.url(tmp_path)
    stores.fill(found)
    return found


def balancer(name: str) -> Resource:
    return Resource('loadbalancers', name, 'web')


def to_error(name: str, rows: Rows = ONE) -> Statement:
    return Statement('octavia', TO_ERROR, {'error': 'ERROR', 'id': name}, rows)


def saved(folder: pathlib.Path) -> list[dict[str, Any]]:
    path = folder / saved_rows.NAME
    return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []


def test_a_change(tmp_path: pathlib.Path, where: str) -> None:
    noted = stores.Noted()
    stores.databases(tmp_path).change(noted, balancer('a'), (
        Statement('octavia', LISTENERS, {'id': 'a'}, Rows(0, 5)), to_error('a')))
    assert stores.rows(where) == [('a', 'ERROR'), ('b', 'PENDING_UPDATE'), ('c', 'ACTIVE')]
    assert stores.rows(where, 'SELECT id FROM listener') == []
    assert [r.split(': ')[0] for r in noted.requests] == ['SQL octavia'] * 2
    assert noted.answers == [(0, '', '')] * 2


def test_the_rows_are_saved_as_they_were(tmp_path: pathlib.Path, where: str) -> None:
    """They are on the disk when the first statement is noted, and so before it is sent."""
    seen: list[int] = []
    noted = stores.Noted(lambda _request: seen.append(len(saved(tmp_path))))
    stores.databases(tmp_path).change(noted, balancer('a'), (
        Statement('octavia', LISTENERS, {'id': 'a'}, Rows(0, 5)), to_error('a')))
    assert seen == [2, 2]
    children, parent, end = saved(tmp_path)
    assert [row['id'] for row in children['rows']] == [0, 1, 2]
    assert parent['rows'] == [{'id': 'a', 'provisioning_status': 'PENDING_UPDATE',
                               'secret': {'base64': 'AP8='}, 'created_at': None}]
    assert (parent['about'], parent['table']) == ('loadbalancers web a', 'load_balancer')
    assert parent['statement'] == TO_ERROR
    assert parent['parameters'] == {'error': 'ERROR', 'id': 'a'}
    assert (end['event'], end['end'], end['change']) == ('end', 'committed', parent['change'])
    assert (tmp_path / saved_rows.NAME).stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(('name', 'rows', 'told'), [
    ('x', Rows(1, 1), 'should change 1 rows, but would change 0'),
    ('a', Rows(2, 3), 'should change 2 to 3 rows, but would change 1')])
def test_another_number_of_rows_than_expected(
    tmp_path: pathlib.Path, where: str, name: str, rows: Rows, told: str,
) -> None:
    """Nothing is even sent."""
    noted = stores.Noted()
    with pytest.raises(errors.RemedyFailed, match=told):
        stores.databases(tmp_path).change(noted, balancer(name), (
            Statement('octavia', LISTENERS, {'id': 'a'}, Rows(0, 5)), to_error(name, rows)))
    assert not noted.requests
    assert len(stores.rows(where, 'SELECT id FROM listener')) == 3


def test_more_rows_than_expected(tmp_path: pathlib.Path, where: str) -> None:
    every = Statement('octavia', 'DELETE FROM listener WHERE id >= 0', {}, Rows(1, 2))
    with pytest.raises(errors.RemedyFailed, match='should change 1 to 2 rows, .* more than 2'):
        stores.databases(tmp_path).change(stores.Noted(), balancer('a'), (every,))
    assert len(stores.rows(where, 'SELECT id FROM listener')) == 3


def test_a_statement_that_changes_others_than_were_read(
    tmp_path: pathlib.Path, where: str,
) -> None:
    """The second's condition is not what it was any more: the first is rolled back, too."""
    listeners = Statement('octavia', 'UPDATE listener SET load_balancer_id = NULL WHERE '
                          'load_balancer_id = :id', {'id': 'a'}, Rows(3, 3))
    noted = stores.Noted()
    with pytest.raises(errors.RemedyFailed, match='has changed 0 rows, though there were 3'):
        stores.databases(tmp_path).change(
            noted, balancer('a'),
            (listeners, Statement('octavia', LISTENERS, {'id': 'a'}, Rows(0, 5))))
    assert stores.rows(where, 'SELECT DISTINCT load_balancer_id FROM listener') == [('a',)]
    assert [answer[2].split(':')[0] for answer in noted.answers] == ['rolled back'] * 2
    assert saved(tmp_path)[-1]['end'] == 'rolled back'


def test_a_statement_that_the_database_refuses(tmp_path: pathlib.Path, where: str) -> None:
    """It still has listeners; what was done before is rolled back."""
    gone = Statement('octavia', 'DELETE FROM load_balancer WHERE id = :id', {'id': 'a'})
    with pytest.raises(errors.RemedyFailed, match='the database refuses: .*(?i:foreign key)'):
        stores.databases(tmp_path).change(
            stores.Noted(), balancer('a'), (to_error('a'), gone))
    assert stores.rows(where)[0] == ('a', 'PENDING_UPDATE')


def test_what_is_not_noted_is_not_done(tmp_path: pathlib.Path, where: str) -> None:
    def full(_request: str) -> None:
        raise errors.FileError('no space left')

    with pytest.raises(errors.RemedyFailed, match=r'no space left \(nothing was changed\)'):
        stores.databases(tmp_path).change(stores.Noted(full), balancer('a'), (to_error('a'),))
    assert stores.rows(where)[0] == ('a', 'PENDING_UPDATE')


def test_what_can_not_be_saved_is_not_done(tmp_path: pathlib.Path, where: str) -> None:
    (tmp_path / saved_rows.NAME).symlink_to(tmp_path / 'elsewhere')
    noted = stores.Noted()
    with pytest.raises(errors.CleanupError, match='it is a symbolic link; remove it'):
        stores.databases(tmp_path).change(noted, balancer('a'), (to_error('a'),))
    assert not noted.requests
    assert not (tmp_path / 'elsewhere').exists()
    assert stores.rows(where)[0] == ('a', 'PENDING_UPDATE')


def test_the_limit_is_of_resources(tmp_path: pathlib.Path, where: str) -> None:
    """What was rolled back does not count, and the same resource counts once."""
    databases = stores.databases(tmp_path, most=1)
    with pytest.raises(errors.RemedyFailed, match='would change 0'):
        databases.change(stores.Noted(), balancer('x'), (to_error('x'),))
    for _ in range(2):
        databases.change(stores.Noted(), balancer('a'), (to_error('a'),))
    with pytest.raises(errors.RemedyFailed, match='--fix-limit 1 is reached'):
        databases.change(stores.Noted(), balancer('b'), (to_error('b'),))
    assert stores.rows(where)[1] == ('b', 'PENDING_UPDATE')


def test_the_limit_holds_among_threads(tmp_path: pathlib.Path, where: str) -> None:
    databases = stores.databases(tmp_path, most=2)

    def fix(name: str) -> bool:
        try:
            databases.change(stores.Noted(), balancer(name), (to_error(name),))
        except errors.RemedyFailed:
            return False
        return True

    with concurrent.futures.ThreadPoolExecutor(3) as pool:
        assert sum(pool.map(fix, 'abc')) == 2
    assert sum(status == 'ERROR' for _, status in stores.rows(where)) == 2


def test_showing_changes_nothing(tmp_path: pathlib.Path, where: str) -> None:
    databases = stores.databases(tmp_path)
    shown = databases.show((to_error('a'),))
    assert [row['provisioning_status'] for row in shown[0].rows] == ['PENDING_UPDATE']
    assert stores.rows(where)[0] == ('a', 'PENDING_UPDATE')
    assert not saved(tmp_path)


def test_two_databases(tmp_path: pathlib.Path, where: str) -> None:
    """The second refuses: the first is as it was."""
    connections = {'octavia': where, 'other': f'sqlite:///{tmp_path / "other.sqlite"}'}
    databases = stores.databases(tmp_path)
    both = Databases(type(databases.connections)(connections), saved_rows.SavedRows(tmp_path),
                     databases._limit)
    with pytest.raises(errors.RemedyFailed, match='other: .* the database refuses'):
        both.change(stores.Noted(), balancer('a'), (
            to_error('a'), Statement('other', LISTENERS, {'id': 'a'}, Rows(0, 5))))
    assert stores.rows(where)[0] == ('a', 'PENDING_UPDATE')
