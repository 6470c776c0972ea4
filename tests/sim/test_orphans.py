"""Whole runs that narrow what goes: no project is taken away from what stays in it."""
from tempest_cleanup.context import Filters
from tests.sim.runs import Workspace


def test_a_project_with_a_port_of_another_projects_server_stays(workspace: Workspace) -> None:
    cloud = workspace.cloud
    other = cloud.make_project('prod')
    workspace.save()
    server = cloud.create('servers', name='prod', project_id=other.project_id)
    project = cloud.create('projects', name='tempest-p')
    port = cloud.create('ports', name='x', project_id=project, network_id=other.networks[0],
                        device_id=server, device_owner='compute:nova')
    workspace.clean(filters=Filters(prefix='tempest'))
    assert cloud.get('ports', port)
    assert cloud.get('projects', project)
