"""Keystone's first content: service users, roles, the catalog, heat's domain."""

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from tests.cloud.paths import PASSWORD, REGION, Cloud
from tests.cloud.rest import Admin
from tests.cloud.services.base import Endpoint, Service

ROLES = ('ResellerAdmin', 'heat_stack_owner', 'heat_stack_user', 'swiftreader')
PARALLEL = 4


class Identity:
    """Finds or makes things in Keystone."""

    def __init__(self, cloud: Cloud) -> None:
        self._cloud = cloud
        self._admin = Admin(cloud)

    def seed(self, services: Iterable[Service], absent: Iterable[Service] = ()) -> None:
        """Make all that is missing; take what is `absent` out of the catalog."""
        services = list(services)
        self._withdraw({endpoint.name for item in absent for endpoint in item.endpoints})
        wanted = (*ROLES, *(role for service in services for role in service.roles))
        with ThreadPoolExecutor(PARALLEL) as pool:
            project = pool.submit(self._find, 'projects', {'name': 'service'})
            list(pool.map(lambda name: self._find('roles', {'name': name}), wanted))
            roles = {role['name']: role['id'] for role in self._list('roles')}
            users = [service.name for service in services if service.endpoints]
            grants = (roles['admin'], roles['service'])
            work = [
                pool.submit(self._user, name, project.result()['id'], grants) for name in users
            ]
            known = {(item['service_id'], item['interface']) for item in self._list('endpoints')}
            work += [
                pool.submit(self._endpoint, endpoint, known)
                for service in services
                for endpoint in service.endpoints
            ]
            for future in work:
                future.result()
        self._heat_domain(roles['admin'])

    def _withdraw(self, names: set[str]) -> None:
        for service in self._list('services'):
            if service['name'] in names:
                self._admin.delete('keystone', f'/v3/services/{service["id"]}')

    def _list(self, kind: str, query: str = '') -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self._admin.get('keystone', f'/v3/{kind}{query}')[kind]
        return found

    def _find(self, kind: str, body: dict[str, Any]) -> dict[str, Any]:
        """The thing of this name (and type, and domain), made where it is missing."""
        keys = ('name', 'type', 'domain_id')
        query = '&'.join(f'{key}={body[key]}' for key in keys if key in body)
        found = self._list(kind, f'?{query}')
        singular = kind[:-1]
        return (
            found[0]
            if found
            else self._admin.post('keystone', f'/v3/{kind}', {singular: body})[singular]
        )

    def _user(self, name: str, project: str, roles: Iterable[str]) -> None:
        body = {'name': name, 'domain_id': 'default', 'password': PASSWORD}
        user = self._find('users', body)['id']
        for role in roles:
            self._admin.put('keystone', f'/v3/projects/{project}/users/{user}/roles/{role}')

    def _endpoint(self, endpoint: Endpoint, known: set[tuple[str, str]]) -> None:
        service = self._find('services', {'name': endpoint.name, 'type': endpoint.type})['id']
        for interface in ('public', 'internal', 'admin'):
            if (service, interface) not in known:
                body = {
                    'service_id': service,
                    'interface': interface,
                    'url': self._cloud.url(endpoint.port, endpoint.path),
                    'region_id': REGION,
                }
                self._admin.post('keystone', '/v3/endpoints', {'endpoint': body})

    def _heat_domain(self, role: str) -> None:
        domain = self._find('domains', {'name': 'heat'})['id']
        body = {'name': 'heat_domain_admin', 'domain_id': domain, 'password': PASSWORD}
        user = self._find('users', body)['id']
        self._admin.put('keystone', f'/v3/domains/{domain}/users/{user}/roles/{role}')
