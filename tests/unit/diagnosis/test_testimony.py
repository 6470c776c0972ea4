"""What is told of a resource by all of the files together."""
import datetime
import json
import pathlib
import time

import pytest
from tempest.lib import exceptions as tempest_errors
from tempest.lib.common import rest_client

from tempest_cleanup import errors
from tempest_cleanup.diagnosis import testimony, workspace
from tempest_cleanup.diagnosis.model import Source, Verdict
from tempest_cleanup.diagnosis.testimony import Known, Statements
from tempest_cleanup.model import Key, Resource
from tests.unit.clouds import KINDS
from tests.unit.diagnosis.excerpts import KILLED, REFUSED, TIMED_OUT, at_info
from tests.unit.diagnosis.test_results import Stream

PROJECT = '8f636121d60c407b9412b1f4e3cf33af'
NETWORK = '3917cd93-a039-4c14-8943-6fe945c15139'
SUBNET_AT_THE_END = '0a5cbcfe-c43f-4b35-a0ce-59248f04de71'
ROUTERS = 'tempest.api.network.test_routers.RoutersIpV6Test'
TEST = 'test_update_delete_extra_route'
KNOWN = Known({PROJECT: 'tempest-RoutersIpV6Test-1132662957'})
END = datetime.datetime(2026, 11, 26, 11, 29, 2, tzinfo=datetime.UTC)

network = Resource('networks', NETWORK, 'tempest-RoutersIpV6Test-895494600', PROJECT)
subnet = Resource('subnets', SUBNET_AT_THE_END, '', PROJECT, created_at=END)
foreign = Resource('networks', 'f' * 32, 'web', 'e' * 32, created_at=END)


def stream(**ends: int | None) -> bytes:
    """Results of the class, by the second of 11:28 in which a test ended."""
    written = Stream()
    began = 28 * 60
    for name, end in ends.items():
        written.test(f'{ROUTERS}.{name}[id-1]', began, end and 28 * 60 + end)
        began = 28 * 60 + (end or 0)
    return written.bytes


def hear(
    folder: pathlib.Path, *resources: Resource, log: pathlib.Path = KILLED,
    results: bytes = b'', known: Known = KNOWN,
) -> Statements:
    logs = [str(log)] if log.exists() else []
    (folder / 'results').write_bytes(results)
    found = workspace.find(folder, named_logs=logs, named_results=[str(folder / 'results')])
    return testimony.hear(KINDS, resources, known, found)


def test_killed_in_a_test(tmp_path: pathlib.Path) -> None:
    """Main job: who made it, that this is certain, and how that test ended."""
    told = hear(tmp_path, network, results=stream(test_a=60, **{TEST: None})).of[network.key]
    assert told.test
    assert f'{told.test}' == f'{ROUTERS}.{TEST}'
    assert told.proof == 'the log has the request that made it'
    assert [r.verdict for r in told.results] == [Verdict.NEVER_ENDED]
    assert {r.test.method for r in told.running} == {
        TEST, 'test_list_servers_filtered_by_ip_regex'}
    facts = [e.fact for e in told.evidence]
    assert f'RoutersIpV6Test.{TEST} made it with POST /v2.0/networks, answered with 201' in facts
    assert 'the log has no request to delete it' in facts
    assert f'{ROUTERS}.{TEST} started and never ended' in facts
    dated = [e.at for e in told.evidence if e.at]
    assert dated == sorted(dated)
    made = next(e for e in told.evidence if 'made it with' in e.fact)
    assert made.where.startswith(f'{KILLED}:')
    assert made.request_id.startswith('req-80e67cda')


@pytest.mark.parametrize(('exception', 'in_cleanup'), [
    ("tempest.lib.exceptions.Conflict: Conflict with state of target resource\nDetails: {'type': "
     "'NetworkInUse', 'message': 'Unable to complete operation on network "
     "e471840d-7458-4384-a238-d4f70dc762d3. There are one or more ports still in use'}", True),
    ('AssertionError: 1 != 2', False)])
def test_failed_in_a_cleanup(tmp_path: pathlib.Path, exception: str, in_cleanup: bool) -> None:
    """What a cleanup was refused is not what the test itself failed of."""
    name = 'tests.leaky.test_network.PortForgotten.test_port_holds_its_network'
    trace = f'Traceback (most recent call last):\n{exception}\n'
    ended = Stream().test(name, 0, 60, 'fail', trace)
    port = Resource('ports', '222a49b3-e2a0-4eda-a799-1a45084dbe63')
    held = Resource('networks', 'e471840d-7458-4384-a238-d4f70dc762d3')
    told = hear(tmp_path, port, held, log=REFUSED, results=ended.bytes)
    assert [r.in_cleanup for r in told.of[port.key].results] == [in_cleanup]


def test_killed_with_stestr(tmp_path: pathlib.Path) -> None:
    """The results know nothing of the last test; the log breaks off in it."""
    told = hear(tmp_path, network, results=stream(test_a=60)).of[network.key]
    assert [(r.test.method, r.verdict) for r in told.results] == [(TEST, Verdict.NEVER_ENDED)]
    assert f'{told.test}' == f'{ROUTERS}.{TEST}'


def test_no_results_no_verdict(tmp_path: pathlib.Path) -> None:
    """A log alone does not tell a killed worker from one that ended."""
    told = hear(tmp_path, network).of[network.key]
    assert told.results == ()
    assert told.test
    assert told.test.module == ''


def test_owner_tells_where_the_log_does_not(tmp_path: pathlib.Path) -> None:
    """The request that made the subnet was never logged: the worker died first."""
    told = hear(tmp_path, subnet, results=stream(test_a=60, **{TEST: None})).of[subnet.key]
    assert told.trail.created is None
    assert f'{told.test}' == f'{ROUTERS}.{TEST}'
    assert told.proof == 'the run made its project or user'
    assert any(e.fact == 'its project tempest-RoutersIpV6Test-1132662957 was made by '
               'RoutersIpV6Test (setUpClass)' for e in told.evidence)


@pytest.mark.parametrize('info', [False, True])
def test_foreign(tmp_path: pathlib.Path, info: bool) -> None:
    """Made at the same moment as something of a test, by somebody else."""
    log = at_info(KILLED, tmp_path / 'tempest.log') if info else KILLED
    told = hear(tmp_path, foreign, log=log, results=stream(test_a=60)).of[foreign.key]
    assert (told.test, told.proven, told.trail.created) == (None, False, None)


def test_nothing_is_proven_by_urls(tmp_path: pathlib.Path) -> None:
    """Without answers the log tells who most likely made it, not for certain."""
    server = Resource('servers', '60e4c160-e504-435d-a4c3-713212e0012b', 'web')
    told = hear(tmp_path, server, log=at_info(KILLED, tmp_path / 'tempest.log')).of[server.key]
    assert told.test
    assert told.test.class_name == 'ListServerFiltersTestJSON'
    assert not told.proven
    assert any('most likely' in e.fact for e in told.evidence)


@pytest.mark.parametrize(('name', 'seconds', 'proven'), [
    ('tempest-server-12', 0, True), ('tempest-server-12', 3600, False), ('web', 0, False)])
def test_name_and_time(tmp_path: pathlib.Path, name: str, seconds: int, proven: bool) -> None:
    """A name alone proves nothing: an older run's are named alike."""
    made = Resource('servers', 'b' * 32, name,
                    created_at=END + datetime.timedelta(seconds=seconds))
    assert hear(tmp_path, made).of[made.key].proven is proven


def test_test_accounts(tmp_path: pathlib.Path) -> None:
    made = Resource('servers', 'b' * 32, 'web', 'c' * 32)
    known = Known({'c' * 32: 'ci-1'}, frozenset(('ci-1',)))
    assert hear(tmp_path, made, known=known).of[made.key].proof == (
        'its project or user is one of the test accounts')


def test_record(tmp_path: pathlib.Path) -> None:
    """Of key pairs it has the names."""
    (tmp_path / 'resource_list.json').write_text(json.dumps(
        {'volumes': {'b' * 32: None}, 'keypairs': {'mine': ''}}))
    volume, keypair = Resource('volumes', 'b' * 32), Resource('keypairs', 'u/mine', 'mine')
    server = Resource('servers', 'b' * 32)
    told = hear(tmp_path, volume, keypair, server, log=tmp_path / 'none').of
    assert [told[r.key].proof for r in (volume, keypair, server)] == [
        'Tempest recorded it', 'Tempest recorded it', '']
    assert [e.source for e in told[volume.key].evidence] == [Source.RECORD]


def test_only_names(tmp_path: pathlib.Path) -> None:
    made = Resource('volumes', 'b' * 32, 'tempest-VolumesTest-volume-1')
    told = hear(tmp_path, made, log=tmp_path / 'none').of[made.key]
    assert told.test
    assert told.test.class_name == 'VolumesTest'
    assert not told.proven


class Networks(rest_client.RestClient):  # type: ignore[misc]  # tempest has no types
    """One of which nothing goes away."""

    resource_type = 'network'

    def is_resource_deleted(self, id: str) -> bool:
        return False


class Waiting:
    """Stands for a class of tests: its name is in what Tempest's waiter says."""

    def tearDownClass(self) -> str:
        client = Networks(None, 'network', None, build_interval=0, build_timeout=0)
        with pytest.raises(tempest_errors.TimeoutException) as raised:
            client.wait_for_resource_deletion(NETWORK)
        return str(raised.value)


def test_wait_that_timed_out(tmp_path: pathlib.Path) -> None:
    """Where the tear-down of a class logs what it raised, as oslo.log prefixes it."""
    head = '2026-11-26 11:30:00.000 1 ERROR tempest.test '
    lines = f'[-] teardown of resources failed: {Waiting().tearDownClass()}'.splitlines()
    log = tmp_path / 'tempest.log'
    log.write_text(KILLED.read_text() + ''.join(f'{head}{line}\n' for line in lines))
    wait, = hear(tmp_path, network, log=log).of[network.key].trail.waits
    assert f'{wait.test}' == 'Waiting (tearDownClass)'
    assert f'Failed to delete network {NETWORK} within the required time' in wait.message
    assert wait.where.startswith(f'{log}:')


def test_waits_of_a_real_run(tmp_path: pathlib.Path) -> None:
    """One is in the log, told by the helper that deleted the server."""
    server = Resource('servers', '264fa3aa-5641-4feb-9581-b2e5321cd356')
    trail = hear(tmp_path, server, log=TIMED_OUT).of[server.key].trail
    deletion, to_be_active = trail.waits
    assert deletion.message.startswith(f'Server {server.id} failed to delete in time')
    assert to_be_active.test
    assert f'{to_be_active.test}' == 'ImagesTestJSON.test_create_image_from_stopped_server'
    assert f'Server {server.id} failed to reach ACTIVE status' in to_be_active.message
    assert [r.status for r in trail.deletions] == [204]


def test_waits_that_only_a_result_tells(tmp_path: pathlib.Path) -> None:
    """A test that ends with it logs nothing."""
    written = Stream().test('a.B.test_c', 0, 9, 'fail', (
        'Traceback (most recent call last):\n  File "x", line 1\n'
        'tempest.lib.exceptions.TimeoutException: Request timed out\n'
        f'Details: network {NETWORK} failed to reach available status\n'))
    wait, = hear(tmp_path, network, results=written.bytes).of[network.key].trail.waits
    assert wait.test
    assert wait.test.method == 'test_c'
    assert f'network {NETWORK} failed' in wait.message


def test_files_of_the_workspace(tmp_path: pathlib.Path) -> None:
    """What is there is found, what is missing is told."""
    (tmp_path / 'var').mkdir()
    for name in ('run.log', 'run.log.1'):
        (tmp_path / 'var' / name).write_bytes(KILLED.read_bytes())
    (tmp_path / '.stestr').mkdir()
    (tmp_path / '.stestr' / '0').write_bytes(stream(test_a=60))
    found = workspace.find(tmp_path, 'var', 'run.log')
    assert [path.name for path in found.logs] == ['run.log.1', 'run.log']
    assert [path.name for path in found.results] == ['0']
    assert any('no resource_list.json' in note for note in found.notes)
    nothing = workspace.find(tmp_path / 'var', '', 'none.log')
    assert (nothing.logs, nothing.results, dict(nothing.recorded)) == ((), (), {})
    assert len(nothing.notes) == 3


def test_broken_record_is_told(tmp_path: pathlib.Path) -> None:
    (tmp_path / 'resource_list.json').write_text('{"volumes": {')
    found = workspace.find(tmp_path)
    assert not found.recorded
    assert any('cut off' in note for note in found.notes)


@pytest.mark.parametrize('named', ['named_logs', 'named_results'])
def test_what_was_named_has_to_be_there(tmp_path: pathlib.Path, named: str) -> None:
    with pytest.raises(errors.FileError, match='none'):
        workspace.find(tmp_path, **{named: [str(tmp_path / 'none')]})  # type: ignore[arg-type]


def test_command_is_no_test(tmp_path: pathlib.Path) -> None:
    """What ``tempest account-generator`` makes has no test."""
    log = tmp_path / 'tempest.log'
    log.write_text(KILLED.read_text().replace('(RoutersIpV6Test:setUpClass)', '(main)'))
    project = Resource('projects', PROJECT, 'ci-1')
    told = hear(tmp_path, project, log=log).of[project.key]
    assert told.trail.created
    assert told.test is None
    assert any(e.fact.startswith('a command of Tempest\'s made it') for e in told.evidence)


def test_shortcomings_are_told(tmp_path: pathlib.Path) -> None:
    log = at_info(KILLED, tmp_path / 'tempest.log')
    assert any('debug = true' in note for note in hear(tmp_path, network, log=log).notes)
    log.write_text('nothing\n')
    assert any('no request' in note for note in hear(tmp_path, network, log=log).notes)


def test_unknown_kind(tmp_path: pathlib.Path) -> None:
    """Of a plugin that is not installed any more: what names tell is left."""
    made = Resource('widgets', 'b' * 32, 'tempest-WidgetsTest-1')
    told = hear(tmp_path, made).of[Key('widgets', 'b' * 32)]
    assert told.test
    assert told.test.class_name == 'WidgetsTest'


def test_time_of_this_machine(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A log that no answer tells the zone of was written in this one."""
    monkeypatch.setenv('TZ', 'UTC-5')
    time.tzset()
    try:
        log = at_info(KILLED, tmp_path / 'tempest.log')
        assert hear(tmp_path, network, log=log).log.ended == (
            END.replace(microsecond=327000) - datetime.timedelta(hours=5))
    finally:
        monkeypatch.undo()
        time.tzset()
