"""The cloud as one object: who we are, its catalog, a client for each service."""
import contextlib
import dataclasses
import threading
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from tempest_cleanup import errors
from tempest_cleanup.cloud import tokens, transport
from tempest_cleanup.cloud.rest import Answered, Recorder, Rest, unrecorded
from tempest_cleanup.model import Scope, Tenant

#: Where the catalog knows a service by an older type.
#: https://specs.openstack.org/openstack/service-types-authority/
ALIASES = {
    'block-storage': ('block-storage', 'volumev3', 'block-store', 'volumev2', 'volume'),
    # Not 'share', the first version's.
    'shared-file-system': ('shared-file-system', 'sharev2'),
    'baremetal': ('baremetal', 'bare-metal'),
    'workflow': ('workflow', 'workflowv2'),
    'alarm': ('alarm', 'alarming'),
    'container-infrastructure-management': (
        'container-infrastructure-management', 'container-infrastructure', 'container-infra'),
    'instance-ha': ('instance-ha', 'ha'),
    'resource-optimization': ('resource-optimization', 'infra-optim'),
    'application-container': ('application-container', 'container'),
    'clustering': ('clustering', 'resource-cluster', 'cluster'),
}

#: The version that our paths are written for, where a catalog may leave it out.
VERSIONS = {'identity': 'v3', 'image': 'v2', 'network': 'v2.0', 'shared-file-system': 'v2',
            'baremetal': 'v1', 'key-manager': 'v1', 'messaging': 'v2'}


@dataclasses.dataclass(frozen=True)
class Endpoint:
    """How tempest.conf wants a service to be found in the catalog."""

    catalog_type: str = ''
    region: str = ''
    endpoint_type: str = 'public'


class Cloud:
    """One cloud, seen by one account. Nothing is sent before :meth:`connect`.

    :param endpoints: by service type
    """

    def __init__(
        self, account: tokens.Account, http: transport.Transport,
        endpoints: Mapping[str, Endpoint] | None = None, region: str = '',
    ) -> None:
        self.auth_url = account.auth_url
        self.region = region
        self._endpoints = endpoints or {}
        self._http = http
        self._tokens = tokens.Tokens(account, http)
        self._lock = threading.Lock()
        self._rests: dict[tuple[str, Any], Rest] = {}
        self._asking = threading.Lock()
        self._abilities: dict[str, bool] = {}
        self._token: dict[str, Any] = {}
        self._recorder: Recorder = unrecorded

    @contextlib.contextmanager
    def recorded(self, recorder: Recorder) -> Iterator[None]:
        """Have every request that changes the cloud told to a recorder before it is sent."""
        before, self._recorder = self._recorder, recorder
        try:
            yield
        finally:
            self._recorder = before

    def changing(self, request: str) -> Answered:
        """To be called before anything is done that changes the cloud; requests do it themselves.

        :param request: method and path, or what else is done
        :returns: to be called with the answer
        """
        return self._recorder(request)

    def connect(self) -> None:
        """Get the first token, and with it the catalog.

        :raises errors.ApiError: there is no token to be had
        """
        self._token = self._tokens.admin().get_auth()[1]

    def renew(self) -> None:
        """Forget the admin's token: the next request asks for one with today's roles."""
        self._tokens.admin().renew()

    def reconnect(self) -> None:
        """Forget what tokens told of the catalog, and ask what it has now.

        :raises errors.ApiError: there is no token to be had
        """
        self._tokens.renew()
        with self._lock:
            self._rests.clear()
        with self._asking:
            self._abilities.clear()
        self.connect()

    @property
    def user_id(self) -> str:
        return str(self._token['user']['id'])

    @property
    def user_domain_id(self) -> str:
        return str(self._token['user']['domain']['id'])

    @property
    def project_id(self) -> str:
        return str(self._token.get('project', {}).get('id', ''))

    @property
    def project_domain_id(self) -> str:
        return str(self._token.get('project', {}).get('domain', {}).get('id', ''))

    @property
    def role_ids(self) -> frozenset[str]:
        return frozenset(role['id'] for role in self._token.get('roles', ()))

    @property
    def role_names(self) -> frozenset[str]:
        return frozenset(role['name'] for role in self._token.get('roles', ()))

    @property
    def admin_role_id(self) -> str:
        """The role that makes us an administrator: what we give ourselves elsewhere."""
        roles = {role['name']: role['id'] for role in self._token.get('roles', ())}
        return str(roles.get('admin') or next(iter(roles.values()), ''))

    @property
    def requests_sent(self) -> dict[str, int]:
        """By method, since the start."""
        return self._http.sent

    def catalog(self) -> list[dict[str, Any]]:
        """Keystone's catalog, as in the token."""
        return list(self._token.get('catalog', ()))

    def catalog_type(self, service_type: str) -> str | None:
        """The type under which the catalog has a service, None where it has not."""
        present: set[str] = {entry['type'] for entry in self.catalog() if entry.get('endpoints')}
        return next((name for name in self.names(service_type) if name in present), None)

    def names(self, service_type: str) -> tuple[str, ...]:
        """The types that a catalog may have a service under, tempest.conf's first."""
        wanted = self._endpoints.get(service_type, Endpoint())
        return (wanted.catalog_type, *ALIASES.get(service_type, (service_type,)))

    def fingerprint(self) -> dict[str, str]:
        """What tells this cloud from any other, whatever a test run adds to it.

        The id of Keystone's own catalog entry is made when a cloud is first set up.
        """
        entry = next((e for e in self.catalog() if e['type'] == 'identity'), {})
        return {'identity_service': str(entry.get('id', '')) or self.auth_url,
                'region': self.region}

    def able(self, what: str, ask: Callable[[], bool]) -> bool:
        """Whether a service can do something, asked for once by whoever comes first.

        :param what: the name that the answer is kept under
        """
        with self._asking:
            if what not in self._abilities:
                self._abilities[what] = ask()
            return self._abilities[what]

    def rest(self, service_type: str, tenant: Tenant | None = None) -> Rest:
        """A client for a service, with the admin's token or one scoped to a tenant.

        ``Tenant(Scope.CLOUD, 'all')`` is the system.

        :raises errors.NotFound: the catalog has no such service
        """
        with self._lock:
            if (service_type, tenant) not in self._rests:
                self._rests[service_type, tenant] = self._make(service_type, tenant)
            return self._rests[service_type, tenant]

    def rest_of(self, service_type: str, project_id: str) -> Rest:
        """A client with the admin's token whose paths name another project.

        :raises errors.NotFound: the catalog has no such service
        """
        return self._make(service_type, None, project_id)

    def _make(
        self, service_type: str, tenant: Tenant | None, project_id: str = '',
    ) -> Rest:
        catalog_type = self.catalog_type(service_type)
        if catalog_type is None:
            raise errors.NotFound(f'the catalog has no service of type {service_type}')
        wanted = self._endpoints.get(service_type, Endpoint())
        if tenant is None:
            provider = self._tokens.admin()
        elif tenant.scope is Scope.PROJECT:
            provider = self._tokens.project(tenant.id)
        else:
            provider = self._tokens.system()
        return Rest(
            service_type, provider, self._http, self.changing, catalog_type=catalog_type,
            region=wanted.region or self.region, endpoint_type=wanted.endpoint_type,
            version=VERSIONS.get(service_type),
            instead=(self.project_id, project_id) if project_id else None)

    def close(self) -> None:
        self._http.close()
