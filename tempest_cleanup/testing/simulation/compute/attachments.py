"""What hangs on a server: volumes and network interfaces."""

from tempest_cleanup.testing.simulation.compute.lifecycle import attach
from tempest_cleanup.testing.simulation.compute.versions import minor
from tempest_cleanup.testing.simulation.http import ApiError, Response, Row, bad_request
from tempest_cleanup.testing.simulation.service import Context, Service


def _server(context: Context, id: str) -> Row:
    return context.service.lookup(context, context.world.kinds['servers'], id)


def _volume_body(context: Context, attachment: Row) -> Row:
    body = {'volumeId': attachment['volume_id'], 'serverId': attachment['instance'],
            'device': attachment['_device']}
    version = minor(context)
    if version >= 89:
        body |= {'attachment_id': attachment['id'], 'bdm_uuid': attachment['id']}
    else:
        body['id'] = attachment['volume_id']
    if version >= 70:
        body['tag'] = None
    if version >= 79:
        body['delete_on_termination'] = attachment['_delete']
    return body


def _list_volumes(context: Context, id: str) -> Response:
    _server(context, id)
    found = context.store.find('volume_attachments', 'instance', id)
    return Response(200, {'volumeAttachments': [_volume_body(context, row) for row in found]})


def _attach_volume(context: Context, id: str) -> Response:
    server = _server(context, id)
    wanted = context.body('volumeAttachment')
    volume = context.store.get('volumes', wanted['volumeId'])
    if volume is None:
        raise ApiError(404, f'Volume {wanted["volumeId"]} could not be found.')
    if volume['status'] != 'available' and not volume['multiattach']:
        raise bad_request(f'Invalid volume: volume {volume["id"]} status must be available.')
    row = attach(context.world, server, volume['id'],
                 wanted.get('delete_on_termination', False), wanted.get('device') or '')
    return Response(200, {'volumeAttachment': _volume_body(context, row)})


def _update_volume(context: Context, id: str, volume_id: str) -> Response:
    _server(context, id)
    wanted = context.body('volumeAttachment')
    if minor(context) < 85 or wanted['volumeId'] != volume_id:
        raise bad_request('The simulation swaps no volumes.')
    row = context.store.first('volume_attachments', volume_id=volume_id, instance=id)
    if row is None:
        raise ApiError(404, f'volume_id not found: {volume_id}')
    context.store.change('volume_attachments', row['id'],
                         _delete=wanted.get('delete_on_termination', row['_delete']))
    return Response(202)


def _detach_volume(context: Context, id: str, volume_id: str) -> Response:
    _server(context, id)
    row = context.store.first('volume_attachments', volume_id=volume_id, instance=id)
    if row is None:
        raise ApiError(404, f'volume_id not found: {volume_id}')
    if row['_device'] in ('/dev/sda', '/dev/vda'):
        raise bad_request('Cannot detach a root device volume')
    context.world.kinds['volume_attachments'].destroy(context.world, row)
    return Response(202)


def _list_interfaces(context: Context, id: str) -> Response:
    _server(context, id)
    ports = context.store.find('ports', 'device_id', id)
    return Response(200, {'interfaceAttachments': [
        {'net_id': port['network_id'], 'port_id': port['id'], 'port_state': port['status'],
         'mac_addr': port['mac_address'], 'fixed_ips': port['fixed_ips']} for port in ports]})


def _detach_interface(context: Context, id: str, port_id: str) -> Response:
    _server(context, id)
    port = context.store.get('ports', port_id)
    if port is None or port['device_id'] != id:
        raise ApiError(404, f'Port id {port_id} could not be found.')
    if port.get('_from_nova'):
        context.world.kinds['ports'].destroy(context.world, port)
    else:
        context.store.change('ports', port_id, device_id='', device_owner='', status='DOWN')
    return Response(202)


def register(service: Service) -> None:
    path = '/v2.1/servers/{id}'
    service.route('GET', path + '/os-volume_attachments', _list_volumes)
    service.route('POST', path + '/os-volume_attachments', _attach_volume)
    service.route('PUT', path + '/os-volume_attachments/{volume}', _update_volume)
    service.route('DELETE', path + '/os-volume_attachments/{volume}', _detach_volume)
    service.route('GET', path + '/os-interface', _list_interfaces)
    service.route('DELETE', path + '/os-interface/{port}', _detach_interface)
