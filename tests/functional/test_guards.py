"""Keep marks, protected projects and the doctor, on the real services."""
import pytest

from tests.cloud.services import stopped
from tests.functional import leaks, rows
from tests.functional.openstack import Api, Cloud, wait_for
from tests.functional.rows import Databases
from tests.functional.workspace import Workspace

KEEP = 'tempest-cleanup=keep'
LAST = f'{KEEP}-until-2099-12-31'
OVER = f'{KEEP}-until-2020-01-01'
SHIELDED = f'marked {KEEP}'


class Marks:
    """Sets and takes away marks, each as its API has them."""

    def __init__(self, admin: Cloud) -> None:
        self.admin = admin

    def server(self, identifier: str, *tags: str) -> None:
        self.admin.compute.put(f'/servers/{identifier}/tags', {'tags': tags})

    def network(self, identifier: str, *tags: str, kind: str = 'networks') -> None:
        self.admin.network.put(f'/{kind}/{identifier}/tags', {'tags': tags})

    def project(self, identifier: str, *tags: str) -> None:
        self.admin.identity.put(f'/projects/{identifier}/tags', {'tags': tags})

    def image(self, identifier: str, *tags: str) -> None:
        self.admin.image.request(
            'PATCH', f'/images/{identifier}', [{'op': 'replace', 'path': '/tags', 'value': tags}],
            headers={'Content-Type': 'application/openstack-images-v2.1-json-patch'})

    def volume(self, identifier: str, value: str = '') -> None:
        self.admin.volume.put(f'/volumes/{identifier}/metadata', {
            'metadata': {'tempest-cleanup': value} if value else {}})


@pytest.fixture
def marks(admin: Cloud) -> Marks:
    return Marks(admin)


def image(admin: Cloud, name: str) -> str:
    made = admin.image.post('/images', {
        'name': name, 'disk_format': 'raw', 'container_format': 'bare'})
    return str(made['id'])


def network(admin: Cloud, name: str) -> str:
    return str(admin.network.post('/networks', {'network': {'name': name}})['network']['id'])


def volume(admin: Cloud, name: str) -> str:
    made = admin.volume.post('/volumes', {'volume': {'name': name, 'size': 1}})['volume']['id']
    wait_for('the volume', lambda: leaks.status(admin, made) == 'available')
    return str(made)


def test_a_marked_server_stays_with_what_it_needs(
    admin: Cloud, database: Databases, workspace: Workspace, marks: Marks,
) -> None:
    """Its port, network, subnet, project; what is beside it in the project goes. Without the
    mark all of it goes."""
    workspace.save()
    before = rows.snapshot(database)
    one, other = leaks.tenant(admin, 'kept'), leaks.tenant(admin, 'lost')
    marks.server(one.server_id, 'blue', KEEP)
    ports = admin.network.get('/ports', device_id=one.server_id)['ports']
    done = workspace.cleanup('--preserve-state', '--report', 'report.json')
    assert done.code == 0, done
    decided = {d['id']: d for d in workspace.json('report.json')['decisions']}
    assert decided[one.server_id]['reason'] == SHIELDED
    for identifier in (one.network_id, one.subnet_id, one.project_id, ports[0]['id']):
        assert decided[identifier]['rule'] == 'shielded', decided[identifier]
    server = admin.compute.get(f'/servers/{one.server_id}')['server']
    assert server['status'] == 'ACTIVE'
    assert server['addresses'], 'it has lost its port'
    assert admin.network.exists(f'/ports/{ports[0]["id"]}')
    assert not admin.volume.exists(f'/volumes/{one.volume_id}')
    for gone in (admin.compute.exists(f'/servers/{other.server_id}'),
                 admin.identity.exists(f'/projects/{other.project_id}'),
                 admin.network.exists(f'/networks/{other.network_id}')):
        assert not gone

    marks.server(one.server_id)
    again = workspace.cleanup('--preserve-state')
    assert again.code == 0, again
    rows.check_same(before, rows.snapshot(database))


@pytest.mark.long
def test_marks_with_and_without_a_last_day(
    admin: Cloud, database: Databases, workspace: Workspace, marks: Marks,
) -> None:
    """On a network, an image and a volume: for ever, till a day to come, till one that is over."""
    workspace.save()
    before = rows.snapshot(database)
    found = {'networks': [network(admin, f'guards-{n}') for n in range(3)],
             'images': [image(admin, f'guards-{n}') for n in range(3)],
             'volumes': [volume(admin, f'guards-{n}') for n in range(3)]}
    for number, tag in enumerate((KEEP, LAST, OVER)):
        marks.network(found['networks'][number], tag)
        marks.image(found['images'][number], tag)
        marks.volume(found['volumes'][number], tag.partition('=')[2])
    done = workspace.cleanup('--preserve-state')
    assert done.code == 0, done
    assert SHIELDED in done.out
    assert left(admin, found) == {kind: [True, True, False] for kind in found}

    for number in range(2):
        marks.network(found['networks'][number])
        marks.image(found['images'][number])
        marks.volume(found['volumes'][number])
    again = workspace.cleanup('--preserve-state')
    assert again.code == 0, again
    assert left(admin, found) == {kind: [False] * 3 for kind in found}
    rows.check_same(before, rows.snapshot(database))


def left(admin: Cloud, found: dict[str, list[str]]) -> dict[str, list[bool]]:
    apis = {'networks': admin.network, 'images': admin.image, 'volumes': admin.volume}
    return {kind: [apis[kind].exists(f'/{kind}/{i}') for i in identifiers]
            for kind, identifiers in found.items()}


@pytest.mark.long
@pytest.mark.parametrize('how', ['mark', 'option'])
def test_a_project_with_all_that_is_in_it(
    admin: Cloud, database: Databases, workspace: Workspace, marks: Marks, how: str,
) -> None:
    workspace.save()
    before = rows.snapshot(database)
    tenant = leaks.tenant(admin, 'protected')
    if how == 'mark':
        marks.project(tenant.project_id, KEEP)
    options = () if how == 'mark' else ('--protect-project', 'protected')
    quota = f'/os-quota-sets/{tenant.project_id}'
    admin.compute.put(quota, {'quota_set': {'cores': 7}})
    done = workspace.cleanup('--preserve-state', *options)
    assert done.code == 0, done
    assert 'in project protected, which is' in done.out
    for there in (admin.compute.exists(f'/servers/{tenant.server_id}'),
                  admin.volume.exists(f'/volumes/{tenant.volume_id}'),
                  admin.identity.exists(f'/projects/{tenant.project_id}')):
        assert there
    assert admin.compute.get(quota)['quota_set']['cores'] == 7

    marks.project(tenant.project_id)
    again = workspace.cleanup('--preserve-state')
    assert again.code == 0, again
    rows.check_same(before, rows.snapshot(database))


@pytest.mark.long
def test_every_other_api_that_has_tags_takes_the_mark(
    admin: Cloud, database: Databases, workspace: Workspace, marks: Marks,
) -> None:
    """Heat's stack with what it made, Octavia's load balancer, a flavor, a volume type."""
    workspace.save()
    before = rows.snapshot(database)
    balancing = Api(admin.session, 'load-balancer', '/v2.0/lbaas')
    net = network(admin, 'guards-vip')
    subnet = admin.network.post('/subnets', {'subnet': {
        'network_id': net, 'ip_version': 4, 'cidr': '10.94.0.0/24'}})['subnet']['id']
    balancer = balancing.post('/loadbalancers', {'loadbalancer': {
        'name': 'guards', 'vip_subnet_id': subnet, 'tags': [LAST]}})['loadbalancer']['id']
    stack = admin.orchestration.post('/stacks', {
        'stack_name': 'guards', 'tags': f'a,{LAST}', 'template': {
            'heat_template_version': '2018-08-31',
            'resources': {'net': {'type': 'OS::Neutron::Net'}}}})['stack']['id']
    flavor = admin.compute.post('/flavors', {'flavor': {
        'name': 'guards', 'ram': 64, 'vcpus': 1, 'disk': 0}})['flavor']['id']
    admin.compute.post(f'/flavors/{flavor}/os-extra_specs', {
        'extra_specs': {'tempest-cleanup': 'keep'}})
    volume_type = admin.volume.post('/types', {'volume_type': {
        'name': 'guards', 'extra_specs': {'tempest-cleanup': 'keep'}}})['volume_type']['id']
    user = admin.identity.post('/users', {'user': {
        'name': 'guards', 'tempest-cleanup': 'keep'}})['user']['id']
    wait_for('the stack', lambda: admin.orchestration.get(f'/stacks/guards/{stack}')['stack'][
        'stack_status'] == 'CREATE_COMPLETE', 300)
    wait_for('the balancer', lambda: balancing.get(f'/loadbalancers/{balancer}')['loadbalancer'][
        'provisioning_status'] == 'ACTIVE', 300)

    done = workspace.cleanup('--preserve-state', '--report', 'report.json')
    assert done.code == 0, done
    decided = {d['id']: d for d in workspace.json('report.json')['decisions']}
    for identifier in (balancer, stack, flavor, volume_type, user, net, subnet):
        assert (decided[identifier]['action'], decided[identifier]['rule']) == (
            'keep', 'shielded'), decided[identifier]
    made = [d for d in decided.values() if d['kind'] == 'networks' and d['id'] != net]
    assert [d['rule'] for d in made] == ['shielded'], 'what the stack made'

    balancing.put(f'/loadbalancers/{balancer}', {'loadbalancer': {'tags': []}})
    admin.orchestration.patch(f'/stacks/guards/{stack}', {'tags': 'a'})
    admin.compute.delete(f'/flavors/{flavor}/os-extra_specs/tempest-cleanup')
    admin.volume.delete(f'/types/{volume_type}/extra_specs/tempest-cleanup')
    admin.identity.patch(f'/users/{user}', {'user': {'tempest_cleanup': None}})
    wait_for('the balancer', lambda: balancing.get(f'/loadbalancers/{balancer}')['loadbalancer'][
        'provisioning_status'] == 'ACTIVE', 300)
    again = workspace.cleanup('--preserve-state')
    assert again.code == 0, again
    rows.check_same(before, rows.snapshot(database))


def test_the_doctor_on_a_cloud_that_is_well(database: Databases, workspace: Workspace) -> None:
    """It changes nothing, not even a role."""
    workspace.save()
    before = rows.snapshot(database)
    done = workspace.cleanup('doctor')
    assert done.code == 0, done
    assert 'All is well' in done.out
    assert len(done.out.splitlines()) < 24
    rows.check_same(before, rows.snapshot(database))


@pytest.mark.long
def test_the_doctor_where_a_process_is_down(admin: Cloud, workspace: Workspace) -> None:
    workspace.save()
    with stopped('cinder-volume'):
        wait_for('Cinder to notice', lambda: any(
            s['state'] == 'down' for s in admin.volume.get('/os-services')['services']), 180)
        done = workspace.cleanup('doctor')
    assert done.code == 1, done
    assert 'block-storage: cinder-volume on' in done.out
    wait_for('Cinder to be well', lambda: all(
        s['state'] == 'up' for s in admin.volume.get('/os-services')['services']), 180)
    assert workspace.cleanup('doctor').code == 0
