"""Faults on demand, for tests; nothing has to be restarted.

    with faults.api('neutron-api', match='^DELETE .*/networks', status=503, times=2) as fault:
        ...
        assert fault.hits() >= 2
    with faults.driver('nova.destroy', server_id):
        ...

Every fault is a file in .cloud/state/faults/, so it can be made by hand as well; the formats
stand in plugins/cloud_plugins/http_faults.py and switches.py. Calls that drivers can be made
to fail: nova.spawn, nova.destroy, nova.snapshot, cinder.create_volume, delete_volume,
create_snapshot, delete_snapshot, extend_volume, initialize_connection, terminate_connection,
copy_volume_to_image.
"""

import json
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.cloud.paths import Cloud, current


class ApiFault:
    """A fault in force."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def hits(self) -> int:
        """How many requests matched so far, those beyond `times` included."""
        counters = self._path.parent.glob(f'hits.{self._path.name}.*')
        return sum(counter.stat().st_size for counter in counters)

    def lift(self) -> None:
        """End the fault; what hangs is let go."""
        self._path.unlink(missing_ok=True)


@contextmanager
def api(
    service: str,
    match: str = '',
    *,
    status: int | None = None,
    delay: float = 0,
    times: int | None = None,
    after: bool = False,
    garbage: bool = False,
    hang: bool = False,
    cloud: Cloud | None = None,
) -> Iterator[ApiFault]:
    """An API that misbehaves for requests whose "METHOD /path?query" matches.

    `service` is the process: nova-api, neutron-api, swift-proxy, keystone... The request
    waits `delay` seconds, then is answered with `status`, or with a body that is not JSON
    (`garbage`), or never while the fault lasts (`hang`). With `after` the service does its
    work first. `times` counts over all processes of the service.
    """
    options = {'match': match, 'status': status, 'delay': delay, 'times': times}
    options |= {'after': after, 'garbage': garbage, 'hang': hang}
    path = (cloud or current()).faults / f'http.{service}.{uuid.uuid4().hex}'
    with _set(path, json.dumps({key: value for key, value in options.items() if value})):
        yield ApiFault(path)


@contextmanager
def driver(
    call: str, resource: str = '', seconds: float | None = None, *, cloud: Cloud | None = None
) -> Iterator[None]:
    """A driver whose `call` (nova.destroy, cinder.delete_volume...) fails for one resource.

    `resource` is an id or a name; without it the call fails for all. With `seconds` the call
    takes so much longer instead, at most until the fault is lifted.
    """
    leaf = f'{call}.{resource}' if resource else call
    path = (cloud or current()).faults / leaf
    with _set(path, '' if seconds is None else str(seconds)):
        yield


def in_force(cloud: Cloud) -> list[str]:
    """The names of the faults that somebody set and has not lifted."""
    return sorted(
        path.name for path in cloud.faults.glob('*') if not path.name.startswith(('hits.', '.'))
    )


def lift_all(cloud: Cloud) -> None:
    """End every fault."""
    for path in cloud.faults.glob('*'):
        path.unlink(missing_ok=True)


@contextmanager
def _set(path: Path, text: str) -> Iterator[None]:
    # Renamed into place: the services may read at any moment.
    draft = path.with_name(f'.{path.name}')
    draft.write_text(text)
    draft.replace(path)
    try:
        yield
    finally:
        path.unlink(missing_ok=True)
        for counter in path.parent.glob(f'hits.{path.name}.*'):
            counter.unlink()
