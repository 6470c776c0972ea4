"""Remedies for trouble that does not last: each done by hand, and the service does as told."""
import functools
import uuid
from collections.abc import Iterator

import pytest

from tempest_cleanup import errors, remedies, services
from tempest_cleanup.cloud import Cloud as Ours
from tempest_cleanup.model import Tenant
from tempest_cleanup.remedies.base import Remedy, Trouble
from tests.functional import leaks, populate, stuck
from tests.functional.conftest import tempest_conf
from tests.functional.openstack import Api, Cloud, wait_for
from tests.functional.populate import Site, network, shares
from tests.functional.populate.site import becomes
from tests.functional.populate.volume import volume
from tests.functional.rows import Databases
from tests.functional.workspace import Workspace

pytestmark = pytest.mark.long

LADDERS = remedies.ladders(remedies.load(), services.load())


@pytest.fixture(scope='module')
def site(admin: Cloud, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A fresh project; whatever is made in it is cleaned up afterwards."""
    workspace = Workspace(tmp_path_factory.mktemp('by-hand'), tempest_conf())
    workspace.save()
    made = populate.new_site(admin, None, 'by-hand')
    # Nobody else may do anything with its containers and secrets.
    leaks.with_role(admin, made.project_id)
    yield made
    done = workspace.cleanup('--preserve-state')
    assert done.code == 0, done


def help_along(
    cloud: Ours, site: Site, kind: str, identifier: str, does: str, error: str = '',
) -> None:
    """Use a remedy on a thing, as it is listed now."""
    service = services.load()[kind](cloud)
    tenant = Tenant(service.scope, site.project_id) if service.scope == 'project' else None
    found = next(r for r in service.discover(
        None if service.sees_all() else tenant) if r.id == identifier)
    remedy(kind, does).apply(service, Trouble(found, error, 409))


def absent(api: Api, path: str) -> bool:
    return not api.exists(path)


def remedy(kind: str, does: str) -> Remedy:
    return next(one for one in LADDERS[kind] if one.does == does)


def test_servers(ours: Ours, site: Site) -> None:
    """Unlocked for who may not delete it otherwise; deleted by force."""
    server = leaks.boot(site.user, site.name('locked'), network.basics(site))
    path = f'/servers/{server}'
    site.admin.compute.post(f'{path}/action', {'lock': None})
    help_along(ours, site, 'servers', server, 'unlocks it')
    assert site.user.compute.get(path)['server']['locked'] is False
    help_along(ours, site, 'servers', server, 'deletes it by force')
    wait_for('the server to go', lambda: not site.user.compute.exists(path))


def test_a_volume_in_use_is_never_cut_off(ours: Ours, site: Site) -> None:
    """A living server has it: every remedy that would take it away says so, and does nothing."""
    server = leaks.boot(site.user, site.name('user'), network.basics(site))
    made = volume(site, 'used')['id']
    site.user.compute.post(f'/servers/{server}/os-volume_attachments', {
        'volumeAttachment': {'volumeId': made}})
    before = becomes(site.user.volume, f'/volumes/{made}', 'volume', 'in-use')
    attachment = before['attachments'][0]['attachment_id']
    for kind, identifier in (('volumes', made), ('volume_attachments', attachment)):
        for one in LADDERS[kind]:
            if one.does not in ('ends its reservation', 'takes it out of its group'):
                with pytest.raises(errors.RemedyFailed, match=f'server {server} still has it'):
                    help_along(ours, site, kind, identifier, one.does)
    assert site.user.volume.get(f'/volumes/{made}')['volume'] == before


def test_volumes_of_what_is_gone(ours: Ours, site: Site) -> None:
    """Detached from a server that is gone, taken out of a group that stays, deleted by force."""
    cinder = site.admin.volume
    made = volume(site, 'orphan')['id']
    for kind, does in (('volumes', 'detaches it from servers that are gone'),
                       ('volume_attachments', 'detaches the volume from a server that is gone')):
        attachment = cinder.post('/attachments', {'attachment': {
            'volume_uuid': made, 'instance_uuid': str(uuid.uuid4()), 'connector': {
                'initiator': 'iqn.gone', 'host': 'gone', 'ip': '192.0.2.1'}}})['attachment']['id']
        cinder.post(f'/attachments/{attachment}/action', {'os-complete': {}})
        becomes(cinder, f'/volumes/{made}', 'volume', 'in-use')
        help_along(ours, site, kind, made if kind == 'volumes' else attachment, does)
        becomes(cinder, f'/volumes/{made}', 'volume', 'available')
        assert not cinder.exists(f'/attachments/{attachment}')
    group_type = cinder.post(
        '/group_types', {'group_type': {'name': site.name('type')}})['group_type']['id']
    plain = cinder.get('/types/default')['volume_type']['id']
    group = site.user.volume.post('/groups', {'group': {
        'group_type': group_type, 'volume_types': [plain]}})['group']['id']
    becomes(cinder, f'/groups/{group}', 'group', 'available')
    grouped = volume(site, 'grouped', group_id=group, volume_type=plain)['id']
    help_along(ours, site, 'volumes', grouped, 'takes it out of its group')
    wait_for('it to be out', lambda: not cinder.get(
        f'/volumes/{grouped}')['volume']['group_id'])


@pytest.mark.parametrize(('kind', 'singular'), [
    ('volumes', 'volume'), ('snapshots', 'snapshot'), ('backups', 'backup')])
def test_cinder_deletes_by_force(
    ours: Ours, site: Site, database: Databases, kind: str, singular: str,
) -> None:
    made = source = volume(site, f'of-{kind}')['id']
    if kind != 'volumes':
        made = site.user.volume.post(f'/{kind}', {singular: {'volume_id': source}})[singular]['id']
        becomes(site.user.volume, f'/{kind}/{made}', singular, 'available')
    stuck.Scene(site, database).execute(
        'cinder', f"UPDATE {kind} SET status = 'error_deleting' WHERE id = %s", made)
    help_along(ours, site, kind, made, 'deletes it by force')
    wait_for(f'{singular} to go', lambda: not site.admin.volume.exists(f'/{kind}/{made}'))


def test_routers_and_ports_are_cleared(ours: Ours, site: Site) -> None:
    """Routes, gateway and interfaces of a router; whatever a port has."""
    neutron = site.admin.network
    network.routed(site)
    router = neutron.get('/routers', project_id=site.project_id)['routers'][0]['id']
    for floating in neutron.get('/floatingips', project_id=site.project_id)['floatingips']:
        for forwarding in floating['port_forwardings']:
            neutron.delete(f'/floatingips/{floating["id"]}/port_forwardings/{forwarding["id"]}')
        neutron.delete(f'/floatingips/{floating["id"]}')
    help_along(ours, site, 'routers', router, 'clears its routes and its gateway')
    help_along(ours, site, 'routers', router, 'removes its interfaces')
    now = neutron.get(f'/routers/{router}')['router']
    assert (now['routes'], now['external_gateway_info']) == ([], None)
    assert neutron.get('/ports', device_id=router)['ports'] == []
    port = neutron.get('/ports', project_id=site.project_id)['ports'][0]['id']
    neutron.put(f'/ports/{port}', {'port': {
        'device_owner': 'compute:nova', 'device_id': str(uuid.uuid4())}})
    help_along(ours, site, 'ports', port, 'takes it down, and its addresses away')
    help_along(ours, site, 'ports', port, 'frees it from a device that is gone')
    now = neutron.get(f'/ports/{port}')['port']
    assert (now['admin_state_up'], now['fixed_ips']) == (False, [])
    assert (now['device_id'], now['device_owner']) == ('', '')


def test_a_port_in_use_is_never_stripped(ours: Ours, site: Site) -> None:
    server = leaks.boot(site.user, site.name('plugged'), network.basics(site))
    before = site.admin.network.get('/ports', device_id=server)['ports'][0]
    for one in LADDERS['ports']:
        with pytest.raises(errors.RemedyFailed, match=f'{server} still has it'):
            help_along(ours, site, 'ports', before['id'], one.does)
    assert site.admin.network.get(f'/ports/{before["id"]}')['port'] == before


def test_a_container_that_brings_back_its_objects(ours: Ours, site: Site) -> None:
    swift = Api(site.user.session, 'object-store', '')
    for name in ('archive', 'old', 'new'):
        swift.request('PUT', f'/{name}')
    swift.request('POST', '/old', headers={'X-Versions-Location': 'archive'})
    swift.request('POST', '/new', headers={'X-Versions-Enabled': 'true'})
    for name in ('old', 'new'):
        for content in (b'one', b'two'):
            swift.request('PUT', f'/{name}/a folder/an object', data=content)
        help_along(ours, site, 'containers', f'{site.project_id}/{name}',
                   'ends its versions, and empties it in bulk')
        swift.request('DELETE', f'/{name}')


def test_a_secret_that_somebody_needs_is_kept(ours: Ours, site: Site) -> None:
    """One has registered that is there, and one of which nobody knows what it is."""
    barbican = Api(site.user.session, 'key-manager', '')
    image = site.admin.image.get('/images')['images'][0]['id']
    version = {'OpenStack-API-Version': 'key-manager 1.2'}
    secret = barbican.post('/v1/secrets', {'name': 'needed'})['secret_ref'].rpartition('/')[2]
    for consumer in (('glance', 'image', image), ('cookery', 'meal', 'stew')):
        body = dict(zip(('service', 'resource_type', 'resource_id'), consumer, strict=True))
        barbican.post(f'/v1/secrets/{secret}/consumers', body, headers=version)
        with pytest.raises(errors.RemedyFailed, match=consumer[2]):
            help_along(ours, site, 'secrets', secret, 'ends the registrations of what is gone')
        barbican.request('DELETE', f'/v1/secrets/{secret}/consumers', body, headers=version)


def test_shares(ours: Ours, site: Site) -> None:
    """Locks of shares and of rules are ended; a share and a snapshot are deleted by force."""
    manila = site.user.shares
    kind = shares.share_type(site)
    share = shares.share(site, 'locked', kind)
    manila.post('/resource-locks', {'resource_lock': {
        'resource_id': share, 'resource_type': 'share', 'resource_action': 'delete'}})
    rule = manila.post(f'/shares/{share}/action', {'allow_access': {
        'access_type': 'ip', 'access_to': '10.1.1.1', 'lock_deletion': True}})['access']['id']
    wait_for('the rule', lambda: manila.get(
        f'/share-access-rules/{rule}')['access']['state'] == 'active')
    help_along(ours, site, 'share_access_rules', rule, 'ends it, locked or not')
    wait_for('the rule to go', lambda: not manila.exists(f'/share-access-rules/{rule}'))
    help_along(ours, site, 'shares', share, 'ends its locks')
    assert manila.get('/resource-locks', resource_id=share)['resource_locks'] == []
    snapshot = manila.post('/snapshots', {'snapshot': {'share_id': share}})['snapshot']['id']
    becomes(manila, f'/snapshots/{snapshot}', 'snapshot', 'available')
    for name, path, one in (('share_snapshots', 'snapshots', snapshot),
                            ('shares', 'shares', share)):
        help_along(ours, site, name, one, 'deletes it by force')
        wait_for(f'{name} to go', functools.partial(absent, manila, f'/{path}/{one}'))


def test_load_balancers_are_failed_over(ours: Ours, site: Site, database: Databases) -> None:
    octavia = Api(site.admin.session, 'load-balancer', '/v2.0/lbaas')
    network.basics(site)
    subnet = site.admin.network.get('/subnets', project_id=site.project_id)['subnets'][0]['id']
    made = octavia.post('/loadbalancers', {'loadbalancer': {
        'vip_subnet_id': subnet, 'project_id': site.project_id}})['loadbalancer']['id']
    path = f'/loadbalancers/{made}'

    def status() -> str:
        return str(octavia.get(path)['loadbalancer']['provisioning_status'])

    wait_for('it to be ACTIVE', lambda: status() == 'ACTIVE')
    stuck.Scene(site, database).execute(
        'octavia', "UPDATE load_balancer SET provisioning_status = 'ERROR' WHERE id = %s", made)
    help_along(ours, site, 'loadbalancers', made, 'fails it over')
    wait_for('it to be ACTIVE again', lambda: status() == 'ACTIVE')


def test_managed_records(ours: Ours, site: Site, database: Databases) -> None:
    designate = Api(site.user.session, 'dns', '/v2')
    zone = designate.post('/zones', {'name': 'by-hand.example.', 'email': 'a@example.org'})
    path = f'/zones/{zone["id"]}/recordsets'
    record = designate.post(path, {'name': 'www.by-hand.example.', 'type': 'A',
                                   'records': ['192.0.2.1']})['id']
    stuck.Scene(site, database).execute(
        'designate', 'UPDATE records SET managed = 1 WHERE recordset_id = %s',
        record.replace('-', ''))
    with pytest.raises(Exception, match='Managed records may not be deleted'):
        designate.delete(f'{path}/{record}')
    help_along(ours, site, 'recordsets', record, "deletes it though it is Designate's own")
    wait_for('it to go', lambda: not designate.exists(f'{path}/{record}'))


def test_heat_says_that_it_abandons_nothing(ours: Ours, site: Site) -> None:
    """As most clouds have it: the step is told as refused, and the ladder goes on."""
    heat = site.user.orchestration
    stack = heat.post('/stacks', {'stack_name': 'kept', 'template': {
        'heat_template_version': '2018-08-31', 'resources': {
            'word': {'type': 'OS::Heat::RandomString'}}}})['stack']['id']
    wait_for('it', lambda: heat.get(f'/stacks/kept/{stack}')['stack']['stack_status']
             == 'CREATE_COMPLETE')
    with pytest.raises(errors.ApiError, match='bandon'):
        help_along(ours, site, 'stacks', stack,
                   'has Heat forget it; what it has made is deleted by itself')
