"""A small HTTP client to talk to a simulated cloud with: urllib and no more."""

import json
from dataclasses import dataclass
from typing import Any
from urllib.error import HTTPError
from urllib.request import HTTPRedirectHandler, Request, build_opener

from tempest_cleanup.testing import SimulatedCloud

NOVA = {'OpenStack-API-Version': 'compute 2.96', 'X-OpenStack-Nova-API-Version': '2.96'}
CINDER = {'OpenStack-API-Version': 'volume 3.70'}


class _NoRedirects(HTTPRedirectHandler):
    def redirect_request(self, *args: Any) -> None:
        return None


@dataclass
class Answer:
    """Status, headers and body of an answer; JSON where it is JSON."""

    status: int
    headers: Any
    body: Any

    def __getitem__(self, name: str) -> Any:
        return self.body[name]


class Client:
    """Requests with one token."""

    def __init__(self, cloud: SimulatedCloud, user: str = '', password: str = '',
                 scope: Any = None) -> None:
        self.cloud = cloud
        self.token = ''
        user_ref = {'id': user or cloud.admin_user,
                    'password': password or cloud.settings.admin_password}
        auth: dict[str, Any] = {'identity': {'methods': ['password'],
                                             'password': {'user': user_ref}}}
        if scope is None:
            scope = {'project': {'id': cloud.admin_project}}
        if scope:
            auth['scope'] = scope
        self.login = self.post('/identity/v3/auth/tokens', {'auth': auth})
        self.token = self.login.headers.get('X-Subject-Token') or ''

    def send(self, method: str, path: str, body: Any = None,
             headers: dict[str, str] | None = None) -> Answer:
        data = None if body is None else json.dumps(body).encode()
        all_headers = {'Content-Type': 'application/json', 'Accept': 'application/json',
                       **(headers or {})}
        if self.token:
            all_headers['X-Auth-Token'] = self.token
        url = path if path.startswith('http') else self.cloud.url + path
        try:
            with build_opener(_NoRedirects).open(
                    Request(url, data, all_headers, method=method)) as reply:
                return _answer(reply)
        except HTTPError as error:
            with error:
                return _answer(error)

    def get(self, path: str, **headers: str) -> Answer:
        return self.send('GET', path, headers=headers)

    def post(self, path: str, body: Any, **headers: str) -> Answer:
        return self.send('POST', path, body, headers)

    def put(self, path: str, body: Any = None, **headers: str) -> Answer:
        return self.send('PUT', path, body, headers)

    def patch(self, path: str, body: Any) -> Answer:
        return self.send('PATCH', path, body)

    def delete(self, path: str, **headers: str) -> Answer:
        return self.send('DELETE', path, headers=headers)

    @property
    def volume(self) -> str:
        """Address of Cinder for the project of this client."""
        return f'/volume/v3/{self.login["token"]["project"]["id"]}'


def _answer(reply: Any) -> Answer:
    text = reply.read()
    try:
        body = json.loads(text) if text else None
    except ValueError:
        body = text.decode()
    return Answer(reply.status, reply.headers, body)


def ids(rows: list[dict[str, Any]]) -> list[str]:
    return [row['id'] for row in rows]


