"""Host aggregates. One that has hosts is not deleted."""

from tempest_cleanup.testing.simulation.compute.versions import minor
from tempest_cleanup.testing.simulation.http import ApiError, Response, Row, bad_request
from tempest_cleanup.testing.simulation.service import Context, Kind, Service, World
from tempest_cleanup.testing.simulation.store import public


def _make(world: World, attributes: Row) -> Row:
    store = world.store
    for name in ('project_id', 'user_id'):
        attributes.pop(name, None)
    id = store.number()
    row = {'id': id, 'uuid': store.uuid(), 'name': f'aggregate-{id}', 'hosts': [],
           'metadata': {}, 'created_at': store.stamp('.000000'), 'updated_at': None,
           'deleted_at': None, 'deleted': False, 'availability_zone': None, **attributes}
    if row['availability_zone']:
        row['metadata'] = {**row['metadata'], 'availability_zone': row['availability_zone']}
    return store.add('aggregates', row)


def _view(context: Context, row: Row) -> Row:
    body = public(row)
    if minor(context) < 41:
        del body['uuid']
    return body


def _empty(world: World, row: Row) -> None:
    if row['hosts']:
        raise bad_request(f'Cannot remove host from aggregate {row["id"]}. '
                          'Reason: Host aggregate is not empty.')


def _action(context: Context, id: str) -> Response:
    context.require_admin('os_compute_api:os-aggregates')
    row = context.service.lookup(context, AGGREGATES, id)
    (action, argument), = context.request.json().items()
    if action == 'set_metadata':
        changes = argument['metadata']
        metadata = {**row['metadata'], **changes}
        kept = {name: value for name, value in metadata.items() if value is not None}
        context.store.change('aggregates', id, metadata=kept,
                             availability_zone=kept.get('availability_zone'))
    else:
        hosts = _changed_hosts(context, row, action, argument['host'])
        context.store.change('aggregates', id, hosts=hosts)
    return Response(200, {'aggregate': _view(context, row)})


def _changed_hosts(context: Context, row: Row, action: str, host: str) -> list[str]:
    hosts: list[str] = row['hosts']
    if action == 'add_host':
        if not context.store.find('compute_services', 'host', host):
            raise ApiError(404, f'Compute host {host} could not be found.')
        return [*hosts, host] if host not in hosts else hosts
    if host not in hosts:
        raise ApiError(404, f'Aggregate {row["id"]} has no host {host}.')
    return [known for known in hosts if known != host]


def register(service: Service) -> None:
    service.add(AGGREGATES)
    service.route('POST', '/v2.1/os-aggregates/{id}/action', _action)


AGGREGATES = Kind(name='aggregates', path='os-aggregates', singular='aggregate', make=_make,
                  admin_only=True, view=_view, refusals=(_empty,), create_status=200,
                  delete_status=200, missing='Aggregate {id} could not be found.')
