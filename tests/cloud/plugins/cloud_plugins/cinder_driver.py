"""Cinder backend of sparse files, no LVM, no iSCSI, with fault switches; see switches.py."""

# mypy: ignore-errors
# (The services' packages are not where the project's code is checked.)

import io
import os
import shutil

from cinder import exception, interface
from cinder.volume import driver

from . import switches


@interface.volumedriver
class SparseFileDriver(driver.VolumeDriver):
    """A volume or a snapshot is a file of its size without content."""

    VERSION = '1.0'
    CI_WIKI_NAME = 'none'

    def _path(self, ref):
        return os.path.join(os.environ['TEST_CLOUD_VOLUMES'], ref['name'])

    def _make(self, ref, gib):
        with open(self._path(ref), 'ab') as file:
            file.truncate(gib << 30)

    def _remove(self, ref):
        if os.path.exists(self._path(ref)):
            os.unlink(self._path(ref))

    def _check(self, call, ref):
        if switches.hit(f'cinder.{call}', ref['id'], ref['display_name']):
            raise exception.VolumeBackendAPIException(data=f'injected fault: {call} {ref["id"]}')

    def do_setup(self, context):
        """Make the directory."""
        os.makedirs(os.environ['TEST_CLOUD_VOLUMES'], exist_ok=True)

    def check_for_setup_error(self):
        """Nothing can be wrong."""

    def create_volume(self, volume):
        """Make a volume, or fail."""
        self._check('create_volume', volume)
        self._make(volume, volume['size'])

    def delete_volume(self, volume):
        """Delete a volume, or fail."""
        self._check('delete_volume', volume)
        self._remove(volume)

    def create_snapshot(self, snapshot):
        """Make a snapshot, or fail."""
        self._check('create_snapshot', snapshot)
        self._make(snapshot, snapshot['volume_size'])

    def delete_snapshot(self, snapshot):
        """Delete a snapshot, or fail."""
        self._check('delete_snapshot', snapshot)
        self._remove(snapshot)

    def revert_to_snapshot(self, context, volume, snapshot):
        """Nothing to do: there is no content."""

    def create_cloned_volume(self, volume, src_vref):
        """Make a volume."""
        self._make(volume, volume['size'])

    def create_volume_from_snapshot(self, volume, snapshot):
        """Make a volume."""
        self._make(volume, volume['size'])

    def extend_volume(self, volume, new_size):
        """Make it longer, or fail."""
        self._check('extend_volume', volume)
        self._make(volume, new_size)

    def clone_image(self, context, volume, image_location, image_meta, image_service):
        """Make a volume and call it cloned: else cinder runs qemu-img with privileges."""
        self._check('create_volume', volume)
        self._make(volume, volume['size'])
        return {}, True

    def copy_image_to_volume(self, context, volume, image_service, image_id, disable_sparse=False):
        """Nothing to do: there is no content."""

    def copy_volume_to_image(self, context, volume, image_service, image_meta):
        """Upload some zeros."""
        self._check('copy_volume_to_image', volume)
        image_service.update(context, image_meta['id'], {}, io.BytesIO(b'\0' * 65536))

    def retype(self, context, volume, new_type, diff, host):
        """Every type is the same."""
        return True, None

    def update_migrated_volume(self, ctxt, volume, new_volume, original_volume_status):
        """Take over the file of the copy."""
        shutil.move(self._path(new_volume), self._path(volume))
        return {'_name_id': None, 'provider_location': None}

    def ensure_export(self, context, volume):
        """Nothing to export."""

    def create_export(self, context, volume, connector):
        """Nothing to export."""

    def remove_export(self, context, volume):
        """Nothing to export."""

    def initialize_connection(self, volume, connector):
        """Attach, or fail."""
        self._check('initialize_connection', volume)
        return {'driver_volume_type': 'local', 'data': {'device_path': self._path(volume)}}

    def terminate_connection(self, volume, connector, **kwargs):
        """Detach, or fail."""
        self._check('terminate_connection', volume)

    def _update_volume_stats(self):
        name = self.configuration.volume_backend_name
        pool = {
            'pool_name': name,
            'total_capacity_gb': 100000,
            'free_capacity_gb': 100000,
            'provisioned_capacity_gb': 0,
            'reserved_percentage': 0,
            'thin_provisioning_support': True,
            'max_over_subscription_ratio': 20.0,
            'multiattach': True,
            'QoS_support': True,
            'consistent_group_snapshot_enabled': False,
        }
        self._stats = {
            'volume_backend_name': name,
            'vendor_name': 'test',
            'driver_version': self.VERSION,
            'storage_protocol': 'local',
            'multiattach': True,
            'pools': [pool],
        }
