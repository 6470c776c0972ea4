"""The services of the cloud. A further one is a module here and a line in SERVICES."""

from tests.cloud.paths import Cloud
from tests.cloud.process import Process
from tests.cloud.services.base import Service
from tests.cloud.services.cinder import Cinder
from tests.cloud.services.glance import Glance
from tests.cloud.services.heat import Heat
from tests.cloud.services.keystone import Keystone
from tests.cloud.services.mariadb import MariaDB
from tests.cloud.services.memcached import Memcached
from tests.cloud.services.neutron import Neutron
from tests.cloud.services.nova import Nova
from tests.cloud.services.placement import Placement
from tests.cloud.services.rabbitmq import RabbitMQ
from tests.cloud.services.swift import Swift

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


def infrastructure(cloud: Cloud) -> list[Service]:
    """What the OpenStack services stand on."""
    return [kind(cloud) for kind in INFRASTRUCTURE]


def openstack(cloud: Cloud) -> list[Service]:
    """The OpenStack services."""
    return [kind(cloud) for kind in SERVICES]


def processes(cloud: Cloud) -> dict[str, Process]:
    """Every process of the cloud by name, in the order of starting."""
    return {
        process.name: process
        for service in infrastructure(cloud) + openstack(cloud)
        for process in service.processes()
    }
