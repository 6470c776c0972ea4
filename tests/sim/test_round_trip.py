"""Saved, leaked into, cleaned up: the cloud is as it was, kind by kind."""
from tempest_cleanup.errors import ExitCode
from tempest_cleanup.model import Action, Status
from tests.sim.leaks import full_project, one_of_everything
from tests.sim.runs import Workspace, deleted_of, kinds, ladders, to_go


def test_one_of_everything_in_an_old_and_in_a_new_project(workspace: Workspace) -> None:
    """All kinds are found and gone; their neighbours of before are untouched."""
    cloud = workspace.cloud
    old = full_project(cloud, 'old')
    one_of_everything(cloud, 'neighbour', old)
    before = cloud.snapshot()
    assert all(c.whole for c in workspace.save().coverage)
    one_of_everything(cloud, 'leak-old', old)
    new = full_project(cloud, 'tempest-new')
    one_of_everything(cloud, 'leak-new', new)
    cloud.reset_requests()

    report = workspace.clean()

    assert [str(o) for o in report.failures()] == []
    assert report.exit_code() is ExitCode.CLEAN
    assert cloud.snapshot() == before
    assert not deleted_of(cloud, before)
    # Of every kind there was something to delete.
    assert {kind for kind, _ in to_go(report)} >= set(kinds()) & set(cloud.known_kinds())


def test_quotas_of_an_old_project_are_put_back(workspace: Workspace) -> None:
    """What the model has for settings, from save to restore: as it was, and where it was none."""
    cloud = workspace.cloud
    limited, plain, lost = (cloud.make_project(name).project_id for name in 'abc')
    cloud.create('compute_quotas', project_id=limited, cores=11, ram=1000)
    cloud.create('compute_quotas', project_id=lost, instances=3)
    before = cloud.snapshot()
    workspace.save()
    cloud.create('compute_quotas', project_id=limited, cores=99)
    cloud.create('compute_quotas', project_id=plain, cores=99)
    cloud.delete('compute_quotas', lost)

    report = workspace.clean()

    assert report.exit_code() is ExitCode.CLEAN
    assert cloud.snapshot() == before
    actions = {d.resource.id: d.action for d in report.to_do()}
    assert actions == {limited: Action.RESTORE, plain: Action.DELETE, lost: Action.RESTORE}
    assert [str(c) for c in report.drift.changed if c.resource.id == limited] == [
        'compute_quotas a: cores 11 -> 99']


def test_what_was_removed_is_told_and_can_not_be_promised(workspace: Workspace) -> None:
    """A run that has deleted what was there before does not end clean."""
    cloud = workspace.cloud
    tenant = cloud.make_project('old', volumes=1)
    workspace.save()
    cloud.delete('volumes', tenant.volumes[0])
    cloud.create('volumes', name='leak')

    report = workspace.clean()

    assert [r.id for r in report.drift.removed] == tenant.volumes
    assert report.exit_code() is ExitCode.LEFT
    assert cloud.ids('volumes') == []


def test_nothing_to_do_sends_no_change(workspace: Workspace) -> None:
    """A clean cloud is left in peace, and found so with one inventory."""
    workspace.cloud.make_project('old', servers=1, volumes=1, floating_ips=1, keypairs=1)
    workspace.save()
    workspace.cloud.reset_requests()
    report = workspace.clean()
    assert report.exit_code() is ExitCode.CLEAN
    assert report.outcomes == ()
    asked = {(r.method, r.target.split('?')[0]) for r in workspace.cloud.requests
             if r.method != 'GET'}
    assert asked == {('POST', '/identity/v3/auth/tokens')}


def test_what_deletion_needs_first_is_done(workspace: Workspace) -> None:
    """Locked, enabled, attached, routed: the services refuse these."""
    cloud = workspace.cloud
    before = cloud.snapshot()
    workspace.save()
    tenant = full_project(cloud, 'tempest-a')
    cloud.update('servers', tenant.servers[0], locked=True)
    cloud.create('domains', name='enabled')
    aggregate = cloud.create('aggregates', name='leak')
    cloud.update('aggregates', aggregate, hosts=['simulated'])
    cloud.update('routers', tenant.routers[0], routes=[
        {'destination': '10.99.0.0/16', 'nexthop': '10.0.0.9'}])
    report = workspace.clean()
    assert [str(o) for o in report.failures()] == []
    assert cloud.snapshot() == before


def test_a_protection_is_taken_away_by_a_remedy_only(workspace: Workspace) -> None:
    """Left and told without remedies; gone with them, and each step is told."""
    cloud = workspace.cloud
    before = cloud.snapshot()
    workspace.save()
    immutable = {'options': {'immutable': True}}
    made = {cloud.create('images', name='protected', protected=True),
            cloud.create('metadef_namespaces', namespace='leak', protected=True),
            cloud.create('roles', name='immutable', **immutable),
            cloud.create('projects', name='immutable', **immutable),
            cloud.create('domains', name='immutable', **immutable)}
    report = workspace.clean(timeout=4)
    assert report.exit_code() is ExitCode.LEFT
    assert {o.resource.id for o in report.failures()} == made
    report = workspace.clean(ladders=ladders())
    assert report.exit_code() is ExitCode.CLEAN
    assert {o.resource.id: len(o.steps) for o in report.outcomes or ()} == dict.fromkeys(made, 1)
    assert cloud.snapshot() == before


def test_what_leaks_while_it_cleans_is_cleaned_too(workspace: Workspace) -> None:
    """Point 5: the last listing is the proof, and what it shows is gone for once more."""
    cloud = workspace.cloud
    workspace.save()
    cloud.create('volumes', name='first')
    # Accepted, and never done: only the listing tells.
    fault = cloud.fault('DELETE /network/v2.0/networks', status=204, times=1)
    network = cloud.create('networks', name='leak')
    report = workspace.clean()
    assert fault.hits == 1
    assert cloud.get('networks', network) is None
    assert {o.status for o in report.outcomes or ()} == {Status.DELETED}
    assert report.exit_code() is ExitCode.CLEAN
