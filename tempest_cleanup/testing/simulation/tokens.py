"""Tokens: who a request comes from, and what it may do."""

from dataclasses import dataclass, field

from tempest_cleanup.testing.simulation.http import Row
from tempest_cleanup.testing.simulation.store import Store

_KINDS_BEHIND_ROLES = ('users', 'projects', 'domains', 'roles', 'role_assignments',
                       'implied_roles', 'group_memberships', 'groups')


@dataclass
class Token:
    """An issued token. It is worth what its user's roles are worth today."""

    id: str
    user_id: str
    methods: tuple[str, ...]
    issued: float
    expires: float
    expires_at: str
    issued_at: str
    project_id: str = ''
    domain_id: str = ''
    system: bool = False
    audit_id: str = ''
    roles: dict[str, str] = field(default_factory=dict)
    """Names of the roles by their ids."""
    generation: int = -1

    @property
    def admin(self) -> bool:
        return 'admin' in self.roles.values()

    @property
    def scoped(self) -> bool:
        return bool(self.project_id or self.domain_id or self.system)


class Tokens:
    """All tokens that are valid."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._tokens: dict[str, Token] = {}
        self.nobody = Token('', '', (), 0, 0, '', '')

    def issue(self, user_id: str, methods: tuple[str, ...], lifetime: float,
              project_id: str = '', domain_id: str = '', system: bool = False) -> Token:
        store = self._store
        now = store.clock()
        token = Token('gAAAAAB' + store.hex(384), user_id, methods, now, now + lifetime,
                      store.expiry(lifetime), store.expiry(0), project_id, domain_id, system,
                      store.hex(88))
        self._tokens[token.id] = token
        return token

    def find(self, token_id: str) -> Token | None:
        """The token, unless it has expired or its user may no longer hold it."""
        token = self._tokens.get(token_id)
        if token is None:
            return None
        if self._store.clock() >= token.expires or not self.current(token):
            self.revoke(token_id)
            return None
        return token

    def current(self, token: Token) -> bool:
        """Bring the token's roles up to date; False when nothing is left of it."""
        generation = sum(self._store.generations[kind] for kind in _KINDS_BEHIND_ROLES)
        if generation != token.generation:
            token.generation = generation
            user = self._store.get('users', token.user_id)
            if user is None or not user['enabled']:
                return False
            token.roles = effective_roles(self._store, user, token.project_id,
                                          token.domain_id, token.system)
        return bool(token.roles) or not token.scoped

    def revoke(self, token_id: str) -> None:
        self._tokens.pop(token_id, None)

    def revoke_all(self) -> None:
        self._tokens.clear()

    def revoke_user(self, user_id: str) -> None:
        for token in [t for t in self._tokens.values() if t.user_id == user_id]:
            self.revoke(token.id)


def effective_roles(store: Store, user: Row, project_id: str = '', domain_id: str = '',
                    system: bool = False) -> dict[str, str]:
    """The roles of a user on a target: direct, of groups, inherited, implied."""
    targets: list[tuple[str, str, bool]] = []
    if system:
        targets.append(('system', 'all', False))
    elif domain_id:
        targets.append(('domain', domain_id, False))
    elif project_id:
        targets += _project_targets(store, project_id)
    groups = {m['group_id'] for m in store.find('group_memberships', 'user_id', user['id'])}
    assignments = [*store.find('role_assignments', 'actor', user['id'])]
    for group in groups:
        assignments += store.find('role_assignments', 'actor', group)
    wanted = set(targets)
    found = [a['role'] for a in assignments
             if (a['target_type'], a['target'], a['inherited']) in wanted]
    return _with_implied(store, found)


def _project_targets(store: Store, project_id: str) -> list[tuple[str, str, bool]]:
    project = store.get('projects', project_id)
    if project is None or not project['enabled']:
        return []
    targets = [('project', project_id, False), ('project', project_id, True)]
    targets.append(('domain', project['domain_id'], True))
    parent = store.get('projects', project['parent_id'])
    while parent is not None:
        targets.append(('project', parent['id'], True))
        parent = store.get('projects', parent['parent_id'])
    domain = store.get('domains', project['domain_id'])
    return targets if domain is not None and domain['enabled'] else []


def _with_implied(store: Store, role_ids: list[str]) -> dict[str, str]:
    names: dict[str, str] = {}
    waiting = list(role_ids)
    while waiting:
        role = store.get('roles', waiting.pop())
        if role is not None and role['id'] not in names:
            names[role['id']] = role['name']
            waiting += [rule['implied'] for rule in
                        store.find('implied_roles', 'prior', role['id'])]
    return names
