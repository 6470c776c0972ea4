"""Keystone: identity."""

import base64
import os
from collections.abc import Sequence

from tests.cloud import config
from tests.cloud.ini import Options, write
from tests.cloud.paths import PASSWORD, REGION
from tests.cloud.process import Process
from tests.cloud.services.openstack import OpenStackService


class Keystone(OpenStackService):
    """The identity API."""

    name = 'keystone'
    packages = ('keystone',)
    databases = ('keystone',)

    def configure(self) -> None:
        """keystone.conf."""
        keys = self.cloud.etc / 'keystone'
        sections: Options = {
            'DEFAULT': {'max_token_size': 512},
            'database': config.database(self.cloud, 'keystone'),
            'token': {'provider': 'fernet', 'expiration': 14400},
            'fernet_tokens': {'key_repository': keys / 'fernet-keys'},
            'credential': {'key_repository': keys / 'credential-keys'},
            # The fewest rounds there are: a safe hash costs CPU time at every login.
            'identity': {
                'password_hash_algorithm': 'bcrypt',
                'password_hash_rounds': 4,
                'domain_specific_drivers_enabled': False,
            },
            'cache': {
                'enabled': True,
                'backend': 'dogpile.cache.pymemcache',
                'memcache_servers': self.cloud.address('memcached'),
            },
            # Else a fresh role is now and then not seen under load.
            'assignment': {'caching': False},
            'oslo_messaging_notifications': {'driver': 'noop'},
        }
        config.save(self.cloud, 'keystone', 'keystone.conf', sections)

    def sync(self) -> None:
        """Tables, keys, and the first administrator."""
        owner = ('--keystone-user', 'root', '--keystone-group', 'root')
        urls = [
            word
            for interface in ('public', 'internal', 'admin')
            for word in (f'--bootstrap-{interface}-url', self.cloud.auth_url)
        ]
        account = ('--bootstrap-password', PASSWORD, '--bootstrap-region-id', REGION)
        files = config.files(self.cloud, 'keystone')
        self.run_all(
            'keystone.cmd.manage',
            (*files, 'fernet_setup', *owner),
            (*files, 'credential_setup', *owner),
            (*files, 'db_sync'),
            (*files, 'bootstrap', *account, *urls),
        )

    def new_keys(self) -> None:
        """Make every token worthless that was given so far; passwords go on to work."""
        for key in (self.cloud.etc / 'keystone' / 'fernet-keys').iterdir():
            write(key, base64.urlsafe_b64encode(os.urandom(32)).decode())

    def processes(self) -> Sequence[Process]:
        """The API, in processes of one thread.

        Threads of one process mix up the roles of their requests' tokens: now and then an
        application credential of a member is said to lack the role admin.
        """
        return [
            self.api(
                'keystone', 'keystone.wsgi.api', path='/v3', processes=4, threads=1, preload=True
            )
        ]
