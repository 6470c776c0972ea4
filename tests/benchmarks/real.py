"""The leaks of the benchmark on the cloud of tests/cloud."""
import functools
import pathlib
from typing import Any

from tests.cloud import current
from tests.functional.leaks import boot, status, with_role, without_role
from tests.functional.openstack import Body, Cloud, Login, wait_for

#: Where each kind is made: service, path, key in the body.
PATHS = {
    'networks': ('network', '/networks', 'network'),
    'subnets': ('network', '/subnets', 'subnet'),
    'routers': ('network', '/routers', 'router'),
    'ports': ('network', '/ports', 'port'),
    'security_groups': ('network', '/security-groups', 'security_group'),
    'floatingips': ('network', '/floatingips', 'floatingip'),
    'volumes': ('volume', '/volumes', 'volume'),
    'server_groups': ('compute', '/os-server-groups', 'server_group'),
    'servers': ('compute', '/servers', 'server'),
    'projects': ('identity', '/projects', 'project'),
    'users': ('identity', '/users', 'user'),
}
EVERYWHERE: dict[str, dict[str, Any]] = {
    'volumes': {'all_tenants': 1}, 'servers': {'all_tenants': 1},
    'server_groups': {'all_projects': 'True'}}
MORE: dict[str, dict[str, Any]] = {'subnets': {'ip_version': 4}, 'volumes': {'size': 1},
        'server_groups': {'policy': 'affinity'}}


class RealCloud:
    """Makes leaks through the API."""

    def __init__(self) -> None:
        cloud = current()
        self.tempest_conf = pathlib.Path(cloud.tempest_conf)
        self._admin = Cloud(Login(cloud.auth_url, 'admin', 'secret', project_name='admin'))
        self.admin_project = self._admin.project_id

    def create(self, kind: str, **attributes: Any) -> str:
        """Make one object as the administrator."""
        if kind == 'router_interfaces':
            self._admin.network.put(
                f'/routers/{attributes["router_id"]}/add_router_interface',
                {'subnet_id': attributes['subnet_id']})
            return str(attributes['router_id'])
        return self._make(self._admin, kind, attributes)

    def tenant(self, name: str) -> None:
        """A project, as Tempest's dynamic credentials and tests leave it."""
        project = self.create('projects', name=name)
        self.create('users', name=f'{name}-project')
        network = self.create('networks', name=f'{name}-network', project_id=project)
        subnet = self.create('subnets', name=f'{name}-subnet', network_id=network,
                             project_id=project, cidr='10.91.0.0/24')
        router = self.create('routers', name=f'{name}-router', project_id=project)
        self.create('router_interfaces', router_id=router, subnet_id=subnet)
        public = self._admin.network.get('/networks', name='public')['networks'][0]['id']
        self.create('floatingips', project_id=project, floating_network_id=public)
        with_role(self._admin, project)
        inside = self._admin.in_project(project)
        for number in range(2):
            boot(inside, f'{name}-server-{number}', network)
            volume = self._make(inside, 'volumes', {'name': f'{name}-volume-{number}'})
            wait_for('the volume', functools.partial(self._available, volume))
        without_role(self._admin, project)

    def ids(self) -> set[tuple[str, str]]:
        """Everything of the kinds that are made here."""
        found = set()
        for kind, (service, path, _) in PATHS.items():
            answer: Body = getattr(self._admin, service).get(path, **EVERYWHERE.get(kind, {}))
            found |= {(kind, str(body['id'])) for body in answer[kind]}
        return found

    def _available(self, volume: str) -> bool:
        return status(self._admin, volume) == 'available'

    def _make(self, cloud: Cloud, kind: str, attributes: dict[str, Any]) -> str:
        service, path, key = PATHS[kind]
        if service != 'network':
            attributes.pop('project_id', None)
        body = {key: {**MORE.get(kind, {}), **attributes}}
        return str(getattr(cloud, service).post(path, body)[key]['id'])
