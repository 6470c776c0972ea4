"""Whole runs that narrow what goes: no project is taken away from what stays in it."""
import pytest

from tempest_cleanup.context import Filters
from tests.sim.runs import Workspace


@pytest.mark.parametrize('by', ['prefix', 'recorded'])
def test_a_default_security_group_goes_with_its_project(workspace: Workspace, by: str) -> None:
    cloud = workspace.cloud
    workspace.save()
    before = cloud.snapshot()
    project = cloud.make_project('tempest-x', networks=0)
    recorded = {'projects': frozenset((project.project_id,)),
                'users': frozenset((project.user_id,))}
    workspace.clean(filters=Filters(prefix='tempest') if by == 'prefix'
                    else Filters(recorded=recorded))
    assert cloud.snapshot() == before


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
