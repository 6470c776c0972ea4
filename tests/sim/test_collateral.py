"""Whole runs where what stays hangs on what was left behind: nothing of it is lost."""
import pytest

from tempest_cleanup.context import Filters
from tempest_cleanup.errors import ExitCode
from tempest_cleanup.model import Action, Key, Status
from tempest_cleanup.report import Report
from tests.sim.client import NOVA, Client
from tests.sim.conftest import MakeWorkspace
from tests.sim.runs import Workspace

PREFIX = Filters(prefix='tempest')


def kept(report: Report, kind: str, identifier: str) -> str:
    """Why something was kept."""
    return next(d.reason for d in report.decisions
                if d.resource.key == Key(kind, identifier) and d.action is Action.KEEP)


def server_with(workspace: Workspace, volume: str) -> str:
    """A leaked server to which a volume is attached that goes with it."""
    cloud = workspace.cloud
    server = cloud.create('servers', name='tempest-s', project_id=cloud.admin_project)
    Client(cloud).post(
        f'/compute/v2.1/servers/{server}/os-volume_attachments', {'volumeAttachment': {
            'volumeId': volume, 'delete_on_termination': True}}, **NOVA)
    return server


@pytest.mark.parametrize('filters', [None, PREFIX])
def test_a_saved_volume_does_not_go_with_a_leaked_server(
    workspace: Workspace, filters: Filters | None,
) -> None:
    """Point 4: though Nova was told to delete it with the server."""
    cloud = workspace.cloud
    volume = cloud.create('volumes', name='precious', project_id=cloud.admin_project)
    workspace.save()
    server = server_with(workspace, volume)
    report = workspace.clean(filters=filters)
    assert not cloud.get('servers', server)
    assert cloud.get('volumes', volume)
    assert report.exit_code() == ExitCode.CLEAN


def test_a_new_volume_goes_as_it_is_decided_about(workspace: Workspace) -> None:
    """Point 1: a filter keeps it, whatever its server's end was to be for it."""
    cloud = workspace.cloud
    workspace.save()
    volumes = [cloud.create('volumes', name=name, project_id=cloud.admin_project)
               for name in ('tempest-v', 'other')]
    servers = [server_with(workspace, volume) for volume in volumes]
    workspace.clean(filters=PREFIX)
    assert not any(cloud.get('servers', server) for server in servers)
    assert [bool(cloud.get('volumes', volume)) for volume in volumes] == [False, True]


def test_a_volume_that_could_not_be_seen_does_not_go_with_a_leaked_server(
    workspace: Workspace,
) -> None:
    """Point 2: what was not seen before may have been there."""
    cloud = workspace.cloud
    cloud.fault('GET /volume/v3/[0-9a-f]*/volumes/detail', status=403)
    volume = cloud.create('volumes', name='precious', project_id=cloud.admin_project)
    workspace.save()
    cloud.clear_faults()
    server = server_with(workspace, volume)
    workspace.clean()
    assert not cloud.get('servers', server)
    assert cloud.get('volumes', volume)


def test_where_nova_cannot_spare_the_volume_the_server_stays(workspace: Workspace) -> None:
    """Before 2.85 the same request is one to swap the volume, and refused."""
    cloud = workspace.cloud
    volume = cloud.create('volumes', name='precious', project_id=cloud.admin_project)
    workspace.save()
    server = server_with(workspace, volume)
    cloud.fault('PUT /compute/.*/os-volume_attachments/', status=400)
    report = workspace.clean(timeout=3)
    assert cloud.get('servers', server)
    assert cloud.get('volumes', volume)
    assert report.exit_code() == ExitCode.LEFT
    (outcome,) = (o for o in report.outcomes or () if o.status is Status.FAILED)
    assert f'its volume {volume} would be deleted with it' in outcome.detail


def test_a_stack_that_adopted_something_saved_stays(workspace: Workspace) -> None:
    """Point 4: Heat would delete it. What else the stack has made stays with it."""
    cloud = workspace.cloud
    project = cloud.make_project('base', servers=1)
    workspace.save()
    port = cloud.create('ports', name='of-the-stack', project_id=project.project_id,
                        network_id=project.networks[0])
    stack = cloud.create('stacks', name='tempest-adopted', project_id=project.project_id,
                         resources=[('servers', project.servers[0]), ('ports', port)])
    report = workspace.clean()
    assert cloud.get('stacks', stack)
    assert cloud.get('servers', project.servers[0])
    assert cloud.get('ports', port), 'half a stack is worse than a whole'
    assert kept(report, 'stacks', stack).startswith('it still has servers ')
    assert 'belongs to stacks tempest-adopted' in kept(report, 'ports', port)


def test_a_stack_whose_server_would_take_a_saved_volume_along_stays(
    workspace: Workspace,
) -> None:
    """Point 4: Heat asks Nova for the deletion, and does not spare the volume."""
    cloud = workspace.cloud
    volume = cloud.create('volumes', name='precious', project_id=cloud.admin_project)
    workspace.save()
    server = server_with(workspace, volume)
    stack = cloud.create('stacks', name='tempest-stack', project_id=cloud.admin_project,
                         resources=[('servers', server)])
    report = workspace.clean()
    assert cloud.get('stacks', stack)
    assert cloud.get('servers', server)
    assert cloud.get('volumes', volume)
    assert 'it still has volumes precious' in kept(report, 'stacks', stack)


def test_a_leaked_server_on_a_saved_port_goes(workspace: Workspace) -> None:
    """Nova only unbinds a port that it has not made."""
    cloud = workspace.cloud
    project = cloud.make_project('base')
    port = cloud.create('ports', name='old', project_id=project.project_id,
                        network_id=project.networks[0])
    workspace.save()
    server = cloud.create('servers', name='tempest-s', project_id=project.project_id,
                          networks=[{'port': port}])
    report = workspace.clean()
    assert not cloud.get('servers', server)
    assert cloud.get('ports', port)
    assert report.exit_code() == ExitCode.CLEAN


def test_a_leaked_stack_in_a_saved_project_goes(make_workspace: MakeWorkspace) -> None:
    """What a stack is in is no part of it."""
    workspace = make_workspace()
    cloud = workspace.cloud
    project = cloud.make_project('base')
    workspace.save()
    stack = cloud.create('stacks', name='tempest-s', project_id=project.project_id)
    assert workspace.clean().exit_code() == ExitCode.CLEAN
    assert not cloud.get('stacks', stack)


def test_what_services_made_for_something_saved_stays(workspace: Workspace) -> None:
    """Point 4: a failover during the run, or a server that was shelved."""
    cloud = workspace.cloud
    project = cloud.make_project('base', servers=1)
    workspace.save()
    service = next(i for i in cloud.ids('projects')
                   if (cloud.get('projects', i) or {})['name'] == 'service')
    amphora = cloud.create('servers', project_id=service,
                           name='amphora-11111111-2222-3333-4444-555555555555')
    shelved, leaked = (cloud.create(
        'images', name='x-shelved', project_id=project.project_id, instance_uuid=identifier)
        for identifier in (project.servers[0], '99999999-2222-3333-4444-555555555555'))
    report = workspace.clean()
    assert cloud.get('servers', amphora)
    assert cloud.get('images', shelved)
    assert not cloud.get('images', leaked), 'that of a server that is gone'
    assert report.exit_code() == ExitCode.CLEAN
    assert 'in the project of the services' in kept(report, 'servers', amphora)
    assert 'compute made it for servers' in kept(report, 'images', shelved)
