"""What belongs to a user: credentials, application credentials, trusts..."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass

from tempest_cleanup.testing.simulation.http import ApiError, Response, Row, forbidden
from tempest_cleanup.testing.simulation.identity.resources import MISSING
from tempest_cleanup.testing.simulation.service import Context, Kind, Service, World
from tempest_cleanup.testing.simulation.store import public


def _make_credential(world: World, attributes: Row) -> Row:
    row = {'id': world.store.hex(), 'user_id': world.admin_user, 'project_id': None,
           'type': 'cert', 'blob': '', **attributes}
    if row['type'] == 'ec2' and 'id' not in attributes:
        access = (json.loads(row['blob']) if row['blob'] else {}).get('access')
        access = access or world.store.hex()
        row['blob'] = row['blob'] or json.dumps(
            {'access': access, 'secret': world.store.hex(), 'trust_id': None})
        row['id'] = hashlib.sha256(access.encode()).hexdigest()
    return world.store.add('credentials', row)


def _make_application_credential(world: World, attributes: Row) -> Row:
    """Access rules are objects of their own and outlive their credential."""
    store = world.store
    user = attributes.get('user_id') or world.admin_user
    rules = [_make_access_rule(world, {**rule, 'user_id': user})
             for rule in attributes.pop('access_rules', None) or []]
    row = {'id': store.hex(), 'description': None, 'user_id': user,
           'project_id': world.admin_project, 'system': None, 'expires_at': None,
           'unrestricted': None, 'roles': [], **attributes,
           '_secret': attributes.pop('secret', store.hex(256)),
           '_rules': [rule['id'] for rule in rules]}
    row.pop('secret', None)
    if rules:
        row['access_rules'] = [public(rule) for rule in rules]
    return store.add('application_credentials', row)


def _make_access_rule(world: World, attributes: Row) -> Row:
    row = {'id': world.store.hex(), 'service': 'compute', 'path': '/v2.1/servers',
           'method': 'GET', 'user_id': world.admin_user, **attributes}
    return world.store.add('access_rules', row)


def _rule_unused(world: World, row: Row) -> None:
    if world.store.find('application_credentials', '_rules', row['id']):
        raise forbidden('May not delete access rule in use')


def _rule_view(context: Context, row: Row) -> Row:
    return {name: row[name] for name in ('id', 'service', 'path', 'method')}


def _make_trust(world: World, attributes: Row) -> Row:
    row = {'id': world.store.hex(), 'trustor_user_id': world.admin_user,
           'trustee_user_id': world.admin_user, 'project_id': world.admin_project,
           'impersonation': False, 'expires_at': None, 'remaining_uses': None,
           'deleted_at': None, 'redelegated_trust_id': None, 'redelegation_count': 0,
           **attributes}
    row.pop('roles', None)
    return world.store.add('trusts', row)


def _trusts(context: Context) -> list[Row]:
    """All of them without a question; with one, those of the user asked for."""
    asked = [name for name in ('trustor_user_id', 'trustee_user_id') if context.request.has(name)]
    if not asked and not context.token.admin:
        raise forbidden('You are not authorized to perform the requested action: '
                        'identity:list_trusts.')
    return context.store.rows('trusts')


def _make_access_token(world: World, attributes: Row) -> Row:
    row = {'id': world.store.hex(), 'consumer_id': '', 'project_id': world.admin_project,
           'authorizing_user_id': world.admin_user, 'expires_at': None, **attributes}
    return world.store.add('oauth_access_tokens', row)


def _own_or_admin(context: Context, user: str, action: str) -> None:
    if not context.token.admin and context.token.user_id != user:
        raise forbidden('You are not authorized to perform the requested action: '
                        f'identity:{action}.')


def _own_or_system(context: Context, user: str, action: str) -> None:
    """Not even an admin sees another user's access rules without system scope."""
    if context.token.user_id != user and not (context.token.system and context.token.admin):
        raise forbidden('You are not authorized to perform the requested action: '
                        f'identity:{action}.')


@dataclass(frozen=True)
class PerUser:
    """The addresses of a kind below /v3/users/{user}."""

    kind: Kind
    field: str
    allow: Callable[[Context, str, str], None]

    def register(self, service: Service) -> None:
        service.world.kinds[self.kind.name] = self.kind
        path = f'/v3/users/{{user}}/{self.kind.path}'
        service.route('GET', path, self.listing)
        service.route('GET', path + '/{id}', self.show)
        service.route('DELETE', path + '/{id}', self.delete)

    def listing(self, context: Context, user: str) -> Response:
        self.allow(context, user, f'list_{self.kind.listing}')
        rows = context.store.find(self.kind.name, self.field, user)
        return Response(200, context.service.page(context, self.kind, rows))

    def show(self, context: Context, user: str, id: str) -> Response:
        row = self._find(context, user, id, 'get')
        return Response(200, {self.kind.singular: context.service.present(context, self.kind,
                                                                          row)})

    def delete(self, context: Context, user: str, id: str) -> Response:
        row = self._find(context, user, id, 'delete')
        for refusal in self.kind.refusals:
            refusal(context.world, row)
        self.kind.destroy(context.world, row)
        return Response(204)

    def _find(self, context: Context, user: str, id: str, action: str) -> Row:
        self.allow(context, user, f'{action}_{self.kind.singular}')
        row = context.store.get(self.kind.name, id)
        if row is None or row[self.field] != user:
            raise self.kind.not_found(id)
        return row


def _create_application_credential(context: Context, user: str) -> Response:
    _own_or_admin(context, user, 'create_application_credential')
    attributes = dict(context.body('application_credential'))
    attributes.setdefault('project_id', context.token.project_id)
    attributes['user_id'] = user
    kind = context.world.kinds['application_credentials']
    row = kind.make(context.world, attributes)
    body = context.service.present(context, kind, row)
    return Response(201, {'application_credential': {**body, 'secret': row['_secret']}})


def _ec2_view(row: Row) -> Row:
    blob = json.loads(row['blob'])
    return {'user_id': row['user_id'], 'tenant_id': row['project_id'], **blob}


def _create_ec2(context: Context, user: str) -> Response:
    _own_or_admin(context, user, 'ec2_create_credential')
    project = context.request.json().get('tenant_id') or context.token.project_id
    row = _make_credential(context.world, {'type': 'ec2', 'user_id': user, 'project_id': project})
    return Response(201, {'credential': _ec2_view(row)})


def _list_ec2(context: Context, user: str) -> Response:
    _own_or_admin(context, user, 'ec2_list_credentials')
    rows = context.store.find('credentials', 'user_id', user)
    return Response(200, {'credentials': [_ec2_view(r) for r in rows if r['type'] == 'ec2'],
                          'links': {'next': None, 'previous': None}})


def _delete_ec2(context: Context, user: str, access: str) -> Response:
    _own_or_admin(context, user, 'ec2_delete_credential')
    if context.store.remove('credentials', hashlib.sha256(access.encode()).hexdigest()) is None:
        raise ApiError(404, f'Could not find credential: {access}.')
    return Response(204)


def register(service: Service) -> None:
    service.add(CREDENTIALS)
    service.add(TRUSTS, 'lscd')
    PerUser(APPLICATION_CREDENTIALS, 'user_id', _own_or_admin).register(service)
    PerUser(ACCESS_RULES, 'user_id', _own_or_system).register(service)
    PerUser(ACCESS_TOKENS, 'authorizing_user_id', _own_or_admin).register(service)
    service.route('POST', '/v3/users/{user}/application_credentials',
                  _create_application_credential)
    ec2 = '/v3/users/{user}/credentials/OS-EC2'
    service.route('GET', ec2, _list_ec2)
    service.route('POST', ec2, _create_ec2)
    service.route('DELETE', ec2 + '/{access}', _delete_ec2)


CREDENTIALS = Kind(name='credentials', path='credentials', singular='credential',
                   make=_make_credential, admin_only=True, missing=MISSING)
TRUSTS = Kind(name='trusts', path='OS-TRUST/trusts', singular='trust', make=_make_trust,
              missing=MISSING, rows=_trusts)
APPLICATION_CREDENTIALS = Kind(
    name='application_credentials', path='application_credentials',
    singular='application_credential', make=_make_application_credential, missing=MISSING)
ACCESS_RULES = Kind(name='access_rules', path='access_rules', singular='access_rule',
                    make=_make_access_rule, missing=MISSING, view=_rule_view,
                    refusals=(_rule_unused,))
ACCESS_TOKENS = Kind(name='oauth_access_tokens', path='OS-OAUTH1/access_tokens',
                     plural='access_tokens', singular='access_token', make=_make_access_token,
                     missing=MISSING)
