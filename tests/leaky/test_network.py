"""Networks, images, stacks and credentials that are left behind."""

# mypy: ignore-errors
# (Tempest has no types.)

from tempest.api.image import base as image_base
from tempest.api.network import base
from tempest.lib.common import rest_client

from tests.leaky.support import api_fault, die, driver_fault, leaves


class Networks(base.BaseNetworkTest):
    """The base of all of these; it has no test of its own."""

    credentials = ['primary', 'admin']

    @classmethod
    def plain(cls, what='network'):
        """A network that no cleanup is registered for; its id."""
        made = cls.networks_client.create_network(name=f'tempest-{cls.__name__}-{what}')
        return leaves(cls, 'networks', made['network']['id'])

    def subnet(self, network, number=0):
        made = self.subnets_client.create_subnet(
            network_id=network, ip_version=4, cidr=f'10.70.{number}.0/24',
            name=f'tempest-{type(self).__name__}-subnet')
        return made['subnet']['id']


class PortForgotten(Networks):
    def test_port_holds_its_network(self):
        network = self.plain()
        self.subnet(network)
        port = self.ports_client.create_port(
            network_id=network, name=f'tempest-{type(self).__name__}-port')['port']['id']
        self.ports_client.update_port(port, device_owner='compute:somewhere')
        leaves(self, 'ports', port)
        self.addCleanup(self.networks_client.delete_network, network)


class RouterForgotten(Networks):
    def test_router_holds_its_networks(self):
        router = self.routers_client.create_router(
            name=f'tempest-{type(self).__name__}-router')['router']['id']
        leaves(self, 'routers', router)
        for number in range(3):
            network = self.plain(f'network-{number}')
            self.routers_client.add_router_interface(
                router, subnet_id=self.subnet(network, number))
            self.addCleanup(self.networks_client.delete_network, network)
        self.addCleanup(self.routers_client.delete_router, router)


class GroupInUse(Networks):
    def test_security_group_of_a_port(self):
        group = self.security_groups_client.create_security_group(
            name=f'tempest-{type(self).__name__}-group')['security_group']['id']
        leaves(self, 'security_groups', group)
        self.ports_client.create_port(
            network_id=self.plain(), security_groups=[group],
            name=f'tempest-{type(self).__name__}-port')
        self.addCleanup(self.security_groups_client.delete_security_group, group)


class ServiceFails(Networks):
    def test_deletion_is_answered_with_500(self):
        network = self.plain()
        api_fault('neutron-api', f'^DELETE .*/networks/{network}', status=500)
        self.addCleanup(self.networks_client.delete_network, network)


class SetUpFails(Networks):
    @classmethod
    def resource_setup(cls):
        super().resource_setup()
        network = cls.plain()
        cls.subnets_client.create_subnet(network_id=network, ip_version=4, cidr='nonsense')
        cls.addClassResourceCleanup(cls.networks_client.delete_network, network)

    def test_never_runs(self):
        raise AssertionError('the set-up has failed')


class CredentialsStay(Networks):
    def test_keystone_does_not_answer(self):
        user = leaves(self, 'users', self.networks_client.user_id)
        api_fault('keystone', f'^DELETE .*/users/{user}\\?', status=504)


class ProtectedImage(image_base.BaseV2ImageTest):
    def test_protected(self):
        image = self.client.create_image(
            name=f'tempest-{type(self).__name__}-image', disk_format='raw',
            container_format='bare', protected=True)['id']
        leaves(self, 'images', image)
        self.addCleanup(self.client.delete_image, image)


class ImageLocationsTest(image_base.BaseV2ImageTest):
    """Leaves what the class of this name in Tempest leaves."""

    def test_set_location(self):
        leaves(self, 'images', self.client.create_image(
            container_format='bare', disk_format='raw')['id'])


class StackFails(base.BaseNetworkTest):
    """A stack whose server can't be deleted."""

    def test_delete_failed(self):
        manager = self.os_primary
        heat = rest_client.RestClient(manager.auth_provider, 'orchestration', manager.region)
        name = f'tempest-{type(self).__name__}-stack'
        server = f'{name}-server'
        driver_fault('nova.destroy', server)
        stack = _json(heat, 'POST', 'stacks', {'stack_name': name, 'template': {
            'heat_template_version': 'rocky', 'resources': {'server': {
                'type': 'OS::Nova::Server', 'properties': {
                    'name': server, 'networks': [{'allocate_network': 'none'}],
                    'image': _conf().image_ref, 'flavor': _conf().flavor_ref}}}}})['stack']
        leaves(self, 'stacks', stack['id'])
        _wait(heat, name, 'CREATE_COMPLETE')
        self.addCleanup(_wait, heat, name, 'DELETE_COMPLETE')
        self.addCleanup(heat.delete, f'stacks/{name}/{stack["id"]}')


class ZappedInTearDown(Networks):
    def tearDown(self):
        die()

    def test_killed(self):
        self.addCleanup(self.networks_client.delete_network, self.plain())


def _conf():
    from tempest import config
    return config.CONF.compute


def _json(client, method, path, body=None):
    import json
    _, answer = client.request(method, path, body=json.dumps(body) if body else None,
                               headers=client.get_headers())
    return json.loads(answer)


def _wait(heat, name, wanted):
    import time
    end = time.monotonic() + 60
    while True:
        status = _json(heat, 'GET', f'stacks/{name}')['stack']['stack_status']
        if status == wanted:
            return
        if status.endswith('_FAILED') or time.monotonic() > end:
            raise AssertionError(f'{name} is {status}, not {wanted}')
        time.sleep(1)
