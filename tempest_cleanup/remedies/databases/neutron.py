"""Neutron's database: ports whose device is gone, and routers whose project is gone.

Neutron takes a row out, and what belongs to it goes along by foreign keys. Here each of those is
taken out by a statement of its own, so that its rows are saved before. What agents and back ends
hold of it is left to them; OVN's maintenance task takes out what has lost its standard attributes
(``neutron.db.ovn_revision_numbers_db``).
"""
from collections.abc import Iterator, Mapping
from typing import Any

from tempest_cleanup import errors
from tempest_cleanup.model import Resource
from tempest_cleanup.remedies import holders
from tempest_cleanup.remedies.databases.base import WithoutStatus, columns, now
from tempest_cleanup.remedies.databases.schema import Schema, Table
from tempest_cleanup.remedies.statements import ONE, Rows, Statement
from tempest_cleanup.services.base import ResourceService

NEUTRON = 'neutron'
#: Rows of one table that belong to one port or router; more are not believed.
SOME = Rows(0, 1000)
AT_MOST_ONE = Rows(0, 1)
INTERFACE = 'network:router_interface'

#: What goes with a port...
_WITH_PORT = (
    'allowedaddresspairs', 'extradhcpopts', 'ipallocations', 'ml2_distributed_port_bindings',
    'ml2_port_binding_levels', 'ml2_port_bindings', 'portdnses', 'portsecuritybindings',
    'qos_port_policy_bindings', 'routerports', 'securitygroupportbindings')
_WITH_PORT_SOMETIMES = (
    'evpn_advertised_ports', 'portdataplanestatuses', 'portdeviceprofiles',
    'porthardwareoffloadtype', 'porthints', 'portnumaaffinitypolicies', 'portpvlan',
    'porttrusted', 'portuplinkstatuspropagation')
#: ... and what is a thing of its own, which has to go first: the table, and its column.
_ON_PORT = {'trunks': 'port_id', 'subports': 'port_id', 'floatingips': 'floating_port_id',
            'ha_router_agent_port_bindings': 'port_id'}
_ON_PORT_SOMETIMES = {
    'logs': 'target_id', 'local_ips': 'local_port_id', 'local_ip_associations': 'fixed_port_id',
    'portforwardings': 'internal_neutron_port_id', 'ndp_proxies': 'port_id'}
#: The same for a router.
_WITH_ROUTER = ('routerl3agentbindings', 'routerroutes', 'router_extra_attributes')
_WITH_ROUTER_SOMETIMES = ('conntrack_helpers', 'qos_router_gw_policy_bindings',
                          'router_ndp_proxy_state')
_ON_ROUTER = {'floatingips': 'router_id', 'ha_router_agent_port_bindings': 'router_id',
              'auto_allocated_topologies': 'router_id'}
_ON_ROUTER_SOMETIMES = {'logs': 'resource_id', 'ndp_proxies': 'router_id',
                        'evpn_l3_instances': 'router_id', 'evpn_networks': 'router_id'}
#: What has standard attributes of its own, and goes with these.
_STANDARD = columns(
    'address_groups', 'floatingips', 'local_ips', 'logs', 'ndp_proxies', 'network_segment_ranges',
    'networks', 'networksegments', 'portforwardings', 'ports', 'qos_policies', 'routers',
    'securitygroupdefaultrules', 'securitygrouprules', 'securitygroups', 'subnetpools', 'subnets',
    'trunks')
#: What is noted of a thing by its standard attributes.
_NOTES = columns('ovn_revision_numbers', 'provisioningblocks', 'tags')

_PORT_REFERRERS = frozenset((*_WITH_PORT, *_WITH_PORT_SOMETIMES, *_ON_PORT, 'routers',
                             *_ON_PORT_SOMETIMES)) - {'logs'}
_ROUTER_REFERRERS = frozenset((*_WITH_ROUTER, *_WITH_ROUTER_SOMETIMES, *_ON_ROUTER,
                               *_ON_ROUTER_SOMETIMES, 'routerports')) - {'logs', 'evpn_networks'}
_SCHEMA = Schema(
    (Table('ports', columns('id', 'project_id', 'device_id', 'device_owner', 'network_id',
                            'standard_attr_id'), _PORT_REFERRERS),
     Table('routers', columns('id', 'project_id', 'gw_port_id', 'standard_attr_id'),
           _ROUTER_REFERRERS),
     Table('standardattributes', columns('id', 'resource_type', 'revision_number', 'updated_at'),
           _STANDARD | _NOTES),
     Table('tags', columns('standard_attr_id', 'tag'), columns()),
     Table('provisioningblocks', columns('standard_attr_id', 'entity'), columns()),
     Table('ipamallocations', columns('ipam_subnet_id', 'ip_address'), columns()),
     Table('ipamsubnets', columns('id', 'neutron_subnet_id')),
     Table('quotausages', columns('project_id', 'resource', 'dirty'), columns()),
     Table('providerresourceassociations', columns('resource_id'), columns()),
     Table('floatingips', columns('id', 'fixed_port_id', 'floating_port_id', 'fixed_ip_address',
                                  'router_id', 'standard_attr_id')),
     Table('ipallocations', columns('port_id', 'ip_address', 'subnet_id'), columns()),
     Table('routerports', columns('port_id', 'router_id', 'port_type'), columns()),
     *(Table(name, columns('port_id'), columns()) for name in _WITH_PORT
       if name not in ('ipallocations', 'routerports')),
     *(Table(name, columns('router_id'), columns()) for name in _WITH_ROUTER),
     *(Table(name, columns('port_id')) for name in ('trunks', 'subports')),
     Table('ha_router_agent_port_bindings', columns('port_id', 'router_id')),
     Table('auto_allocated_topologies', columns('router_id'))),
    {'port_id': _PORT_REFERRERS, 'router_id': _ROUTER_REFERRERS | {
        'evpn_networks', 'ml2_distributed_port_bindings'},
     'standard_attr_id': _STANDARD | _NOTES},
    (*(Table(name, columns('port_id'), columns()) for name in _WITH_PORT_SOMETIMES),
     *(Table(name, columns('router_id'), columns()) for name in _WITH_ROUTER_SOMETIMES),
     Table('local_ips', columns('local_port_id')),
     Table('local_ip_associations', columns('fixed_port_id')),
     Table('portforwardings', columns('internal_neutron_port_id')),
     Table('ndp_proxies', columns('port_id', 'router_id')),
     Table('logs', columns('target_id', 'resource_id')),
     Table('evpn_l3_instances', columns('router_id')),
     Table('evpn_networks', columns('router_id')),
     Table('ovn_revision_numbers', columns('standard_attr_id', 'resource_uuid',
                                           'resource_type'), columns())))


class InNeutron(WithoutStatus):
    """What is common to those of Neutron."""

    does = 'is taken out of the database of Neutron'
    schemas = {NEUTRON: _SCHEMA}

    def port(self, row: Mapping[str, Any], holding: str = '', unless: str = '',
             ) -> Iterator[Statement]:
        """Take out a port, as ``Ml2Plugin.delete_port`` does it.

        :param row: of ``ports``; it must still be so
        :param holding: another condition, and with ``unless`` what it means that it does not hold
        """
        about = {'id': row['id'], 'device': row['device_id'], 'owner': row['device_owner'],
                 'router': row['device_id']}
        yield from self._floating_ips(about)
        yield from self._addresses(row['id'])
        for table in self._of((*_WITH_PORT, *_WITH_PORT_SOMETIMES)):
            yield Statement(
                NEUTRON, f'DELETE FROM {table} WHERE port_id = :id',  # nosec B608  # its own names
                about, SOME)
        yield from self._notes(row['standard_attr_id'])
        yield Statement(
            NEUTRON, 'DELETE FROM ports WHERE id = :id '  # nosec B608  # its own names
            'AND device_id = :device AND device_owner = :owner'
            + self._nothing_on({**_ON_PORT, **_ON_PORT_SOMETIMES}) + holding, about, ONE,
            'somebody else has it by now, or a trunk, log, local IP, port forwarding or NDP proxy '
            f'is on it{unless}')
        yield from self._end(row['standard_attr_id'], 'ports')
        yield self._counted(row['project_id'], 'port')

    def _of(self, tables: tuple[str, ...]) -> Iterator[str]:
        """Those that this release has."""
        has = self.tables(NEUTRON)
        return (table for table in tables if table in has)

    def _nothing_on(self, tables: Mapping[str, str]) -> str:
        """The condition that none of these rows is there."""
        return ''.join(
            f' AND NOT EXISTS (SELECT 1 FROM {table} '  # nosec B608  # its own names
            f'WHERE {table}.{tables[table]} = :id)' for table in self._of((*tables,)))

    def _floating_ips(self, about: Mapping[str, Any]) -> Iterator[Statement]:
        """They lose what they point at (``disassociate_floatingips``), each a new revision."""
        for row in self.read(NEUTRON, 'SELECT standard_attr_id FROM floatingips '
                             'WHERE fixed_port_id = :id', id=about['id']):
            yield self.revised(row['standard_attr_id'])
        yield Statement(
            NEUTRON, 'UPDATE floatingips SET fixed_port_id = NULL, fixed_ip_address = NULL, '
            'router_id = NULL WHERE fixed_port_id = :id', about, SOME)

    def revised(self, attributes: int) -> Statement:
        """Say that something else has changed with it."""
        return Statement(
            NEUTRON, 'UPDATE standardattributes SET revision_number = revision_number + 1, '
            'updated_at = :now WHERE id = :attributes', {'attributes': attributes, 'now': now()})

    def _addresses(self, port: str) -> Iterator[Statement]:
        """Give back its addresses, which Neutron's own IPAM driver notes by itself."""
        for row in self.read(
                NEUTRON, 'SELECT a.ip_address, s.id AS ipam FROM ipallocations a LEFT JOIN '
                'ipamsubnets s ON s.neutron_subnet_id = a.subnet_id WHERE a.port_id = :id',
                id=port):
            yield Statement(
                NEUTRON, 'DELETE FROM ipamallocations WHERE ipam_subnet_id = :ipam '
                'AND ip_address = :address', {'ipam': row['ipam'], 'address': row['ip_address']},
                ONE, 'another IPAM driver than Neutron\'s own hands out its addresses')

    def _notes(self, attributes: int) -> Iterator[Statement]:
        about = {'attributes': attributes}
        for table in ('tags', 'provisioningblocks'):
            yield Statement(
                NEUTRON, f'DELETE FROM {table} '  # nosec B608  # its own names
                'WHERE standard_attr_id = :attributes', about, SOME)
        for table in self._of(('ovn_revision_numbers',)):
            yield Statement(
                NEUTRON, f'UPDATE {table} SET standard_attr_id = NULL '  # nosec B608  # its own names
                'WHERE standard_attr_id = :attributes', about, SOME)

    def _end(self, attributes: int, kind: str) -> Iterator[Statement]:
        yield Statement(
            NEUTRON, 'DELETE FROM standardattributes WHERE id = :attributes '
            'AND resource_type = :kind', {'attributes': attributes, 'kind': kind})

    def _counted(self, project: str, resource: str) -> Statement:
        """Have Neutron count anew what the project has, where it notes that."""
        return Statement(
            NEUTRON, 'UPDATE quotausages SET dirty = :yes WHERE project_id = :project '
            'AND resource = :resource AND dirty = :no',
            {'project': project, 'resource': resource, 'yes': True, 'no': False}, AT_MOST_ONE)


class Ports(InNeutron):
    """A port whose device is gone, or that has none."""

    kinds = ('ports',)

    def statements(self, kind: ResourceService, resource: Resource) -> tuple[Statement, ...]:
        row = self.one(NEUTRON, _PORT, id=resource.id)
        if holder := holders.of_port(kind.cloud, row):
            raise errors.RemedyFailed(f'{holder} still has it')
        return tuple(self.port(row))


class RouterInterfaces(InNeutron):
    """An interface of a router that is gone, or whose project is gone.

    As ``remove_router_interface`` does it: one through which a route leads, or of a router with
    floating IPs, is left.
    """

    kinds = ('router_interfaces',)

    def statements(self, kind: ResourceService, resource: Resource) -> tuple[Statement, ...]:
        row = self.one(NEUTRON, _PORT, id=resource.id)
        if row['device_owner'] != INTERFACE:
            raise errors.RemedyFailed(
                f'it is of the kind {row["device_owner"]}: only those of centralized routers '
                'that are not highly available are taken out')
        routers = self.read(NEUTRON, _ROUTER, id=row['device_id'])
        for router in routers:
            ownerless(kind, router)
        free = ('floatingips', 'routerroutes')
        return (*(self.revised(router['standard_attr_id']) for router in routers), *self.port(
            row, ''.join(f' AND NOT EXISTS (SELECT 1 FROM {table} '  # nosec B608  # its own names
                         'WHERE router_id = :router)' for table in free),
            ', or its router has routes or floating IPs'))


class Routers(InNeutron):
    """A router whose project is gone, with its gateway, as ``delete_router`` does it.

    One with interfaces or any other port is left.
    """

    kinds = ('routers',)

    def statements(self, kind: ResourceService, resource: Resource) -> tuple[Statement, ...]:
        row = self.one(NEUTRON, _ROUTER, id=resource.id)
        ownerless(kind, row)
        about = {'id': resource.id, 'gateway': row['gw_port_id'] or ''}
        return (
            *self._gateway(row['gw_port_id'], about),
            *(Statement(NEUTRON, f'DELETE FROM {table} '  # nosec B608  # its own names
                        'WHERE router_id = :id', about, SOME)
              for table in self._of((*_WITH_ROUTER, *_WITH_ROUTER_SOMETIMES))),
            Statement(NEUTRON, 'DELETE FROM providerresourceassociations WHERE resource_id = :id',
                      about, AT_MOST_ONE),
            *self._notes(row['standard_attr_id']),
            Statement(NEUTRON, 'DELETE FROM routers WHERE id = :id AND NOT EXISTS '  # nosec B608  # its own names
                      '(SELECT 1 FROM routerports WHERE router_id = :id AND port_id != :gateway)'
                      + self._nothing_on({**_ON_ROUTER, **_ON_ROUTER_SOMETIMES}), about, ONE,
                      'it has interfaces or other ports, or a floating IP, log, NDP proxy, EVPN '
                      'instance or the automatic topology of its project needs it'),
            *self._end(row['standard_attr_id'], 'routers'),
            self._counted(row['project_id'], 'router'))

    def _gateway(self, port: str | None, about: Mapping[str, Any]) -> Iterator[Statement]:
        if port:
            yield Statement(NEUTRON, 'UPDATE routers SET gw_port_id = NULL WHERE id = :id '
                            'AND gw_port_id = :gateway', about)
            yield from self.port(self.one(NEUTRON, _PORT, id=port))


_PORT = ('SELECT id, project_id, device_id, device_owner, standard_attr_id FROM ports '
         'WHERE id = :id')
_ROUTER = 'SELECT id, project_id, gw_port_id, standard_attr_id FROM routers WHERE id = :id'


def ownerless(kind: ResourceService, router: Mapping[str, Any]) -> None:
    """See that a router's project is gone.

    :raises errors.RemedyFailed: it is not, or it never had one
    """
    project = router['project_id']
    if not project:
        raise errors.RemedyFailed(f'the router {router["id"]} is of no project: it is Neutron\'s')
    if holders.there(kind.cloud.rest('identity'), f'projects/{project}'):
        raise errors.RemedyFailed(f'the project {project} of the router is there, and can delete '
                                  'it')
