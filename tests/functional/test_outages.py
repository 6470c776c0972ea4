"""Daemons, queue, database and Keystone go down, before or while a run cleans up.

Each run ends in time, says what is left and why, and the one after the repair ends clean.
"""
import contextlib
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.cloud import current, faults
from tests.cloud.services import stopped
from tests.cloud.services.keystone import Keystone
from tests.functional import leaks, rows
from tests.functional.conftest import tempest_conf
from tests.functional.leaks import Tenant
from tests.functional.openstack import Cloud, Refused, wait_for
from tests.functional.rows import Databases
from tests.functional.workspace import Done, Workspace, configured

#: Seconds that the queue is away: more than a request waits, less than a run.
AWAY = 10.0
#: Seconds that a request may wait for its answer, where a service hangs.
PATIENCE = 10
#: Seconds after which a run must have ended.
LIMIT = 400.0


@pytest.fixture
def repaired(admin: Cloud, database: Databases, workspace: Workspace) -> Iterator[None]:
    """Saves at first; once all is well again, the next run leaves nothing, nowhere."""
    workspace.save()
    before = rows.snapshot(database)
    yield
    wait_till_up(admin)
    again = workspace.cleanup('--preserve-state')
    assert again.code == 0, again
    rows.check_same(before, rows.snapshot(database))


@pytest.mark.usefixtures('repaired')
def test_the_hosts_are_down(admin: Cloud, database: Databases, workspace: Workspace) -> None:
    """Neither nova-compute nor cinder-volume: what they would have to delete is left, and it
    is told who does not do it; when they are back, they do."""
    left = leaks.tenant(admin, 'hosts-down')
    with (stopped('nova-compute', 'cinder-volume'),
          begun(admin, workspace, left, '--timeout', '20', '--no-remedies', '--settle', '0',
                till_then=lambda: last_heard_of(database, 'UTC_TIMESTAMP()')) as end):
        last_heard_of(database, 'UTC_TIMESTAMP() - INTERVAL 1 HOUR')
        done = end()
    honest(done, workspace)
    assert done.code == 1, done
    outcomes = workspace.outcomes()
    for kind, identifier in (('servers', left.server_id), ('volumes', left.volume_id)):
        outcome = outcomes[kind, identifier]
        assert (outcome['status'], outcome['attempts']) == ('failed', 1), outcome
        assert 'accepted, but it is still there' in outcome['detail']
    assert outcomes['projects', left.project_id]['status'] == 'blocked'
    causes = {resource['id']: finding['cause']['sentence']
              for finding in workspace.json('report.json')['findings']
              for resource in finding['resources']}
    assert 'nova-compute on test does not answer' in causes[left.server_id], causes
    assert 'cinder-volume on test@fake1 does not answer' in causes[left.volume_id], causes


def last_heard_of(database: Databases, when: str) -> None:
    """Say when the hosts have last reported. Nova deletes without a host that it takes for dead,
    so it must believe in it till it has been asked, and not any longer."""
    for column in ('nova_cell1.services.last_seen_up', 'cinder.services.updated_at'):
        table, _, name = column.rpartition('.')
        rows.change(database, f'UPDATE {table} SET {name} = {when} '
                              "WHERE `binary` IN ('nova-compute', 'cinder-volume')")


def wait_till_up(admin: Cloud) -> None:
    """Until every daemon that reports has reported."""
    for service in (admin.compute, admin.volume):
        wait_for('the daemons', lambda service=service: all(  # type: ignore[misc]
            s['state'] == 'up' for s in service.get('/os-services')['services']), 120)


def queue_away() -> None:
    """RabbitMQ is stopped for a while; it forgets nothing that it was told to keep."""
    with stopped('rabbitmq'):
        time.sleep(AWAY)


def all_forgotten() -> None:
    """MariaDB and Keystone are started again: no connection outlives it, and nobody, nor
    Keystone itself, knows any token that there was."""
    with stopped('mariadb', 'memcached', 'keystone'):
        Keystone(current()).new_keys()


@pytest.mark.usefixtures('repaired')
@pytest.mark.parametrize('outage', [queue_away, all_forgotten],
                         ids=lambda outage: outage.__name__)
def test_in_the_middle_of_a_run(
    admin: Cloud, workspace: Workspace, outage: Callable[[], None],
) -> None:
    """The run gets through, or tells honestly what it did not do or see."""
    left = leaks.tenant(admin, outage.__name__.replace('_', '-'))
    with (faults.driver('nova.destroy', left.server_id, seconds=AWAY),
          begun(admin, workspace, left, '--timeout', '60') as end):
        outage()
        done = end()
    honest(done, workspace)


@pytest.mark.usefixtures('repaired')
def test_in_the_catalog_and_of_no_use(admin: Cloud, tmp_path: Path) -> None:
    """Point 2: a service hangs, two accept no connections, one answers with no JSON. Each is told
    with its reason, soon; what it may have in a project keeps that project; all else goes."""
    conf = configured(tempest_conf(), tmp_path / 'impatient.conf', {
        'service_clients': {'http_timeout': str(PATIENCE)}})
    workspace = Workspace(tmp_path, conf)
    left = leaks.tenant(admin, 'no-use')
    began = time.monotonic()
    with (stopped('heat-api', 'cinder-api'), faults.api('glance-api', hang=True),
          faults.api('neutron-api', '^GET /v2.0/routers', garbage=True)):
        done = workspace.cleanup('--preserve-state', '--report', 'report.json')
    assert time.monotonic() - began < LIMIT, done
    honest(done, workspace)
    assert done.code == 4, done
    unseen = {c['kind']: c['detail'] for c in workspace.json('report.json')['not_seen']}
    assert 'keeps silent' in unseen['images'], unseen
    assert 'not JSON' in unseen['routers'], unseen
    for kind in ('stacks', 'volumes'):
        assert 'nobody accepts connections' in unseen[kind], unseen
    assert not admin.compute.exists(f'/servers/{left.server_id}')
    wait_for('the volume to be answered for', lambda: leaks.status(admin, left.volume_id))
    assert admin.identity.exists(f'/projects/{left.project_id}')


@contextlib.contextmanager
def begun(
    admin: Cloud, workspace: Workspace, left: Tenant, *options: str,
    till_then: Callable[[], object] = lambda: None,
) -> Iterator[Callable[[], Done]]:
    """A run that has just had a server's deletion accepted; call it for what it ends with."""
    process = workspace.start('--preserve-state', *options, '--report', 'report.json')

    def accepted() -> bool:
        till_then()
        return deletion_accepted(admin, left.server_id)

    try:
        wait_for('the deletion to begin', accepted)

        def end() -> Done:
            out, err = process.communicate(timeout=LIMIT)
            return Done(process.returncode, out, err)

        yield end
    finally:
        process.kill()
        process.wait()


def deletion_accepted(admin: Cloud, server_id: str) -> bool:
    """Nova notes the action once it has decided who deletes it."""
    try:
        done = admin.compute.get(f'/servers/{server_id}/os-instance-actions')['instanceActions']
    except Refused as error:
        if error.status != 404:
            raise
        return True
    return any(one['action'] == 'delete' for one in done)


def honest(done: Done, workspace: Workspace) -> None:
    """The exit code says what the report says, and each line of the report has its reason."""
    report = workspace.json('report.json')
    assert 'fault of this program' not in done.err, done
    assert report['exit_code'] == done.code, done
    failed = [o for o in workspace.outcomes().values() if o['status'] != 'deleted']
    assert all(o['detail'] for o in failed), failed
    assert all(c['detail'] for c in report['not_seen']), report['not_seen']
    assert done.code == (1 if failed else 4 if report['not_seen'] else 0), done
