"""Small leaks for the tests of single behaviours; one of everything takes too long there."""
import dataclasses

from tests.functional.openstack import Body, Cloud, wait_for

IMAGE, FLAVOR = 'compute-image', 'm1.nano'


@dataclasses.dataclass(frozen=True)
class Tenant:
    """A leaked project as Tempest's dynamic credentials make one, and what is in it."""

    project_id: str
    user_id: str
    network_id: str
    subnet_id: str
    server_id: str
    volume_id: str


def tenant(admin: Cloud, name: str) -> Tenant:
    """A project with user, network, a server and a volume, all ready."""
    project = admin.identity.post('/projects', {'project': {'name': name}})['project']['id']
    user = admin.identity.post('/users', {'user': {'name': f'{name}-user'}})['user']['id']
    network = admin.network.post('/networks', {'network': {
        'name': f'{name}-network', 'project_id': project}})['network']['id']
    subnet = admin.network.post('/subnets', {'subnet': {
        'network_id': network, 'ip_version': 4, 'cidr': '10.7.0.0/24',
        'project_id': project}})['subnet']['id']
    with_role(admin, project)
    inside = admin.in_project(project)
    server = boot(inside, f'{name}-server', network)
    volume = inside.volume.post('/volumes', {'volume': {
        'name': f'{name}-volume', 'size': 1}})['volume']['id']
    wait_for('the volume', lambda: status(admin, volume) == 'available')
    without_role(admin, project)
    return Tenant(project, user, network, subnet, server, volume)


def boot(cloud: Cloud, name: str, network_id: str) -> str:
    """A server that is ACTIVE."""
    image = cloud.image.get('/images', sort='created_at:asc', status='active',
                            visibility='public')['images'][0]['id']
    flavors: list[Body] = cloud.compute.get('/flavors')['flavors']
    flavor = next(f['id'] for f in flavors if f['name'] == FLAVOR)
    server = cloud.compute.post('/servers', {'server': {
        'name': name, 'imageRef': image, 'flavorRef': flavor,
        'networks': [{'uuid': network_id}]}})['server']['id']
    wait_for(f'{name} to be ACTIVE', lambda: cloud.compute.get(
        f'/servers/{server}')['server']['status'] == 'ACTIVE', 120)
    return str(server)


def status(cloud: Cloud, volume_id: str) -> str:
    """A volume's, as an administrator sees it."""
    return str(cloud.volume.get(f'/volumes/{volume_id}')['volume']['status'])


def grant_path(admin: Cloud, project_id: str) -> str:
    role = admin.identity.get('/roles', name='admin')['roles'][0]['id']
    return f'/projects/{project_id}/users/{admin.user_id}/roles/{role}'


def with_role(admin: Cloud, project_id: str) -> None:
    """Let the administrator act in a project."""
    admin.identity.put(grant_path(admin, project_id))


def without_role(admin: Cloud, project_id: str) -> None:
    """Take that back: the tool must do without it."""
    admin.identity.delete(grant_path(admin, project_id))
