"""What the database remedies do with the rows: the same as the services, and never more."""
import pathlib
from typing import Any

import pytest

from tempest_cleanup import errors
from tempest_cleanup.model import Resource
from tempest_cleanup.remedies.base import Rank, Trouble
from tempest_cleanup.remedies.databases import ALL, available, cinder, nova, octavia
from tempest_cleanup.remedies.databases.octavia_usage import OctaviaUsages
from tempest_cleanup.remedies.databases.preview import previews
from tempest_cleanup.services import block_storage, compute, load_balancer
from tests.unit.remedies.services import Nobody, Store, apply

VOLUME = Trouble(Resource('volumes', 'v1', 'vol', status='error_deleting'), failures=3)
SNAPSHOT = Trouble(Resource('snapshots', 's1', 'snap', status='error_deleting'), failures=3)
BACKUP = Trouble(Resource('backups', 'b2', 'back', status='error_deleting'), failures=3)
SERVER = Trouble(Resource('servers', 'i1', 'web', status='ERROR'), failures=3)
KEY_PAIR = Trouble(Resource('keypairs', 'u1/key', 'key', user_id='u1'), failures=3)


def store(folder: pathlib.Path, *remedies: Any) -> Store:
    return Store(folder, {name.replace('*', '1'): schema for remedy in remedies
                          for name, schema in remedy.schemas.items()})


@pytest.mark.parametrize(('trouble', 'fits'), [
    (Trouble(VOLUME.resource, 'no', 400, 3, failures=3), True),
    (Trouble(VOLUME.resource, 'no', 409, 3, failures=3), True),
    (Trouble(VOLUME.resource, 'failed at it', 500, 3, failures=3), True),
    (Trouble(VOLUME.resource, attempts=1, failures=3), True),
    (Trouble(VOLUME.resource, 'it went to error_deleting', 0, 3, 3, failures=3), True),
    (Trouble(VOLUME.resource, 'no', 400, 2, failures=2), False),
    (Trouble(VOLUME.resource, 'not allowed', 403, 3, failures=3), False),
    (Trouble(VOLUME.resource, 'no answer', 0, 3, failures=3), False),
    (Trouble(VOLUME.resource, 'down', 503, 3, failures=3), False),
    (Trouble(Resource('volumes', 'v1', status='available'), 'no', 400, 3, failures=3), False)])
def test_when_it_is_used(tmp_path: pathlib.Path, trouble: Trouble, fits: bool) -> None:
    """Only on what the service itself could not delete, and would not come back from."""
    assert cinder.Volumes(store(tmp_path, cinder.Volumes).hand()).fits(trouble) is fits


def test_each_is_of_the_last_rank_and_says_what_it_does(tmp_path: pathlib.Path) -> None:
    remedies = available(store(tmp_path, *ALL).hand()).remedies
    assert [type(r) for r in remedies] == list(ALL)
    assert {r.rank for r in remedies} == {Rank.DATABASE}
    assert all('database' in r.does for r in remedies)


def test_only_those_whose_databases_are_configured(tmp_path: pathlib.Path) -> None:
    found = available(store(tmp_path, octavia.PendingForEver).hand())
    assert [type(r) for r in found.remedies] == [octavia.PendingForEver]
    assert [type(u) for u in found.usages] == [OctaviaUsages]
    with pytest.raises(errors.ConfigurationError, match='none of the databases that they are for'):
        available(Store(tmp_path, {}).hand())


def volume(into: Store, **differing: Any) -> None:
    into.insert('cinder', 'volumes', **{
        'id': 'v1', 'status': 'error_deleting', 'size': 3, 'project_id': 'p', 'deleted': False,
        'volume_type_id': 't', 'use_quota': True} | differing)
    into.insert('cinder', 'volume_types', id='t', name='fast')
    for resource, count in (('volumes', 2), ('volumes_fast', 1), ('gigabytes', 9),
                            ('gigabytes_fast', 2), ('snapshots', 1), ('backups', 2),
                            ('backup_gigabytes', 6)):
        into.insert('cinder', 'quota_usages', id=resource, project_id='p', resource=resource,
                    in_use=count, deleted=False)


def usages(of: Store) -> dict[str, int]:
    return dict(of.rows('cinder', 'SELECT resource, in_use FROM quota_usages'))


def test_a_volume(tmp_path: pathlib.Path) -> None:
    """A count that is too low already stays: less than nothing is worse than wrong."""
    cloud, into = Nobody(), store(tmp_path, cinder.Volumes, cinder.Backups, cinder.Volumes)
    volume(into)
    into.insert('cinder', 'volume_metadata', id='m', volume_id='v1', deleted=False)
    into.insert('cinder', 'volume_metadata', id='n', volume_id='v2', deleted=False)
    apply(cinder.Volumes(into.hand()), block_storage.Volumes, VOLUME, cloud)
    assert into.rows('cinder', 'SELECT status, deleted, deleted_at IS NULL, terminated_at IS '
                     'NULL FROM volumes') == [('deleted', 1, 0, 0)]
    assert into.rows('cinder', 'SELECT id, deleted FROM volume_metadata ORDER BY id') == [
        ('m', 1), ('n', 0)]
    assert usages(into) == {'volumes': 1, 'volumes_fast': 0, 'gigabytes': 6, 'gigabytes_fast': 2,
                            'snapshots': 1, 'backups': 2, 'backup_gigabytes': 6}
    assert all(request.startswith('SQL cinder: UPDATE ') for request in cloud.noted)


def test_a_volume_that_does_not_count(tmp_path: pathlib.Path) -> None:
    into = store(tmp_path, cinder.Volumes)
    volume(into, use_quota=False)
    apply(cinder.Volumes(into.hand()), block_storage.Volumes, VOLUME)
    assert usages(into)['volumes'] == 2


@pytest.mark.parametrize(('table', 'values'), [
    ('snapshots', {'id': 's', 'volume_id': 'v1', 'deleted': False}),
    ('volume_attachment', {'id': 'a', 'volume_id': 'v1', 'deleted': False,
                           'attach_status': 'attached'})])
def test_a_volume_that_something_stands_on(
    tmp_path: pathlib.Path, table: str, values: dict[str, Any],
) -> None:
    into = store(tmp_path, cinder.Volumes)
    volume(into)
    into.insert('cinder', table, **values)
    with pytest.raises(errors.RemedyFailed, match='or has snapshots or is attached'):
        apply(cinder.Volumes(into.hand()), block_storage.Volumes, VOLUME)
    assert into.rows('cinder', 'SELECT status FROM volumes') == [('error_deleting',)]
    assert usages(into)['volumes'] == 2


def test_a_volume_that_has_recovered(tmp_path: pathlib.Path) -> None:
    """The listing that showed it was of before."""
    into = store(tmp_path, cinder.Volumes)
    volume(into, status='available')
    with pytest.raises(errors.RemedyFailed, match='it is not being deleted any more'):
        apply(cinder.Volumes(into.hand()), block_storage.Volumes, VOLUME)


@pytest.mark.parametrize(('gigabytes', 'left'), [(9, 7), (3, 3)],
                         ids=['counted', 'no_snapshot_gb_quota'])
def test_a_snapshot(tmp_path: pathlib.Path, gigabytes: int, left: int) -> None:
    """Whether the size of snapshots counts is up to Cinder's configuration."""
    into = store(tmp_path, cinder.Snapshots)
    volume(into, status='available')
    into.insert('cinder', 'snapshots', id='s1', volume_id='v1', status='error_deleting',
                volume_size=2, project_id='p', use_quota=True, deleted=False)
    with into._engine('cinder').begin() as connection:
        connection.exec_driver_sql(
            f"UPDATE quota_usages SET in_use = {gigabytes} WHERE resource = 'gigabytes'")
    apply(cinder.Snapshots(into.hand()), block_storage.Snapshots, SNAPSHOT)
    assert into.rows('cinder', 'SELECT status, deleted FROM snapshots') == [('deleted', 1)]
    assert (usages(into)['gigabytes'], usages(into)['snapshots']) == (left, 0)
    assert usages(into)['volumes'] == 2


def backups(into: Store) -> None:
    """One, one built upon it, and one built upon that."""
    for name, parent, children in (('b1', None, 1), ('b2', 'b1', 1), ('b3', 'b2', 0)):
        into.insert('cinder', 'backups', id=name, parent_id=parent, status='error_deleting',
                    size=2, project_id='p', num_dependent_backups=children, deleted=False)


def test_a_backup_that_others_are_built_upon(tmp_path: pathlib.Path) -> None:
    into = store(tmp_path, cinder.Backups)
    backups(into)
    with pytest.raises(errors.RemedyFailed, match='other backups are built upon it'):
        apply(cinder.Backups(into.hand()), block_storage.Backups, BACKUP)


def test_a_backup(tmp_path: pathlib.Path) -> None:
    into = store(tmp_path, cinder.Backups)
    backups(into)
    last = Trouble(Resource('backups', 'b3', status='error_deleting'), failures=3)
    apply(cinder.Backups(into.hand()), block_storage.Backups, last)
    assert into.rows('cinder', 'SELECT id, status, num_dependent_backups FROM backups '
                     'ORDER BY id') == [
        ('b1', 'error_deleting', 1), ('b2', 'error_deleting', 0), ('b3', 'deleted', 0)]


def server(into: Store, cell: str) -> None:
    into.insert(cell, 'instances', id=7, uuid='i1', vm_state='error', deleted=0)
    into.insert(cell, 'block_device_mapping', id=5, instance_uuid='i1', deleted=0)
    into.insert(cell, 'tags', resource_id='i1')


def test_a_server(tmp_path: pathlib.Path) -> None:
    into = store(tmp_path, nova.Servers)
    server(into, 'nova_cell1')
    into.insert('nova_api', 'instance_mappings', id=1, instance_uuid='i1', queued_for_delete=False)
    apply(nova.Servers(into.hand()), compute.Servers, SERVER)
    assert into.rows('nova_cell1', 'SELECT vm_state, deleted FROM instances') == [('deleted', 7)]
    assert into.rows('nova_cell1', 'SELECT deleted FROM block_device_mapping') == [(5,)]
    assert not into.rows('nova_cell1', 'SELECT * FROM tags')
    assert into.rows('nova_api', 'SELECT queued_for_delete FROM instance_mappings') == [(1,)]


def test_a_server_of_an_unknown_cell(tmp_path: pathlib.Path) -> None:
    into = store(tmp_path, nova.Servers)
    with pytest.raises(errors.RemedyFailed, match='0 of the configured databases nova_cell'):
        apply(nova.Servers(into.hand()), compute.Servers, SERVER)


def test_a_server_without_a_mapping(tmp_path: pathlib.Path) -> None:
    """The other database does not have what it should: nothing is done in the first, either."""
    into = store(tmp_path, nova.Servers)
    server(into, 'nova_cell1')
    with pytest.raises(errors.RemedyFailed, match='should change 1 rows, but would change 0'):
        apply(nova.Servers(into.hand()), compute.Servers, SERVER)
    assert into.rows('nova_cell1', 'SELECT vm_state, deleted FROM instances') == [('error', 0)]


@pytest.mark.parametrize('exists', [True, False])
def test_a_key_pair(tmp_path: pathlib.Path, exists: bool) -> None:
    into = store(tmp_path, nova.KeyPairs)
    for number, user in enumerate(('u1', 'u2')):
        into.insert('nova_api', 'key_pairs', id=number, user_id=user, name='key')
    cloud, remedy = Nobody(lambda _path: {} if exists else None), nova.KeyPairs(into.hand())
    if exists:
        with pytest.raises(errors.RemedyFailed, match='its user exists'):
            apply(remedy, compute.Keypairs, KEY_PAIR, cloud)
    else:
        apply(remedy, compute.Keypairs, KEY_PAIR, cloud)
    left = into.rows('nova_api', 'SELECT user_id FROM key_pairs')
    assert left == ([('u1',), ('u2',)] if exists else [('u2',)])


@pytest.mark.parametrize(('status', 'updated', 'changed'), [
    ('PENDING_UPDATE', '2020-01-01 00:00:00', True),
    ('PENDING_DELETE', '2020-01-01 00:00:00', True),
    ('PENDING_UPDATE', '2999-01-01 00:00:00', False),
    ('ACTIVE', '2020-01-01 00:00:00', False)])
def test_a_load_balancer(
    tmp_path: pathlib.Path, status: str, updated: str, changed: bool,
) -> None:
    into = store(tmp_path, octavia.PendingForEver)
    into.insert('octavia', 'load_balancer', id='l', provisioning_status=status,
                updated_at=updated)
    remedy = octavia.PendingForEver(into.hand())
    trouble = Trouble(Resource('loadbalancers', 'l', status=status), failures=3)
    if changed:
        apply(remedy, load_balancer.LoadBalancers, trouble)
    else:
        with pytest.raises(errors.RemedyFailed, match='not pending any more, or only since'):
            apply(remedy, load_balancer.LoadBalancers, trouble)
    assert into.rows('octavia', 'SELECT provisioning_status FROM load_balancer') == [
        ('ERROR' if changed else status,)]


def test_a_preview_changes_nothing(tmp_path: pathlib.Path) -> None:
    """And shows no column that the remedy does not use."""
    into = store(tmp_path, cinder.Volumes)
    volume(into)
    with into._engine('cinder').begin() as connection:
        connection.exec_driver_sql('ALTER TABLE volumes ADD COLUMN provider_auth TEXT')
        connection.exec_driver_sql("UPDATE volumes SET provider_auth = 'CHAP hush-hush'")
    found = previews((cinder.Volumes(into.hand()),), {'volumes': block_storage.Volumes(Nobody())},
                     (VOLUME.resource, Resource('volumes', 'v9', status='error_deleting'),
                      Resource('volumes', 'v3', status='available')))
    shown, lost = found
    assert shown.shown[0].rows[0]['status'] == 'error_deleting'
    assert 'hush' not in '\n'.join(shown.lines())
    assert 'cinder: UPDATE volumes SET' in '\n'.join(shown.lines())
    assert lost.refusal == 'cinder has 0 rows of it, not 1: nothing was changed'
    assert into.rows('cinder', 'SELECT status FROM volumes') == [('error_deleting',)]
