"""A thin client of the OpenStack APIs, for the tests alone.

The tests must see the cloud through other eyes than the code under test, so this is built on
keystoneauth1 and shares nothing with the project's own transport.
"""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import requests
from keystoneauth1 import adapter, exceptions, identity, session

Body = dict[str, Any]

MICROVERSIONS = {
    'compute': 'compute 2.90',
    'block-storage': 'volume 3.70',
}


#: Headers of services that have their own.
OWN_HEADERS = {
    'shared-file-system': {'X-OpenStack-Manila-API-Version': '2.99',
                           'X-OpenStack-Manila-API-Experimental': 'true'},
    'baremetal': {'X-OpenStack-Ironic-API-Version': '1.109'},
}


class Refused(Exception):
    """A service answered with an error."""

    def __init__(self, method: str, url: str, status: int, message: str) -> None:
        super().__init__(f'{method} {url} -> {status}: {message}')
        self.status = status
        self.message = message


class TimedOut(Exception):
    """What was waited for did not come true before its deadline."""


def wait_for(what: str, condition: Callable[[], Any], timeout: float = 60,
             interval: float = 0.5) -> Any:
    """Return the condition's first true value; raise TimedOut with `what` after the deadline."""
    deadline = time.monotonic() + timeout
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > deadline:
            raise TimedOut(f'{what} within {timeout:.0f} s; last seen: {value!r}')
        time.sleep(interval)


class Api:
    """One service's API, as one user in one project."""

    def __init__(self, sess: session.Session, service_type: str, prefix: str) -> None:
        self._adapter = adapter.Adapter(
            session=sess, service_type=service_type, interface='public',
            connect_retries=2)
        self._microversion = MICROVERSIONS.get(service_type)
        self._own_headers = OWN_HEADERS.get(service_type, {})
        self._prefix = prefix

    def request(self, method: str, path: str, json: Any = None, *,
                headers: Mapping[str, str] | None = None, data: bytes | None = None,
                params: Mapping[str, Any] | None = None) -> requests.Response:
        """Send one request; raise Refused for an answer of 400 and above."""
        sent = {**self._own_headers, **(headers or {})}
        if self._microversion:
            sent.setdefault('OpenStack-API-Version', self._microversion)
        if json is not None:
            more: Body = {'json': json}
        else:
            more = {'data': data} if data is not None else {}
        answer: requests.Response = self._adapter.request(
            self._prefix + path, method, headers=sent, params=dict(params or {}),
            raise_exc=False, **more)
        if answer.status_code >= 400:
            raise Refused(method, str(answer.url), answer.status_code, answer.text[:600])
        return answer

    def get(self, path: str, headers: Mapping[str, str] | None = None, **params: Any) -> Body:
        body: Body = self.request('GET', path, params=params, headers=headers).json()
        return body

    def post(self, path: str, json: Any = None, headers: Mapping[str, str] | None = None) -> Body:
        return _body(self.request('POST', path, json, headers=headers))

    def put(self, path: str, json: Any = None, headers: Mapping[str, str] | None = None) -> Body:
        return _body(self.request('PUT', path, json, headers=headers))

    def patch(self, path: str, json: Any = None,
              headers: Mapping[str, str] | None = None) -> Body:
        return _body(self.request('PATCH', path, json, headers=headers))

    def delete(self, path: str, json: Any = None, **params: Any) -> None:
        self.request('DELETE', path, json, params=params)

    def exists(self, path: str) -> bool:
        """Whether a GET of the path finds something (404 is no; other errors are raised)."""
        try:
            self.request('GET', path)
        except Refused as refusal:
            if refusal.status == 404:
                return False
            raise
        return True


def _body(answer: requests.Response) -> Body:
    if not answer.content or 'json' not in answer.headers.get('Content-Type', ''):
        return {}
    body: Body = answer.json()
    return body


@dataclass(frozen=True)
class Login:
    """Who asks, and in which project (or domain, or the system) when any."""

    auth_url: str
    username: str
    password: str = field(repr=False)
    project_id: str | None = None
    project_name: str | None = None
    domain_id: str | None = None
    system: bool = False
    user_domain_id: str = 'default'


class Cloud:
    """Every service of the cloud as one user sees it."""

    def __init__(self, login: Login) -> None:
        self.login = login
        scope: Body = {}
        if login.project_id:
            scope = {'project_id': login.project_id}
        elif login.project_name:
            scope = {'project_name': login.project_name, 'project_domain_id': 'default'}
        elif login.domain_id:
            scope = {'domain_id': login.domain_id}
        elif login.system:
            scope = {'system_scope': 'all'}
        self._auth = identity.V3Password(
            auth_url=login.auth_url, username=login.username, password=login.password,
            user_domain_id=login.user_domain_id, **scope)
        self.session = session.Session(auth=self._auth, timeout=60)
        self.compute = Api(self.session, 'compute', '')
        self.volume = Api(self.session, 'block-storage', '')
        self.image = Api(self.session, 'image', '/v2')
        self.network = Api(self.session, 'network', '/v2.0')
        self.identity = Api(self.session, 'identity', '')
        self.orchestration = Api(self.session, 'orchestration', '')
        self.placement = Api(self.session, 'placement', '')
        self.shares = Api(self.session, 'shared-file-system', '')
        self.baremetal = Api(self.session, 'baremetal', '/v1')

    def has(self, service_type: str) -> bool:
        """Whether the catalog has a service."""
        try:
            return bool(self.session.get_endpoint(service_type=service_type, interface='public'))
        except exceptions.EndpointNotFound:
            return False

    @property
    def user_id(self) -> str:
        return str(self.session.get_user_id())

    @property
    def project_id(self) -> str:
        return str(self.session.get_project_id())

    @property
    def token(self) -> str:
        return str(self.session.get_token())

    def login_as(self, username: str, password: str, **scope: Any) -> 'Cloud':
        """The same cloud as another user; scope is a Login's project_id, domain_id or system."""
        return Cloud(Login(self.login.auth_url, username, password, **scope))

    def in_project(self, project_id: str) -> 'Cloud':
        """The same user in another project, where it must have a role."""
        return self.login_as(self.login.username, self.login.password, project_id=project_id,
                             user_domain_id=self.login.user_domain_id)
