"""SQL statements of an operator: bound parameters, one row, or nothing."""
import dataclasses
import pathlib
from types import SimpleNamespace
from typing import Any, cast

import pytest

from tempest_cleanup import errors
from tempest_cleanup.remedies.base import Trouble
from tempest_cleanup.services.base import ResourceService
from tests.unit.remedies.operator.written import BALANCER, SQL, load, only
from tests.unit.remedies.stores import Noted, fill, rows, url

SET = "UPDATE load_balancer SET provisioning_status = 'ERROR' "


def sql(folder: pathlib.Path, statement: str, **more: Any) -> Any:
    remedy, = load(folder, only('sql', SQL | {'statement': statement, **more}))
    return remedy


def kind(noted: Noted) -> ResourceService:
    return cast(ResourceService, SimpleNamespace(cloud=SimpleNamespace(changing=noted)))


@pytest.mark.parametrize(('statement', 'told'), [
    (SET + "WHERE id = '{id}'", '{id} is not replaced in a statement: write :id'),
    (SET + 'WHERE id = %(id)s', '%( is not replaced'),
    (SET + 'WHERE id = %s', '%s is not replaced'),
    (SET + "WHERE id = ':id'", "':id' is not replaced within quotes"),
    (SET + 'WHERE id = :uuid', 'there is no field :uuid; there are :id, :name'),
    (SET, 'is not "UPDATE table SET'),
    (SET + 'WHERE 1 = 1', 'neither :id nor :name'),
    (SET + 'WHERE project_id = :project_id', 'neither :id nor :name'),
    (SET + 'WHERE id = :id; DROP TABLE load_balancer', 'is not "UPDATE'),
    ('SELECT * FROM load_balancer WHERE id = :id', 'is not "UPDATE'),
    ('DROP TABLE load_balancer', 'is not "UPDATE'),
])
def test_a_statement_that_is_refused(
    statement: str, told: str, tmp_path: pathlib.Path,
) -> None:
    with pytest.raises(errors.FileError) as raised:
        sql(tmp_path, statement)
    assert 'sql.statement: ' in str(raised.value)
    assert told in str(raised.value)


@pytest.mark.parametrize('statement', [
    SET + "WHERE id = :id AND provisioning_status LIKE 'PENDING%'",
    SET + "WHERE name = :name AND note LIKE '%shadow'",
    'DELETE FROM load_balancer WHERE id = :id AND project_id = :project_id'])
def test_a_statement_that_is_one(statement: str, tmp_path: pathlib.Path) -> None:
    assert sql(tmp_path, statement)


def test_it_changes_the_row_of_the_resource_and_no_other(tmp_path: pathlib.Path) -> None:
    fill(url(tmp_path))
    noted = Noted()
    remedy = sql(tmp_path, SET + "WHERE id = :id AND provisioning_status LIKE 'PENDING%'")
    remedy.apply(kind(noted), Trouble(BALANCER))
    assert rows(url(tmp_path)) == [('a', 'ERROR'), ('b', 'PENDING_UPDATE'), ('c', 'ACTIVE')]
    assert len(noted.requests) == 1
    assert 'SQL octavia: UPDATE load_balancer' in noted.requests[0]
    assert (tmp_path / 'cleanup_rows.jsonl').exists(), 'the row as it was'


@pytest.mark.parametrize(('identifier', 'statement', 'count'), [
    ('c', SET + "WHERE id = :id AND provisioning_status LIKE 'PENDING%'", 1),
    ("' OR '1' = '1", SET + 'WHERE id = :id', 1),
    ('a', SET + 'WHERE id = :id', 2),
    ('a', SET + 'WHERE id = :id OR 1 = 1', 1)])
def test_another_count_changes_nothing(
    identifier: str, statement: str, count: int, tmp_path: pathlib.Path,
) -> None:
    fill(url(tmp_path))
    before = rows(url(tmp_path))
    remedy = sql(tmp_path, statement, rows=count)
    resource = dataclasses.replace(BALANCER, id=identifier)
    with pytest.raises(errors.RemedyFailed, match='nothing was changed'):
        remedy.apply(kind(Noted()), Trouble(resource))
    assert rows(url(tmp_path)) == before


def test_a_field_that_the_resource_lacks_sends_nothing(tmp_path: pathlib.Path) -> None:
    fill(url(tmp_path))
    noted = Noted()
    remedy = sql(tmp_path, SET + 'WHERE id = :id AND name = :user_id')
    with pytest.raises(errors.RemedyFailed, match='it has no user_id'):
        remedy.apply(kind(noted), Trouble(BALANCER))
    assert not noted.requests
