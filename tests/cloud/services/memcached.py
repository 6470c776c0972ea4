"""Memcached: cached tokens and swift's account and container information."""

from collections.abc import Sequence

from tests.cloud.ports import HOST
from tests.cloud.process import Process
from tests.cloud.services.base import Service


class Memcached(Service):
    """One server on the loopback."""

    name = 'memcached'

    def processes(self) -> Sequence[Process]:
        """The server."""
        port = str(self.cloud.port('memcached'))
        argv = ('/usr/bin/memcached', '-u', 'root', '-l', HOST, '-p', port, '-m', '64')
        return [Process('memcached', argv, ports=('memcached',))]
