"""The small parts: INI files, steps, work done once, the lock, faults, addresses."""

import json
import subprocess
import sys
import threading
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest

from tests.cloud import choice, config, faults, ini, lock, services
from tests.cloud.errors import CloudError, UsageError
from tests.cloud.once import once
from tests.cloud.paths import CHECKOUT, SOURCE, Cloud
from tests.cloud.plugins.cloud_plugins.http_faults import GARBAGE, HttpFaults
from tests.cloud.ports import PORTS
from tests.cloud.steps import Step, run


@pytest.fixture
def cloud(tmp_path: Path) -> Cloud:
    """An empty cloud."""
    made = Cloud(tmp_path / 'cloud', 10000)
    made.faults.mkdir(parents=True)
    return made


def test_ini_text() -> None:
    text = ini.render({'DEFAULT': {'debug': False, 'workers': 1}, 'x': {'path': Path('/y')}})
    assert text == '[DEFAULT]\ndebug = false\nworkers = 1\n\n[x]\npath = /y\n'


def test_a_file_that_is_right_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / 'etc' / 'a.conf'
    ini.write(path, 'a')
    path.chmod(0o400)
    before = path.stat().st_mtime_ns
    ini.write(path, 'a')
    assert path.stat().st_mtime_ns == before


def test_addresses_follow_the_offset(cloud: Cloud) -> None:
    assert cloud.auth_url == 'http://127.0.0.1:15000/v3'
    assert '@127.0.0.1:23306/heat?' in cloud.database_url('heat')
    assert config.transport(cloud).endswith('@127.0.0.1:23672/')


def test_every_process_has_ports_of_the_table_and_a_name_of_its_own(cloud: Cloud) -> None:
    assert len(services.processes(cloud)) == 23
    choice.remember(cloud, services.optional_names())
    running = services.processes(cloud)
    assert len(running) == 44
    used = [port for item in running.values() for port in item.ports]
    assert sorted(used) == sorted(PORTS)


def test_every_endpoint_leads_to_a_known_port() -> None:
    for service in (*services.SERVICES, *services.OPTIONAL):
        assert {endpoint.port for endpoint in service.endpoints} <= set(PORTS)


def test_the_chosen_services_are_remembered_until_others_are(cloud: Cloud) -> None:
    usual = [service.name for service in services.openstack(cloud)]
    choice.remember(cloud, choice.parse('manila, octavia', services.optional_names()))
    assert [item.name for item in services.openstack(cloud)] == [*usual, 'octavia', 'manila']
    assert {item.name for item in services.absent(cloud)} == (
        set(services.optional_names()) - {'manila', 'octavia'}
    )
    choice.remember(cloud, choice.parse('none', services.optional_names()))
    assert [item.name for item in services.openstack(cloud)] == usual


def test_all_is_every_optional_service() -> None:
    names = services.optional_names()
    assert choice.parse('all', names) == sorted(names)


@pytest.mark.parametrize('text', ['nova', '', 'octavia,', 'all,octavia', 'Octavia'])
def test_a_service_that_is_not_there_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match=r'octavia zaqar.* are, and `all`'):
        choice.parse(text, services.optional_names())


def test_every_optional_service_is_pinned() -> None:
    pins = {line.split('==')[0] for line in (SOURCE / 'constraints.txt').read_text().splitlines()}
    assert {name for service in services.OPTIONAL for name in service.packages} <= pins


def test_steps_wait_for_those_before_them() -> None:
    done: list[str] = []
    steps = [
        Step('last', ('a', 'b'), lambda: done.append('last')),
        Step('a', ('first',), lambda: done.append('a')),
        Step('b', ('first',), lambda: done.append('b')),
        Step('first', (), lambda: done.append('first')),
    ]
    run(steps)
    assert (done[0], set(done[1:3]), done[3]) == ('first', {'a', 'b'}, 'last')


def test_independent_steps_run_at_the_same_time() -> None:
    meeting = threading.Barrier(2, timeout=10)

    def meet() -> None:
        meeting.wait()

    run([Step(name, (), meet) for name in 'ab'])


def test_nothing_begins_after_a_failure() -> None:
    began, given_up = [], threading.Event()

    def fail() -> None:
        raise CloudError('no disk')

    with pytest.raises(CloudError, match='no disk'):
        run([Step('a', (), fail), Step('b', ('a',), lambda: began.append('b'))], given_up.set)
    assert began == []
    assert given_up.is_set()


def test_once_clears_away_what_was_left_half_done(cloud: Cloud) -> None:
    log: list[str] = []

    def die() -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        once(cloud, 'x', die, lambda: log.append('forget'))
    assert log == []
    assert once(cloud, 'x', lambda: log.append('work'), lambda: log.append('forget'))
    assert not once(cloud, 'x', lambda: log.append('work'), lambda: log.append('forget'))
    assert log == ['forget', 'work']


def test_the_lock_tells_who_holds_it(cloud: Cloud) -> None:
    with (
        lock.held(cloud, 'up'),
        pytest.raises(CloudError, match=r'`up` \(pid \d+\) is at work'),
        lock.held(cloud, 'down'),
    ):
        pass
    with lock.held(cloud, 'down'):
        pass


Call = Callable[[str], tuple[str, bytes]]


@pytest.fixture
def call(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> Call:
    """Sends 'METHOD /path' to a service that answers 204; gives status and body."""
    monkeypatch.setenv('TEST_CLOUD_FAULTS', str(cloud.faults))
    served: list[str] = []

    def service(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        served.append(environ['PATH_INFO'])
        start_response('204 No Content', [])
        return [str(len(served)).encode()]

    faulty = HttpFaults(service, 'nova-api')

    def send(line: str) -> tuple[str, bytes]:
        method, path = line.split()
        status: list[str] = []
        environ = {'REQUEST_METHOD': method, 'PATH_INFO': path}
        body = b''.join(faulty(environ, lambda text, _: status.append(text)))
        return status[0], body

    return send


def test_a_fault_counts_and_is_over_after_its_times(cloud: Cloud, call: Call) -> None:
    with faults.api('nova-api', match='^DELETE ', status=503, times=2, cloud=cloud) as fault:
        assert call('GET /servers')[0] == '204 No Content'
        assert [call('DELETE /servers')[0][:3] for _ in range(3)] == ['503', '503', '204']
        assert fault.hits() == 3
    assert list(cloud.faults.iterdir()) == []


def test_a_fault_after_the_work_loses_the_answer_only(cloud: Cloud, call: Call) -> None:
    with faults.api('nova-api', status=502, after=True, cloud=cloud):
        assert call('POST /servers')[0] == '502 injected'
    assert call('GET /servers') == ('204 No Content', b'2')


def test_garbage_is_said_to_be_json(cloud: Cloud, call: Call) -> None:
    with faults.api('nova-api', garbage=True, cloud=cloud):
        assert call('GET /servers') == ('200 injected', GARBAGE)
    with pytest.raises(json.JSONDecodeError):
        json.loads(GARBAGE)


def test_what_hangs_is_let_go_when_the_fault_is_lifted(cloud: Cloud, call: Call) -> None:
    answers: list[tuple[str, bytes]] = []
    with faults.api('nova-api', hang=True, cloud=cloud) as fault:
        thread = threading.Thread(target=lambda: answers.append(call('GET /servers')))
        thread.start()
        while not fault.hits():
            thread.join(0.01)
        assert answers == []
        fault.lift()
        thread.join(10)
    assert answers[0][0] == '503 injected'


def test_another_service_is_not_touched(cloud: Cloud, call: Call) -> None:
    with faults.api('nova-api-metadata', status=500, cloud=cloud):
        assert call('GET /servers')[0] == '204 No Content'


def test_faults_in_force_are_told_and_lifted(cloud: Cloud, call: Call) -> None:
    (cloud.faults / 'http.nova-api').write_text('{"status": 500}')
    (cloud.faults / 'nova.destroy.x').touch()
    call('GET /servers')
    assert faults.in_force(cloud) == ['http.nova-api', 'nova.destroy.x']
    faults.lift_all(cloud)
    assert list(cloud.faults.iterdir()) == []


@pytest.mark.parametrize(
    ('arguments', 'code', 'message'),
    [
        (['start', 'nova'], 2, 'nova-api'),
        (['sleep'], 2, 'invalid choice'),
        (['up', '--with', 'horizon'], 2, 'horizon'),
    ],
)
def test_wrong_usage(arguments: list[str], code: int, message: str, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, '-m', 'tests.cloud', *arguments],
        env={'TEST_CLOUD_DIR': str(tmp_path), 'PATH': '/usr/sbin:/usr/bin'},
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, message in done.stderr) == (code, True), done.stderr
