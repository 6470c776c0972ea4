"""Requests to one OpenStack service: tempest's RestClient over the pooled transport."""
import functools
import json
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any
from urllib.parse import urlencode

import urllib3
from oslo_log import log as logging
from tempest.lib import auth
from tempest.lib import exceptions as lib_exc
from tempest.lib.common import rest_client

from tempest_cleanup import errors
from tempest_cleanup.cloud import paging, transport

LOG = logging.getLogger(__name__)

#: The microversion headers of the services that have any.
#: https://specs.openstack.org/openstack/api-sig/guidelines/microversion_specification.html
MICROVERSIONED = {'compute': 'compute', 'block-storage': 'volume', 'placement': 'placement',
                  'key-manager': 'key-manager'}
#: Those that know only, or first of all, a header of their own.
OWN_HEADER = {'shared-file-system': 'X-OpenStack-Manila-API-Version',
              'baremetal': 'X-OpenStack-Ironic-API-Version'}
#: Manila hides what it calls experimental: share backups today, groups and replicas before 2.55.
#: Zaqar answers nobody without an id of the client, any UUID.
ALWAYS = {'shared-file-system': {'X-OpenStack-Manila-API-Experimental': 'true'},
          'messaging': {'Client-ID': '7a0f7d44-6a5c-4c0e-9d0e-3f6f1c8a5b21'}}
#: What a JSON list is put under where an answer is nothing but one (Swift).
LIST = 'list'
#: Of an error: the objects in each other that are gone through, the letters that are kept.
LEVELS, LONGEST = 20, 20_000
#: Ironic gives a range: "[1.1, 1.109]".
_MAXIMUM = re.compile(r'(?:maximum is |range is: \[\d+\.\d+, )(\d+\.\d+)')

#: Told the answer to a request: HTTP status, request id, error.
Answered = Callable[[int, str, str], None]
#: Told each request that changes something before it is sent.
Recorder = Callable[[str], Answered]

_READS = frozenset(('GET', 'HEAD'))


def unrecorded(_request: str) -> Answered:
    """Tells nobody."""
    return lambda _status, _request_id, _error: None


class QuietClient(rest_client.RestClient):  # type: ignore[misc]  # tempest has no types
    """Tempest's client without its log of every request: no caller search, no bodies."""

    record_resources = False
    #: The project id in the catalog's URL, and the one to put there instead.
    instead: tuple[str, str] | None = None

    def _log_request_start(self, method: str, req_url: str) -> None:
        pass

    def _log_request(
        self, method: str, req_url: str, resp: transport.Response, secs: str | float = '',
        **_unused: Any,
    ) -> None:
        LOG.debug('%s %s %s %s [%s]', resp.status, method, req_url, secs,
                  self._get_request_id(resp))

    def exchange(
        self, method: str, url: str, headers: Mapping[str, str], body: str | None,
    ) -> tuple[transport.Response, bytes]:
        """Send a request with the token; any status is an answer.

        RestClient's own ``request`` drops the body of most refusals, and the body says why.
        """
        full_url, all_headers, data = self.auth_provider.auth_request(
            method, url, headers, body, self.filters)
        if self.instead:
            full_url = full_url.replace(*self.instead, 1)
        answer: tuple[transport.Response, bytes] = self.raw_request(
            full_url, method, headers=all_headers, body=data)
        return answer


def message_of(body: Any) -> str:
    """What an error's body says, whichever service wrote it.

    ``{"conflictingRequest": {"message": ...}}`` of Nova and Cinder, ``{"NeutronError":
    {...}}``, Keystone's ``{"error": {...}}``, Heat's ``{"error": {"message": ...}}``,
    Ironic's ``{"error_message": {"faultcode": ..., "faultstring": ...}}``.
    """
    if isinstance(body, bytes):
        body = body.decode(errors='replace')
    for _level in range(LEVELS):
        if isinstance(body, str):
            try:
                body = json.loads(body)
            except (ValueError, RecursionError):
                return ' '.join(re.sub(r'<[^>]*>', ' ', body[:LONGEST]).split())[:300]
        if not isinstance(body, dict):
            return ''
        # Barbican has a title and a description, which says more.
        body = next((value for value in (
            *map(body.get, ('message', 'faultstring', 'description')), *body.values())
            if value and isinstance(value, (str, dict))), '')
        # Ironic's error_message is JSON in a string, at times.
        if isinstance(body, str) and not body.startswith('{'):
            return body[:LONGEST]
    return ''


class Rest:
    """One service, asked with one token.

    Paths are relative to the service's endpoint. Safe for any number of threads.

    :param recorder: told of each request that changes something
    :param version: put into the endpoint's path where the catalog has none or another
    :param instead: a project id in the endpoint's path, and what stands for it
    """

    def __init__(
        self, service_type: str, provider: auth.AuthProvider, http: transport.Transport,
        recorder: Recorder = unrecorded, *, catalog_type: str, region: str, endpoint_type: str,
        version: str | None = None, instead: tuple[str, str] | None = None,
    ) -> None:
        self.service_type = service_type
        self._recorder = recorder
        self._client = QuietClient(provider, catalog_type, region, endpoint_type=endpoint_type)
        self._client.api_version = version
        self._client.http_obj = http
        self._client.instead = instead
        self._newest: str | None = None

    def get(self, path: str, *, microversion: str | None = None,
            query: Mapping[str, str] | None = None) -> dict[str, Any]:
        return self._call('GET', path, None, microversion, query)

    def change_by_get(self, path: str, query: Mapping[str, str]) -> None:
        """A GET that changes something. It may be repeated, as any GET, so the change must be one
        that is the same when made twice."""
        self._call('GET', path, None, None, query, recorder=self._recorder)

    def head(self, path: str) -> dict[str, Any]:
        """What the headers say; their names are in lower case."""
        return self._call('HEAD', path, None, None)

    def post(self, path: str, body: Any = None, *, microversion: str | None = None,
             headers: Mapping[str, str] | None = None) -> dict[str, Any]:
        return self._call('POST', path, body, microversion, headers=headers)

    def put(self, path: str, body: Any = None, *, microversion: str | None = None,
            ) -> dict[str, Any]:
        return self._call('PUT', path, body, microversion)

    def patch(self, path: str, body: Any, *, content_type: str = 'application/json',
              microversion: str | None = None) -> dict[str, Any]:
        return self._call('PATCH', path, body, microversion, None, content_type)

    def delete(self, path: str, *, microversion: str | None = None,
               query: Mapping[str, str] | None = None, body: Any = None) -> None:
        self._call('DELETE', path, body, microversion, query)

    def send(self, method: str, path: str, body: Any = None, *,
             microversion: str | None = None) -> dict[str, Any]:
        """A request with any method."""
        return self._call(method, path, body, microversion)

    def pages(
        self, path: str, key: str, *, microversion: str | None = None,
        query: Mapping[str, str] | None = None, offset_paging: bool = False,
        markers: Mapping[str, str] | None = None,
    ) -> Iterator[Mapping[str, Any]]:
        """Every member of a collection, over all of its pages.

        :param markers: for a list without links, what asks for the next page, and the
            attribute of the last member that it takes; an empty page is the end
        :raises errors.Garbage: an answer without the collection
        :raises paging.Truncated: the service says that it left some out
        """
        asked = dict(query or {})
        seen: set[str] = set()
        before: list[Any] = []
        while True:
            body = self.get(path, microversion=microversion, query=asked)
            members = body.get(key)
            if not isinstance(members, list):
                raise errors.Garbage(
                    f'the answer has no list {key!r}', request=f'GET {path}')
            if offset_paging and members and members == before:
                raise paging.Truncated('every page is the same', request=f'GET {path}')
            yield from members
            before = members
            if markers:
                following = paging.next_marker(markers, members)
            elif offset_paging:
                following = paging.next_offset(asked, members)
            else:
                following = paging.next_query(body)
            if following is None:
                paging.check_whole(body, path)
                return
            asked = dict(query or {}) | following
            mark = urlencode(sorted(asked.items()))
            if mark in seen:
                raise paging.Truncated(
                    'its pages go round in a circle', request=f'GET {path}')
            seen.add(mark)

    def _call(
        self, method: str, path: str, body: Any, microversion: str | None,
        query: Mapping[str, str] | None = None, content_type: str = 'application/json',
        headers: Mapping[str, str] | None = None, recorder: Recorder | None = None,
    ) -> dict[str, Any]:
        noted = recorder or (unrecorded if method in _READS else self._recorder)
        url = path + ('?' + urlencode(query) if query else '')
        once = functools.partial(
            self._once, method, url, body, microversion, content_type, headers, noted)
        try:
            return once()
        except errors.ApiError as error:
            if error.status == 406 and microversion and (found := _MAXIMUM.search(str(error))):
                self._newest = found.group(1)
                return once()
            if error.status == 406 and microversion and (lower := _lower(microversion)):
                # Barbican does not say what it knows.
                return self._call(method, path, body, lower, query, content_type, headers,
                                  recorder)
            if error.status == 401 and 'auth' not in path:
                # Revoked, or Keystone lost it: what the token's expiry can't tell.
                self._client.auth_provider.renew()
                return once()
            raise

    def _once(
        self, method: str, url: str, body: Any, microversion: str | None, content_type: str,
        more: Mapping[str, str] | None, recorder: Recorder,
    ) -> dict[str, Any]:
        request = f'{method} {self.service_type}/{url.lstrip("/")}'
        headers = {'Accept': 'application/json', 'Content-Type': content_type, **(more or {})}
        headers.update(self._microversion_headers(microversion))
        # Bytes are sent as they are.
        data = body.decode() if isinstance(body, bytes) else (
            None if body is None else json.dumps(body))
        answered = recorder(request)
        try:
            answer, content = self._exchange(method, url, headers, data, request)
        except errors.ApiError as error:
            answered(error.status, error.request_id, error.message)
            raise
        answered(answer.status, self._client._get_request_id(answer), '')
        return dict(answer) if method == 'HEAD' else _decode(answer, content, request)

    def _exchange(
        self, method: str, url: str, headers: Mapping[str, str], data: str | None, request: str,
    ) -> tuple[transport.Response, bytes]:
        """An answer that is no refusal.

        :raises errors.ApiError: any other
        """
        try:
            answer, content = self._client.exchange(method, url, headers, data)
        except lib_exc.EndpointNotFound as error:
            wanted = self._client
            raise errors.NotInCatalog(
                f'{errors.NOT_IN_CATALOG} of this token: no {wanted.endpoint_type} endpoint of '
                f'{wanted.service} in {wanted.region or "any region"}',
                request=request) from error
        except lib_exc.RestClientException as error:
            raise errors.Garbage(str(error), request=request) from error
        except urllib3.exceptions.HTTPError as error:
            raise errors.Unavailable(
                f'no answer: {transport.why(error)}', request=request) from error
        if answer.status >= 400:
            raise errors.for_status(answer.status)(
                message_of(content) or answer.reason or '', status=answer.status,
                request=request, request_id=self._client._get_request_id(answer))
        return answer, content

    def _microversion_headers(self, microversion: str | None) -> dict[str, str]:
        always = ALWAYS.get(self.service_type, {})
        if self.service_type == 'messaging':
            # Where Zaqar does without Keystone; else what the token says stands.
            project = self._client.auth_provider.get_auth()[1].get('project', {})
            always = {**always, 'X-Project-Id': str(project.get('id', ''))}
        if not microversion:
            return always
        if self._newest and _number(self._newest) < _number(microversion):
            microversion = self._newest
        if own := OWN_HEADER.get(self.service_type):
            return {own: microversion, **always}
        kind = MICROVERSIONED.get(self.service_type)
        return {'OpenStack-API-Version': f'{kind} {microversion}'} if kind else {}


def _decode(answer: transport.Response, content: bytes, request: str) -> dict[str, Any]:
    if not content:
        return {}
    try:
        body = json.loads(content, parse_constant=_no_number)
    except (ValueError, RecursionError) as error:
        what = 'nested too deep' if isinstance(error, RecursionError) else 'not JSON'
        raise errors.Garbage(
            f'{what}: {content[:60]!r}', status=answer.status, request=request) from None
    if body is None:
        return {}  # Barbican's way to say that a list of readers is deleted
    if isinstance(body, list):
        return {LIST: body}
    if not isinstance(body, dict):
        raise errors.Garbage(
            'the answer is not an object', status=answer.status, request=request)
    return body


def _no_number(word: str) -> None:
    """Python reads NaN and Infinity, which are no JSON."""
    raise ValueError(word)


def _lower(version: str) -> str | None:
    """The microversion before, None where there is none."""
    major, minor = _number(version)
    return f'{major}.{minor - 1}' if minor else None


def _number(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split('.'))

