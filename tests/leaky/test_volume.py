"""Volumes that are left behind."""

# mypy: ignore-errors
# (Tempest has no types.)

from tempest.api.volume import base
from tempest.common import waiters

from tests.leaky.support import api_fault, die, driver_fault, leaves


class Volumes(base.BaseVolumeTest):
    """The base of all of these; it has no test of its own."""

    credentials = ['primary', 'admin']

    @classmethod
    def name(cls):
        return f'tempest-{cls.__name__}-volume'

    @classmethod
    def plain(cls):
        """A volume that no cleanup is registered for, once it is available; its id."""
        volume = cls.volumes_client.create_volume(size=1, name=cls.name())['volume']['id']
        leaves(cls, 'volumes', volume)
        waiters.wait_for_volume_resource_status(cls.volumes_client, volume, 'available')
        return volume

    def goes(self, volume):
        """Register the deletion, and the wait for it."""
        self.addCleanup(self.volumes_client.wait_for_resource_deletion, volume)
        self.addCleanup(self.volumes_client.delete_volume, volume)


class BackEndFailsDeletion(Volumes):
    def test_error_deleting(self):
        volume = self.plain()
        driver_fault('cinder.delete_volume', volume)
        self.goes(volume)


class BackEndIsSlow(Volumes):
    def test_stuck(self):
        volume = self.plain()
        driver_fault('cinder.delete_volume', volume, seconds=600)
        self.goes(volume)
        self.addCleanup(setattr, self.volumes_client, 'build_timeout', 8)


class FailsToBeMade(Volumes):
    def test_creation(self):
        driver_fault('cinder.create_volume', self.name())
        self.goes(self.plain())


class SnapshotForgotten(Volumes):
    def test_snapshot_holds_its_volume(self):
        volume = self.plain()
        snapshot = self.snapshots_client.create_snapshot(
            volume_id=volume, name=f'{self.name()}-snapshot')['snapshot']['id']
        leaves(self, 'snapshots', snapshot)
        waiters.wait_for_volume_resource_status(self.snapshots_client, snapshot, 'available')
        self.addCleanup(self.volumes_client.delete_volume, volume)


class SaidToBeGone(Volumes):
    def test_accepted_and_not_done(self):
        volume = self.plain()
        api_fault('cinder-api', f'^DELETE .*/volumes/{volume}\\?', status=202, times=1)
        self.addCleanup(self.volumes_client.delete_volume, volume)


class ZappedInSetUp(Volumes):
    @classmethod
    def resource_setup(cls):
        super().resource_setup()
        cls.addClassResourceCleanup(cls.volumes_client.delete_volume, cls.plain())
        die()

    def test_never_runs(self):
        raise AssertionError('the set-up was killed')
