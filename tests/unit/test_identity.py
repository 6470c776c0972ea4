"""What Keystone shows of each domain."""
from collections.abc import Mapping
from typing import Any

import pytest

from tempest_cleanup import errors
from tempest_cleanup.cloud.rest import Rest
from tempest_cleanup.model import Tenant
from tempest_cleanup.services.identity import Users

DOMAINS = {'domains': [{'id': 'default'}, {'id': 'ldap'}]}


class Keystone(Rest):
    """Which keeps each domain's users by themselves."""

    def __init__(self, answers: dict[str, Any]) -> None:
        self._answers = answers
        self.asked: list[str] = []

    def get(self, path: str, *, microversion: str | None = None,
            query: Mapping[str, str] | None = None) -> dict[str, Any]:
        where = '?'.join((path, *(query or {}).values()))
        self.asked.append(where)
        answer = self._answers.get(where, errors.NotFound('no such thing', status=404))
        if isinstance(answer, Exception):
            raise answer
        return dict(answer)


def users(**answers: Any) -> tuple[list[str], Keystone]:
    keystone = Keystone({'domains': DOMAINS, **answers})

    class There(Users):
        """Of that Keystone."""

        def rest(self, tenant: Tenant | None = None) -> Rest:
            return keystone

    return [r.id for r in There(None).discover(None)], keystone  # type: ignore[arg-type]


def some(*pairs: str) -> dict[str, Any]:
    return {'users': [{'id': i, 'name': i, 'domain_id': d}
                      for i, d in (p.split('@') for p in pairs)]}


def test_a_domain_that_is_not_shown_is_asked_for() -> None:
    """Point 2: a project's token is shown the users of its own domain only."""
    found, _ = users(users=some('a@default'), **{'users?ldap': some('b@ldap')})
    assert found == ['a', 'b']


def test_what_is_shown_is_not_asked_for_again() -> None:
    found, keystone = users(users=some('a@default', 'b@ldap'))
    assert found == ['a', 'b']
    assert keystone.asked == ['users', 'domains']


def test_a_domain_that_went_meanwhile_has_no_users() -> None:
    assert users(users=some('a@default'))[0] == ['a']


@pytest.mark.parametrize('error', [
    errors.NotFound('no route to it', status=404), errors.Unavailable('LDAP', status=502)])
def test_a_domain_that_does_not_answer_is_not_empty(error: errors.ApiError) -> None:
    """Point 2."""
    with pytest.raises(type(error)):
        users(users=some('a@default'), **{
            'users?ldap': error, 'domains/ldap': {'domain': {'id': 'ldap'}}})
