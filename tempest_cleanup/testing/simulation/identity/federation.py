"""Identity providers, protocols, mappings and service providers."""

from collections.abc import Callable

from tempest_cleanup.testing.simulation.http import ApiError, Response, Row
from tempest_cleanup.testing.simulation.identity.resources import MISSING, drop
from tempest_cleanup.testing.simulation.service import (
    Context,
    Handler,
    Kind,
    Service,
    World,
    remove,
)
from tempest_cleanup.testing.simulation.store import public


def _make_identity_provider(world: World, attributes: Row) -> Row:
    row = {'id': world.store.hex(), 'domain_id': None, 'enabled': False, 'description': None,
           'remote_ids': [], 'authorization_ttl': None, **attributes}
    if not row['domain_id']:
        text = f'Auto generated federated domain for Identity Provider: {row["id"]}'
        domain = world.kinds['domains'].make(
            world, {'name': world.store.hex(), 'description': text})
        row['domain_id'] = domain['id']
    return world.store.add('identity_providers', row)


def _dispose_identity_provider(world: World, row: Row) -> None:
    drop(world, 'protocols', 'idp_id', row['id'])
    remove(world, 'identity_providers', row)


def _maker(name: str, **defaults: object) -> Callable[[World, Row], Row]:
    def make(world: World, attributes: Row) -> Row:
        return world.store.add(name, {'id': world.store.hex(), **defaults, **attributes})
    return make


def _putting(kind: Kind) -> Handler:
    """These objects are created under the id that the client chooses."""
    def handle(context: Context, id: str) -> Response:
        context.require_admin(f'identity:create_{kind.singular}')
        if context.store.get(kind.name, id):
            raise ApiError(409, f'Conflict occurred attempting to store {kind.singular}.')
        row = kind.make(context.world, {**context.body(kind.singular), 'id': id})
        return Response(201, {kind.singular: context.service.present(context, kind, row)})
    return handle


def _put_protocol(context: Context, provider: str, id: str) -> Response:
    context.require_admin('identity:create_protocol')
    row = {'id': id, 'idp_id': provider, 'remote_id_attribute': None,
           **context.body('protocol')}
    context.store.add('protocols', row, f'{provider}/{id}')
    return Response(201, {'protocol': public(row)})


def _list_protocols(context: Context, provider: str) -> Response:
    context.require_admin('identity:list_protocols')
    rows = context.store.find('protocols', 'idp_id', provider)
    return Response(200, {'protocols': [public(row) for row in rows],
                          'links': {'next': None, 'previous': None}})


def _delete_protocol(context: Context, provider: str, id: str) -> Response:
    context.require_admin('identity:delete_protocol')
    if context.store.remove('protocols', f'{provider}/{id}') is None:
        raise ApiError(404, f'Could not find federated protocol: {id}.')
    return Response(204)


def register(service: Service) -> None:
    for kind in KINDS:
        service.add(kind, 'lsud')
        service.route('PUT', f'/v3/{kind.path}/{{id}}', _putting(kind))
    path = '/v3/OS-FEDERATION/identity_providers/{provider}/protocols'
    service.route('GET', path, _list_protocols)
    service.route('PUT', path + '/{id}', _put_protocol)
    service.route('DELETE', path + '/{id}', _delete_protocol)


KINDS = (
    Kind(name='identity_providers', path='OS-FEDERATION/identity_providers',
         singular='identity_provider', make=_make_identity_provider, admin_only=True,
         missing=MISSING, dispose=_dispose_identity_provider),
    Kind(name='mappings', path='OS-FEDERATION/mappings', singular='mapping', admin_only=True,
         missing=MISSING, make=_maker('mappings', rules=[], schema_version='1.0')),
    Kind(name='service_providers', path='OS-FEDERATION/service_providers',
         singular='service_provider', admin_only=True, missing=MISSING,
         make=_maker('service_providers', enabled=False, description=None,
                     relay_state_prefix='ss:mem:', auth_url='', sp_url='')),
)
