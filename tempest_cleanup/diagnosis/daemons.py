"""The processes behind the APIs: which of them answer, and since when not."""
import dataclasses
import datetime
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from tempest_cleanup import errors
from tempest_cleanup.cloud import Cloud
from tempest_cleanup.model import Body, Evidence, Source
from tempest_cleanup.services.base import SYSTEM, parse_time

#: What works on nothing but these kinds; its absence is no reason for the others.
ONLY_FOR: Mapping[str, frozenset[str]] = {
    'cinder-backup': frozenset(('backups',)), 'manila-data': frozenset(('share_backups',)),
    'nova-consoleauth': frozenset(), 'nova-novncproxy': frozenset()}


@dataclasses.dataclass(frozen=True, slots=True)
class Daemon:
    """One process of a service, as the service knows it.

    :param since: when it was last heard of
    :param reason: why it is disabled, '' where it is not or nobody said
    """

    service_type: str
    binary: str
    host: str
    up: bool
    enabled: bool = True
    since: datetime.datetime | None = None
    reason: str = ''

    def __str__(self) -> str:
        return f'{self.binary} on {self.host}'


class _List(NamedTuple):
    """Where a service lists its processes, and what it calls what it says of them."""

    path: str
    collection: str
    microversion: str | None = None
    binary: str = 'binary'
    host: str = 'host'
    state: str = 'state'
    heard: str = 'updated_at'
    system: bool = False


LISTS: Mapping[str, _List] = {
    'compute': _List('os-services', 'services', '2.46'),
    'block-storage': _List('os-services', 'services', '3.64'),
    'network': _List('agents', 'agents', state='alive', heard='heartbeat_timestamp'),
    'shared-file-system': _List('services', 'services', '2.46'),
    'orchestration': _List('services', 'services', state='status'),
    'dns': _List('v2/service_statuses', 'service_statuses', binary='service_name',
                 host='hostname', state='status', heard='heartbeated_at'),
    'container-infrastructure-management': _List('mservices', 'mservices'),
    'baremetal': _List('conductors', 'conductors', '1.96', binary='ironic-conductor',
                       host='hostname', state='alive', system=True),
}


def ask(cloud: Cloud, service_types: Iterable[str]) -> tuple[tuple[Daemon, ...], tuple[str, ...]]:
    """The processes of some services, and whose could not be seen, in words."""
    found: list[Daemon] = []
    missing: list[str] = []
    for service_type in sorted(set(service_types) & LISTS.keys()):
        place = LISTS[service_type]
        try:
            rest = cloud.rest(service_type, SYSTEM if place.system else None)
            found += [daemon(service_type, body) for body in rest.get(
                place.path, microversion=place.microversion)[place.collection]]
        except errors.NotFound:
            continue
        except Exception as error:  # noqa: BLE001  # a service that answers oddly is one to tell
            missing.append(f'the processes of {service_type} can\'t be seen: {error}')
    return tuple(found), tuple(missing)


def daemon(service_type: str, body: Body) -> Daemon:
    """What a member of a service's list says."""
    place = LISTS[service_type]
    state: Any = body.get(place.state)
    return Daemon(
        service_type, str(body.get(place.binary) or place.binary), str(body.get(place.host) or ''),
        up=state if isinstance(state, bool) else str(state).lower() in ('up', 'none'),
        enabled=body.get('status') != 'disabled' and body.get('admin_state_up') is not False
        and body.get('disabled') is not True,
        since=parse_time(body.get(place.heard)), reason=str(body.get('disabled_reason') or ''))


def working_on(
    daemons: Iterable[Daemon], service_type: str, kind: str, host: str,
) -> tuple[Daemon, ...]:
    """The processes that a resource needs: those of its host; all where it has none.

    :param host: as the resource has it, with Cinder's pool at its end
    """
    mine = [d for d in daemons if d.service_type == service_type
            and kind in ONLY_FOR.get(d.binary, (kind,))]
    here = [d for d in mine if host and d.host == host.partition('#')[0]]
    return tuple(here or mine)


def down(daemons: Iterable[Daemon]) -> str:
    """The processes of which none answers, in words; '' where each has one that does."""
    by_binary: dict[str, list[Daemon]] = {}
    for one in daemons:
        by_binary.setdefault(one.binary, []).append(one)
    return ', '.join(str(d) for same in by_binary.values() if not any(d.up for d in same)
                     for d in same)


def told(daemons: Iterable[Daemon]) -> Iterator[Evidence]:
    """What there is to say of the processes that a resource needs."""
    for one in daemons:
        state = 'up' if one.up else 'down, last heard of'
        off = '' if one.enabled else f' and disabled ({one.reason or "no reason given"})'
        yield Evidence(Source.AROUND, f'{one} is {state}{off}' if one.up else
                       f'{one} is down{off}', one.since,
                       where=f'GET {one.service_type}/{LISTS[one.service_type].path}')
