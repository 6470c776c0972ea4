"""What may be said to a database: only what can be read, counted and saved before."""
import pytest

from tempest_cleanup import errors
from tempest_cleanup.remedies.statements import ONE, Rows, Statement, parse


@pytest.mark.parametrize(('text', 'table', 'where'), [
    ('UPDATE load_balancer SET a = :error WHERE id = :id', 'load_balancer', 'id = :id'),
    ('delete from "key_pairs"\n where user_id = :id and name = :name', '"key_pairs"',
     'user_id = :id and name = :name'),
    ("UPDATE `t` SET a = ' WHERE x', b = (SELECT 1 WHERE 1) WHERE id IN (SELECT id FROM u "
     "WHERE v = 'LIMIT;')", '`t`', "id IN (SELECT id FROM u WHERE v = 'LIMIT;')"),
    ('UPDATE t SET a = "x WHERE y" WHERE "where" = 1', 't', '"where" = 1'),
])
def test_what_it_changes(text: str, table: str, where: str) -> None:
    parts = parse(text)
    assert (parts.table, parts.where) == (table, where)


@pytest.mark.parametrize('text', [
    '', 'SELECT 1', 'DROP TABLE t', 'UPDATE t SET a = 1', 'DELETE FROM t',
    'UPDATE t, u SET t.a = 1 WHERE t.id = u.id', 'UPDATE octavia.t SET a = 1 WHERE id = 1',
    'DELETE FROM t WHERE id = 1; DROP TABLE t', 'DELETE FROM t WHERE id = 1 -- and more',
    'DELETE FROM t WHERE id = 1 LIMIT 1', 'UPDATE t SET a = 1 WHERE id = 1 ORDER BY id',
    'DELETE FROM t WHERE id = 1 RETURNING id', 'DELETE FROM t /* */ WHERE id = 1',
    'DELETE FROM t WHERE id = 1 # more', 'DELETE t FROM t JOIN u WHERE 1',
    "UPDATE t SET a = 'x\\' WHERE b = ' WHERE id = 1", 'UPDATE t AS x SET a = 1 WHERE x.id = 1',
    "DELETE FROM t'x' WHERE id = 1",
])
def test_what_is_refused(text: str) -> None:
    with pytest.raises(errors.ConfigurationError, match='is not "UPDATE table SET'):
        parse(text)


def test_parameters() -> None:
    """A cast of PostgreSQL's is none; what a part uses is bound to it."""
    statement = Statement(
        'octavia', 'UPDATE t SET a = :new WHERE id = :id AND b::text = :id',
        {'new': 'ERROR', 'id': 7, 'name': 'not used'})
    assert statement.bound == {'new': 'ERROR', 'id': 7}
    assert statement.bound_to(statement.parts.where) == {'id': 7}
    assert str(statement) == ("octavia: UPDATE t SET a = :new WHERE id = :id AND b::text = :id "
                              "[id='7', new='ERROR']")


def test_a_parameter_without_a_value() -> None:
    with pytest.raises(errors.ConfigurationError, match='no value for name'):
        Statement('octavia', 'DELETE FROM t WHERE id = :id AND name = :name', {'id': 1})


def test_rows() -> None:
    assert (str(ONE), str(Rows(0, 5))) == ('1', '0 to 5')
