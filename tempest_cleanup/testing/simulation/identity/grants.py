"""Roles that are given to users and groups on projects, domains and the system."""

from dataclasses import dataclass

from tempest_cleanup.testing.simulation.http import ApiError, Response, Row
from tempest_cleanup.testing.simulation.service import Context, Handler, Service
from tempest_cleanup.testing.simulation.store import Store, public

TARGETS = {'project': 'projects', 'domain': 'domains'}
ACTORS = {'user': 'users', 'group': 'groups'}


def assign(store: Store, actor_type: str, actor: str, target_type: str, target: str, role: str,
           inherited: bool = False) -> Row:
    """Give a user or group a role on a project, a domain or the system."""
    row = {'role': role, 'actor_type': actor_type, 'actor': actor, 'target_type': target_type,
           'target': target, 'inherited': inherited}
    return store.add('role_assignments', row, grant_path(row))


def grant_path(row: Row) -> str:
    """Where an assignment is made, checked and taken back; it is also its key."""
    target = ('system' if row['target_type'] == 'system'
              else f'{TARGETS[row["target_type"]]}/{row["target"]}')
    path = f'{target}/{ACTORS[row["actor_type"]]}/{row["actor"]}/roles/{row["role"]}'
    return f'/v3/OS-INHERIT/{path}/inherited_to_projects' if row['inherited'] else f'/v3/{path}'


@dataclass(frozen=True)
class Grants:
    """The addresses of one sort of assignments."""

    target_type: str
    actor_type: str
    inherited: bool

    def register(self, service: Service, path: str) -> None:
        tail = '/inherited_to_projects' if self.inherited else ''
        handlers: dict[str, Handler] = {'PUT': self.grant, 'HEAD': self.check,
                                        'DELETE': self.revoke}
        for method, handler in handlers.items():
            service.route(method, f'{path}/{{r}}{tail}', handler)
        service.route('GET', path + tail, self.listing)

    def wanted(self, params: tuple[str, ...]) -> Row:
        """The assignment that an address stands for."""
        values = params if self.target_type != 'system' else ('all', *params)
        target, actor, role = (*values, '')[:3]
        return {'role': role, 'actor_type': self.actor_type, 'actor': actor,
                'inherited': self.inherited, 'target_type': self.target_type, 'target': target}

    def grant(self, context: Context, *params: str) -> Response:
        context.require_admin('identity:create_grant')
        row = self.wanted(params)
        _must_exist(context.store, row)
        assign(context.store, **row)
        return Response(204)

    def check(self, context: Context, *params: str) -> Response:
        _existing(context, self.wanted(params))
        return Response(204)

    def revoke(self, context: Context, *params: str) -> Response:
        row = _existing(context, self.wanted(params))
        context.store.remove('role_assignments', row['_key'])
        _forget_application_credentials(context.store, row)
        return Response(204)

    def listing(self, context: Context, *params: str) -> Response:
        context.require_admin('identity:list_grants')
        row = self.wanted(params)
        held = [a['role'] for a in context.store.find('role_assignments', 'actor', row['actor'])
                if all(a[name] == row[name] for name in ('target_type', 'target', 'inherited'))]
        roles = [context.store.get('roles', role) for role in held]
        return Response(200, {'roles': [public(role) for role in roles if role],
                              'links': {'next': None, 'previous': None}})


def _must_exist(store: Store, row: Row) -> None:
    named = [('roles', 'role'), (ACTORS[row['actor_type']], 'actor')]
    if row['target_type'] != 'system':
        named.append((TARGETS[row['target_type']], 'target'))
    for kind, field in named:
        if store.get(kind, row[field]) is None:
            raise ApiError(404, f'Could not find {kind[:-1]}: {row[field]}.')


def _existing(context: Context, row: Row) -> Row:
    context.require_admin('identity:check_grant')
    found = context.store.get('role_assignments', grant_path(row))
    if found is None:
        raise ApiError(404, f'Could not find role assignment with role: {row["role"]}, user or '
                       f'group: {row["actor"]}, project, domain, or system: {row["target"]}.')
    return found


def _forget_application_credentials(store: Store, row: Row) -> None:
    """A user who loses a role on a project loses his credentials for it."""
    for credential in store.find('application_credentials', 'user_id', row['actor']):
        if credential['project_id'] == row['target']:
            store.remove('application_credentials', credential['_key'])
