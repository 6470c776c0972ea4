"""Services that fail, hang or are down, on the real cloud."""
from tests.cloud import faults
from tests.functional import leaks, rows
from tests.functional.openstack import Cloud, wait_for
from tests.functional.rows import Databases
from tests.functional.workspace import Workspace


def test_one_stuck_server_holds_up_only_its_own(
    admin: Cloud, database: Databases, workspace: Workspace,
) -> None:
    """Point 7: what is unrelated goes while the stuck server is still waited for; what
    depends on it is blocked by it, by name; once it is lifted a second run ends clean."""
    workspace.save()
    before = rows.snapshot(database)
    stuck, free = leaks.tenant(admin, 'stuck'), leaks.tenant(admin, 'free')
    with faults.driver('nova.destroy', stuck.server_id, seconds=600):
        process = workspace.start(
            '--preserve-state', '--timeout', '60', '--no-remedies', '--report', 'report.json')
        wait_for('the unrelated project to go', lambda: not admin.identity.exists(
            f'/projects/{free.project_id}'), 55)
        assert not admin.volume.exists(f'/volumes/{stuck.volume_id}')
        assert process.poll() is None, 'it should still wait for the stuck server'
        out, err = process.communicate(timeout=240)
    assert process.returncode == 1, out + err

    outcomes = workspace.outcomes()
    assert outcomes['servers', stuck.server_id]['status'] == 'failed'
    assert 'still there' in outcomes['servers', stuck.server_id]['detail']
    for kind, identifier in (('projects', stuck.project_id), ('networks', stuck.network_id)):
        assert outcomes[kind, identifier]['status'] == 'blocked'
    assert outcomes['projects', stuck.project_id]['blockers'] == ['servers stuck-server']
    assert all(o['status'] == 'deleted' for (_, i), o in outcomes.items()
               if i in (free.project_id, free.network_id, free.server_id, free.user_id))
    assert 'servers stuck-server' in out

    again = workspace.cleanup('--preserve-state')
    assert again.code == 0, again
    rows.check_same(before, rows.snapshot(database))


def test_a_volume_that_goes_to_error_deleting(admin: Cloud, workspace: Workspace) -> None:
    """Accepted is not deleted: the driver fails, and the report says so."""
    workspace.save()
    left = leaks.tenant(admin, 'errdel')
    with faults.driver('cinder.delete_volume', left.volume_id):
        done = workspace.cleanup('--preserve-state', '--report', 'report.json')
    assert done.code == 1, done
    outcome = workspace.outcomes()['volumes', left.volume_id]
    assert outcome['status'] == 'failed'
    assert 'error_deleting' in outcome['detail'] or 'status must be' in outcome['detail']
    assert admin.identity.exists(f'/projects/{left.project_id}'), 'its volume is still there'

    admin.volume.post(f'/volumes/{left.volume_id}/action',
                      {'os-reset_status': {'status': 'error'}})
    again = workspace.cleanup('--preserve-state')
    assert again.code == 0, again
    assert not admin.identity.exists(f'/projects/{left.project_id}')


def test_apis_that_stumble_are_asked_again(admin: Cloud, workspace: Workspace) -> None:
    """Idempotent requests are repeated, whatever became of the first: refused twice, done but
    with its answer lost, slow. Nothing is left for it."""
    workspace.save()
    left = leaks.tenant(admin, 'stumble')
    with (faults.api('neutron-api', '^DELETE /v2.0/networks', status=503, times=2) as refused,
          faults.api('cinder-api', '^DELETE .*/volumes', status=500, times=1, after=True) as lost,
          faults.api('nova-api', '^DELETE .*/servers', delay=2.0, times=3) as slow):
        done = workspace.cleanup('--preserve-state')
        assert min(fault.hits() for fault in (refused, lost, slow)) >= 1
    assert done.code == 0, done
    assert not admin.network.exists(f'/networks/{left.network_id}')
    assert not admin.volume.exists(f'/volumes/{left.volume_id}')
    assert not admin.compute.exists(f'/servers/{left.server_id}')
