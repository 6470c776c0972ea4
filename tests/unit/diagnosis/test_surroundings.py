"""What a resource was made for, what is in its way, who owned it, and what of its host is down."""
import datetime

import pytest

from tempest_cleanup.diagnosis import daemons
from tempest_cleanup.diagnosis.daemons import Daemon
from tempest_cleanup.diagnosis.surroundings import Around, Surroundings
from tempest_cleanup.model import Body, Key, Resource, Scope, Seen
from tests.unit.clouds import BEFORE, KINDS, inventory, thing

ID = '3fae2d4c-1a2b-4c3d-8e9f-001122334455'


def around(resource: Resource, *others: Resource, refusals: tuple[str, ...] = (),
           processes: tuple[Daemon, ...] = (), left: bool = True) -> Around:
    """:param left: whether the others were left, too"""
    there = inventory(resource, *others)
    keys = {r.key for r in (resource, *others)} if left else {resource.key}
    return Surroundings(KINDS, BEFORE, there, keys, processes).of(resource, refusals)


def test_what_goes_with_something_that_was_left_too_begins_there() -> None:
    stack = thing('stacks', 'st', body={'made': ['v1']})
    volume = thing('volumes', 'v1')
    assert around(volume, stack).origin == stack.key
    assert around(volume, stack).related == (stack,)
    assert around(volume, stack, left=False).origin is None


@pytest.mark.parametrize('kind', ['projects', 'domains'])
def test_a_project_may_be_in_a_domain(kind: str) -> None:
    project = Resource('projects', 'p', 'tempest-a', project_id='above')
    assert around(project, Resource(kind, 'above', 'Above')).owner == f'{kind} Above (above)'


def test_what_is_gone_is_told_to_be_gone() -> None:
    found = around(thing('ports', 'p', body={'device_owner': 'compute:nova', 'device_id': 'x'}))
    assert found.origin == Key('servers', 'x')
    assert found.related == ()
    assert 'it belongs to servers x, which does not exist any more' in [
        e.fact for e in found.evidence]


def test_what_has_to_go_first_is_in_the_way() -> None:
    port = thing('ports', 'p', body={'network_id': 'n'})
    assert around(thing('networks', 'n'), port).blockers == (port.key,)


def test_what_the_network_made_for_itself_is_not() -> None:
    port = thing('ports', 'p', body={'network_id': 'n', 'device_owner': 'network:dhcp'})
    assert around(thing('networks', 'n'), port).blockers == ()


def test_what_a_refusal_names_stands_first() -> None:
    first = thing('ports', ID.replace('3f', '00'), body={'network_id': 'n'})
    second = thing('ports', ID, body={'network_id': 'n'})
    assert around(thing('networks', 'n'), first, second,
                  refusals=(f'port {ID} is in use',)).blockers == (second.key, first.key)


def test_a_refusal_names_projects_too_which_block_nothing() -> None:
    project = thing('projects', ID)
    assert around(thing('volumes', 'v', project_id=ID), project,
                  refusals=(f'volume v of {ID}',)).blockers == ()


@pytest.mark.parametrize(('resource', 'gone'), [
    (thing('servers', 's', project_id='there', user_id='there'), False),
    (thing('servers', 's', project_id='gone'), True),
    (thing('servers', 's', project_id='there', user_id='gone'), False),
    (thing('keypairs', 'k', user_id='gone'), True),
    (thing('servers', 's'), False),
])
def test_an_owner_that_is_gone(resource: Resource, gone: bool) -> None:
    owners = (thing('projects', 'there'), thing('users', 'there'))
    assert around(resource, *owners).owner_gone is gone


def test_an_owner_that_can_not_be_seen_is_not_gone() -> None:
    server = thing('servers', 's', project_id='p')
    there = inventory(server, unseen={('projects', ''): Seen.FAILED})
    assert KINDS['projects'].scope is Scope.CLOUD
    assert not Surroundings(KINDS, BEFORE, there, [server.key]).of(server).owner_gone


UP = Daemon('compute', 'nova-compute', 'host1', up=True)
DOWN = Daemon('compute', 'nova-compute', 'host2', up=False)
SCHEDULER = Daemon('compute', 'nova-scheduler', 'ctl', up=True)


@pytest.mark.parametrize(('host', 'down'), [
    ('host1', ''), ('host2', 'nova-compute on host2'), ('', ''), ('elsewhere', '')])
def test_the_host_of_a_server(host: str, down: str) -> None:
    server = thing('servers', 's', body={'OS-EXT-SRV-ATTR:host': host})
    assert around(server, processes=(UP, DOWN, SCHEDULER)).down == down


def test_a_server_without_a_host_needs_any() -> None:
    dead = Daemon('compute', 'nova-scheduler', 'ctl', up=False)
    assert around(thing('servers', 's'), processes=(UP, dead)).down == 'nova-scheduler on ctl'


def test_cinders_host_has_a_pool_and_a_snapshot_has_its_volumes() -> None:
    dead = Daemon('block-storage', 'cinder-volume', 'h@lvm', up=False)
    good = Daemon('block-storage', 'cinder-volume', 'h@ceph', up=True)
    volume = thing('volumes', 'v', body={'os-vol-host-attr:host': 'h@lvm#pool'})
    snapshot = thing('snapshots', 's', body={'volume_id': 'v'})
    assert around(volume, processes=(dead, good)).down == 'cinder-volume on h@lvm'
    assert around(snapshot, volume, processes=(dead, good)).down == 'cinder-volume on h@lvm'


def test_the_backup_service_is_no_reason_for_a_volume() -> None:
    dead = Daemon('block-storage', 'cinder-backup', 'h', up=False)
    assert around(thing('volumes', 'v'), processes=(dead,)).down == ''
    assert around(thing('backups', 'b'), processes=(dead,)).down == 'cinder-backup on h'


@pytest.mark.parametrize(('service_type', 'body', 'up', 'enabled'), [
    ('compute', {'binary': 'nova-compute', 'host': 'h', 'state': 'up', 'status': 'enabled'},
     True, True),
    ('compute', {'binary': 'nova-compute', 'host': 'h', 'state': 'down', 'status': 'disabled',
                 'disabled_reason': 'a test'}, False, False),
    ('network', {'binary': 'neutron-l3-agent', 'host': 'h', 'alive': False}, False, True),
    ('network', {'binary': 'neutron-l3-agent', 'host': 'h', 'alive': True,
                 'admin_state_up': False}, True, False),
    ('orchestration', {'binary': 'heat-engine', 'host': 'h', 'status': 'up'}, True, True),
    ('orchestration', {'binary': 'heat-engine', 'host': 'h', 'status': 'down'}, False, True),
    ('dns', {'service_name': 'worker', 'hostname': 'h', 'status': 'DOWN'}, False, True),
    ('baremetal', {'hostname': 'h', 'alive': False}, False, True),
    ('container-infrastructure-management', {'binary': 'magnum-conductor', 'host': 'h',
                                             'state': 'up', 'disabled': True}, True, False),
])
def test_what_each_service_says_of_its_processes(
    service_type: str, body: Body, up: bool, enabled: bool,
) -> None:
    found = daemons.daemon(service_type, body)
    assert (found.up, found.enabled, found.host) == (up, enabled, 'h')


def test_a_process_that_is_down_is_told_with_its_time() -> None:
    at = datetime.datetime(2026, 11, 22, tzinfo=datetime.UTC)
    told, = daemons.told([Daemon('compute', 'nova-compute', 'h', False, False, at, 'broken')])
    assert (told.fact, told.at) == ('nova-compute on h is down and disabled (broken)', at)
