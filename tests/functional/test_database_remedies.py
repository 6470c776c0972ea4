"""What no request deletes, on the real cloud: left, or deleted in the services' own databases."""
import contextlib
import dataclasses
import os
import pathlib
import uuid
from collections.abc import Iterator

import pytest

from tempest_cleanup.cloud import Cloud as Ours
from tempest_cleanup.model import Resource
from tempest_cleanup.remedies.base import Trouble
from tempest_cleanup.remedies.databases.placement import Allocations
from tempest_cleanup.remedies.saved_rows import NAME
from tempest_cleanup.services.placement import PlacementAllocations
from tests.cloud import faults
from tests.functional import leaks, rows, sql
from tests.functional.openstack import Api, Body, Cloud, wait_for
from tests.functional.rows import Databases
from tests.functional.sql import FAST, execute, saved_rows
from tests.functional.workspace import Workspace

KEY = ('ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIIH5nKYOEJl/6gTDce4mQkvhrhHs20wfAdHxaYXKxgXb '
       'no-key')
TEMPLATE: Body = {'heat_template_version': '2018-08-31', 'resources': {
    'group': {'type': 'OS::Heat::ResourceGroup', 'properties': {
        'count': 1, 'resource_def': {
            'type': 'OS::Cinder::Volume', 'properties': {'size': 1}}}}}}


@dataclasses.dataclass(frozen=True)
class Stuck:
    """What no service lets go of, and the project that it is in."""

    tenant: leaks.Tenant
    balancer: str
    snapshot: str
    backup: str
    stack_volume: str
    attachment: str
    keys: frozenset[tuple[str, str]]
    before: rows.Snapshot


@pytest.fixture
def workspace(database: Databases, tmp_path: pathlib.Path) -> Workspace:
    return sql.workspace(database, tmp_path)


@pytest.fixture
def stuck(admin: Cloud, database: Databases, workspace: Workspace) -> Iterator[Stuck]:
    """A project in which nothing can be deleted any more; the saved state is of before."""
    workspace.save()
    before = rows.snapshot(database)
    tenant = leaks.tenant(admin, 'no-way')
    snapshot = admin.volume.post('/snapshots', {'snapshot': {
        'volume_id': tenant.volume_id, 'name': 'no-way-snapshot'}})['snapshot']['id']
    balancers = Api(admin.session, 'load-balancer', '/v2.0/lbaas')
    balancer = balancers.post('/loadbalancers', {'loadbalancer': {
        'name': 'no-way-balancer', 'vip_subnet_id': tenant.subnet_id,
        'project_id': tenant.project_id}})['loadbalancer']['id']
    attached, attachment = attach(admin, tenant)
    volume, stack = in_a_stack(admin, tenant.project_id)
    wait_for('the snapshot', lambda: admin.volume.get(
        f'/snapshots/{snapshot}')['snapshot']['status'] == 'available')
    backup = admin.volume.post('/backups', {'backup': {
        'volume_id': tenant.volume_id, 'name': 'no-way-backup'}})['backup']['id']
    wait_for('the backup', lambda: admin.volume.get(
        f'/backups/{backup}')['backup']['status'] == 'available')
    wait_for('the balancer', lambda: balancers.get(f'/loadbalancers/{balancer}')[
        'loadbalancer']['provisioning_status'] == 'ACTIVE', 180)
    # A controller that died in the middle of it, and a backup that Cinder does not let go of.
    assert execute(
        database, 'octavia', "UPDATE load_balancer SET provisioning_status = 'PENDING_UPDATE', "
        'updated_at = updated_at - INTERVAL 1 HOUR WHERE id = %s', balancer) == 1
    assert execute(database, 'cinder', "UPDATE backups SET status = 'error_deleting' "
                   'WHERE id = %s', backup) == 1
    with contextlib.ExitStack() as broken:
        for call, what in (('nova.destroy', tenant.server_id),
                           ('cinder.delete_volume', tenant.volume_id),
                           ('cinder.delete_volume', volume),
                           ('cinder.delete_snapshot', snapshot)):
            broken.enter_context(faults.driver(call, what))
        broken.enter_context(faults.api('cinder-api', status=409, match=(
            f'^(DELETE .*/attachments|POST .*/volumes/{attached}/action|'
            f'(DELETE|POST) .*/backups/{backup})')))
        yield Stuck(tenant, balancer, snapshot, backup, volume, attachment, frozenset((
            ('servers', tenant.server_id), ('snapshots', snapshot), ('backups', backup),
            ('loadbalancers', balancer), ('stacks', stack))), before)


def attach(admin: Cloud, tenant: leaks.Tenant) -> tuple[str, str]:
    """The ids of another volume, and of its attachment to the server."""
    leaks.with_role(admin, tenant.project_id)
    inside = admin.in_project(tenant.project_id)
    volume = inside.volume.post('/volumes', {'volume': {
        'name': 'no-way-attached', 'size': 1}})['volume']['id']
    wait_for('the other volume', lambda: leaks.status(admin, volume) == 'available')
    inside.compute.post(f'/servers/{tenant.server_id}/os-volume_attachments', {
        'volumeAttachment': {'volumeId': volume}})
    wait_for('its attachment', lambda: leaks.status(admin, volume) == 'in-use')
    leaks.without_role(admin, tenant.project_id)
    shown = admin.volume.get(f'/volumes/{volume}')['volume']['attachments']
    return str(volume), str(shown[0]['attachment_id'])


def in_a_stack(admin: Cloud, project_id: str) -> tuple[str, str]:
    """The ids of a volume in a nested stack, and of the stack above."""
    leaks.with_role(admin, project_id)
    heat = admin.in_project(project_id).orchestration
    stack = heat.post('/stacks', {'stack_name': 'no-way-stack', 'template': TEMPLATE})['stack']
    path = f'/stacks/no-way-stack/{stack["id"]}'
    wait_for('the stack', lambda: heat.get(path)['stack']['stack_status'] == 'CREATE_COMPLETE')
    resources = heat.get(f'{path}/resources', nested_depth=2)['resources']
    volume = next(r['physical_resource_id'] for r in resources
                  if r['resource_type'] == 'OS::Cinder::Volume')
    leaks.without_role(admin, project_id)
    return str(volume), str(stack['id'])


def test_what_no_request_deletes(
    admin: Cloud, database: Databases, workspace: Workspace, stuck: Stuck,
) -> None:
    """Left and told by default; a dry run shows what would be done; then it is done, and no
    live row tells that it ever was there."""
    tenant = stuck.tenant
    left = workspace.cleanup('--preserve-state', '--settle', '0', '--timeout', '12',
                             '--report', 'report.json')
    assert left.code == 1, left
    outcomes = workspace.outcomes()
    assert {outcomes[key]['status'] for key in stuck.keys} == {'failed'}
    assert outcomes['projects', tenant.project_id]['status'] == 'blocked'
    assert not (workspace.folder / NAME).exists()

    dry = workspace.cleanup('--dry-run', *FAST, '--database-remedies', '--report', 'dry.json')
    assert dry.code == 0, dry
    assert "octavia: UPDATE load_balancer SET provisioning_status = :error" in dry.out
    shown = {(p['kind'], p['id']): p for p in workspace.json('dry.json')['database_remedies']}
    assert shown.keys() >= stuck.keys
    assert not any(shown[key]['refusal'] for key in stuck.keys), shown
    assert not (workspace.folder / NAME).exists()
    assert execute(database, 'octavia', 'SELECT id FROM load_balancer WHERE id = %s AND '
                   "provisioning_status = 'PENDING_UPDATE'", stuck.balancer) == 1

    done = workspace.cleanup('--preserve-state', *FAST, '--database-remedies',
                             '--fix-after', '2', '--report', 'report.json')
    assert done.code == 0, done
    outcomes = workspace.outcomes()
    volumes = {tenant.volume_id, stuck.stack_volume}
    for key in (*stuck.keys, *(('volumes', volume) for volume in volumes),
                ('volume_attachments', stuck.attachment)):
        assert outcomes[key]['status'] == 'deleted'
        assert 'in the database' in outcomes[key]['steps'][-1]['remedy'], key
    about = {str(entry['about']).split()[-1] for entry in saved_rows(workspace.folder)
             if entry['event'] == 'rows'}
    assert about == volumes | {stuck.attachment} | {
        identifier for _kind, identifier in stuck.keys}
    assert os.stat(workspace.folder / NAME).st_mode & 0o777 == 0o600
    assert 'secret' not in done.out + done.err
    # Nova-compute counts anew what its host has, once a minute.
    wait_for('the host to be counted anew', lambda: not rows.differences(
        stuck.before, rows.snapshot(database)), 90, 5)


def test_a_key_pair_whose_user_is_gone(
    admin: Cloud, database: Databases, workspace: Workspace,
) -> None:
    """The user was there before, and is a loss; the key pair is what is left of it."""
    name = 'no-key-user'
    user = admin.identity.post('/users', {'user': {'name': name, 'password': name}})['user']['id']
    role = leaks.grant_path(admin, admin.project_id).rpartition('/')[2]
    admin.identity.put(f'/projects/{admin.project_id}/users/{user}/roles/{role}')
    workspace.save()
    keys = rows.count(database, 'nova_api.key_pairs')
    admin.login_as(name, name, project_id=admin.project_id).compute.post(
        '/os-keypairs', {'keypair': {'name': 'no-key', 'type': 'ssh', 'public_key': KEY}})
    assert rows.count(database, 'nova_api.key_pairs') == keys + 1
    admin.identity.delete(f'/users/{user}')
    with faults.api('nova-api', match='^DELETE .*/os-keypairs', status=409):
        done = workspace.cleanup('--preserve-state', *FAST, '--database-remedies',
                                 '--report', 'report.json')
    assert done.code == 1, done
    outcome = workspace.outcomes()['keypairs', f'{user}/no-key']
    assert outcome['status'] == 'deleted'
    assert outcome['steps'][-1]['remedy'] == 'is taken out of the database of Nova'
    assert rows.count(database, 'nova_api.key_pairs') == keys


def test_allocations_of_a_consumer_that_is_gone(
    admin: Cloud, ours: Ours, database: Databases, tmp_path: pathlib.Path,
) -> None:
    """Without a run around it: Nova, too, looks for these once a minute."""
    consumer = str(uuid.uuid4())
    provider = admin.placement.get('/resource_providers')['resource_providers'][0]['uuid']
    admin.placement.request('PUT', f'/allocations/{consumer}', {
        'allocations': {provider: {'resources': {'MEMORY_MB': 1}}}, 'consumer_generation': None,
        'project_id': admin.project_id, 'user_id': admin.user_id},
        headers={'OpenStack-API-Version': 'placement 1.28'})
    remedy = Allocations(sql.hand(database, 'placement', tmp_path))
    try:
        remedy.apply(PlacementAllocations(ours),
                     Trouble(Resource('placement_allocations', consumer), failures=3))
    finally:
        left = bool(admin.placement.get(f'/allocations/{consumer}')['allocations'])
        if left:
            admin.placement.delete(f'/allocations/{consumer}')
    assert not left
    for table, key in (('allocations', 'consumer_id'), ('consumers', 'uuid')):
        assert execute(database, 'placement', f'SELECT id FROM {table} WHERE {key} = %s',
                       consumer) == 0
    assert len((tmp_path / NAME).read_text().splitlines()) == 3


@pytest.mark.long
def test_a_use_that_counts_ghosts(
    admin: Cloud, database: Databases, workspace: Workspace,
) -> None:
    """Of the administrator's project, which is kept: Cinder counts two volumes that nobody has."""
    volume = admin.volume.post('/volumes', {'volume': {'name': 'no-ghost', 'size': 1}})['volume']
    path = f'/volumes/{volume["id"]}'
    wait_for('the volume', lambda: leaks.status(admin, volume['id']) == 'available')
    admin.volume.delete(path)
    wait_for('its end', lambda: not admin.volume.exists(path))
    workspace.save()
    before = rows.snapshot(database)
    right = used(admin)
    for what, more in (('volumes', 2), ('gigabytes', 5)):
        assert execute(database, 'cinder', 'UPDATE quota_usages SET in_use = in_use + %s WHERE '
                       'project_id = %s AND resource = %s AND deleted = 0', more,
                       admin.project_id, what) == 1
    assert used(admin)['volumes'] == right['volumes'] + 2
    dry = workspace.cleanup('--dry-run', *FAST, '--database-remedies', '--report', 'dry.json')
    assert dry.code == 0, dry
    told = f'volumes: Cinder counts {right["volumes"] + 2}, and there are {right["volumes"]}'
    assert told in dry.out
    assert used(admin)['volumes'] == right['volumes'] + 2

    done = workspace.cleanup('--preserve-state', *FAST, '--database-remedies',
                             '--report', 'report.json')
    assert done.code == 0, done
    outcomes = workspace.outcomes()
    for what in ('volumes', 'gigabytes'):
        assert outcomes['volume_quotas', f'{admin.project_id}/{what}']['status'] == 'restored'
    assert used(admin) == right
    assert {'quota_usages'} <= {
        str(entry['table']) for entry in saved_rows(workspace.folder)
        if entry['event'] == 'rows'} <= {'quota_usages', 'quotas'}
    rows.check_same(before, rows.snapshot(database))


def used(admin: Cloud) -> dict[str, int]:
    """What Cinder says that the administrator's project uses."""
    told = admin.volume.get(f'/os-quota-sets/{admin.project_id}', usage='True')['quota_set']
    return {what: found['in_use'] for what, found in told.items() if isinstance(found, dict)}


@pytest.mark.long
def test_what_octavia_does_not_count_down(
    admin: Cloud, database: Databases, workspace: Workspace,
) -> None:
    """The L7 policies and rules of a load balancer that is deleted with all that is below it."""
    workspace.save()
    before = rows.snapshot(database)
    with_a_policy(admin)
    done = workspace.cleanup('--preserve-state', '--settle', '0', '--database-remedies',
                             '--report', 'report.json')
    assert done.code == 0, done
    outcomes = workspace.outcomes()
    for what in ('l7policy', 'l7rule'):
        key = 'loadbalancer_quotas', f'{admin.project_id}/{what}'
        assert outcomes[key]['status'] == 'restored'
        assert execute(database, 'octavia', f'SELECT in_use_{what} FROM quotas WHERE '
                       f'project_id = %s AND in_use_{what} = (SELECT COUNT(*) FROM {what} WHERE '
                       'project_id = %s)', admin.project_id, admin.project_id) == 1
    rows.check_same(before, rows.snapshot(database))


def with_a_policy(admin: Cloud) -> None:
    """A load balancer in the administrator's project, with an L7 policy and its rule."""
    network = admin.network.post('/networks', {'network': {'name': 'no-count'}})['network']['id']
    subnet = admin.network.post('/subnets', {'subnet': {
        'network_id': network, 'ip_version': 4, 'cidr': '10.8.0.0/24'}})['subnet']['id']
    balancers = Api(admin.session, 'load-balancer', '/v2.0/lbaas')
    balancer = balancers.post('/loadbalancers', {'loadbalancer': {
        'name': 'no-count', 'vip_subnet_id': subnet}})['loadbalancer']['id']

    def active() -> bool:
        shown = balancers.get(f'/loadbalancers/{balancer}')['loadbalancer']
        return bool(shown['provisioning_status'] == 'ACTIVE')

    wait_for('the balancer', active, 180)
    listener = balancers.post('/listeners', {'listener': {
        'loadbalancer_id': balancer, 'protocol': 'HTTP', 'protocol_port': 80}})['listener']['id']
    wait_for('its listener', active)
    policy = balancers.post('/l7policies', {'l7policy': {
        'listener_id': listener, 'action': 'REJECT'}})['l7policy']['id']
    wait_for('its policy', active)
    balancers.post(f'/l7policies/{policy}/rules', {'rule': {
        'type': 'PATH', 'compare_type': 'STARTS_WITH', 'value': '/'}})
    wait_for('its rule', active)
