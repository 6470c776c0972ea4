"""Servers that are left behind."""

# mypy: ignore-errors
# (Tempest has no types.)

from tempest.api.compute import base
from tempest.common import waiters

from tests.leaky.support import die, driver_fault, leaves


class Servers(base.BaseV2ComputeTest):
    """The base of all of these; it has no test of its own."""

    credentials = ['primary', 'admin']
    create_default_network = True

    @classmethod
    def setup_clients(cls):
        super().setup_clients()
        cls.client = cls.servers_client
        # Some of them never end: who waits should not wait for long.
        cls.patience = cls.client.build_timeout

    def name(self):
        return f'tempest-{type(self).__name__}-server'

    def plain(self):
        """A server that no cleanup is registered for, once it is ACTIVE; its id."""
        network = self.get_tenant_network()
        server = self.client.create_server(
            name=self.name(), imageRef=self.image_ref, flavorRef=self.flavor_ref,
            networks=[{'uuid': network['id']}])['server']['id']
        leaves(self, 'servers', server)
        waiters.wait_for_server_status(self.client, server, 'ACTIVE')
        return server


class NeverDeletes(Servers):
    def test_forgotten(self):
        self.plain()


class ErrorsOnDeletion(Servers):
    def test_host_fails(self):
        server = self.create_test_server(name=self.name(), wait_until='ACTIVE')
        leaves(self, 'servers', server['id'])
        driver_fault('nova.destroy', server['id'])


class Locked(Servers):
    def test_locked_by_the_admin(self):
        server = self.create_test_server(name=self.name(), wait_until='ACTIVE')
        leaves(self, 'servers', server['id'])
        self.os_admin.servers_client.lock_server(server['id'])


class FailsToBoot(Servers):
    def test_boot(self):
        driver_fault('nova.spawn', self.name())
        server = self.plain()
        self.addCleanup(self.client.delete_server, server)


class StuckInDeletion(Servers):
    def test_host_is_slow(self):
        server = self.plain()
        driver_fault('nova.destroy', server, seconds=600)
        self.addCleanup(waiters.wait_for_server_termination, self.client, server)
        self.addCleanup(self.client.delete_server, server)
        self.addCleanup(setattr, self.client, 'build_timeout', 8)


class ProjectDeletedBefore(Servers):
    def test_project_goes_first(self):
        self.plain()
        self.os_admin.projects_client.delete_project(self.client.project_id)


class UserDeletedBefore(base.BaseV2ComputeTest):
    """A key pair, whose user goes first. What tells who that was is a server group of his."""

    credentials = ['primary', 'admin']

    def test_user_goes_first(self):
        name = f'tempest-{type(self).__name__}-key'
        self.keypairs_client.create_keypair(name=name)
        self.server_groups_client.create_server_group(
            name=f'tempest-{type(self).__name__}-group', policies=['affinity'])
        leaves(self, 'keypairs', f'{self.keypairs_client.user_id}/{name}')
        self.os_admin.users_v3_client.delete_user(self.keypairs_client.user_id)


class ZappedInTest(Servers):
    def test_killed(self):
        server = self.plain()
        self.addCleanup(self.client.delete_server, server)
        die()
