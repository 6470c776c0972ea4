"""What the services with databases have in common."""

from tests.cloud.process import Process
from tests.cloud.services.base import Service
from tests.cloud.services.mariadb import sql


class OpenStackService(Service):
    """A service that keeps its data in MariaDB."""

    def prepare(self) -> None:
        """Make the databases, then their tables."""
        statements = [f'CREATE DATABASE IF NOT EXISTS {name};' for name in self.databases]
        sql(self.cloud, ''.join(statements))
        self.sync()

    def forget(self) -> None:
        """Drop the databases: MariaDB cannot roll back half a migration."""
        statements = [f'DROP DATABASE IF EXISTS {name};' for name in self.databases]
        sql(self.cloud, ''.join(statements))

    def sync(self) -> None:
        """Make the tables."""
        raise NotImplementedError


class HomeService(OpenStackService):
    """One whose WSGI application takes no arguments: it looks for NAME.conf in its home."""

    def home_api(self, module: str, threads: int = 4) -> Process:
        """Its API, called NAME-api."""
        return self.api(f'{self.name}-api', module, threads=threads, env=self.home)

    @property
    def home(self) -> dict[str, str]:
        """The environment that makes it find its configuration."""
        return {'HOME': str(self.cloud.etc / self.name)}
