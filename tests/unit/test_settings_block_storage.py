"""Cinder's settings: which requests put them back."""
from typing import Any

import pytest

from tempest_cleanup.model import Resource
from tempest_cleanup.services import block_storage, block_storage_settings, block_storage_types
from tempest_cleanup.services.base import ResourceService
from tests.unit.restoring import Sent, gone, put_back, served


def test_volumes() -> None:
    was = {'name': 'a', 'description': None, 'metadata': {'k': 'v'}, 'bootable': 'false',
           'readonly': True}
    now: dict[str, Any] = {'name': None, 'description': 'new', 'metadata': {}, 'bootable': 'true',
           'readonly': False}
    assert put_back(block_storage.Volumes, 'v', was, now) == [
        ('post', 'volumes/v/action', {'os-set_bootable': {'bootable': False}}),
        ('post', 'volumes/v/action', {'os-update_readonly_flag': {'readonly': True}}),
        ('put', 'volumes/v/metadata', {'metadata': {'k': 'v'}}),
        ('put', 'volumes/v', {'volume': {'name': 'a', 'description': None}})]


def test_what_cinder_notes_itself_is_no_setting() -> None:
    owner = {block_storage.Volumes.project_key: 'p'}
    service, _ = served(block_storage.Volumes, {'volumes/detail': {'volumes': [
        {'id': 'v', 'metadata': {'readonly': 'True', 'attached_mode': 'rw', 'k': 'v'}, **owner},
        {'id': 'w', 'metadata': {'readonly': 'False'}, **owner}, {'id': 'x', **owner}]}})
    settings = [r.settings for r in service.discover(None)]
    assert [(one['metadata'], one['readonly']) for one in settings] == [
        ({'k': 'v'}, True), ({}, False), ({}, False)]


def test_snapshots_backups_and_groups() -> None:
    assert put_back(block_storage.Snapshots, 's', {'name': 'a', 'metadata': {'k': 'v'}},
                    {'name': 'b', 'metadata': {}}) == [
        ('put', 'snapshots/s/metadata', {'metadata': {'k': 'v'}}),
        ('put', 'snapshots/s', {'snapshot': {'name': 'a'}})]
    assert put_back(block_storage.Backups, 'b', {'name': 'a', 'metadata': {'k': 'v'}},
                    {'name': 'b', 'metadata': {}}) == [
        ('put', 'backups/b', {'backup': {'metadata': {'k': 'v'}, 'name': 'a'}})]
    assert put_back(block_storage.VolumeGroups, 'g', {'description': ''},
                    {'description': 'new'}) == [
        ('put', 'groups/g', {'group': {'description': ''}})]


@pytest.mark.parametrize(('kind', 'path', 'collection'), [
    (block_storage.VolumeGroups, 'groups/detail', 'groups'),
    (block_storage_types.VolumeTypes, 'types', 'volume_types'),
    (block_storage_types.GroupTypes, 'group_types', 'group_types')])
def test_no_description_and_an_empty_one_are_the_same(
    kind: type[ResourceService], path: str, collection: str,
) -> None:
    """Cinder takes a null for: leave it as it is."""
    service, _ = served(kind, {path: {collection: [
        {'id': 'a', 'name': 'n', 'description': None},
        {'id': 'b', 'name': 'n', 'description': ''}]}})
    one, other = service.discover(None)
    assert one.settings == other.settings


TYPE = {'name': 'a', 'description': 'd', 'is_public': False, 'extra_specs': {'x': 'y'},
        'qos_specs_id': 'q1'}


def test_volume_types() -> None:
    now = TYPE | {'name': 'b', 'extra_specs': {'n': 'm'}, 'qos_specs_id': 'q2'}
    assert put_back(block_storage_types.VolumeTypes, 't', TYPE, now, {
        'types/t': {'volume_type': now},
        'types/t/extra_specs': {'extra_specs': now['extra_specs']}}) == [
        ('post', 'types/t/extra_specs', {'extra_specs': {'x': 'y'}}),
        ('delete', 'types/t/extra_specs/n', None),
        ('change_by_get', 'qos-specs/q2/disassociate', {'vol_type_id': 't'}),
        ('change_by_get', 'qos-specs/q1/associate', {'vol_type_id': 't'}),
        ('put', 'types/t', {'volume_type': {'name': 'a'}})]


def test_a_type_that_becomes_public_again_keeps_no_hidden_access() -> None:
    assert put_back(block_storage_types.VolumeTypes, 't', {'is_public': True},
                    {'is_public': False}, {'types/t/os-volume-type-access': {
                        'volume_type_access': [{'project_id': 'p'}]}}) == [
        ('post', 'types/t/action', {'removeProjectAccess': {'project': 'p'}}),
        ('put', 'types/t', {'volume_type': {'is_public': True}})]


def test_group_types() -> None:
    assert put_back(
        block_storage_types.GroupTypes, 'g', {'description': '', 'group_specs': {'k': 'v'}},
        {'description': 'new', 'group_specs': {'n': 'm'}},
        {'group_types/g/group_specs': {'group_specs': {'n': 'm'}}}) == [
        ('post', 'group_types/g/group_specs', {'group_specs': {'k': 'v'}}),
        ('delete', 'group_types/g/group_specs/n', None),
        ('put', 'group_types/g', {'group_type': {'description': ''}})]


def test_qos_specs() -> None:
    assert put_back(
        block_storage_types.VolumeQos, 'q', {'consumer': 'back-end', 'specs': {'k': 'v'}},
        {'consumer': 'front-end', 'specs': {'k': 'w', 'n': 'm'}},
        {'qos-specs/q': {'qos_specs': {'specs': {'k': 'w', 'n': 'm'}}}}) == [
        ('put', 'qos-specs/q/delete_keys', {'keys': ['n']}),
        ('put', 'qos-specs/q', {'qos_specs': {'consumer': 'back-end', 'k': 'v'}})]


ENCRYPTION = {'volume_type_id': 't', 'provider': 'luks', 'cipher': 'c', 'key_size': 256,
              'control_location': 'front-end'}


def test_encryptions_are_changed_back_and_made_again() -> None:
    kind = block_storage_types.VolumeEncryptions
    assert put_back(kind, 'e', ENCRYPTION, ENCRYPTION | {'cipher': 'd'}) == [
        ('put', 'types/t/encryption/e', {'encryption': {'cipher': 'c'}})]
    service, noted = served(kind)
    lost = Resource(kind.name, 'e', settings=ENCRYPTION)
    service.restore(lost, gone(lost))
    assert noted.sent == [('post', 'types/t/encryption', {'encryption': {
        'provider': 'luks', 'cipher': 'c', 'key_size': 256, 'control_location': 'front-end'}})]


VOLUME_SERVICE = {'status': 'enabled', 'disabled_reason': None, 'frozen': False}
AT = {'binary': 'cinder-volume', 'host': 'host@lvm'}


@pytest.mark.parametrize(('was', 'now', 'sent'), [
    ({}, {'status': 'disabled', 'disabled_reason': 'frozen', 'frozen': True},
     [('put', 'os-services/thaw', {'host': 'host@lvm'}), ('put', 'os-services/enable', AT)]),
    ({'frozen': True}, {}, [('put', 'os-services/freeze', {'host': 'host@lvm'})]),
    ({'status': 'disabled', 'disabled_reason': 'why'}, {},
     [('put', 'os-services/disable-log-reason', {**AT, 'disabled_reason': 'why'})]),
    ({'status': 'disabled'}, {'status': 'disabled', 'disabled_reason': 'why'},
     [('put', 'os-services/enable', AT), ('put', 'os-services/disable', AT)])])
def test_volume_services(was: dict[str, Any], now: dict[str, Any], sent: list[Sent]) -> None:
    assert put_back(block_storage_settings.VolumeServices, 'cinder-volume/host@lvm',
                    VOLUME_SERVICE | was, VOLUME_SERVICE | now) == sent


def test_volume_services_are_told_apart_by_what_runs_where() -> None:
    service, _ = served(block_storage_settings.VolumeServices, {'os-services': {'services': [
        {**AT, 'status': 'enabled', 'disabled_reason': '', 'frozen': True},
        {'binary': 'cinder-backup', 'host': 'host', 'status': 'enabled'}]}})
    one, other = service.discover(None)
    assert (one.id, other.id) == ('cinder-volume/host@lvm', 'cinder-backup/host')
    assert dict(one.settings) == VOLUME_SERVICE | {'frozen': True}
    assert dict(other.settings) == VOLUME_SERVICE


def test_default_types_are_changed_back_and_set_again() -> None:
    kind = block_storage_settings.DefaultVolumeTypes
    again = [('put', 'default-types/p', {'default_type': {'volume_type': 'old'}})]
    assert put_back(kind, 'p', {'volume_type_id': 'old'}, {'volume_type_id': 'new'}) == again
    service, noted = served(kind)
    lost = Resource(kind.name, 'p', settings={'volume_type_id': 'old'})
    service.restore(lost, gone(lost))
    assert noted.sent == again
