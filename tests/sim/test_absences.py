"""Services that were there and answer 404: nothing of theirs counts as gone (points 2 and 5)."""
import pytest

from tempest_cleanup.errors import ExitCode
from tempest_cleanup.model import Key, Seen, Status
from tests.sim.runs import Workspace, to_go

KEYPAIRS = 'GET /compute/.*os-keypairs'


def listings(workspace: Workspace) -> int:
    """How many requests for key pairs one look sends."""
    workspace.cloud.reset_requests()
    workspace.look()
    return sum(r.method == 'GET' and 'os-keypairs' in r.target
               for r in workspace.cloud.requests)


def test_who_may_own_what_is_absent_now_is_kept(workspace: Workspace) -> None:
    """Key pairs are listed by user: a user without a listing is no user without key pairs."""
    cloud = workspace.cloud
    workspace.save()
    user = cloud.create('users', name='tempest-u')
    keypair = cloud.create('keypairs', name='tempest-k', user_id=user)
    cloud.fault(KEYPAIRS, status=404)
    report = workspace.clean()
    assert cloud.get('users', user)
    assert cloud.get('keypairs', keypair)
    assert {c.seen for c in report.blind if c.kind == 'keypairs'} == {Seen.VANISHED}
    assert report.exit_code() is ExitCode.UNSEEN


@pytest.mark.parametrize('saved', [True, False])
def test_what_is_absent_at_the_end_was_not_deleted(workspace: Workspace, saved: bool) -> None:
    """The first look of the same run is enough to know that it was there."""
    cloud = workspace.cloud
    user = cloud.make_project('base').user_id
    if saved:
        workspace.save()
    keypair = cloud.create('keypairs', name='tempest-k', user_id=user)
    cloud.fault('DELETE /compute/.*os-keypairs', status=409)
    cloud.fault(KEYPAIRS, status=404, skip=listings(workspace))
    report = workspace.clean(timeout=3)
    assert cloud.get('keypairs', keypair)
    assert Status.DELETED not in {o.status for o in report.outcomes or ()
                                  if o.resource.kind == 'keypairs'}
    assert report.exit_code() is ExitCode.LEFT
    assert 'keypairs' in {c.kind for c in report.blind}


def test_what_was_never_there_is_not_missed(workspace: Workspace) -> None:
    """A service that the cloud does not have, before and after."""
    cloud = workspace.cloud
    cloud.fault(KEYPAIRS, status=404)
    workspace.save()
    user = cloud.create('users', name='tempest-u')
    report = workspace.clean()
    assert cloud.get('users', user) is None
    assert report.exit_code() is ExitCode.CLEAN


@pytest.mark.parametrize('lacks', [
    ('compute',), ('network',), ('block-storage', 'volumev3'), ('image',), ('orchestration',)],
    ids=lambda types: types[0])
def test_a_cloud_need_not_have_every_service(
    workspace: Workspace, lacks: tuple[str, ...],
) -> None:
    """Keystone is all that is needed; what another would know of is not there."""
    cloud = workspace.cloud
    for identifier, service in cloud.snapshot()['services'].items():
        if service['type'] in lacks:
            cloud.delete('services', identifier)
    workspace.run('--init-saved-state')
    project = cloud.make_project('tempest-leak').project_id
    workspace.run('--preserve-state', '--settle', '0')
    assert cloud.get('projects', project) is None
    assert {c['seen'] for c in workspace.json('saved_state.json')['coverage']} == {
        'absent', 'complete'}


def test_what_a_user_that_is_gone_had_is_not_missed(workspace: Workspace) -> None:
    """Keystone answers 404 for it, and it is asked for as the saved state names the user."""
    cloud = workspace.cloud
    gone = cloud.create('users', name='gone')
    workspace.save()
    cloud.delete('users', gone)
    leaked = cloud.create('aggregates', name='leak')
    report = workspace.clean()
    assert to_go(report) == {Key('aggregates', leaked)}
    assert report.blind == ()


@pytest.mark.parametrize('owners', ['projects', 'users', 'domains'])
def test_keystone_always_has_owners(workspace: Workspace, owners: str) -> None:
    """404 for all users is no cloud without users: whatever is listed by user is not seen."""
    cloud = workspace.cloud
    cloud.fault(f'GET /identity/v3/{owners}[?]?$', status=404)
    assert Seen.FAILED in {c.seen for c in workspace.save().coverage if c.kind == owners}
    cloud.create('aggregates', name='leak')
    report = workspace.look()
    assert report.exit_code() is ExitCode.UNSEEN


SERVERS = 'GET /compute/.*servers/detail'


def test_what_the_saved_state_did_not_see_is_not_clean(workspace: Workspace) -> None:
    """Points 1 and 12: a new server may have been there, unseen; so nothing is promised."""
    cloud = workspace.cloud
    project = cloud.make_project('base').project_id
    cloud.fault(SERVERS, status=403)
    workspace.save()
    cloud.clear_faults()
    quiet = workspace.look()
    assert quiet.exit_code() is ExitCode.CLEAN, 'of what there is none nothing can be doubted'
    server = cloud.create('servers', name='tempest-leak', project_id=project)
    for report in (workspace.look(), workspace.clean()):
        assert [(c.kind, c.seen) for c in report.blind] == [('servers', Seen.FORBIDDEN)]
        assert 'the saved state did not see all servers' in report.blind[0].detail
        assert report.exit_code() is ExitCode.UNSEEN
    assert cloud.get('servers', server)


def test_kinds_that_the_saved_state_does_not_know_are_not_clean(workspace: Workspace) -> None:
    """The same for a kind of a plugin that was not there before; dry_run.json says it, too."""
    workspace.save(without='aggregates')
    workspace.cloud.create('aggregates', name='whose?')
    workspace.run('--dry-run', '--settle', '0', code=4)
    assert 'the saved state does not know aggregates' in (
        workspace.json('dry_run.json')['_not_seen']['aggregates'])
    told = workspace.run('--preserve-state', '--settle', '0', code=4)
    assert 'aggregates: absent: the saved state does not know aggregates' in told.out


def test_the_catalog_is_asked_anew_when_it_was_put_back(workspace: Workspace) -> None:
    """A run has disabled a service: once that is put back, what leaked there goes, too."""
    cloud = workspace.cloud
    project = cloud.make_project('base').project_id
    workspace.save()
    stack = cloud.create('stacks', name='tempest-leak', project_id=project)
    heat = next(identifier for identifier, row in cloud.snapshot()['services'].items()
                if row['type'] == 'orchestration')
    cloud.update('services', heat, enabled=False)
    assert workspace.look().exit_code() is ExitCode.UNSEEN
    report = workspace.clean()
    assert report.exit_code() is ExitCode.CLEAN, report.blind
    assert cloud.snapshot()['services'][heat]['enabled']
    assert cloud.get('stacks', stack) is None
