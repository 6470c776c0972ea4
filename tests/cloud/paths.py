"""Where the cloud is: its directory, its addresses, its credentials."""

import os
from dataclasses import dataclass
from pathlib import Path

from tests.cloud import ports

CHECKOUT = Path(__file__).resolve().parents[2]
SOURCE = Path(__file__).resolve().parent
REGION = 'RegionOne'
#: Of every account, cloud and database; all of it listens on the loopback only.
PASSWORD = 'secret'


@dataclass(frozen=True)
class Cloud:
    """One cloud: a directory that holds all it writes, and an offset added to every port."""

    root: Path
    offset: int = 0

    @property
    def venv(self) -> Path:
        """Virtual environment with the services."""
        return self.root / 'venv'

    @property
    def bin(self) -> Path:
        """Programs of the services."""
        return self.venv / 'bin'

    @property
    def tempest_venv(self) -> Path:
        """Virtual environment with tempest and its plugins."""
        return self.root / 'tempest-venv'

    @property
    def etc(self) -> Path:
        """Configuration of the services."""
        return self.root / 'etc'

    @property
    def log(self) -> Path:
        """Logs, one file for each process."""
        return self.root / 'log'

    @property
    def run(self) -> Path:
        """Process ids and sockets."""
        return self.root / 'run'

    @property
    def state(self) -> Path:
        """Databases, images, volumes, objects."""
        return self.root / 'state'

    @property
    def faults(self) -> Path:
        """Fault switches; see faults.py."""
        return self.state / 'faults'

    @property
    def tempest_conf(self) -> Path:
        """A tempest.conf for this cloud."""
        return self.etc / 'tempest.conf'

    @property
    def clouds_yaml(self) -> Path:
        """A clouds.yaml for openstack clients; the cloud's name in it is `test`."""
        return self.etc / 'clouds.yaml'

    def port(self, name: str) -> int:
        """Port of a service, by its name in ports.PORTS."""
        return ports.PORTS[name] + self.offset

    def address(self, name: str) -> str:
        """HOST:PORT of a service."""
        return f'{ports.HOST}:{self.port(name)}'

    def url(self, name: str, path: str = '') -> str:
        """URL of a service."""
        return f'http://{self.address(name)}{path}'

    @property
    def auth_url(self) -> str:
        """Keystone's URL."""
        return self.url('keystone', '/v3')

    @property
    def admin(self) -> dict[str, str]:
        """The administrator, in the words of keystoneauth."""
        return {
            'auth_url': self.auth_url,
            'username': 'admin',
            'password': PASSWORD,
            'project_name': 'admin',
            'user_domain_name': 'Default',
            'project_domain_name': 'Default',
        }

    def database_url(self, name: str, driver: str = 'pymysql') -> str:
        """SQLAlchemy's URL of a database such as `neutron` or `nova_cell1`."""
        return f'mysql+{driver}://os:{PASSWORD}@{self.address("mariadb")}/{name}?charset=utf8mb3'


def current() -> Cloud:
    """The cloud of this checkout, or of TEST_CLOUD_DIR."""
    root = Path(os.environ.get('TEST_CLOUD_DIR') or CHECKOUT / '.cloud').absolute()
    return Cloud(root, ports.offset(root / 'state' / 'port-offset'))
