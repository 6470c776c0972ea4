"""Database remedies for what ties things together: attachments, stacks, allocations."""
import pathlib
from typing import Any

import pytest

from tempest_cleanup import errors
from tempest_cleanup.model import Resource
from tempest_cleanup.remedies.base import Trouble
from tempest_cleanup.remedies.databases import attachments, heat, placement
from tempest_cleanup.services import block_storage, orchestration
from tempest_cleanup.services import placement as placement_service
from tests.unit.remedies.services import Nobody, Store, apply

ATTACHMENT = Trouble(Resource('volume_attachments', 'a1', status='detaching'), failures=3)
STACK = Trouble(Resource('stacks', 'root', 'stack', status='DELETE_FAILED'), failures=3)
ALLOCATION = Trouble(Resource('placement_allocations', 'i1'), failures=3)


def attached(folder: pathlib.Path, *others: str) -> Store:
    """A volume with an attachment to a server, and others to other servers."""
    remedy = attachments.Attachments
    store = Store(folder, remedy.schemas | {
        'nova_cell1': remedy.optional_schemas['nova_cell*']})
    store.insert('cinder', 'volumes', id='v1', status='in-use', attach_status='attached',
                 deleted=False)
    for number, status in enumerate(('attached', *others), 1):
        store.insert('cinder', 'volume_attachment', id=f'a{number}', volume_id='v1',
                     instance_uuid=f'i{number}', attach_status=status, deleted=False)
    store.insert('cinder', 'volume_admin_metadata', id=1, volume_id='v1', key='attached_mode',
                 deleted=False)
    for number in (1, 2):
        store.insert('nova_cell1', 'instances', id=number, uuid=f'i{number}', deleted=0)
        store.insert('nova_cell1', 'block_device_mapping', id=number, deleted=0,
                     instance_uuid=f'i{number}', volume_id='v1')
    return store


def mappings(store: Store) -> list[tuple[Any, ...]]:
    return store.rows('nova_cell1', 'SELECT deleted FROM block_device_mapping ORDER BY id')


@pytest.mark.parametrize(('others', 'volume'), [
    ((), ('available', 'detached')), (('attached',), ('in-use', 'attached')),
    (('error_attaching',), ('available', 'detached')),
    (('reserved', 'detaching'), ('detaching', 'detaching'))])
def test_an_attachment_of_a_server_that_is_gone(
    tmp_path: pathlib.Path, others: tuple[str, ...], volume: tuple[str, str],
) -> None:
    """The volume is what its other attachments make it. Nova has nothing to be told."""
    store = attached(tmp_path, *others)
    apply(attachments.Attachments(store.hand()), block_storage.VolumeAttachments, ATTACHMENT)
    assert store.rows('cinder', 'SELECT id, attach_status FROM volume_attachment WHERE deleted') \
        == [('a1', 'detached')]
    assert store.rows('cinder', 'SELECT status, attach_status FROM volumes') == [volume]
    assert mappings(store) == [(0,), (0,)]


def test_an_attachment_of_a_server_that_is_off(tmp_path: pathlib.Path) -> None:
    store = attached(tmp_path)
    cloud = Nobody(lambda _path: {'server': {'status': 'SHUTOFF'}})
    apply(attachments.Attachments(store.hand()), block_storage.VolumeAttachments, ATTACHMENT,
          cloud)
    assert mappings(store) == [(1,), (0,)]
    assert store.rows('cinder', 'SELECT status FROM volumes') == [('available',)]


@pytest.mark.parametrize(('status', 'told'), [
    ('ACTIVE', 'its server i1 is ACTIVE: what runs there may write'),
    ('SHUTOFF', '0 of the configured databases nova_cell')])
def test_an_attachment_that_stays(tmp_path: pathlib.Path, status: str, told: str) -> None:
    """Of a server that runs, or of a cell that is not configured."""
    store = attached(tmp_path)
    if status == 'SHUTOFF':
        del store.urls['nova_cell1']
    with pytest.raises(errors.RemedyFailed, match=told):
        apply(attachments.Attachments(store.hand()), block_storage.VolumeAttachments, ATTACHMENT,
              Nobody(lambda _path: {'server': {'status': status}}))
    assert store.rows('cinder', 'SELECT status FROM volumes') == [('in-use',)]


def stack(folder: pathlib.Path, **root: Any) -> Store:
    """A stack with one below, and another that has its credentials from elsewhere."""
    store = Store(folder, heat.Stacks.schemas)
    for identifier, owner, creds in (('root', None, 1), ('below', 'root', 1), ('other', None, 2)):
        store.insert('heat', 'stack', **{
            'id': identifier, 'owner_id': owner, 'user_creds_id': creds, 'action': 'DELETE',
            'status': 'FAILED'} | (root if identifier == 'root' else {}))
        store.insert('heat', 'resource', id=f'{identifier}-r', stack_id=identifier,
                     attr_data_id=f'{identifier}-d')
        store.insert('heat', 'resource_data', id=f'{identifier}-x',
                     resource_id=f'{identifier}-r')
        store.insert('heat', 'resource_properties_data', id=f'{identifier}-d')
    for creds in (1, 2):
        store.insert('heat', 'user_creds', id=creds)
    return store


def left(store: Store) -> dict[str, list[str]]:
    return {table: [str(row[0]) for row in store.rows('heat', f'SELECT id FROM {table}')]
            for table in ('resource', 'resource_data', 'resource_properties_data', 'user_creds')}


def test_a_stack_and_those_below(tmp_path: pathlib.Path) -> None:
    store = stack(tmp_path)
    apply(heat.Stacks(store.hand()), orchestration.Stacks, STACK)
    assert store.rows('heat', 'SELECT id FROM stack WHERE deleted_at IS NULL') == [('other',)]
    assert left(store) == {'resource': ['other-r'], 'resource_data': ['other-x'],
                           'resource_properties_data': ['other-d'], 'user_creds': ['2']}


def test_credentials_that_another_stack_has(tmp_path: pathlib.Path) -> None:
    store = stack(tmp_path)
    store.insert('heat', 'stack', id='third', user_creds_id=1)
    apply(heat.Stacks(store.hand()), orchestration.Stacks, STACK)
    assert left(store)['user_creds'] == ['1', '2']


def test_a_stack_with_a_snapshot(tmp_path: pathlib.Path) -> None:
    """Nothing of it, nor of those below, is touched."""
    store = stack(tmp_path)
    store.insert('heat', 'snapshot', id='s', stack_id='root')
    with pytest.raises(errors.RemedyFailed, match='or there are snapshots of it'):
        apply(heat.Stacks(store.hand()), orchestration.Stacks, STACK)
    assert len(left(store)['resource']) == 3


def test_a_stack_that_is_being_deleted_again(tmp_path: pathlib.Path) -> None:
    store = stack(tmp_path, status='IN_PROGRESS')
    with pytest.raises(errors.RemedyFailed, match='its deletion has not failed any more'):
        apply(heat.Stacks(store.hand()), orchestration.Stacks, STACK)


@pytest.mark.parametrize('lives', [True, False])
def test_allocations(tmp_path: pathlib.Path, lives: bool) -> None:
    store = Store(tmp_path, placement.Allocations.schemas)
    for number, consumer in enumerate(('i1', 'i1', 'i2')):
        store.insert('placement', 'allocations', id=number, consumer_id=consumer)
    for consumer in ('i1', 'i2'):
        store.insert('placement', 'consumers', id=consumer, uuid=consumer)
    remedy = placement.Allocations(store.hand())
    cloud = Nobody(lambda _path: {'server': {}} if lives else None)
    if lives:
        with pytest.raises(errors.RemedyFailed, match='there is a server that it is for'):
            apply(remedy, placement_service.PlacementAllocations, ALLOCATION, cloud)
    else:
        apply(remedy, placement_service.PlacementAllocations, ALLOCATION, cloud)
    assert len(store.rows('placement', 'SELECT * FROM allocations')) == (3 if lives else 1)
    assert len(store.rows('placement', 'SELECT * FROM consumers')) == (2 if lives else 1)
