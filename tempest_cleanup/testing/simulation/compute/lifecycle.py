"""The life of a server: made, deleted after a while, or stuck."""

from tempest_cleanup.testing.simulation.http import Row
from tempest_cleanup.testing.simulation.service import World

STATES = {
    'os-start': ('ACTIVE', 'active'), 'os-stop': ('SHUTOFF', 'stopped'),
    'pause': ('PAUSED', 'paused'), 'unpause': ('ACTIVE', 'active'),
    'suspend': ('SUSPENDED', 'suspended'), 'resume': ('ACTIVE', 'active'),
    'shelve': ('SHELVED_OFFLOADED', 'shelved_offloaded'), 'unshelve': ('ACTIVE', 'active'),
    'rescue': ('RESCUE', 'rescued'), 'unrescue': ('ACTIVE', 'active'),
    'reboot': ('ACTIVE', 'active'),
}
"""Status and vm_state after an action."""

_IGNORED = ('block_device_mapping_v2', 'min_count', 'max_count', 'user_data', 'adminPass',
            'return_reservation_id', 'config_drive', 'personality', 'availability_zone')


def make(world: World, attributes: Row) -> Row:
    """A server with a port on each of its networks and its volumes attached."""
    store = world.store
    id = attributes.pop('id', None) or store.uuid()
    networks, volumes = attributes.pop('networks', []), attributes.pop('volumes', [])
    requested = attributes.pop('_requested', False)
    building = requested and world.settings.build_time > 0
    for name in _IGNORED:
        attributes.pop(name, None)
    row = store.add('servers', {'id': id, **_defaults(world, attributes, building)})
    _plug(world, row, networks if isinstance(networks, list) else [])
    for volume in volumes:
        attach(world, row, volume)
    if row['status'] == 'ERROR':
        _break(world, row, 'No valid host was found.')
    note(world, row, 'create', row['user_id'])
    if building:
        store.later(world.settings.build_time, lambda: _built(world, id))
    return row


def _defaults(world: World, attributes: Row, building: bool) -> Row:
    """The attributes of a server, completed."""
    store, now = world.store, world.store.stamp()
    fixed = {'tenant_id': attributes.pop('project_id'),
             '_flavor': attributes.pop('flavor_id', None) or _any(world, 'flavors'),
             '_image': attributes.pop('image_id', None) or '',
             '_server_group': attributes.pop('server_group', None),
             '_locked': attributes.pop('locked', False), '_locked_reason': None,
             '_description': attributes.pop('description', None),
             '_tags': attributes.pop('tags', [])}
    host = attributes.pop('host', _host(world))
    attributes['user_id'] = attributes.get('user_id') or world.admin_user
    return {
        'name': f'server-{store.number()}', 'status': 'BUILD' if building else 'ACTIVE',
        'created': now, 'updated': now, 'metadata': {}, 'accessIPv4': '', 'accessIPv6': '',
        'hostId': store.hex(224), 'key_name': None, 'config_drive': '',
        'OS-DCF:diskConfig': 'MANUAL', 'OS-EXT-AZ:availability_zone': 'nova',
        'OS-SRV-USG:launched_at': store.stamp('.000000'), 'OS-SRV-USG:terminated_at': None,
        'OS-EXT-SRV-ATTR:host': host, 'OS-EXT-SRV-ATTR:hypervisor_hostname': host,
        'OS-EXT-SRV-ATTR:instance_name': f'instance-{store.number():08x}',
        'OS-EXT-STS:task_state': 'spawning' if building else None,
        'OS-EXT-STS:vm_state': 'building' if building else 'active',
        'OS-EXT-STS:power_state': 0 if building else 1,
        'security_groups': [{'name': 'default'}], **attributes, **fixed}


def _any(world: World, kind: str) -> str:
    keys = world.store.keys(kind)
    return keys[0] if keys else ''


def _host(world: World) -> str:
    hosts = world.store.find('compute_services', 'binary', 'nova-compute')
    return str(hosts[0]['host']) if hosts else ''


def _built(world: World, id: str) -> None:
    row = world.store.get('servers', id)
    if row is not None and row['status'] == 'BUILD':
        world.store.change('servers', id, **{
            'status': 'ACTIVE', 'OS-EXT-STS:task_state': None, 'OS-EXT-STS:vm_state': 'active',
            'OS-EXT-STS:power_state': 1})


def _plug(world: World, row: Row, networks: list[Row | str]) -> None:
    """Bind the ports that are named; make one on each network that is."""
    for network in networks:
        wanted = {'uuid': network} if isinstance(network, str) else network
        if wanted.get('port'):
            world.store.change('ports', wanted['port'], device_id=row['id'],
                               device_owner='compute:nova', status='ACTIVE')
        elif wanted.get('uuid'):
            world.kinds['ports'].make(world, {
                'network_id': wanted['uuid'], 'project_id': row['tenant_id'],
                'device_id': row['id'], 'device_owner': 'compute:nova', 'status': 'ACTIVE',
                'binding:host_id': row['OS-EXT-SRV-ATTR:host'], '_from_nova': True})


def attach(world: World, row: Row, volume: str, delete: bool = False, device: str = '') -> Row:
    """Attach a volume to a server."""
    store = world.store
    letter = chr(ord('b') + len(store.find('volume_attachments', 'instance', row['id'])) % 24)
    return world.kinds['volume_attachments'].make(world, {
        'volume_id': volume, 'instance': row['id'], 'status': 'attached',
        '_device': device or f'/dev/sd{letter}', '_delete': delete})


def note(world: World, row: Row, action: str, user: str, message: str | None = None,
         result: str = 'Success', traceback: str | None = None) -> None:
    """Keep what was done to a server, as Nova does."""
    store = world.store
    key = f'req-{store.uuid()}'
    store.add('instance_actions', {
        'action': action, 'instance_uuid': row['id'], 'request_id': key, 'user_id': user,
        'project_id': row['tenant_id'], 'start_time': store.stamp('.000000'),
        'message': message, '_result': result, '_traceback': traceback}, key)


def delete(world: World, row: Row, user: str, force: bool = False) -> None:
    """Begin to delete a server; it is gone after a while, if it is not stuck."""
    id = row['id']
    note(world, row, 'delete', user)
    if world.settings.soft_delete and not force:
        world.store.change('servers', id, **{
            'status': 'SOFT_DELETED', 'OS-EXT-STS:vm_state': 'soft-delete'})
        return
    mode = world.stuck.get(('servers', id), '')
    if force and mode.endswith('force'):
        mode = ''
    world.store.change('servers', id, **{'OS-EXT-STS:task_state': 'deleting'})
    if mode.startswith('error'):
        world.store.later(world.settings.server_delete_time,
                          lambda: _break(world, row, 'Failed to delete the instance.'))
    elif not mode:
        world.store.later(world.settings.server_delete_time, lambda: _gone(world, id))


def _break(world: World, row: Row, message: str) -> None:
    if world.store.get('servers', row['id']) is None:
        return
    world.store.change('servers', row['id'], **{
        'status': 'ERROR', 'OS-EXT-STS:task_state': None, 'OS-EXT-STS:vm_state': 'error',
        'fault': {'code': 500, 'created': world.store.stamp(), 'message': message,
                  'details': f'Traceback (most recent call last):\n  ...\n{message}'}})


def _gone(world: World, id: str) -> None:
    """Nova's own ports go with the server, others are only unbound."""
    store = world.store
    for port in store.find('ports', 'device_id', id):
        if port.get('_from_nova'):
            world.kinds['ports'].destroy(world, port)
        else:
            store.change('ports', port['id'], device_id='', device_owner='', status='DOWN')
    for attachment in store.find('volume_attachments', 'instance', id):
        world.kinds['volume_attachments'].destroy(world, attachment)
        volume = store.get('volumes', attachment['volume_id'])
        if attachment['_delete'] and volume is not None:
            world.kinds['volumes'].destroy(world, volume)
    store.remove('servers', id)
