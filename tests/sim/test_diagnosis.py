"""Whole runs that say why something was left, and which test left it."""
import pathlib
import threading
import time

import pytest

from tempest_cleanup.diagnosis import causes, diagnose
from tempest_cleanup.diagnosis import workspace as files
from tempest_cleanup.diagnosis.hearing import Hearing
from tempest_cleanup.diagnosis.model import Certainty, Finding
from tempest_cleanup.errors import ExitCode
from tempest_cleanup.explain import Explainer
from tempest_cleanup.model import Key, Status
from tempest_cleanup.report import Report
from tests.sim.conftest import MakeWorkspace
from tests.sim.runs import Workspace
from tests.sim.traces import Traces

MODULE = 'tempest.api.a_module'
READING = frozenset(('GET', 'HEAD'))


@pytest.fixture
def traces(workspace: Workspace) -> Traces:
    workspace.save()
    return Traces(workspace.folder, workspace.cloud.url)


def look(run_in: Workspace) -> Report:
    """A dry run with its diagnosis."""
    folder = run_in.folder
    with run_in.engine() as run:
        saved = run_in.load(run)
        stop = threading.Event()
        with run.session(stop) as session:
            picture = session.picture(saved)
            before = len(run_in.cloud.requests)
            diagnosis = Explainer(run, causes.load(), traced(folder), stop).first(picture)
            sent = {r.method for r in run_in.cloud.requests[before:]}
            assert sent <= READING, 'a diagnosis changes nothing'
            return run.report('Dry run', saved, picture, diagnosis=diagnosis)


def clean(run_in: Workspace, timeout: float = 3) -> Report:
    """A clean-up with its diagnosis."""
    with run_in.engine(timeout=timeout) as run:
        saved = run_in.load(run)
        stop = threading.Event()
        with run.session(stop) as session:
            explainer = Explainer(run, causes.load(), traced(run_in.folder), stop)
            first = session.picture(saved)
            diagnosis = explainer.first(first)
            cleaned = session.clean(saved, first)
            return run.report('Clean-up', saved, first, cleaned,
                              explainer.revised(diagnosis, first, cleaned))


def traced(folder: pathlib.Path) -> Hearing:
    results = folder / 'results.subunit'
    return Hearing(files.find(
        folder, named_results=[str(results)] if results.exists() else []))


def finding(report: Report, kind: str, identifier: str) -> Finding:
    found = report.diagnosis.finding_of(Key(kind, identifier))
    assert found, report.diagnosis.findings
    return found


def test_a_test_that_was_killed(workspace: Workspace, traces: Traces) -> None:
    """With all that it and its class had made: one finding."""
    tenant = workspace.cloud.make_project('tempest-KilledTest-17')
    server = workspace.cloud.create('servers', name='tempest-KilledTest-server-18',
                                    project_id=tenant.project_id, user_id=tenant.user_id)
    traces.made('KilledTest:setUpClass', '/identity/v3/projects', 'project', tenant.project_id)
    traces.made('KilledTest:setUpClass', '/identity/v3/users', 'user', tenant.user_id)
    traces.made('KilledTest:test_it', '/compute/v2.1/servers', 'server', server)
    traces.test(f'{MODULE}.KilledTest.test_it', '')
    report = look(workspace)
    found = finding(report, 'servers', server)
    assert (found.cause.name, found.cause.certainty) == ('test-killed', Certainty.CERTAIN)
    assert str(found.cause.test) == f'{MODULE}.KilledTest.test_it'
    for kind, identifier in (('projects', tenant.project_id), ('users', tenant.user_id),
                             ('networks', tenant.networks[0])):
        assert finding(report, kind, identifier) is found


def test_a_driver_that_fails_to_delete(workspace: Workspace, traces: Traces) -> None:
    cloud = workspace.cloud
    volume = cloud.create('volumes', name='tempest-VolTest-volume-5')
    cloud.update('volumes', volume, status='error_deleting')
    path = f'/volume/v3/{cloud.admin_project}/volumes'
    traces.made('VolTest:test_it', path, 'volume', volume)
    asked = traces.request('VolTest:_run_cleanups', 'DELETE', f'{path}/{volume}', 202)
    traces.test(f'{MODULE}.VolTest.test_it', 'fail', 'DeleteErrorException: failed')
    cause = finding(look(workspace), 'volumes', volume).cause
    assert (cause.name, cause.certainty) == ('deletion-failed', Certainty.CERTAIN)
    assert cause.service == 'block-storage'
    assert str(cause.test) == f'{MODULE}.VolTest.test_it'
    assert asked in {e.request_id for e in cause.evidence}


def test_a_network_that_a_port_keeps(workspace: Workspace, traces: Traces) -> None:
    """The port was forgotten by a test; the tear-down met it: the port is what it began with."""
    cloud = workspace.cloud
    network = cloud.create('networks', name='tempest-PortTest-net-5')
    port = cloud.create('ports', name='forgotten', network_id=network)
    traces.made('PortTest:setUpClass', '/network/v2.0/networks', 'network', network)
    traces.made('PortTest:test_it', '/network/v2.0/ports', 'port', port, network_id=network)
    traces.request('PortTest:tearDownClass', 'DELETE', f'/network/v2.0/networks/{network}', 409,
                   {'NeutronError': {'message': f'port {port} is still in use'}})
    traces.test(f'{MODULE}.PortTest.test_it')
    report = look(workspace)
    found = finding(report, 'networks', network)
    assert found is finding(report, 'ports', port)
    assert found.cause.name == 'never-asked'
    assert found.resources[0].id == port
    own = report.diagnosis.causes[Key('networks', network)][0]
    assert own.name == 'deletion-refused'
    assert f'ports forgotten ({port})' in own.sentence


def test_a_stranger(workspace: Workspace, traces: Traces) -> None:
    server = workspace.cloud.create('servers', name='web')
    traces.request('AnyTest:test_it', 'GET', '/compute/v2.1/servers', 200)
    cause = finding(look(workspace), 'servers', server).cause
    assert (cause.name, cause.certainty) == ('foreign', Certainty.LIKELY)


def test_a_changed_setting(workspace: Workspace) -> None:
    cloud = workspace.cloud
    network = cloud.create('networks', name='was-there')
    workspace.save()
    traces = Traces(workspace.folder, cloud.url)
    cloud.update('networks', network, description='changed')
    traces.request('NetTest:test_it', 'PUT', f'/network/v2.0/networks/{network}', 200,
                   {'network': {'id': network}})
    cause = finding(look(workspace), 'networks', network).cause
    assert (cause.name, cause.certainty) == ('not-put-back', Certainty.LIKELY)
    assert 'NetTest.test_it changed description' in cause.sentence


def test_what_our_own_deletion_reveals(workspace: Workspace, traces: Traces) -> None:
    """It is added to why it was left, and what waited for it is told to."""
    cloud = workspace.cloud
    network = cloud.create('networks', name='tempest-BadTest-net-5')
    port = cloud.create('ports', name='a-port', network_id=network)
    traces.made('BadTest:test_it', '/network/v2.0/networks', 'network', network)
    cloud.fault(f'DELETE /network/v2.0/ports/{port}', status=500)
    report = clean(workspace)
    assert report.exit_code() is ExitCode.LEFT
    mine = report.diagnosis.causes[Key('ports', port)]
    assert 'deletion-broken' in {c.name for c in mine}
    theirs = report.diagnosis.causes[Key('networks', network)]
    assert [c.name for c in theirs] == ['never-asked', 'blocked']
    assert theirs[1].origin == Key('ports', port)


def test_a_clean_cloud_costs_nothing(workspace: Workspace) -> None:
    workspace.save()
    report = look(workspace)
    assert report.diagnosis.findings == ()
    assert report.exit_code() is ExitCode.CLEAN


def test_services_that_do_not_answer_stop_nothing(
    workspace: Workspace, traces: Traces,
) -> None:
    cloud = workspace.cloud
    server = cloud.create('servers', name='tempest-OddTest-server-5')
    cloud.fault('GET .*(os-instance-actions|os-services)', status=501)
    report = look(workspace)
    told = {e.fact for e in report.diagnosis.cases[Key('servers', server)].evidence}
    assert any('more could not be asked for: 501' in fact for fact in told)
    assert any('processes of compute' in line for line in report.diagnosis.looked_at)


def test_a_log_that_can_not_be_read_stops_nothing(workspace: Workspace, traces: Traces) -> None:
    workspace.cloud.create('servers', name='tempest-OddTest-server-5')
    (workspace.folder / 'tempest.log').mkdir()
    report = clean(workspace)
    assert {o.status for o in report.outcomes or ()} == {Status.DELETED}


def test_what_is_going_by_itself_is_no_leak(make_workspace: MakeWorkspace) -> None:
    """The test asked for its deletion, and the cloud is at it: it gets the time."""
    slow = make_workspace(server_delete_time=1.5)
    slow.save()
    server = slow.cloud.create('servers', name='tempest-GoingTest-server-5')
    with slow.engine(settle=20) as run:
        saved = slow.load(run)
        run.cloud.rest('compute').delete(f'servers/{server}')
        with run.session(threading.Event()) as session:
            assert [r.id for r in session.picture(saved).drift.added] == [server]
            began = time.monotonic()
            assert session.settled(saved).drift.added == ()
            assert time.monotonic() - began < 15, 'it ends as soon as all have settled'


def test_what_stays_in_transition_is_one_when_the_time_is_over(
    make_workspace: MakeWorkspace,
) -> None:
    stuck = make_workspace()
    stuck.save()
    server = stuck.cloud.create('servers', name='tempest-StuckTest-server-5')
    stuck.cloud.stick('servers', server)
    with stuck.engine(settle=1) as run:
        saved = stuck.load(run)
        run.cloud.rest('compute').delete(f'servers/{server}')
        with run.session(threading.Event()) as session:
            assert [r.id for r in session.settled(saved).drift.added] == [server]
    assert finding(look(stuck), 'servers', server).cause.name == 'stuck'


def test_a_fault_of_the_diagnosis_stops_nothing(
    workspace: Workspace, traces: Traces, monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What is wrong with it is told, and the cloud is put back all the same."""
    server = workspace.cloud.create('servers', name='tempest-OddTest-server-5')

    def broken(*_arguments: object) -> None:
        raise KeyError('a fault of ours')

    monkeypatch.setattr(diagnose, 'conclude', broken)
    report = clean(workspace)
    assert report.exit_code() is ExitCode.CLEAN
    assert workspace.cloud.get('servers', server) is None
    assert any('a fault of ours' in line for line in report.diagnosis.looked_at)
