"""What a project uses in Cinder: counted as Cinder would, and only ever downwards."""
import pathlib
from typing import Any

import pytest

from tempest_cleanup import errors
from tempest_cleanup.model import Resource
from tempest_cleanup.remedies.databases.cinder_usage import CinderUsages
from tempest_cleanup.remedies.databases.usage import Ghosts
from tests.unit.remedies.services import Nobody, Store

PROJECT = Resource('projects', 'p', 'kept')


@pytest.fixture
def store(tmp_path: pathlib.Path) -> Store:
    """Two volumes of 3 and 4 GB, one of them fast, with a snapshot of 4; a backup, a group."""
    into = Store(tmp_path, {'cinder': CinderUsages.schema})
    into.insert('cinder', 'volume_types', id='t', name='fast_ssd')
    volume(into, 'v1', 3, volume_type_id='t')
    volume(into, 'v2', 4)
    into.insert('cinder', 'snapshots', id='s1', project_id='p', volume_id='v2', volume_size=4,
                deleted=False, use_quota=True)
    into.insert('cinder', 'backups', id='b1', project_id='p', size=2, deleted=False)
    into.insert('cinder', 'groups', id='g1', project_id='p', deleted=False)
    # What does not count: another project's, deleted ones, and Cinder's own.
    volume(into, 'v3', 100, project_id='q')
    volume(into, 'v4', 100, deleted=True)
    volume(into, 'v5', 100, use_quota=False)
    return into


def volume(into: Store, name: str, size: int, **more: Any) -> None:
    into.insert('cinder', 'volumes', **{
        'id': name, 'project_id': 'p', 'size': size, 'volume_type_id': 'other',
        'deleted': False, 'use_quota': True} | more)


def count(into: Store, counted: dict[str, int], project: str = 'p') -> None:
    for what, number in counted.items():
        into.insert('cinder', 'quota_usages', id=f'{project}-{what}', project_id=project,
                    resource=what, in_use=number, deleted=False)


def found(store: Store) -> dict[str, tuple[int, int]]:
    return {g.what: (g.counted, g.there) for g in CinderUsages(store.hand()).of(PROJECT)}


def test_what_counts_right_is_left(store: Store) -> None:
    count(store, {
        'volumes': 2, 'volumes_fast_ssd': 1, 'gigabytes': 11, 'gigabytes_fast_ssd': 3,
        'snapshots': 1, 'snapshots_fast_ssd': 0, 'backups': 1, 'backup_gigabytes': 2,
        'groups': 1})
    assert not found(store)


def test_what_counts_more_than_there_is(store: Store) -> None:
    count(store, {
        'volumes': 3, 'volumes_fast_ssd': 2, 'gigabytes': 12, 'gigabytes_fast_ssd': 4,
        'snapshots': 2, 'snapshots_fast_ssd': 1, 'backups': 2, 'backup_gigabytes': 3,
        'groups': 2, 'volumes_gone': 1})
    assert found(store) == {
        'volumes': (3, 2), 'volumes_fast_ssd': (2, 1), 'gigabytes': (12, 11),
        'gigabytes_fast_ssd': (4, 3), 'snapshots': (2, 1), 'snapshots_fast_ssd': (1, 0),
        'backups': (2, 1), 'backup_gigabytes': (3, 2), 'groups': (2, 1), 'volumes_gone': (1, 0)}


@pytest.mark.parametrize('counts', [
    {'volumes': 1}, {'gigabytes': 7}, {'gigabytes': 10}, {'consistencygroups': 5}],
    ids=['too low', 'no_snapshot_gb_quota', 'not known', 'another service of old'])
def test_what_is_not_known_to_be_wrong_is_left(store: Store, counts: dict[str, int]) -> None:
    count(store, counts)
    assert not found(store)


def test_a_count_that_is_there_twice_is_left(store: Store) -> None:
    """Nobody knows which one Cinder takes; ``cinder-manage quota sync`` makes them one."""
    count(store, {'volumes': 3})
    store.insert('cinder', 'quota_usages', id='x', project_id='p', resource='volumes', in_use=3,
                 deleted=False)
    assert not found(store)


def counts(store: Store) -> dict[str, int]:
    return dict(store.rows('cinder', 'SELECT id, in_use FROM quota_usages'))


def only(usages: CinderUsages) -> Ghosts:
    found, = usages.of(PROJECT)
    return found


@pytest.mark.parametrize(('what', 'counted', 'right'), [
    ('volumes', 3, 2), ('gigabytes_fast_ssd', 9, 3), ('gigabytes', 12, 11), ('groups', 4, 1)])
def test_it_is_counted_anew(store: Store, what: str, counted: int, right: int) -> None:
    """That one alone, and it is noted."""
    count(store, {'snapshots': 1, what: counted})
    count(store, {what: counted}, 'q')
    cloud, usages = Nobody(), CinderUsages(store.hand())
    shown, = usages.show(only(usages))
    assert [row['in_use'] for row in shown.rows] == [counted]
    usages.mend(cloud.changing, only(usages))
    assert counts(store) == {'p-snapshots': 1, f'p-{what}': right, f'q-{what}': counted}
    assert [request[:40] for request in cloud.noted] == [
        'SQL cinder: UPDATE quota_usages SET in_u']


def test_not_while_something_changes(store: Store) -> None:
    count(store, {'volumes': 3})
    usages = CinderUsages(store.hand())
    ghosts = only(usages)
    volume(store, 'v9', 1)
    with pytest.raises(errors.RemedyFailed, match='it has changed meanwhile'):
        usages.mend(Nobody().changing, ghosts)
    assert counts(store) == {'p-volumes': 3}


@pytest.mark.parametrize(('expire', 'done'), [
    ('2999-01-01 00:00:00', False), ('2020-01-01 00:00:00', True)])
def test_not_while_a_request_counts(store: Store, expire: str, done: bool) -> None:
    """A deletion takes the volume away, and then counts down. One that died is no such request
    when its reservation has expired."""
    count(store, {'volumes': 3})
    store.insert('cinder', 'reservations', id='r', usage_id='p-volumes', deleted=False,
                 expire=expire)
    usages = CinderUsages(store.hand())
    if done:
        usages.mend(Nobody().changing, only(usages))
    else:
        with pytest.raises(errors.RemedyFailed, match='a request is under way that counts'):
            usages.mend(Nobody().changing, only(usages))
    assert counts(store) == {'p-volumes': 2 if done else 3}


def test_a_schema_that_is_not_known(store: Store) -> None:
    with store._engine('cinder').begin() as connection:
        connection.exec_driver_sql('ALTER TABLE volumes DROP COLUMN use_quota')
    with pytest.raises(errors.RemedyFailed, match='volumes has no column use_quota'):
        CinderUsages(store.hand()).check()
