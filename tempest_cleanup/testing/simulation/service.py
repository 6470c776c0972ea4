"""One OpenStack service: its kinds of objects, and what it does with them.

A kind is a declaration; the operations (list, show, create, update, delete)
are the same for every kind and are made from it.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from tempest_cleanup.testing.simulation.http import ApiError, Request, Response, Row, forbidden
from tempest_cleanup.testing.simulation.router import Router
from tempest_cleanup.testing.simulation.settings import Settings
from tempest_cleanup.testing.simulation.store import Store, public
from tempest_cleanup.testing.simulation.tokens import Token, Tokens


class World:
    """The state of the whole cloud, which every service works on."""

    def __init__(self, store: Store, settings: Settings) -> None:
        self.store = store
        self.settings = settings
        self.tokens = Tokens(store)
        self.services: dict[str, Service] = {}
        self.kinds: dict[str, Kind] = {}
        self.base = ''
        self.admin_user = ''
        self.admin_project = ''
        self.stuck: dict[tuple[str, str], str] = {}
        """What does not go away when it is deleted: the status it shows instead."""


@dataclass(slots=True)
class Context:
    """One request on its way through a service."""

    world: World
    service: 'Service'
    request: Request
    token: Token

    @property
    def store(self) -> Store:
        return self.world.store

    def require_admin(self, action: str) -> None:
        if not self.token.admin:
            raise forbidden(f"Policy doesn't allow {action} to be performed.")

    def body(self, name: str) -> Row:
        """The object in the request's body."""
        body = self.request.json()
        value = body.get(name) if isinstance(body, dict) else None
        if not isinstance(value, dict):
            raise ApiError(400, f'The body has to be an object with the key {name!r}.')
        return value


Handler = Callable[..., Response]
Make = Callable[[World, Row], Row]
Check = Callable[[World, Row], None]


def remove(world: World, kind: str, row: Row) -> None:
    world.store.remove(kind, row['_key'])


@dataclass(frozen=True, kw_only=True)
class Kind:
    """A kind of object: where it is found and what it insists on.

    `make` completes the attributes of a new object and stores it. `refusals`
    raise the service's own refusal to delete an object. `dispose` takes an
    object out with everything that goes with it.
    """

    name: str
    path: str
    singular: str
    make: Make
    plural: str = ''
    owner: str = ''
    admin_only: bool = False
    missing: str = 'The {singular} {id} could not be found.'
    missing_type: str = ''
    create_status: int = 201
    delete_status: int = 204
    refusals: tuple[Check, ...] = ()
    dispose: Callable[[World, Row], None] | None = None
    view: Callable[[Context, Row], Row] | None = None
    update: Callable[[Context, Row, Row], Row] | None = None
    rows: Callable[[Context], list[Row]] | None = None

    @property
    def listing(self) -> str:
        return self.plural or self.name

    def not_found(self, key: str) -> ApiError:
        text = self.missing.format(singular=self.singular, id=key)
        return ApiError(404, text, self.missing_type)

    def destroy(self, world: World, row: Row) -> None:
        if self.dispose:
            self.dispose(world, row)
        else:
            remove(world, self.name, row)


class Service:
    """The common part of all services. Each has its own errors and pages."""

    name = ''
    prefix = ''
    """Where the service is found on the server: /network, /compute..."""
    root = ''
    """What stands between the prefix and a kind's path: /v2.0, /v3/{project_id}."""
    update_method = 'PUT'
    needs_project = True
    reserved = frozenset({'limit', 'marker', 'fields', 'sort_key', 'sort_dir', 'page_reverse',
                          'offset', 'sort', 'all_tenants', 'all_projects'})

    def __init__(self, world: World, router: Router) -> None:
        self.world = world
        self.router = router
        world.services[self.name] = self

    @property
    def url(self) -> str:
        return self.world.base + self.prefix

    def error(self, request: Request, error: ApiError) -> Response:
        raise NotImplementedError

    def page(self, context: Context, kind: Kind, rows: list[Row]) -> Row:
        raise NotImplementedError

    def present(self, context: Context, kind: Kind, row: Row) -> Row:
        """A row as the body of an answer."""
        return kind.view(context, row) if kind.view else public(row)

    def route(self, method: str, path: str, handler: Handler, public: bool = False) -> None:
        self.router.add(method, self.prefix + path, self, handler, public)

    def add(self, kind: Kind, operations: str = 'lscud') -> None:
        """Offer a kind: l(ist), s(how), c(reate), u(pdate), d(elete)."""
        self.world.kinds[kind.name] = kind
        path = f'{self.root}/{kind.path}'
        offered: dict[str, tuple[str, str, Callable[[Kind], Handler]]] = {
            'l': ('GET', path, self.listing),
            's': ('GET', path + '/{id}', self.showing),
            'c': ('POST', path, self.creating),
            'u': (self.update_method, path + '/{id}', self.updating),
            'd': ('DELETE', path + '/{id}', self.deleting),
        }
        for operation in operations:
            method, route, make = offered[operation]
            self.route(method, route, make(kind))

    # The operations

    def visible(self, context: Context, kind: Kind) -> list[Row]:
        if kind.rows:
            return kind.rows(context)
        if kind.owner and not context.token.admin:
            return context.store.find(kind.name, kind.owner, context.token.project_id)
        return context.store.rows(kind.name)

    def listing(self, kind: Kind) -> Handler:
        def handle(context: Context, *params: str) -> Response:
            rows = matching(self.visible(context, kind), context.request.query, self.reserved)
            return Response(200, self.page(context, kind, rows))
        return handle

    def lookup(self, context: Context, kind: Kind, key: str) -> Row:
        row = context.store.get(kind.name, key)
        if row is None or not self.owns(context, kind, row):
            raise kind.not_found(key)
        return row

    def owns(self, context: Context, kind: Kind, row: Row) -> bool:
        return (not kind.owner or context.token.admin
                or row.get(kind.owner) == context.token.project_id)

    def showing(self, kind: Kind) -> Handler:
        def handle(context: Context, *params: str) -> Response:
            row = self.lookup(context, kind, params[-1])
            return Response(200, {kind.singular: self.present(context, kind, row)})
        return handle

    def creating(self, kind: Kind) -> Handler:
        def handle(context: Context, *params: str) -> Response:
            if kind.admin_only:
                context.require_admin(f'create_{kind.singular}')
            attributes = dict(context.body(kind.singular))
            self.own(context, attributes)
            row = kind.make(self.world, attributes)
            return Response(kind.create_status, {kind.singular: self.present(context, kind, row)})
        return handle

    def own(self, context: Context, attributes: Row) -> None:
        """Put the requesting project and user into a new object."""
        asked = attributes.get('project_id') or attributes.get('tenant_id')
        if not asked or not context.token.admin:
            attributes['project_id'] = context.token.project_id
        else:
            attributes['project_id'] = asked
        attributes['user_id'] = context.token.user_id

    def touch(self, row: Row) -> Row:
        """What every update of an object changes in it."""
        return {}

    def admit(self, context: Context, params: list[str]) -> None:
        """Refuse a request that is not for this token, whatever it asks."""

    def headers(self, request: Request) -> dict[str, str]:
        """Headers of every answer of this service."""
        return {}

    def updating(self, kind: Kind) -> Handler:
        def handle(context: Context, *params: str) -> Response:
            if kind.admin_only:
                context.require_admin(f'update_{kind.singular}')
            row = self.lookup(context, kind, params[-1])
            changes = dict(context.body(kind.singular))
            if kind.update:
                changes = kind.update(context, row, changes)
            changes |= self.touch(row)
            row = context.store.change(kind.name, row['_key'], **changes)
            return Response(200, {kind.singular: self.present(context, kind, row)})
        return handle

    def deleting(self, kind: Kind) -> Handler:
        def handle(context: Context, *params: str) -> Response:
            if kind.admin_only:
                context.require_admin(f'delete_{kind.singular}')
            row = self.lookup(context, kind, params[-1])
            for refusal in kind.refusals:
                refusal(self.world, row)
            kind.destroy(self.world, row)
            return Response(kind.delete_status)
        return handle


def matching(rows: Iterable[Row], query: dict[str, list[str]],
             reserved: frozenset[str]) -> list[Row]:
    """The rows that have the values asked for; unknown parameters are ignored."""
    result = list(rows)
    for name, values in query.items():
        if name not in reserved and result and name in result[0]:
            wanted = {_comparable(value) for value in values}
            result = [row for row in result if _values(row.get(name)) & wanted]
    return result


def _values(value: Any) -> set[str]:
    """What a value may be asked for with; entries of a list, and `name=value` in them."""
    if not isinstance(value, list):
        return {_comparable(value)}
    found = set()
    for item in value:
        if isinstance(item, dict):
            found |= {f'{name}={inner}' for name, inner in item.items()}
        else:
            found.add(_comparable(item))
    return found


def _comparable(value: Any) -> str:
    if value is None:
        return ''
    text = str(value)
    return text.lower() if text.lower() in ('true', 'false') else text


def after_marker(kind: Kind, rows: Sequence[Row], marker: str, status: int = 400) -> list[Row]:
    """The rows behind the one with that id."""
    for number, row in enumerate(rows):
        if row['_key'] == marker:
            return list(rows[number + 1:])
    raise ApiError(status, f'marker [{marker}] not found', 'BadRequest')
