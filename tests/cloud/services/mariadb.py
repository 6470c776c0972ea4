"""MariaDB: every service's database."""

import shutil
from collections.abc import Sequence
from pathlib import Path

from tests.cloud import process
from tests.cloud.errors import CloudError
from tests.cloud.paths import PASSWORD, Cloud
from tests.cloud.ports import HOST
from tests.cloud.process import Process
from tests.cloud.services.base import Service

#: The kernel's limit for the path of a Unix socket.
MAX_SOCKET_PATH = 107


class MariaDB(Service):
    """One server on the loopback; its data may be lost in a crash, for speed."""

    name = 'mariadb'

    @property
    def _data(self) -> Path:
        return self.cloud.state / 'mysql'

    def configure(self) -> None:
        """Refuse a directory too deep for the server's socket."""
        if len(str(socket_path(self.cloud))) > MAX_SOCKET_PATH:
            raise CloudError(
                f'{socket_path(self.cloud)} is too long for a socket: '
                'set TEST_CLOUD_DIR to a shorter directory'
            )

    def prepare(self) -> None:
        """Make the data directory."""
        process.run(
            self.cloud,
            'mariadb-install-db',
            '--no-defaults',
            '--user=root',
            f'--datadir={self._data}',
            '--skip-test-db',
            '--auth-root-authentication-method=normal',
        )

    def forget(self) -> None:
        """Remove the data directory."""
        shutil.rmtree(self._data, ignore_errors=True)

    def processes(self) -> Sequence[Process]:
        """The server."""
        argv = (
            '/usr/sbin/mariadbd',
            '--no-defaults',
            '--user=root',
            f'--datadir={self._data}',
            f'--socket={socket_path(self.cloud)}',
            f'--port={self.cloud.port("mariadb")}',
            f'--bind-address={HOST}',
            f'--pid-file={self._data / "mariadbd.pid"}',
            '--skip-name-resolve',
            '--max-connections=2000',
            '--innodb-flush-log-at-trx-commit=0',
            '--innodb-doublewrite=0',
            '--innodb-buffer-pool-size=256M',
            '--character-set-server=utf8mb3',
            '--collation-server=utf8mb3_general_ci',
            '--performance-schema=OFF',
        )
        return [Process('mariadb', argv, ports=('mariadb',))]


def socket_path(cloud: Cloud) -> Path:
    """The server's Unix socket."""
    return cloud.run / 'mysql.sock'


def sql(cloud: Cloud, text: str) -> str:
    """Run SQL as the server's root."""
    address = f'--socket={socket_path(cloud)}'
    return process.run(cloud, 'mariadb', '--no-defaults', address, '-u', 'root', '-N', '-e', text)


def make_user(cloud: Cloud) -> None:
    """Make the account that every service uses."""
    sql(
        cloud,
        f"CREATE USER IF NOT EXISTS 'os'@'%' IDENTIFIED BY '{PASSWORD}';"
        "GRANT ALL ON *.* TO 'os'@'%';",
    )
