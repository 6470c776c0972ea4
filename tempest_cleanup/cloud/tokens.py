"""Tokens: asked for once per scope, kept, renewed before they expire."""
import dataclasses
import threading
from typing import Any

import urllib3
from tempest.lib import auth
from tempest.lib import exceptions as lib_exc
from tempest.lib.services.identity.v3 import token_client

from tempest_cleanup import errors
from tempest_cleanup.cloud import rest, transport


class _TokenClient(rest.QuietClient, token_client.V3TokenClient):  # type: ignore[misc]
    """Tempest's token client, quiet."""


class Provider(auth.KeystoneV3AuthProvider):  # type: ignore[misc]  # tempest has no types
    """One token, shared by threads: the first that finds it expired renews it for all."""

    def __init__(
        self, credentials: auth.Credentials, auth_url: str, http: transport.Transport, scope: str,
    ) -> None:
        self._http = http
        self._lock = threading.RLock()
        super().__init__(credentials, auth_url, scope=scope)

    def _auth_client(self, auth_url: str) -> _TokenClient:
        client = _TokenClient(auth_url)
        client.http_obj = self._http
        return client

    def get_auth(self) -> tuple[str, dict[str, Any]]:
        """Token and what Keystone said with it.

        :raises errors.Denied: the credentials are refused
        :raises errors.Unavailable: Keystone does not answer
        """
        with self._lock:
            try:
                cached: tuple[str, dict[str, Any]] = super().get_auth()
            except lib_exc.Unauthorized as error:
                raise errors.Denied(
                    f'Keystone refuses the credentials: {error}', status=401,
                    request=f'POST {self.auth_url}') from error
            except urllib3.exceptions.HTTPError as error:
                raise errors.Unavailable(
                    f'no token from Keystone: {transport.why(error)}',
                    request=f'POST {self.auth_url}') from error
            except lib_exc.IdentityError as error:
                raise errors.Unavailable(
                    f'no token from Keystone: {error}',
                    request=f'POST {self.auth_url}') from error
            except (ValueError, KeyError, TypeError) as error:
                raise errors.Garbage(
                    'what answers there is not Keystone v3',
                    request=f'POST {self.auth_url}') from error
            return cached

    def renew(self) -> None:
        """Forget the token: the next request asks for another."""
        with self._lock:
            self.cache = None


@dataclasses.dataclass(frozen=True)
class Account:
    """Who we are: a Keystone user with a password."""

    auth_url: str
    username: str
    password: str = dataclasses.field(repr=False)
    project_name: str | None = None
    user_domain_name: str | None = None
    project_domain_name: str | None = None


class Tokens:
    """Providers by scope, made once each."""

    def __init__(self, account: Account, http: transport.Transport) -> None:
        self._account = account
        self._http = http
        self._lock = threading.Lock()
        self._providers: dict[tuple[str, str], Provider] = {}

    def admin(self) -> Provider:
        """Scoped to the admin's own project."""
        account = self._account
        return self._provider('project', '', project_name=account.project_name,
                              project_domain_name=account.project_domain_name)

    def project(self, project_id: str) -> Provider:
        """The admin, scoped to another project; needs a role there."""
        return self._provider('project', project_id, project_id=project_id)

    def system(self) -> Provider:
        """The admin, scoped to the system; needs a role on it."""
        return self._provider('system', 'all', system='all')

    def renew(self) -> None:
        """Forget every token: the next requests ask for others."""
        with self._lock:
            for provider in self._providers.values():
                provider.renew()

    def _provider(self, scope: str, target: str, **scoping: str | None) -> Provider:
        with self._lock:
            if (scope, target) not in self._providers:
                credentials = auth.KeystoneV3Credentials(
                    username=self._account.username, password=self._account.password,
                    user_domain_name=self._account.user_domain_name,
                    **{name: value for name, value in scoping.items() if value})
                self._providers[scope, target] = Provider(
                    credentials, self._account.auth_url, self._http, scope)
            return self._providers[scope, target]
