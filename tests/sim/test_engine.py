"""Paging, retries, and what is stuck: the engine under trouble that passes or does not."""
import concurrent.futures
import json
import threading
from collections import Counter
from typing import Any

import pytest

from tempest_cleanup.errors import ExitCode
from tempest_cleanup.journal import NAME
from tempest_cleanup.model import Seen, Status
from tests.sim.conftest import MakeWorkspace
from tests.sim.leaks import full_project, one_of_everything
from tests.sim.runs import Workspace, to_go, wait_for

Snapshot = dict[str, dict[str, Any]]


@pytest.mark.parametrize('page_limit', [1, 2, 3])
def test_every_list_is_read_to_its_end(make_workspace: MakeWorkspace, page_limit: int) -> None:
    """Nova, Cinder and Glance give pages of so many; nothing is missed or taken twice."""
    workspace = make_workspace(page_limit=page_limit, image_page=page_limit)
    cloud = workspace.cloud
    old = full_project(cloud, 'old')
    one_of_everything(cloud, 'neighbour', old)
    before = cloud.snapshot()
    inventory = workspace.save()
    # The simulation does not have every service, nor every kind of those it has.
    assert {c.seen for c in inventory.coverage} == {Seen.COMPLETE, Seen.ABSENT}
    for kind in ('servers', 'volumes', 'images', 'flavors', 'keypairs', 'server_groups',
                 'volume_types', 'attachments', 'cgsnapshots', 'group_types', 'stacks'):
        assert len(inventory.of(kind)) == len(cloud.ids(kind)), kind
    one_of_everything(cloud, 'leak', full_project(cloud, 'tempest-a'))
    assert workspace.clean().exit_code() is ExitCode.CLEAN
    assert cloud.snapshot() == before


def test_what_keystone_cuts_is_kept(workspace: Workspace) -> None:
    """[DEFAULT] list_limit: such a list is not complete, whatever its length."""
    cloud = workspace.cloud
    workspace.save()
    tenant = full_project(cloud, 'tempest-a')
    cloud.settings.identity_list_limit = 4
    report = workspace.clean()
    assert report.exit_code() is ExitCode.UNSEEN
    assert {'users', 'roles'} <= {c.kind for c in report.blind if c.seen is Seen.TRUNCATED}
    assert cloud.get('users', tenant.user_id)
    assert cloud.get('projects', tenant.project_id)
    assert cloud.ids('servers') == []


def test_a_page_that_vanishes_begins_anew(make_workspace: MakeWorkspace) -> None:
    """The marker's object is deleted while the list is read (400 or 404 for the next page)."""
    workspace = make_workspace(page_limit=2)
    cloud = workspace.cloud
    for number in range(7):
        cloud.create('servers', name=f's{number}')
    cloud.fault('GET /compute/v2.1/servers/detail.*marker=', status=400, times=2)
    inventory = workspace.save()
    assert len(inventory.of('servers')) == 7
    assert all(c.whole for c in inventory.coverage)


TROUBLES = [{'status': 429, 'headers': {'Retry-After': '1'}}, {'status': 503}, {'drop': True},
            {'status': 500}]


@pytest.mark.parametrize('trouble', TROUBLES)
def test_idempotent_requests_are_repeated(
    workspace: Workspace, trouble: dict[str, object],
) -> None:
    """A list, a deletion and a change of each: nobody notices but the clock."""
    cloud = workspace.cloud
    before = cloud.snapshot()
    workspace.save()
    full_project(cloud, 'tempest-a')
    faults = [cloud.fault(pattern, times=1, **trouble) for pattern in (
        'GET /compute/v2.1/servers', 'GET /network/v2.0/routers', 'DELETE /network/v2.0/networks',
        'DELETE /volume', 'PUT /network/v2.0/routers', 'DELETE /identity')]
    report = workspace.clean()
    assert [fault.hits for fault in faults] == [1] * len(faults)
    assert report.exit_code() is ExitCode.CLEAN
    assert {o.attempts for o in report.outcomes or ()} <= {0, 1}, 'the transport did that'
    assert cloud.snapshot() == before


def test_a_deletion_that_was_done_and_whose_answer_was_lost(workspace: Workspace) -> None:
    """It is repeated, and 404 is what was wanted."""
    cloud = workspace.cloud
    before = cloud.snapshot()
    workspace.save()
    full_project(cloud, 'tempest-a')
    cloud.fault('DELETE /', times=5, drop=True, after=True)
    assert workspace.clean().exit_code() is ExitCode.CLEAN
    assert cloud.snapshot() == before


def test_retry_after_is_heeded(workspace: Workspace) -> None:
    """Not sooner than the service says."""
    cloud = workspace.cloud
    cloud.fault('GET /image/v2/images', times=1, status=429, headers={'Retry-After': '2'})
    with workspace.engine() as run, run.session(threading.Event()) as session:
        session.save(workspace.saved)
        report = run.report('', None, session.picture(None))
    assert report.seconds >= 2


@pytest.mark.parametrize('trouble', [{'status': 503}, {'drop': True}])
def test_what_is_not_idempotent_is_not_repeated(
    workspace: Workspace, trouble: dict[str, object],
) -> None:
    """A POST that may have been done is not sent twice by the transport: the engine decides."""
    cloud = workspace.cloud
    workspace.save()
    group = cloud.create('volume_groups', name='leak')
    fault = cloud.fault(f'POST /volume/.*/groups/{group}/action', times=1, **trouble)
    shown = workspace.look()
    assert fault.hits == 0
    done = workspace.clean()
    assert to_go(done) == to_go(shown)
    outcome = next(o for o in done.outcomes or () if o.resource.id == group)
    assert (outcome.status, outcome.attempts) == (Status.DELETED, 2)


def leaked(workspace: Workspace, before: Snapshot) -> set[str]:
    """The names of what is new in the cloud, of kinds that have any."""
    now = workspace.cloud.snapshot()
    return {str(row['name']) for kind in ('servers', 'volumes', 'networks', 'users', 'projects',
                                          'routers', 'snapshots')
            for key, row in now.get(kind, {}).items() if key not in before.get(kind, {})}


def test_a_stuck_server_delays_nothing_that_does_not_depend_on_it(
    workspace: Workspace,
) -> None:
    """All else is gone while the run still waits for it; what needs it is blocked, by name."""
    cloud = workspace.cloud
    before = cloud.snapshot()
    workspace.save()
    for number in range(3):
        full_project(cloud, f'tempest-{number}')
    stuck = cloud.make_project('stuck', servers=1, volumes=2, snapshots=1)
    server, volume = stuck.servers[0], stuck.volumes[0]
    cloud.stick('servers', server)
    cloud.create('volume_attachments', volume_id=volume, instance=server, status='attached')
    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        report = pool.submit(workspace.clean, timeout=12)
        wait_for(lambda: all(name.startswith('stuck') for name in leaked(workspace, before)), 11)
        assert not report.done()
    outcomes = {o.resource.id: o for o in report.result().failures()}
    assert outcomes[server].status is Status.FAILED
    assert 'still there, after 12 s' in outcomes[server].detail
    for dependent in (volume, stuck.project_id):
        assert outcomes[dependent].status is Status.BLOCKED
        assert outcomes[dependent].blockers == ('servers stuck-server-0',)
    assert cloud.get('volumes', stuck.volumes[1]) is None, 'that one does not depend on it'
    assert report.result().exit_code() is ExitCode.LEFT


@pytest.mark.parametrize('kind', ['servers', 'volumes', 'snapshots', 'stacks'])
def test_a_deletion_that_ends_in_error_is_asked_for_again_and_told(
    workspace: Workspace, kind: str,
) -> None:
    """Not for ever, and not till the timeout where it is certain."""
    cloud = workspace.cloud
    workspace.save()
    needs = {'volume_id': cloud.create('volumes')} if kind == 'snapshots' else {}
    identifier = cloud.create(kind, name='stuck', **needs)
    cloud.stick(kind, identifier, 'error')
    report = workspace.clean(timeout=8)
    outcome = next(o for o in report.failures() if o.resource.id == identifier)
    assert outcome.status is Status.FAILED
    assert 'status' in outcome.detail
    assert outcome.attempts > 1
    assert report.seconds < 50


def test_one_worker_is_enough(workspace: Workspace) -> None:
    """Nothing can starve: workers never wait for each other."""
    cloud = workspace.cloud
    before = cloud.snapshot()
    workspace.save(workers=1)
    one_of_everything(cloud, 'leak', full_project(cloud, 'tempest-a'))
    assert workspace.clean(workers=1).exit_code() is ExitCode.CLEAN
    assert cloud.snapshot() == before


def test_few_requests_are_refused_or_repeated(workspace: Workspace) -> None:
    """What a network takes along is not asked for; a deletion is asked for once."""
    cloud = workspace.cloud
    workspace.save()
    for number in range(4):
        full_project(cloud, f'tempest-{number}')
    cloud.reset_requests()
    assert workspace.clean().exit_code() is ExitCode.CLEAN
    asked = Counter(r.target.split('?')[0] for r in cloud.requests if r.method == 'DELETE')
    assert set(asked.values()) == {1}
    assert not [target for target in asked if '/subnets/' in target or '/segments/' in target]
    assert [r for r in cloud.requests if r.status >= 400 and r.method != 'GET'] == []


def test_a_server_that_is_only_marked_as_deleted_is_deleted(
    make_workspace: MakeWorkspace,
) -> None:
    """Nova's reclaim_instance_interval: it would be there for days, and all it stands on."""
    workspace = make_workspace(soft_delete=True, server_delete_time=0.5)
    cloud = workspace.cloud
    workspace.save()
    cloud.make_project('tempest-a', servers=2, volumes=1)
    report = workspace.clean(timeout=8)
    assert report.exit_code() is ExitCode.CLEAN
    assert report.seconds < 20
    assert cloud.ids('servers') == []
    forced = [r for r in cloud.requests if r.method == 'POST' and r.target.endswith('/action')]
    assert len(forced) == 2, 'once for each: the deletion is under way then'


def test_a_get_that_changes_something_is_in_the_journal(workspace: Workspace) -> None:
    """Cinder binds a type to specs by GET: no less a change for that."""
    cloud = workspace.cloud
    qos = cloud.create('volume_qos', name='gold')
    kind = cloud.create('volume_types', name='fast', qos_specs_id=qos)
    workspace.save()
    cloud.update('volume_types', kind, qos_specs_id=None)
    assert workspace.clean().exit_code() is ExitCode.CLEAN
    assert (cloud.get('volume_types', kind) or {})['qos_specs_id'] == qos
    noted = [json.loads(line) for line in (workspace.folder / NAME).read_text().splitlines()]
    requests = {n['number']: n for n in noted if n['event'] == 'request'}
    number, entry = next(iter(requests.items()))
    assert entry['request'] == (
        f'GET block-storage/qos-specs/{qos}/associate?vol_type_id={kind}')
    assert entry['about'] == f'restore volume_types fast {kind}'
    assert [n['status'] for n in noted
            if n['event'] == 'answer' and n['number'] == number] == [202]


def test_what_vanished_by_itself_calls_for_one_round_more(workspace: Workspace) -> None:
    """Point 8: a round that changes nothing is the last, whatever failed before it and is gone."""
    cloud = workspace.cloud
    workspace.save()
    tenant = cloud.make_project('tempest-a', servers=1)
    cloud.stick('servers', tenant.servers[0])
    held = cloud.create('images', name='tempest-image')
    refused = cloud.fault(f'DELETE /image/v2/images/{held}', status=403)

    def vanish() -> None:
        wait_for(lambda: refused.hits >= 4)
        cloud.delete('images', held)

    other = threading.Thread(target=vanish)
    other.start()
    cloud.reset_requests()
    report = workspace.clean(timeout=6)
    other.join()
    assert {o.resource.kind for o in report.failures() if o.status is Status.FAILED} == {'servers'}
    looks = [r for r in cloud.requests if (r.method, r.target.split('?')[0]) == (
        'GET', '/identity/v3/regions')]
    assert len(looks) == 3, 'before, after what vanished, after the round without progress'
