"""The daemons behind the APIs, which are up when they have reported so."""

import threading
import time

from tests.cloud import process
from tests.cloud.errors import CloudError
from tests.cloud.paths import Cloud
from tests.cloud.rest import Admin

NOVA = frozenset({'nova-conductor', 'nova-scheduler', 'nova-compute'})
CINDER = frozenset({'cinder-scheduler', 'cinder-volume', 'cinder-backup'})
HEAT = frozenset({'heat-engine'})
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


def silent(cloud: Cloud) -> set[str]:
    """The daemons that do not report; all of a service whose API does not answer."""
    missing: set[str] = set()
    try:
        admin = Admin(cloud)
    except CloudError:
        return {*NOVA, *CINDER, *HEAT}
    for wanted, ask in ((NOVA, nova_up), (CINDER, cinder_up), (HEAT, heat_up)):
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
