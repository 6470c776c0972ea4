"""The daemons behind the APIs, which are up when they have reported so."""

import threading
import time
from collections.abc import Callable

from tests.cloud import process, services
from tests.cloud.errors import CloudError
from tests.cloud.paths import Cloud
from tests.cloud.rest import Admin

NOVA = frozenset({'nova-conductor', 'nova-scheduler', 'nova-compute'})
CINDER = frozenset({'cinder-scheduler', 'cinder-volume', 'cinder-backup'})
HEAT = frozenset({'heat-engine'})
MANILA = frozenset({'manila-data', 'manila-scheduler', 'manila-share'})
DESIGNATE = frozenset(f'designate-{name}' for name in ['central', 'mdns', 'producer', 'worker'])
MAGNUM = frozenset({'magnum-conductor'})
POLL = 0.5
LIMIT = 120.0


def nova_up(admin: Admin) -> set[str]:
    """Nova's daemons that report."""
    found = admin.get('nova-api', '/v2.1/os-services')['services']
    return {item['binary'] for item in found if item['state'] == 'up'}


def cinder_up(admin: Admin) -> set[str]:
    """Cinder's daemons that report."""
    found = admin.get('cinder-api', f'/v3/{admin.project_id}/os-services')['services']
    return {item['binary'] for item in found if item['state'] == 'up'}


def heat_up(admin: Admin) -> set[str]:
    """Heat's engine, if it reports."""
    found = admin.get('heat-api', f'/v1/{admin.project_id}/services')['services']
    return {item['binary'] for item in found if item['status'] == 'up'}


def manila_up(admin: Admin) -> set[str]:
    """Manila's daemons that report."""
    found = admin.get('manila-api', '/v2/os-services')['services']
    return {item['binary'] for item in found if item['state'] == 'up'}


def designate_up(admin: Admin) -> set[str]:
    """Designate's daemons that report."""
    found = admin.get('designate-api', '/v2/service_statuses')['service_statuses']
    return {f'designate-{item["service_name"]}' for item in found if item['status'] == 'UP'}


def magnum_up(admin: Admin) -> set[str]:
    """Magnum's conductor, if it reports."""
    found = admin.get('magnum-api', '/v1/mservices')['mservices']
    return {item['binary'] for item in found if item['state'] == 'up'}


#: By service: the daemons it should have, and how to ask for those that report.
REPORTS: dict[str, tuple[frozenset[str], Callable[[Admin], set[str]]]] = {
    'nova': (NOVA, nova_up),
    'cinder': (CINDER, cinder_up),
    'heat': (HEAT, heat_up),
    'manila': (MANILA, manila_up),
    'designate': (DESIGNATE, designate_up),
    'magnum': (MAGNUM, magnum_up),
}


def silent(cloud: Cloud) -> set[str]:
    """The daemons that do not report; all of a service whose API does not answer."""
    missing: set[str] = set()
    there = [REPORTS[item.name] for item in services.openstack(cloud) if item.name in REPORTS]
    try:
        admin = Admin(cloud)
    except CloudError:
        return {name for wanted, _ in there for name in wanted}
    for wanted, ask in there:
        try:
            missing |= wanted - ask(admin)
        except CloudError:
            missing |= wanted
    return missing


def wait(cloud: Cloud, given_up: threading.Event) -> None:
    """Wait until every daemon reports."""
    end = time.monotonic() + LIMIT
    while missing := silent(cloud):
        for name in sorted(missing):
            dead = not process.pid_of(cloud, name)
            if dead or time.monotonic() > end or given_up.is_set():
                reason = 'has ended' if dead else f'does not report after {LIMIT:.0f} s'
                raise CloudError(f'{name} {reason}. {process.log_tail(cloud, name)}')
        time.sleep(POLL)
