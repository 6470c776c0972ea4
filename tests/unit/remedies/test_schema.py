"""A schema that is not known is refused by name, before anything is touched."""
import pathlib

import pytest
import sqlalchemy as sa

from tempest_cleanup import errors
from tempest_cleanup.remedies.databases import schema
from tempest_cleanup.remedies.databases.base import columns
from tempest_cleanup.remedies.databases.schema import Layout, Layouts, Schema, Table
from tempest_cleanup.remedies.sql import Connections
from tests.unit.remedies import stores

KNOWN = Schema((Table('load_balancer', columns('id', 'provisioning_status'),
                      columns('listener')),))
LAYOUT = Layout({'load_balancer': columns('id', 'provisioning_status', 'name'),
                 'listener': columns('id', 'load_balancer_id')},
                {'load_balancer': columns('listener')}, 'abc')


@pytest.mark.parametrize(('known', 'told'), [
    (KNOWN, []),
    (Schema((Table('load_balancer', columns('id', 'status'), columns('listener')),)),
     ['load_balancer has no column status']),
    (Schema((Table('balancers', columns('id')),)), ['there is no table balancers']),
    (Schema((Table('load_balancer', columns('id'), columns('pool')),)),
     ['listener refers to load_balancer']),
    (Schema((Table('load_balancer', columns('id')),)), []),
    (Schema((), {'load_balancer_id': columns('pool')}),
     ['listener has a column load_balancer_id']),
    (Schema((), {'load_balancer_id': columns('pool', 'listener')}), []),
    (Schema((), some_releases=(Table('amphora', columns('id')),)), []),
    (Schema((), some_releases=(Table('listener', columns('id', 'port')),)),
     ['listener has no column port'])],
    ids=['as known', 'column', 'table', 'refers', 'only read', 'mentions', 'known mention',
         'of another release', 'of this release, and other'])
def test_what_is_not_known(known: Schema, told: list[str]) -> None:
    assert schema.unknown(known, LAYOUT) == told


def test_the_columns_that_may_be_shown() -> None:
    assert KNOWN.shown('load_balancer') == {'id', 'provisioning_status'}
    assert not KNOWN.shown('listener')


def test_a_real_database(tmp_path: pathlib.Path) -> None:
    where = stores.url(tmp_path)
    stores.fill(where)
    layouts = Layouts(Connections({'octavia': where}))
    layouts.check('octavia', KNOWN)
    with pytest.raises(errors.RemedyFailed, match=(
            r'the schema of octavia \(alembic revision not noted\) is not known: listener refers '
            'to load_balancer. Nothing was changed')):
        layouts.check('octavia', Schema((Table('load_balancer', columns('id'), columns()),)))


def test_the_revision_is_told(tmp_path: pathlib.Path) -> None:
    """Neutron has two."""
    engine = sa.create_engine(f'sqlite:///{tmp_path / "x.sqlite"}', poolclass=sa.NullPool)
    with engine.begin() as connection:
        connection.execute(sa.text('CREATE TABLE alembic_version (version_num TEXT)'))
        connection.execute(sa.text("INSERT INTO alembic_version VALUES ('b2'), ('a1')"))
    with engine.connect() as connection:
        assert schema.read(connection).revision == 'a1, b2'
