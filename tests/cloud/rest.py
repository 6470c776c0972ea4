"""The administrator's calls to the APIs, no client library needed."""

import json
import urllib.error
import urllib.request
from typing import Any

from tests.cloud.errors import CloudError
from tests.cloud.paths import Cloud

# A proxy from the environment must not come between us and the loopback.
_opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
TIMEOUT = 60


class Admin:
    """A logged-in administrator."""

    def __init__(self, cloud: Cloud) -> None:
        self._cloud = cloud
        admin = cloud.admin
        user = {
            'name': admin['username'],
            'password': admin['password'],
            'domain': {'name': admin['user_domain_name']},
        }
        scope = {
            'name': admin['project_name'],
            'domain': {'name': admin['project_domain_name']},
        }
        identity = {'methods': ['password'], 'password': {'user': user}}
        body = {'auth': {'identity': identity, 'scope': {'project': scope}}}
        request = self._request('POST', f'{cloud.auth_url}/auth/tokens', body)
        with self._open(request) as answer:
            self._token = answer.headers['X-Subject-Token']
            self.project_id: str = json.load(answer)['token']['project']['id']

    def get(self, service: str, path: str) -> Any:
        """Read."""
        return self._call('GET', service, path, None)

    def post(self, service: str, path: str, body: Any) -> Any:
        """Make."""
        return self._call('POST', service, path, body)

    def put(self, service: str, path: str, body: Any = None) -> Any:
        """Set; bytes as the body are sent as they are."""
        return self._call('PUT', service, path, body)

    def delete(self, service: str, path: str) -> None:
        """Remove."""
        self._call('DELETE', service, path, None)

    def _call(self, method: str, service: str, path: str, body: Any) -> Any:
        request = self._request(method, self._cloud.url(service, path), body)
        request.add_header('X-Auth-Token', self._token)
        with self._open(request) as answer:
            text = answer.read()
        return json.loads(text) if text else None

    @staticmethod
    def _request(method: str, url: str, body: Any) -> urllib.request.Request:
        request = urllib.request.Request(url, method=method)
        request.add_header('Accept', 'application/json')
        if isinstance(body, bytes):
            request.data = body
            request.add_header('Content-Type', 'application/octet-stream')
        elif body is not None:
            request.data = json.dumps(body).encode()
            request.add_header('Content-Type', 'application/json')
        return request

    @staticmethod
    def _open(request: urllib.request.Request) -> Any:
        try:
            return _opener.open(request, timeout=TIMEOUT)
        except urllib.error.HTTPError as error:
            text = error.read().decode(errors='replace')[:500]
            line = f'{request.get_method()} {request.full_url}'
            raise CloudError(f'{line} was answered with {error.code}: {text}') from error
        except OSError as error:
            raise CloudError(f'{request.full_url} cannot be reached: {error}') from error
