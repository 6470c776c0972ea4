"""Glance: images, in files."""

from collections.abc import Sequence

from tests.cloud import config
from tests.cloud.process import Process
from tests.cloud.services.base import Endpoint
from tests.cloud.services.openstack import OpenStackService


class Glance(OpenStackService):
    """The image API."""

    name = 'glance'
    packages = ('glance',)
    databases = ('glance',)
    endpoints = (Endpoint('glance', 'image', 'glance-api'),)

    def configure(self) -> None:
        """glance-api.conf, and the directories of its stores."""
        cloud = self.cloud
        state, etc = cloud.state / 'glance', cloud.venv / 'etc' / 'glance'
        sections = config.common(
            cloud,
            'glance',
            enabled_backends='disk:file',
            workers=1,
            worker_self_reference_url=cloud.url('glance-api'),
            show_multiple_locations=False,
            node_staging_uri=f'file://{state / "staging"}',
            image_cache_dir=str(state / 'cache'),
        )
        sections |= {
            'database': config.database(cloud, 'glance'),
            'keystone_authtoken': config.token(cloud, 'glance'),
            'paste_deploy': {'flavor': 'keystone', 'config_file': etc / 'glance-api-paste.ini'},
            # Our images, and many of tempest's, are zeros: refused (415) as what they claim to be.
            'image_format': {'require_image_format_match': False},
            'glance_store': {'default_backend': 'disk'},
            'disk': {'filesystem_store_datadir': state / 'images'},
            'os_glance_staging_store': {'filesystem_store_datadir': state / 'staging'},
            'os_glance_tasks_store': {'filesystem_store_datadir': state / 'tasks'},
        }
        for name in ('images', 'staging', 'tasks', 'cache'):
            (state / name).mkdir(parents=True, exist_ok=True)
        config.save(cloud, 'glance', 'glance-api.conf', sections)

    def sync(self) -> None:
        """Tables, and the metadata definitions, which some tests look for."""
        files = config.files(self.cloud, 'glance', 'glance-api.conf')
        definitions = str(self.cloud.venv / 'etc' / 'glance' / 'metadefs')
        self.run_all(
            'glance.cmd.manage',
            (*files, 'db', 'sync'),
            (*files, 'db', 'load_metadefs', '--path', definitions),
        )

    def processes(self) -> Sequence[Process]:
        """The API."""
        return [self.api('glance-api', 'glance.wsgi.api', path='/healthcheck')]
