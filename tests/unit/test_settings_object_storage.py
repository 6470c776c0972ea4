"""Swift's and Barbican's settings: what is read of them, and which requests put them back."""
from typing import Any, cast

import pytest
import urllib3

from tempest_cleanup import errors
from tempest_cleanup.cloud import Cloud, rest, transport
from tempest_cleanup.cloud.rest import Rest
from tempest_cleanup.model import Change, Resource, Scope, Tenant
from tempest_cleanup.services import key_manager
from tempest_cleanup.services.object_storage import Accounts, Containers
from tests.unit.restoring import put_back, served

TENANT = Tenant(Scope.PROJECT, 'p', 'demo')


class Swift(Rest):
    """An account that says what its headers say, and notes what it is told."""

    def __init__(self, headers: dict[str, str]) -> None:
        self.service_type = 'object-store'
        self.headers = headers
        self.posted: list[tuple[str, dict[str, str]]] = []

    def head(self, path: str) -> dict[str, Any]:
        return self.headers

    def post(self, path: str, body: Any = None, **more: Any) -> dict[str, Any]:
        self.posted.append((path, more['headers']))
        return {}

    def rest(self, _service_type: str, _tenant: Tenant | None = None) -> Rest:
        return self


def found(headers: dict[str, str]) -> list[Resource]:
    return list(Accounts(cast(Cloud, Swift(headers))).discover(TENANT))


def test_an_account_that_says_nothing_is_no_resource() -> None:
    assert found({'x-account-bytes-used': '7', 'content-length': '0'}) == []


def test_a_key_is_told_but_not_what_it_is() -> None:
    """Point 11: who knows it is let in."""
    (account,) = found({'x-account-meta-temp-url-key': 'secret', 'x-account-meta-a': 'b',
                        'x-account-access-control': '{}'})
    assert account.settings == {
        'metadata': {'a': 'b'}, 'keys': ['temp-url-key'], 'access-control': '{}'}
    assert 'secret' not in repr(account.body)


class Hidden(Swift):
    """The catalog of the project leaves Swift out; ours has it.

    :param refusal: what Swift says to us about another project's account
    """

    def __init__(self, headers: dict[str, str], refusal: errors.ApiError | None = None) -> None:
        super().__init__(headers)
        self.refusal = refusal

    def rest(self, _service_type: str, _tenant: Tenant | None = None) -> Rest:
        raise errors.NotInCatalog(errors.NOT_IN_CATALOG)

    def rest_of(self, _service_type: str, project_id: str) -> Rest:
        assert project_id == TENANT.id
        if self.refusal:
            raise self.refusal
        return self


def test_an_account_that_its_project_does_not_see_is_seen_by_a_reseller() -> None:
    hidden = Hidden({'x-account-meta-a': 'b'})
    (account,) = Accounts(cast(Cloud, hidden)).discover(TENANT)
    assert account.settings['metadata'] == {'a': 'b'}
    with pytest.raises(errors.NotInCatalog):
        Accounts(cast(Cloud, Hidden({}, errors.Denied('no')))).discover(TENANT)
    with pytest.raises(errors.Unavailable):
        Accounts(cast(Cloud, Hidden({}, errors.Unavailable('down')))).discover(TENANT)


def changes(resource: Resource, **old: Any) -> tuple[Change, ...]:
    return tuple(Change(resource, name, value, None) for name, value in old.items())


ACCOUNT = Resource('accounts', 'p', project_id='p')


@pytest.mark.parametrize(('now', 'old', 'sent'), [
    ({'x-account-meta-new': 'x'}, {'metadata': {'old': 'y'}},
     {'x-account-meta-new': '', 'x-account-meta-old': 'y'}),
    ({'x-account-meta-temp-url-key': 'x'}, {'keys': []}, {'x-account-meta-temp-url-key': ''}),
    ({'x-account-access-control': '{}'}, {'access-control': ''},
     {'x-account-access-control': ''})])
def test_an_account_says_what_it_said(
    now: dict[str, str], old: dict[str, Any], sent: dict[str, str],
) -> None:
    swift = Swift(now)
    Accounts(cast(Cloud, swift)).restore(ACCOUNT, changes(ACCOUNT, **old))
    assert swift.posted == [('', sent)]


def test_what_an_account_never_said_is_taken_away() -> None:
    swift = Swift({'x-account-meta-new': 'x', 'x-account-meta-temp-url-key': 'x'})
    Accounts(cast(Cloud, swift)).delete(ACCOUNT)
    assert swift.posted == [('', {
        'x-account-access-control': '', 'x-account-meta-new': '',
        'x-account-meta-temp-url-key': ''})]


def test_a_key_that_is_gone_is_a_loss_and_the_rest_is_put_back() -> None:
    swift = Swift({})
    with pytest.raises(errors.Conflict, match='not saved'):
        Accounts(cast(Cloud, swift)).restore(ACCOUNT, changes(
            ACCOUNT, keys=['temp-url-key'], metadata={'a': 'b'}))
    assert swift.posted == [('', {'x-account-meta-a': 'b'})]


def test_a_container_is_shut_again() -> None:
    swift = Swift({'x-container-read': '.r:*', 'x-container-write': '*:*'})
    container = Resource('containers', 'p/a b', 'a b', 'p')
    Containers(cast(Cloud, swift)).restore(container, changes(container, read='', write='p:*'))
    assert swift.posted == [('a%20b', {'x-container-read': '', 'x-container-write': 'p:*'})]


@pytest.mark.parametrize(('answer', 'acl'), [
    ({'project-access': True}, {'users': [], 'project-access': True}),
    ({'project-access': False, 'users': ['b', 'a'], 'updated': 'now'},
     {'users': ['a', 'b'], 'project-access': False})])
def test_who_may_read_a_secret(answer: dict[str, Any], acl: dict[str, Any]) -> None:
    """Without the times that Barbican moves by itself."""
    kind, _ = served(key_manager.SecretContainers, {
        'containers': {'containers': [{'container_ref': 'http://x/v1/containers/c'}]},
        'containers/c/acl': {'read': answer}})
    (container,) = kind.discover(TENANT)
    assert container.settings == {'acl': acl}


def test_secrets_are_read_by_whom_they_were() -> None:
    was = {'acl': {'users': [], 'project-access': True}, 'metadata': {}}
    now = {'acl': {'users': ['u'], 'project-access': False}, 'metadata': {'a': 'b'}}
    assert put_back(key_manager.Secrets, 's', was, now) == [
        ('delete', 'secrets/s/acl', None),
        ('put', 'secrets/s/metadata', {'metadata': {}})]
    assert put_back(key_manager.Secrets, 's', {'acl': now['acl']}, {'acl': was['acl']}) == [
        ('put', 'secrets/s/acl', {'read': now['acl']})]


def test_limits_of_secrets_are_set_all_at_once() -> None:
    was = {'orders': 4, 'secrets': 5}
    assert put_back(key_manager.SecretQuotas, 'p', was, was | {'secrets': 7}) == [
        ('put', 'project-quotas/p', {'project_quotas': was})]


def test_an_answer_of_nothing_is_an_answer() -> None:
    """Barbican says ``null`` where it has deleted who may read a secret."""
    answer = transport.Response(urllib3.HTTPResponse(status=200), 'http://x')
    assert rest._decode(answer, b'null', 'DELETE key-manager/secrets/s/acl') == {}
