"""Ports and routers whose owner is gone, which Neutron does not let go of."""
import contextlib
import dataclasses
import pathlib
import uuid
from collections.abc import Iterator

import pytest

from tempest_cleanup import errors
from tempest_cleanup.cloud import Cloud as Ours
from tempest_cleanup.model import Resource
from tempest_cleanup.remedies.base import Trouble
from tempest_cleanup.remedies.databases import neutron
from tempest_cleanup.services import network
from tests.cloud import faults
from tests.functional import rows, sql
from tests.functional.openstack import Body, Cloud
from tests.functional.rows import Databases
from tests.functional.sql import FAST, saved_rows
from tests.functional.workspace import Workspace

pytestmark = pytest.mark.long


@dataclasses.dataclass(frozen=True)
class Orphans:
    """What Neutron does not let go of, by kind and id; and what else was left."""

    stuck: frozenset[tuple[str, str]]
    network: str
    before: rows.Snapshot


@pytest.fixture
def workspace(database: Databases, tmp_path: pathlib.Path) -> Workspace:
    return sql.workspace(database, tmp_path)


@pytest.fixture
def orphans(admin: Cloud, database: Databases, workspace: Workspace) -> Iterator[Orphans]:
    """A port of a server that never was, and a router of a project that is gone."""
    workspace.save()
    before = rows.snapshot(database)
    place, subnet = inner(admin)
    port = orphan(admin, place)
    router, interface = of_nobody(admin, subnet)
    with contextlib.ExitStack() as broken:
        for what in (f'ports/{port}', f'ports/{interface}', f'routers/{router}'):
            broken.enter_context(faults.api(
                'neutron-api', match=f'^(DELETE|PUT) .*/{what}', status=409))
        yield Orphans(frozenset((('ports', port), ('router_interfaces', interface),
                                 ('routers', router))), place, before)


def inner(admin: Cloud) -> tuple[str, str]:
    """A network, and its subnet."""
    place = admin.network.post('/networks', {'network': {'name': 'no-owner'}})['network']['id']
    subnet = admin.network.post('/subnets', {'subnet': {
        'network_id': place, 'ip_version': 4, 'cidr': '10.9.0.0/24'}})['subnet']['id']
    return str(place), str(subnet)


def orphan(admin: Cloud, place: str) -> str:
    """A port with all that may belong to one."""
    port: Body = admin.network.post('/ports', {'port': {
        'network_id': place, 'name': 'no-owner-port', 'device_owner': 'compute:nova',
        'device_id': str(uuid.uuid4()), 'binding:host_id': 'no-owner-host',
        'extra_dhcp_opts': [{'opt_name': 'bootfile-name', 'opt_value': 'x'}],
        'allowed_address_pairs': [{'ip_address': '10.9.0.200'}]}})['port']
    admin.network.put(f'/ports/{port["id"]}/tags', {'tags': ['a', 'b']})
    return str(port['id'])


def of_nobody(admin: Cloud, subnet: str) -> tuple[str, str]:
    """A router with a gateway, and its interface; its project is gone."""
    project = admin.identity.post('/projects', {'project': {'name': 'no-owner'}})['project']['id']
    public = admin.network.get('/networks', name='public')['networks'][0]['id']
    router = admin.network.post('/routers', {'router': {
        'name': 'no-owner-router', 'project_id': project,
        'external_gateway_info': {'network_id': public}}})['router']['id']
    interface = admin.network.put(f'/routers/{router}/add_router_interface', {
        'subnet_id': subnet})['port_id']
    admin.identity.delete(f'/projects/{project}')
    return str(router), str(interface)


def test_ports_and_routers_whose_owner_is_gone(
    database: Databases, workspace: Workspace, orphans: Orphans,
) -> None:
    """Left by default; then no row of any database tells that they ever were there."""
    left = workspace.cleanup('--preserve-state', '--settle', '0', '--timeout', '12',
                             '--report', 'report.json')
    assert left.code == 1, left
    outcomes = workspace.outcomes()
    assert outcomes['networks', orphans.network]['status'] == 'blocked'

    done = workspace.cleanup('--preserve-state', *FAST, '--database-remedies',
                             '--report', 'report.json')
    assert done.code == 0, done
    outcomes = workspace.outcomes()
    for key in orphans.stuck:
        assert outcomes[key]['status'] == 'deleted'
        assert outcomes[key]['steps'][-1]['remedy'] == 'is taken out of the database of Neutron'
    saved = [entry for entry in saved_rows(workspace.folder) if entry['event'] == 'rows']
    assert {str(entry['about']).split()[-1] for entry in saved} == {
        identifier for _kind, identifier in orphans.stuck}
    assert {'ports', 'routers', 'standardattributes', 'ipallocations', 'ipamallocations', 'tags',
            'ml2_port_bindings', 'routerports', 'extradhcpopts', 'allowedaddresspairs',
            'securitygroupportbindings'} <= {str(entry['table']) for entry in saved}
    rows.check_same(orphans.before, rows.snapshot(database))


def test_a_floating_ip_is_left_as_neutron_leaves_it(
    admin: Cloud, ours: Ours, database: Databases, tmp_path: pathlib.Path,
) -> None:
    """One port is deleted by Neutron, one in its database; a server that lives keeps its port."""
    before = rows.snapshot(database)
    with contextlib.ExitStack() as made:
        floating, ports = addressed(admin, made)
        admin.network.delete(f'/ports/{ports[0]}')
        remedy = neutron.Ports(sql.hand(database, 'neutron', tmp_path))
        trouble = Trouble(Resource('ports', ports[1]), failures=3)
        remedy.apply(network.Ports(ours), trouble)
        assert not admin.network.exists(f'/ports/{ports[1]}')
        with pytest.raises(errors.RemedyFailed, match='neutron has 0 rows of it, not 1'):
            remedy.apply(network.Ports(ours), trouble)
        by_neutron, by_us = ({
            name: value for name, value in admin.network.get(
                f'/floatingips/{one}')['floatingip'].items()
            if name not in ('id', 'floating_ip_address', 'created_at', 'updated_at')}
            for one in floating)
        assert by_us['port_id'] is None
        assert by_us == by_neutron
    rows.check_same(before, rows.snapshot(database))


def addressed(admin: Cloud, made: contextlib.ExitStack) -> tuple[list[str], list[str]]:
    """Two floating IPs, and the ports that they point at."""
    place, subnet = inner(admin)
    made.callback(admin.network.delete, f'/networks/{place}')
    public = admin.network.get('/networks', name='public')['networks'][0]['id']
    router = admin.network.post('/routers', {'router': {
        'name': 'no-owner', 'external_gateway_info': {'network_id': public}}})['router']['id']
    made.callback(admin.network.delete, f'/routers/{router}')
    path = f'/routers/{router}'
    admin.network.put(f'{path}/add_router_interface', {'subnet_id': subnet})
    made.callback(admin.network.put, f'{path}/remove_router_interface', {'subnet_id': subnet})
    floating, ports = [], []
    for number in range(2):
        port = admin.network.post('/ports', {'port': {
            'network_id': place, 'name': f'no-owner-{number}'}})['port']['id']
        one = admin.network.post('/floatingips', {'floatingip': {
            'floating_network_id': public, 'port_id': port}})['floatingip']['id']
        made.callback(admin.network.delete, f'/floatingips/{one}')
        floating.append(str(one))
        ports.append(str(port))
    return floating, ports
