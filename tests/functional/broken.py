"""Servers that no host lets go of, and accounts that are shut out."""
import contextlib
import dataclasses
from collections.abc import Iterator

from tests.cloud import faults
from tests.functional import leaks
from tests.functional.openstack import Body, Cloud, wait_for

#: More than any host has (GiB).
TOO_MUCH = 1_000_000


@dataclasses.dataclass(frozen=True)
class Broken:
    """Ids of what a broken host leaves in a project.

    :param failing: a server that its host fails to destroy
    :param buried: a server that no host could take: it is in cell0
    :param stack: in DELETE_FAILED, over a server that its host fails to destroy
    """

    project: str
    failing: str
    buried: str
    stack: str


@contextlib.contextmanager
def host(admin: Cloud, name: str) -> Iterator[Broken]:
    """A project with what a host leaves that is broken; it is well again at the end."""
    tenant = leaks.tenant(admin, name)
    leaks.with_role(admin, tenant.project_id)
    inside = admin.in_project(tenant.project_id)
    buried = bury(admin, inside, name, tenant.network_id)
    stack, held = stack_of_a_server(inside, f'{name}-stack', tenant.network_id)
    with faults.driver('nova.destroy', tenant.server_id), faults.driver('nova.destroy', held):
        inside.orchestration.delete(f'/stacks/{name}-stack/{stack}')
        wait_for_stack(inside, stack, 'DELETE_FAILED')
        leaks.without_role(admin, tenant.project_id)
        yield Broken(tenant.project_id, tenant.server_id, buried, stack)


def bury(admin: Cloud, inside: Cloud, name: str, network_id: str) -> str:
    """A server of a flavor that fits nowhere, and that flavor."""
    flavor = admin.compute.post('/flavors', {'flavor': {
        'name': f'{name}-flavor', 'ram': 64, 'vcpus': 1, 'disk': TOO_MUCH}})['flavor']['id']
    server = inside.compute.post('/servers', {'server': {
        'name': f'{name}-buried', 'imageRef': image(inside), 'flavorRef': flavor,
        'networks': [{'uuid': network_id}]}})['server']['id']
    wait_for('the server to fail', lambda: inside.compute.get(
        f'/servers/{server}')['server']['status'] == 'ERROR')
    return str(server)


def image(inside: Cloud) -> str:
    return str(inside.image.get('/images', sort='created_at:asc', status='active',
                                visibility='public')['images'][0]['id'])


def stack_of_a_server(inside: Cloud, name: str, network_id: str) -> tuple[str, str]:
    """The ids of a stack and of the server that it made."""
    stack = make_stack(inside, name, {'type': 'OS::Nova::Server', 'properties': {
        'name': f'{name}-server', 'image': image(inside), 'flavor': leaks.FLAVOR,
        'networks': [{'network': network_id}]}})
    made = inside.orchestration.get(f'/stacks/{name}/{stack}/resources')['resources']
    return stack, str(made[0]['physical_resource_id'])


def make_stack(inside: Cloud, name: str, resource: Body) -> str:
    """A stack that is complete."""
    stack = str(inside.orchestration.post('/stacks', {'stack_name': name, 'template': {
        'heat_template_version': '2018-08-31',
        'resources': {'only': resource}}})['stack']['id'])
    wait_for_stack(inside, stack, 'CREATE_COMPLETE')
    return stack


def wait_for_stack(inside: Cloud, stack: str, status: str) -> None:
    def met() -> bool:
        now = inside.orchestration.get(f'/stacks/{stack}')['stack']['stack_status']
        return bool(now == status)

    wait_for(f'the stack to be {status}', met, 180)


@dataclasses.dataclass(frozen=True)
class Account:
    """A project and its user."""

    project: str
    user: str


def account(admin: Cloud, name: str) -> Account:
    """A project and a user that has a role in it."""
    project = admin.identity.post('/projects', {'project': {'name': name}})['project']['id']
    user = admin.identity.post('/users', {'user': {
        'name': f'{name}-user', 'default_project_id': project}})['user']['id']
    role = admin.identity.get('/roles', name='member')['roles'][0]['id']
    admin.identity.put(f'/projects/{project}/users/{user}/roles/{role}')
    return Account(project, user)


def remove(admin: Cloud, account: Account) -> None:
    """What was there before, and nobody else takes away."""
    admin.identity.delete(f'/users/{account.user}')
    admin.identity.delete(f'/projects/{account.project}')


def enable(admin: Cloud, account: Account) -> None:
    """As an operator does, if the project is still there."""
    if admin.identity.exists(f'/projects/{account.project}'):
        admin.identity.patch(f'/projects/{account.project}', {'project': {'enabled': True}})


def disable(admin: Cloud, account: Account, name: str) -> str:
    """Disable a project and its user when a stack is in the project; the id of that."""
    leaks.with_role(admin, account.project)
    stack = make_stack(admin.in_project(account.project), name, {'type': 'OS::Heat::RandomString'})
    leaks.without_role(admin, account.project)
    admin.identity.patch(f'/users/{account.user}', {'user': {'enabled': False}})
    admin.identity.patch(f'/projects/{account.project}', {'project': {'enabled': False}})
    return stack
