"""Database remedies for Neutron: what goes with a port or router, and when one is left."""
import pathlib
from collections.abc import Callable
from typing import Any

import pytest

from tempest_cleanup import errors
from tempest_cleanup.model import Resource
from tempest_cleanup.remedies.base import Trouble
from tempest_cleanup.remedies.databases import neutron
from tempest_cleanup.services import network
from tests.unit.remedies.services import Nobody, Store, apply

PORT = Trouble(Resource('ports', 'p1'), failures=3)
INTERFACE = Trouble(Resource('router_interfaces', 'p2'), failures=3)
ROUTER = Trouble(Resource('routers', 'r1'), failures=3)
#: Those of a port in these tests, and the kind of things that each is.
ATTRIBUTES = {'p1': '11', 'p2': '12', 'p3': '13', 'r1': '21', 'f1': '31'}


@pytest.fixture
def store(tmp_path: pathlib.Path) -> Store:
    """A port of a server, a router with a gateway and an interface, and a floating IP."""
    into = Store(tmp_path, neutron.InNeutron.schemas)
    for name, number in ATTRIBUTES.items():
        kind = {'p': 'ports', 'r': 'routers', 'f': 'floatingips'}[name[0]]
        into.insert('neutron', 'standardattributes', id=number, resource_type=kind,
                    revision_number=1)
        into.insert('neutron', 'tags', standard_attr_id=number, tag='t')
        into.insert('neutron', 'ovn_revision_numbers', standard_attr_id=number,
                    resource_uuid=name)
    for name, owner, device in (('p1', 'compute:nova', 'i1'),
                                ('p2', 'network:router_interface', 'r1'),
                                ('p3', 'network:router_gateway', 'r1')):
        into.insert('neutron', 'ports', id=name, project_id='p', device_id=device,
                    device_owner=owner, standard_attr_id=ATTRIBUTES[name])
        into.insert('neutron', 'ipallocations', port_id=name, subnet_id='s', ip_address=name)
        into.insert('neutron', 'ipamallocations', ipam_subnet_id='i', ip_address=name)
        into.insert('neutron', 'porthints', port_id=name)
        if device == 'r1':
            into.insert('neutron', 'routerports', port_id=name, router_id='r1')
    into.insert('neutron', 'ipamsubnets', id='i', neutron_subnet_id='s')
    into.insert('neutron', 'routers', id='r1', project_id='p', gw_port_id='p3',
                standard_attr_id='21')
    into.insert('neutron', 'router_extra_attributes', router_id='r1')
    into.insert('neutron', 'providerresourceassociations', resource_id='r1')
    into.insert('neutron', 'floatingips', id='f1', fixed_port_id='p1', fixed_ip_address='p1',
                standard_attr_id='31')
    for resource in ('port', 'router', 'network'):
        into.insert('neutron', 'quotausages', project_id='p', resource=resource, dirty=False)
    return into


def known(*paths: str) -> Nobody:
    """A cloud in which only these are there."""
    return Nobody(lambda path: {} if path in paths else None)


def column(store: Store, table: str, name: str, where: str = '1 = 1') -> list[Any]:
    return sorted(row[0] for row in store.rows(
        'neutron', f'SELECT {name} FROM {table} WHERE {where}'))


def everything(store: Store) -> dict[str, list[Any]]:
    schema = neutron.InNeutron.schemas['neutron']
    return {table.name: store.rows('neutron', f'SELECT * FROM {table.name}')
            for table in (*schema.tables, *schema.some_releases)}


def gone(store: Store, port: str) -> None:
    """Nothing tells of a port, and everything of the others."""
    others = sorted({'p1', 'p2', 'p3'} - {port})
    assert column(store, 'ports', 'id') == others
    for table, key in (('ipallocations', 'port_id'), ('ipamallocations', 'ip_address'),
                       ('porthints', 'port_id')):
        assert column(store, table, key) == others
    numbers = sorted(set(ATTRIBUTES.values()) - {ATTRIBUTES[port]})
    assert column(store, 'standardattributes', 'id') == numbers
    assert column(store, 'tags', 'standard_attr_id') == numbers
    # What OVN's maintenance task takes out.
    assert column(store, 'ovn_revision_numbers', 'resource_uuid',
                  'standard_attr_id IS NULL') == [port]
    assert column(store, 'quotausages', 'resource', 'dirty') == ['port']


def test_a_port_whose_server_is_gone(store: Store) -> None:
    apply(neutron.Ports(store.hand()), network.Ports, PORT, known())
    gone(store, 'p1')
    assert store.rows('neutron', 'SELECT fixed_port_id, fixed_ip_address FROM floatingips') == [
        (None, None)]
    assert column(store, 'standardattributes', 'revision_number', "id = '31'") == [2]


@pytest.mark.parametrize('table', ['trunks', 'subports', 'ndp_proxies'])
def test_a_port_that_something_stands_on(store: Store, table: str) -> None:
    store.insert('neutron', table, port_id='p1')
    refused(store, neutron.Ports, PORT, 'a trunk, log, local IP', known())


def test_a_port_with_a_log(store: Store) -> None:
    store.insert('neutron', 'logs', target_id='p1')
    refused(store, neutron.Ports, PORT, 'a trunk, log, local IP', known())


def test_a_port_whose_server_lives(store: Store) -> None:
    refused(store, neutron.Ports, PORT, 'compute:nova i1 still has it', known('servers/i1'))


def test_addresses_of_another_driver(store: Store) -> None:
    with store._engine('neutron').begin() as connection:
        connection.exec_driver_sql('DELETE FROM ipamallocations')
    refused(store, neutron.Ports, PORT, "another IPAM driver than Neutron's own", known())


def refused(store: Store, remedy: type[neutron.InNeutron], trouble: Trouble, why: str,
            cloud: Nobody) -> None:
    """Nothing at all is changed."""
    kind = {'ports': network.Ports, 'routers': network.Routers,
            'router_interfaces': network.RouterInterfaces}[trouble.resource.kind]
    before = everything(store)
    with pytest.raises(errors.RemedyFailed, match=why):
        apply(remedy(store.hand()), kind, trouble, cloud)
    assert everything(store) == before


def test_an_interface_and_then_its_router(store: Store) -> None:
    apply(neutron.RouterInterfaces(store.hand()), network.RouterInterfaces, INTERFACE, known())
    gone(store, 'p2')
    assert column(store, 'standardattributes', 'revision_number', "id = '21'") == [2]
    apply(neutron.Routers(store.hand()), network.Routers, ROUTER, known())
    assert column(store, 'ports', 'id') == ['p1']
    for table in ('routers', 'routerports', 'router_extra_attributes',
                  'providerresourceassociations'):
        assert not store.rows('neutron', f'SELECT * FROM {table}'), table
    assert column(store, 'standardattributes', 'id') == ['11', '31']
    assert column(store, 'quotausages', 'resource', 'dirty') == ['port', 'router']


def test_an_interface_of_a_router_that_is_gone(store: Store) -> None:
    with store._engine('neutron').begin() as connection:
        for table in ('routers', 'routerports', 'router_extra_attributes'):
            connection.exec_driver_sql(f'DELETE FROM {table}')
    apply(neutron.RouterInterfaces(store.hand()), network.RouterInterfaces, INTERFACE, known())
    gone(store, 'p2')


@pytest.mark.parametrize(('spoil', 'why', 'there'), [
    (lambda _s: None, 'the project p of the router is there', ('projects/p',)),
    (lambda s: s.insert('neutron', 'routerroutes', router_id='r1'), 'has routes or float', ()),
    (lambda s: s.insert('neutron', 'floatingips', id='f2', router_id='r1'),
     'has routes or float', ())])
def test_an_interface_that_is_left(
    store: Store, spoil: Callable[[Store], None], why: str, there: tuple[str, ...],
) -> None:
    spoil(store)
    refused(store, neutron.RouterInterfaces, INTERFACE, why, known(*there))


def test_an_interface_of_another_kind(store: Store) -> None:
    with store._engine('neutron').begin() as connection:
        connection.exec_driver_sql("UPDATE ports SET device_owner = "
                                   "'network:router_interface_distributed'")
    refused(store, neutron.RouterInterfaces, INTERFACE, 'only those of centralized', known())


def test_a_router_with_an_interface(store: Store) -> None:
    refused(store, neutron.Routers, ROUTER, 'it has interfaces or other ports', known())


def test_a_router_whose_project_lives(store: Store) -> None:
    refused(store, neutron.Routers, ROUTER, 'the project p of the router', known('projects/p'))


def test_a_router_of_no_project(store: Store) -> None:
    with store._engine('neutron').begin() as connection:
        connection.exec_driver_sql("UPDATE routers SET project_id = ''")
    refused(store, neutron.Routers, ROUTER, 'is of no project', known())


def test_a_release_without_some_tables(store: Store) -> None:
    with store._engine('neutron').begin() as connection:
        for table in neutron.InNeutron.schemas['neutron'].some_releases:
            connection.exec_driver_sql(f'DROP TABLE {table.name}')
    apply(neutron.Ports(store.hand()), network.Ports, PORT, known())
    assert column(store, 'ports', 'id') == ['p2', 'p3']


def test_a_plugin_that_neutron_itself_does_not_have(store: Store) -> None:
    with store._engine('neutron').begin() as connection:
        connection.exec_driver_sql('CREATE TABLE sfc_port_pairs (port_id VARCHAR(36))')
    refused(store, neutron.Ports, PORT, 'sfc_port_pairs has a column port_id', known())
