"""Sections that the configuration files of the services have in common."""

from tests.cloud.ini import Options, Section, Sections, render, write
from tests.cloud.paths import PASSWORD, REGION, Cloud


def save(cloud: Cloud, service: str, name: str, sections: Sections) -> None:
    """Write etc/SERVICE/NAME."""
    write(cloud.etc / service / name, render(sections))


def files(cloud: Cloud, service: str, name: str = '') -> tuple[str, ...]:
    """The arguments that name a configuration file."""
    return ('--config-file', str(cloud.etc / service / (name or f'{service}.conf')))


def transport(cloud: Cloud) -> str:
    """URL of the message queue."""
    return f'rabbit://openstack:{PASSWORD}@{cloud.address("rabbitmq")}/'


def auth(cloud: Cloud, user: str, **more: str | bool) -> Section:
    """How a service logs in to Keystone."""
    return {
        'auth_type': 'password',
        'auth_url': cloud.auth_url,
        'username': user,
        'password': PASSWORD,
        'project_name': 'service',
        'user_domain_name': 'Default',
        'project_domain_name': 'Default',
        'region_name': REGION,
        **more,
    }


def token(cloud: Cloud, user: str) -> Section:
    """How a service checks the tokens it is given."""
    return auth(
        cloud,
        user,
        www_authenticate_uri=cloud.auth_url,
        memcached_servers=cloud.address('memcached'),
        service_token_roles='service',
        service_token_roles_required=True,
    )


def service(cloud: Cloud, name: str, **more: str | int | bool) -> Options:
    """A service with a database of its name, that checks tokens; `more` goes into [DEFAULT]."""
    return {
        **common(cloud, name, **more),
        'database': database(cloud, name, 'pymysql'),
        'keystone_authtoken': token(cloud, name),
    }


def database(cloud: Cloud, name: str, driver: str = 'mysqldb') -> Section:
    """How a service reaches its database.

    The driver in C halves the CPU time of neutron. A service in which eventlet still rules
    asks for `pymysql`: a thread that waits in C for a row lock would block its holder too.
    """
    return {
        'connection': cloud.database_url(name, driver),
        'max_pool_size': 10,
        'max_overflow': 40,
    }


def common(cloud: Cloud, service: str, **more: str | int | bool) -> Options:
    """What every service that talks over the message queue has; `more` goes into [DEFAULT]."""
    state = cloud.state / service
    lock = state / 'lock'
    lock.mkdir(parents=True, exist_ok=True)
    return {
        'DEFAULT': {
            'transport_url': transport(cloud),
            'state_path': state,
            'debug': False,
            **more,
        },
        'oslo_concurrency': {'lock_path': lock},
        'oslo_messaging_rabbit': {'heartbeat_in_pthread': False, 'rabbit_quorum_queue': False},
        'oslo_messaging_notifications': {'driver': 'noop'},
    }
