"""Metering, logs, flavors with their profiles, local IPs."""

from tempest_cleanup.testing.simulation.http import ApiError, Response, Row, conflict
from tempest_cleanup.testing.simulation.network.common import drop, kind, owned, standard
from tempest_cleanup.testing.simulation.service import Context, Service, World, remove
from tempest_cleanup.testing.simulation.store import public


def _make_label(world: World, attributes: Row) -> Row:
    return world.store.add('metering_labels', owned(world, attributes, name='', description='',
                                                    shared=False))


def _dispose_label(world: World, row: Row) -> None:
    drop(world, 'metering_label_rules', 'metering_label_id', row['id'])
    remove(world, 'metering_labels', row)


def _make_label_rule(world: World, attributes: Row) -> Row:
    attributes.pop('project_id', None)
    row = {'id': world.store.uuid(), 'metering_label_id': '', 'direction': 'ingress',
           'remote_ip_prefix': None, 'source_ip_prefix': None, 'destination_ip_prefix': None,
           'excluded': False, **attributes}
    return world.store.add('metering_label_rules', row)


def _make_log(world: World, attributes: Row) -> Row:
    row = standard(world, attributes, resource_type='security_group', resource_id=None,
                   target_id=None, event='ALL', enabled=True, revision_number=0)
    del row['tags']
    return world.store.add('logs', row)


def _make_flavor(world: World, attributes: Row) -> Row:
    attributes.pop('project_id', None)
    row = {'id': world.store.uuid(), 'name': '', 'description': '',
           'service_type': 'L3_ROUTER_NAT', 'enabled': True, 'service_profiles': [],
           **attributes}
    return world.store.add('network_flavors', row)


def _flavor_unused(world: World, row: Row) -> None:
    if world.store.find('routers', 'flavor_id', row['id']):
        raise conflict('FlavorInUse', f'Flavor {row["id"]} is used by some service instance.')


def _make_profile(world: World, attributes: Row) -> Row:
    attributes.pop('project_id', None)
    row = {'id': world.store.uuid(), 'description': '', 'driver': '', 'enabled': True,
           'metainfo': '{}', **attributes}
    return world.store.add('service_profiles', row)


def _profile_unused(world: World, row: Row) -> None:
    if world.store.find('network_flavors', 'service_profiles', row['id']):
        raise conflict('ServiceProfileInUse', f'Service Profile {row["id"]} is used by some '
                       'service instance.')


def _bind(context: Context, flavor: str) -> Response:
    row = context.service.lookup(context, FLAVORS, flavor)
    profile = context.body('service_profile')['id']
    context.service.lookup(context, PROFILES, profile)
    context.store.change('network_flavors', flavor,
                         service_profiles=[*row['service_profiles'], profile])
    return Response(201, {'service_profile': {'id': flavor}})


def _unbind(context: Context, flavor: str, profile: str) -> Response:
    row = context.service.lookup(context, FLAVORS, flavor)
    if profile not in row['service_profiles']:
        raise ApiError(404, f'Service Profile {profile} is not bound to flavor {flavor}.',
                       'FlavorServiceProfileBindingNotFound')
    left = [bound for bound in row['service_profiles'] if bound != profile]
    context.store.change('network_flavors', flavor, service_profiles=left)
    return Response(204)


def _make_local_ip(world: World, attributes: Row) -> Row:
    """A local IP is held by a port of its own on its network."""
    row = standard(world, attributes, local_port_id=None, network_id=None, local_ip_address='',
                   ip_mode='translate', revision_number=0)
    del row['tags']
    if row['local_port_id'] is None:
        port = world.kinds['ports'].make(world, {
            'network_id': row['network_id'], 'project_id': row['project_id'],
            'device_owner': 'network:local_ip', 'device_id': row['id']})
        row['local_port_id'] = port['id']
        row['local_ip_address'] = (port['fixed_ips'] or [{'ip_address': ''}])[0]['ip_address']
        row['_own_port'] = True
    return world.store.add('local_ips', row)


def _local_ip_unused(world: World, row: Row) -> None:
    if world.store.find('local_ip_associations', 'local_ip_id', row['id']):
        raise conflict('LocalIPInUse', f'Local IP {row["id"]} is still associated with one or '
                       'more ports.')


def _dispose_local_ip(world: World, row: Row) -> None:
    port = world.store.get('ports', row['local_port_id'])
    if row.get('_own_port') and port is not None:
        world.kinds['ports'].destroy(world, port)
    remove(world, 'local_ips', row)


def _associations(context: Context, local_ip: str) -> Response:
    context.service.lookup(context, LOCAL_IPS, local_ip)
    rows = context.store.find('local_ip_associations', 'local_ip_id', local_ip)
    return Response(200, {'port_associations': [public(row) for row in rows]})


def _associate(context: Context, local_ip: str) -> Response:
    row = context.service.lookup(context, LOCAL_IPS, local_ip)
    port = context.body('port_association')['fixed_port_id']
    found = context.service.lookup(context, context.world.kinds['ports'], port)
    association = context.store.add('local_ip_associations', {
        'local_ip_id': local_ip, 'fixed_port_id': port, 'host': '',
        'fixed_ip': (found['fixed_ips'] or [{'ip_address': ''}])[0]['ip_address'],
        'local_ip_address': row['local_ip_address']}, f'{local_ip}/{port}')
    return Response(201, {'port_association': public(association)})


def _dissociate(context: Context, local_ip: str, port: str) -> Response:
    if context.store.remove('local_ip_associations', f'{local_ip}/{port}') is None:
        raise ApiError(404, f'Local IP {local_ip} port association with port {port} could not '
                       'be found.', 'LocalIPAssociationNotFound')
    return Response(204)


def register(service: Service) -> None:
    for each in (LABELS, LABEL_RULES, LOGS, FLAVORS, PROFILES, LOCAL_IPS):
        service.add(each)
    service.route('POST', '/v2.0/flavors/{flavor}/service_profiles', _bind)
    service.route('DELETE', '/v2.0/flavors/{flavor}/service_profiles/{profile}', _unbind)
    path = '/v2.0/local_ips/{local_ip}/port_associations'
    service.route('GET', path, _associations)
    service.route('POST', path, _associate)
    service.route('DELETE', path + '/{port}', _dissociate)


LABELS = kind('metering_labels', 'metering/metering-labels', 'metering_label', _make_label,
              dispose=_dispose_label)
LABEL_RULES = kind('metering_label_rules', 'metering/metering-label-rules',
                   'metering_label_rule', _make_label_rule, owner='')
LOGS = kind('logs', 'log/logs', 'log', _make_log, admin_only=True)
FLAVORS = kind('network_flavors', 'flavors', 'flavor', _make_flavor, plural='flavors', owner='',
               admin_only=True, refusals=(_flavor_unused,))
PROFILES = kind('service_profiles', 'service_profiles', 'service_profile', _make_profile,
                owner='', admin_only=True, refusals=(_profile_unused,))
LOCAL_IPS = kind('local_ips', 'local_ips', 'local_ip', _make_local_ip,
                 refusals=(_local_ip_unused,), dispose=_dispose_local_ip)
