"""Faults, the record of requests, repeatability, and the process of its own."""

import http.client
import json
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.error import HTTPError

import pytest

from tempest_cleanup.testing import ManualClock, RemoteCloud, SimulatedCloud
from tests.sim.client import Client

NETWORKS = '/network/v2.0/networks'


@pytest.fixture
def cloud() -> Iterator[SimulatedCloud]:
    with SimulatedCloud() as cloud:
        yield cloud


@pytest.fixture
def admin(cloud: SimulatedCloud) -> Client:
    return Client(cloud)


def test_a_status_for_so_many_requests(admin: Client) -> None:
    fault = admin.cloud.fault(f'GET {NETWORKS}$', status=503, times=2, skip=1,
                              headers={'Retry-After': '1'})
    answers = [admin.get(NETWORKS) for _ in range(4)]
    assert [answer.status for answer in answers] == [200, 503, 503, 200]
    assert answers[1].headers['Retry-After'] == '1'
    assert fault.hits == 2


def test_work_that_is_done_and_then_fails(admin: Client) -> None:
    network = admin.cloud.create('networks')
    admin.cloud.fault(f'DELETE {NETWORKS}/', status=500, after=True)
    assert admin.delete(f'{NETWORKS}/{network}').status == 500
    assert admin.cloud.get('networks', network) is None


def test_a_dropped_connection(admin: Client) -> None:
    network = admin.cloud.create('networks')
    admin.cloud.fault(f'DELETE {NETWORKS}/', drop=True, times=1)
    with pytest.raises((ConnectionError, http.client.HTTPException)):
        admin.delete(f'{NETWORKS}/{network}')
    assert admin.cloud.requests[-1].status == 0
    assert admin.cloud.get('networks', network) is not None
    assert admin.delete(f'{NETWORKS}/{network}').status == 204


def test_a_list_that_is_cut_and_one_that_is_garbage(admin: Client) -> None:
    for _ in range(3):
        admin.cloud.create('networks')
    admin.cloud.fault(NETWORKS, truncate=2, times=1)
    assert len(admin.get(NETWORKS)['networks']) == 2
    admin.cloud.fault(NETWORKS, garbage=True, times=1)
    garbage = admin.get(NETWORKS)
    assert (garbage.status, type(garbage.body)) == (200, str)
    assert len(admin.get(NETWORKS)['networks']) == 4


def test_a_token_that_is_revoked_on_the_way(admin: Client) -> None:
    admin.cloud.fault('GET /compute/', revoke=True, times=1)
    assert admin.get('/compute/v2.1/servers').status == 401
    assert admin.get('/compute/v2.1/servers').status == 401
    assert Client(admin.cloud).get('/compute/v2.1/servers').status == 200


def test_a_delay(admin: Client) -> None:
    fault = admin.cloud.fault(NETWORKS, delay=0.2)
    started = time.monotonic()
    admin.get(NETWORKS)
    assert time.monotonic() - started >= 0.2
    admin.cloud.clear_faults()
    admin.get(NETWORKS)
    assert fault.hits == 1, 'it is lifted'


def test_requests_overlap_in_their_latency(cloud: SimulatedCloud) -> None:
    """One after the other they would end 14 s apart; how busy the machine is hardly matters."""
    clients = [Client(cloud) for _ in range(8)]
    cloud.settings.latency = 2.0
    ends: list[float] = []

    def ask(client: Client) -> None:
        client.get(NETWORKS)
        ends.append(time.monotonic())

    threads = [threading.Thread(target=ask, args=(client,)) for client in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(ends) == len(clients)
    assert max(ends) - min(ends) < 7


def test_a_connection_is_kept(admin: Client) -> None:
    connection = http.client.HTTPConnection(admin.cloud.url.removeprefix('http://'))
    sockets = set()
    for _ in range(3):
        connection.request('GET', NETWORKS, headers={'X-Auth-Token': admin.token})
        sockets.add(connection.sock)
        assert json.load(connection.getresponse())['networks']
    connection.close()
    assert len(sockets) == 1


def test_the_record_of_requests(admin: Client) -> None:
    admin.cloud.reset_requests()
    admin.get(NETWORKS + '?name=x')
    admin.delete(NETWORKS + '/nothing')
    assert admin.cloud.requests == [('GET', NETWORKS + '?name=x', 200),
                                    ('DELETE', NETWORKS + '/nothing', 404)]


def test_an_unknown_path_is_refused_as_its_service_does(admin: Client) -> None:
    assert admin.get('/network/v2.0/nothing')['NeutronError']['type'] == 'HTTPNotFound'
    assert admin.get('/compute/v2.1/nothing').status == 404
    assert admin.send('PATCH', NETWORKS, {}).status == 405


def test_a_request_that_makes_no_sense_is_answered(
        admin: Client, capsys: pytest.CaptureFixture[str]) -> None:
    assert admin.post('/compute/v2.1/servers', []).status == 400
    assert admin.post('/compute/v2.1/flavors/42/action', {}).status == 500
    assert 'Traceback' in capsys.readouterr().err


def test_the_same_seed_gives_the_same_cloud() -> None:
    def make(random_seed: int) -> object:
        cloud = SimulatedCloud(clock=ManualClock(), random_seed=random_seed)
        cloud.make_project('tempest-A', servers=2, volumes=2, snapshots=1, floating_ips=1,
                           keypairs=1)
        return cloud.snapshot()

    assert make(1) == make(1)
    assert make(1) != make(2)


def test_a_snapshot_tells_what_was_changed_and_not_when(admin: Client) -> None:
    cloud = admin.cloud
    network = cloud.create('networks', name='a')
    before = cloud.snapshot()
    admin.put(f'{NETWORKS}/{network}', {'network': {'name': 'b'}})
    assert cloud.snapshot() != before
    admin.put(f'{NETWORKS}/{network}', {'network': {'name': 'a'}})
    assert cloud.snapshot() == before


def test_every_kind_can_be_made_and_taken_away(cloud: SimulatedCloud) -> None:
    before = cloud.snapshot()
    network, volume, server = (cloud.create(kind) for kind in ('networks', 'volumes', 'servers'))
    port = cloud.create('ports', network_id=network)
    floating = cloud.create('floatingips')
    needs = {'subnets': {'network_id': network}, 'ports': {'network_id': network},
             'trunks': {'port_id': port}, 'snapshots': {'volume_id': volume},
             'volume_attachments': {'volume_id': volume, 'instance': server},
             'volume_transfers': {'volume_id': volume}, 'local_ips': {'network_id': network},
             'port_forwardings': {'floatingip_id': floating, 'internal_port_id': port}}
    for kind in ('subnets', *(kind for kind in cloud.known_kinds() if kind != 'subnets')):
        attributes = {'name': f'new-{kind}', **needs.get(kind, {})}
        if kind == 'port_forwardings':
            cloud.update('ports', port, fixed_ips=[{'subnet_id': 'x', 'ip_address': '10.0.0.9'}])
        key = cloud.create(kind, **attributes)
        assert key in cloud.ids(kind)
        assert cloud.get(kind, key) is not None
        cloud.delete(kind, key)
        assert key not in cloud.ids(kind)
    for kind, key in (('floatingips', floating), ('ports', port), ('servers', server),
                      ('volumes', volume), ('networks', network)):
        cloud.delete(kind, key)
    left = cloud.snapshot()
    assert {kind: set(left[kind]) - set(before.get(kind, ())) for kind in left
            if set(left[kind]) - set(before.get(kind, ()))} in ({}, _auto_domain(left, before))


def _auto_domain(left: dict[str, dict[str, object]],
                 before: dict[str, dict[str, object]]) -> dict[str, set[str]]:
    """An identity provider without a domain makes one, which stays."""
    return {'domains': set(left['domains']) - set(before['domains'])}


def test_a_process_of_its_own(tmp_path: Path) -> None:
    seed = tmp_path / 'seed.json'
    seed.write_text(json.dumps([{'method': 'make_project', 'args': ['tempest-A'],
                                 'kwargs': {'servers': 2}}]))
    command = [sys.executable, '-m', 'tempest_cleanup.testing.simulation', '--latency', '0.01',
               '--seed-file', str(seed), '--tempest-conf', str(tmp_path / 'tempest.conf')]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        addresses = json.loads(process.stdout.readline())
        cloud = RemoteCloud(addresses['url'])
        assert len(cloud.call('ids', 'servers')) == 2
        network = cloud.call('create', 'networks', name='n')
        assert cloud.call('get', 'networks', network)['name'] == 'n'
        cloud.call('fault', 'POST .*/auth/tokens', status=503)
        with pytest.raises(HTTPError, match='400'):
            cloud.call('no_such_method')
        assert cloud.requests()['total'] == 0
        assert addresses['auth_url'] in (tmp_path / 'tempest.conf').read_text()
        process.terminate()
        assert process.wait(10) == 0
