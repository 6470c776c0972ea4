"""The services of the cloud. A further one is a module here and a line in one of the tables."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from tests.cloud import choice
from tests.cloud.errors import CloudError
from tests.cloud.paths import CHECKOUT, Cloud, current
from tests.cloud.process import Process
from tests.cloud.services.aodh import Aodh
from tests.cloud.services.barbican import Barbican
from tests.cloud.services.base import Service
from tests.cloud.services.cinder import Cinder
from tests.cloud.services.designate import Designate
from tests.cloud.services.glance import Glance
from tests.cloud.services.heat import Heat
from tests.cloud.services.ironic import Ironic
from tests.cloud.services.keystone import Keystone
from tests.cloud.services.magnum import Magnum
from tests.cloud.services.manila import Manila
from tests.cloud.services.mariadb import MariaDB
from tests.cloud.services.memcached import Memcached
from tests.cloud.services.mistral import Mistral
from tests.cloud.services.neutron import Neutron
from tests.cloud.services.nova import Nova
from tests.cloud.services.octavia import Octavia
from tests.cloud.services.placement import Placement
from tests.cloud.services.rabbitmq import RabbitMQ
from tests.cloud.services.swift import Swift
from tests.cloud.services.zaqar import Zaqar

#: What the OpenStack services stand on: started first, stopped last.
INFRASTRUCTURE: tuple[type[Service], ...] = (MariaDB, Memcached, RabbitMQ)
#: In the order in which they are prepared, the longest work first.
SERVICES: tuple[type[Service], ...] = (
    Keystone,
    Neutron,
    Nova,
    Cinder,
    Glance,
    Heat,
    Placement,
    Swift,
)
#: Those that `up --with` adds.
OPTIONAL: tuple[type[Service], ...] = (
    Octavia,
    Mistral,
    Manila,
    Designate,
    Ironic,
    Magnum,
    Barbican,
    Zaqar,
    Aodh,
)


def infrastructure(cloud: Cloud) -> list[Service]:
    """What the OpenStack services stand on."""
    return [kind(cloud) for kind in INFRASTRUCTURE]


def openstack(cloud: Cloud) -> list[Service]:
    """The OpenStack services, the chosen optional ones included."""
    chosen = choice.remembered(cloud)
    more = [kind for kind in OPTIONAL if kind.name in chosen]
    return [kind(cloud) for kind in (*SERVICES, *more)]


def optional_names() -> list[str]:
    """What `up --with` can be given."""
    return [kind.name for kind in OPTIONAL]


def absent(cloud: Cloud) -> list[Service]:
    """The optional services that are not chosen."""
    chosen = choice.remembered(cloud)
    return [kind(cloud) for kind in OPTIONAL if kind.name not in chosen]


def processes(cloud: Cloud) -> dict[str, Process]:
    """Every process of the cloud by name, in the order of starting."""
    return {
        process.name: process
        for service in infrastructure(cloud) + openstack(cloud)
        for process in service.processes()
    }


@contextmanager
def stopped(*names: str, cloud: Cloud | None = None) -> Iterator[None]:
    """Some processes stopped (nova-compute, heat-api...), and started again at the end."""
    cloud = cloud or current()
    _command(cloud, 'stop', names)
    try:
        yield
    finally:
        _command(cloud, 'start', names)


def _command(cloud: Cloud, verb: str, names: tuple[str, ...]) -> None:
    # A process of its own: what it starts is no child of the test's, whose end would be in
    # question at the end of the test.
    argv = [sys.executable, '-m', 'tests.cloud', verb, *names]
    env = os.environ | {'TEST_CLOUD_DIR': str(cloud.root)}
    done = subprocess.run(argv, cwd=CHECKOUT, env=env, capture_output=True, text=True, check=False)
    if done.returncode:
        raise CloudError(f'{done.stdout}{done.stderr}\nfailed: {" ".join(argv)}')
