"""A server as the versions of Nova's API show it."""

from tempest_cleanup.testing.simulation.compute.versions import minor
from tempest_cleanup.testing.simulation.http import Row
from tempest_cleanup.testing.simulation.paging import links
from tempest_cleanup.testing.simulation.service import Context
from tempest_cleanup.testing.simulation.store import public


def links_of(context: Context, row: Row) -> list[Row]:
    return links(context.world.base, '/compute', f'v2.1/servers/{row["id"]}')


def brief(context: Context, row: Row) -> Row:
    return {'id': row['id'], 'name': row['name'], 'links': links_of(context, row)}


def full(context: Context, row: Row) -> Row:
    version = minor(context)
    body = public(row)
    body['links'] = links_of(context, row)
    body['flavor'] = _flavor(context, row, version)
    body['image'] = _image(context, row)
    body['addresses'] = _addresses(context, row)
    body['os-extended-volumes:volumes_attached'] = _volumes(context, row, version)
    if row['status'] not in ('ERROR', 'DELETED'):
        body.pop('fault', None)
        body['progress'] = 0
    _add_newer(body, row, version)
    return body


def _add_newer(body: Row, row: Row, version: int) -> None:
    """What later versions have added."""
    if version >= 3:
        body |= {'OS-EXT-SRV-ATTR:hostname': row['name'], 'OS-EXT-SRV-ATTR:kernel_id': '',
                 'OS-EXT-SRV-ATTR:launch_index': 0, 'OS-EXT-SRV-ATTR:ramdisk_id': '',
                 'OS-EXT-SRV-ATTR:reservation_id': f'r-{row["id"][:8]}',
                 'OS-EXT-SRV-ATTR:root_device_name': '/dev/sda',
                 'OS-EXT-SRV-ATTR:user_data': None}
    for since, name, value in (
            (9, 'locked', row['_locked']), (16, 'host_status', 'UP'),
            (19, 'description', row['_description']), (26, 'tags', row['_tags']),
            (63, 'trusted_image_certificates', None),
            (71, 'server_groups', [row['_server_group']] if row['_server_group'] else []),
            (73, 'locked_reason', row['_locked_reason']),
            (96, 'pinned_availability_zone', None)):
        if version >= since:
            body[name] = value


def _flavor(context: Context, row: Row, version: int) -> Row:
    id = row['_flavor']
    flavor = context.store.get('flavors', id)
    if version < 47:
        href = f'{context.world.base}/compute/flavors/{id}'
        return {'id': id, 'links': [{'rel': 'bookmark', 'href': href}]}
    found = flavor or {}
    return {'vcpus': found.get('vcpus', 1), 'ram': found.get('ram', 64),
            'disk': found.get('disk', 0), 'ephemeral': 0, 'swap': 0,
            'original_name': found.get('name', id), 'extra_specs': found.get('extra_specs', {})}


def _image(context: Context, row: Row) -> Row | str:
    if not row['_image']:
        return ''
    href = f'{context.world.base}/compute/images/{row["_image"]}'
    return {'id': row['_image'], 'links': [{'rel': 'bookmark', 'href': href}]}


def _addresses(context: Context, row: Row) -> dict[str, list[Row]]:
    addresses: dict[str, list[Row]] = {}
    for port in context.store.find('ports', 'device_id', row['id']):
        network = context.store.get('networks', port['network_id'])
        for fixed in port['fixed_ips']:
            addresses.setdefault(network['name'] if network else '', []).append({
                'version': 6 if ':' in fixed['ip_address'] else 4, 'addr': fixed['ip_address'],
                'OS-EXT-IPS:type': 'fixed', 'OS-EXT-IPS-MAC:mac_addr': port['mac_address']})
    return addresses


def _volumes(context: Context, row: Row, version: int) -> list[Row]:
    attached = context.store.find('volume_attachments', 'instance', row['id'])
    return [{'id': attachment['volume_id'],
             **({'delete_on_termination': attachment['_delete']} if version >= 3 else {})}
            for attachment in attached]
