"""What is left behind. Each case returns how many requests a clean-up can't do without."""
from collections.abc import Callable

from tests.benchmarks.measure import Stage

#: Sets of the objects that upstream sees, each with one of its kinds.
SETS = 40
PROJECTS = 30


def admin_project(stage: Stage) -> int:
    """470 objects of the admin's project, of the kinds that upstream sees."""
    stage.parallel(_one_set, range(SETS))
    # What goes with a network, a router or a security group needs no request of its own.
    return SETS * 9


def _one_set(stage: Stage, number: int) -> None:
    project = stage.admin_project
    network = stage.create('networks', name=f'tempest-net-{number}', project_id=project)
    subnet = stage.create('subnets', name=f'tempest-subnet-{number}', network_id=network,
                          project_id=project, cidr=f'10.{90 + number // 100}.{number % 100}.0/24')
    router = stage.create('routers', name=f'tempest-router-{number}', project_id=project)
    stage.create('router_interfaces', router_id=router, subnet_id=subnet)
    stage.create('ports', name=f'tempest-port-{number}', network_id=network, project_id=project)
    stage.create('security_groups', name=f'tempest-group-{number}', project_id=project)
    stage.create('volumes', name=f'tempest-volume-{number}', project_id=project)
    stage.create('server_groups', name=f'tempest-servers-{number}', project_id=project)
    stage.create('projects', name=f'tempest-project-{number}')
    stage.create('users', name=f'tempest-user-{number}')


def large_admin_project(stage: Stage) -> int:
    """The same, five times as many."""
    stage.parallel(_one_set, range(5 * SETS))
    return 5 * SETS * 9


def leaked_projects(stage: Stage) -> int:
    """30 leaked projects with servers, volumes, networks, routers and floating IPs."""
    stage.parallel(_one_project, range(PROJECTS))
    # Project, user, network, router, its interface, two servers (with their ports), two
    # volumes, floating IP, the default security group.
    return PROJECTS * 11


def _one_project(stage: Stage, number: int) -> None:
    stage.tenant(f'tempest-Leak-{number}')


CASES: dict[str, Callable[[Stage], int]] = {
    'admin project': admin_project, 'admin project, 5 times': large_admin_project,
    'leaked projects': leaked_projects}
