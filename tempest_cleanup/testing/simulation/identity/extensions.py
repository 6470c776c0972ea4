"""OAuth consumers, endpoint groups and unified limits."""

from tempest_cleanup.testing.simulation.http import Response, Row, forbidden
from tempest_cleanup.testing.simulation.identity.resources import MISSING, drop
from tempest_cleanup.testing.simulation.service import (
    Context,
    Handler,
    Kind,
    Service,
    World,
    remove,
)


def _make_consumer(world: World, attributes: Row) -> Row:
    row = {'id': world.store.hex(), 'description': None, **attributes,
           '_secret': world.store.hex()}
    return world.store.add('oauth_consumers', row)


def _dispose_consumer(world: World, row: Row) -> None:
    drop(world, 'oauth_access_tokens', 'consumer_id', row['id'])
    remove(world, 'oauth_consumers', row)


def _make_endpoint_group(world: World, attributes: Row) -> Row:
    row = {'id': world.store.hex(), 'description': None, 'filters': {}, **attributes}
    return world.store.add('endpoint_groups', row)


def _make_registered_limit(world: World, attributes: Row) -> Row:
    row = {'id': world.store.hex(), 'service_id': None, 'region_id': None,
           'resource_name': 'cores', 'default_limit': 10, 'description': None, **attributes}
    return world.store.add('registered_limits', row)


def _without_limits(world: World, row: Row) -> None:
    same = ('service_id', 'region_id', 'resource_name')
    if world.store.first('limits', **{name: row.get(name) for name in same}):
        raise forbidden(f'Unable to update or delete registered limit {row["id"]} because there '
                        'are project limits associated with it.')


def _make_limit(world: World, attributes: Row) -> Row:
    row = {'id': world.store.hex(), 'project_id': None, 'domain_id': None,
           'resource_name': 'cores', 'resource_limit': 5, 'description': None,
           'service_id': None, 'region_id': None, **attributes}
    return world.store.add('limits', row)


def _create_many(kind: Kind) -> Handler:
    """Limits are made in lists."""
    def handle(context: Context) -> Response:
        context.require_admin(f'identity:create_{kind.listing}')
        made = [kind.make(context.world, dict(attributes))
                for attributes in context.request.json().get(kind.listing, [])]
        return Response(201, {kind.listing: [context.service.present(context, kind, row)
                                             for row in made]})
    return handle


def register(service: Service) -> None:
    service.add(CONSUMERS)
    service.add(ENDPOINT_GROUPS)
    for kind in (REGISTERED_LIMITS, LIMITS):
        service.add(kind, 'lsud')
        service.route('POST', f'/v3/{kind.path}', _create_many(kind))


CONSUMERS = Kind(name='oauth_consumers', path='OS-OAUTH1/consumers', plural='consumers',
                 singular='consumer', make=_make_consumer, admin_only=True, missing=MISSING,
                 dispose=_dispose_consumer)
ENDPOINT_GROUPS = Kind(name='endpoint_groups', path='OS-EP-FILTER/endpoint_groups',
                       singular='endpoint_group', make=_make_endpoint_group, admin_only=True,
                       missing=MISSING)
REGISTERED_LIMITS = Kind(name='registered_limits', path='registered_limits',
                         singular='registered_limit', make=_make_registered_limit,
                         admin_only=True, missing=MISSING, refusals=(_without_limits,))
LIMITS = Kind(name='limits', path='limits', singular='limit', make=_make_limit,
              admin_only=True, missing=MISSING)
