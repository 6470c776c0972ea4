"""RabbitMQ, with an epmd of its own: the message queue."""

import shutil
from collections.abc import Sequence

from tests.cloud.ini import write
from tests.cloud.paths import PASSWORD
from tests.cloud.ports import HOST
from tests.cloud.process import Process
from tests.cloud.services.base import Service


class RabbitMQ(Service):
    """One broker on the loopback."""

    name = 'rabbitmq'

    def configure(self) -> None:
        """The broker's two files, and the directories it expects."""
        lines = [
            f'listeners.tcp.default = {self.cloud.address("rabbitmq")}',
            'default_user = openstack',
            f'default_pass = {PASSWORD}',
            'loopback_users = none',
            'log.file.level = warning',
            'disk_free_limit.absolute = 50MB',
        ]
        etc = self.cloud.etc / 'rabbitmq'
        write(etc / 'rabbitmq.conf', '\n'.join(lines) + '\n')
        write(etc / 'enabled_plugins', '[].\n')
        (self.cloud.state / 'rabbitmq' / 'mnesia').mkdir(parents=True, exist_ok=True)
        (self.cloud.log / 'rabbitmq').mkdir(parents=True, exist_ok=True)

    def forget(self) -> None:
        """Start anew: a broker killed in its first start may lack its user."""
        shutil.rmtree(self.cloud.state / 'rabbitmq', ignore_errors=True)
        self.configure()

    def processes(self) -> Sequence[Process]:
        """Epmd apart, else the broker would leave one behind that outlives it."""
        # An epmd of our own: the machine's may be in use, or be a systemd socket.
        epmd = {'ERL_EPMD_PORT': str(self.cloud.port('epmd')), 'ERL_EPMD_ADDRESS': HOST}
        state, etc = self.cloud.state / 'rabbitmq', self.cloud.etc / 'rabbitmq'
        loopback = '{127,0,0,1}'
        broker = epmd | {
            'HOME': str(state),
            'RABBITMQ_NODENAME': 'cloud@localhost',
            'RABBITMQ_CONFIG_FILE': str(etc / 'rabbitmq'),
            'RABBITMQ_MNESIA_BASE': str(state / 'mnesia'),
            'RABBITMQ_LOG_BASE': str(self.cloud.log / 'rabbitmq'),
            'RABBITMQ_ENABLED_PLUGINS_FILE': str(etc / 'enabled_plugins'),
            'RABBITMQ_DIST_PORT': str(self.cloud.port('rabbitmq-dist')),
            'RABBITMQ_PID_FILE': str(state / 'broker.pid'),
            # +sbwt none: idle schedulers sleep instead of spinning.
            'RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS': (
                f'-kernel inet_dist_use_interface {loopback} +sbwt none'
            ),
        }
        return [
            Process('epmd', ('/usr/bin/epmd',), ports=('epmd',), env=epmd),
            Process(
                'rabbitmq',
                ('/usr/lib/rabbitmq/bin/rabbitmq-server',),
                ports=('rabbitmq', 'rabbitmq-dist'),
                env=broker,
            ),
        ]
