"""What a service of the cloud is: one subclass, one module each, listed in __init__.py."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from tests.cloud import process
from tests.cloud.paths import Cloud
from tests.cloud.process import Process

UWSGI_OPTIONS = (
    '--master',
    '--die-on-term',
    '--no-orphans',
    '--need-app',
    '--enable-threads',
    '--disable-logging',
    '--module=cloud_plugins.app:application',
    '--buffer-size=65535',
    '--add-header=Connection: close',
    # A request that hangs must not hold up the end of the service for long.
    '--worker-reload-mercy=5',
)


class Endpoint(NamedTuple):
    """A line of Keystone's catalog; `port` is a name in ports.PORTS."""

    name: str
    type: str
    port: str
    path: str = ''


class Service:
    """A service: what is installed, configured and prepared for it, and its processes."""

    #: Also the name of its user in Keystone.
    name: str
    #: Python packages, pinned in constraints.txt.
    packages: tuple[str, ...] = ()
    #: Databases that are the service's own.
    databases: tuple[str, ...] = ()
    #: Lines of the catalog.
    endpoints: tuple[Endpoint, ...] = ()
    #: Roles that its users need, or its policy speaks of.
    roles: tuple[str, ...] = ()

    def __init__(self, cloud: Cloud) -> None:
        self.cloud = cloud

    def configure(self) -> None:
        """Write the configuration files."""

    def prepare(self) -> None:
        """Make, once in the cloud's life, what the processes want to find: databases, keys."""

    def complete(self) -> None:
        """Make, once in the cloud's life, what takes the running processes."""

    def forget(self) -> None:
        """Clear away what a `prepare` that never finished may have made."""

    def processes(self) -> Sequence[Process]:
        """What runs."""
        raise NotImplementedError

    def program(self, name: str, *args: str) -> tuple[str, ...]:
        """The command line of a program in the services' environment."""
        return (str(self.cloud.bin / name), *args)

    def run_all(self, module: str, *commands: tuple[str, ...]) -> None:
        """Run several commands of one manage program.

        All in one interpreter that forks for each: importing such a program takes some
        seconds of CPU time, more than most of its commands.
        """
        words = [word for command in commands for word in (*command, ';')]
        python = str(self.cloud.bin / 'python')
        process.run(self.cloud, python, '-m', 'cloud_plugins.commands', module, *words)

    def api(
        self,
        name: str,
        module: str,
        *args: str,
        path: str = '/',
        processes: int = 1,
        threads: int = 8,
        preload: bool = False,
        env: Mapping[str, str] | None = None,
    ) -> Process:
        """A WSGI application under uwsgi; `path` is asked to learn its health.

        `preload` imports the application once and forks, which is cheap but not for
        applications that open connections or start threads while they load.
        """
        argv = [*UWSGI_OPTIONS, *([] if preload else ['--lazy-apps'])]
        argv += ['--http-socket', self.cloud.address(name)]
        argv += ['--threads', str(threads), '--processes', str(processes)]
        argv += ['--pyargv', ' '.join(args)]
        return Process(
            name,
            self.program('uwsgi', *argv),
            ports=(name,),
            url=self.cloud.url(name, path),
            env={'TEST_CLOUD_SERVICE': name, 'TEST_CLOUD_APPLICATION': module, **(env or {})},
        )
