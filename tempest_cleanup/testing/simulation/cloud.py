"""The simulated cloud: started, populated and looked at."""

import os
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any

from tempest_cleanup.testing.simulation import control, population
from tempest_cleanup.testing.simulation.block_storage import BlockStorage
from tempest_cleanup.testing.simulation.compute import Compute
from tempest_cleanup.testing.simulation.dispatch import Dispatcher, Recorded
from tempest_cleanup.testing.simulation.faults import Fault
from tempest_cleanup.testing.simulation.http import Row
from tempest_cleanup.testing.simulation.identity import Identity
from tempest_cleanup.testing.simulation.image import Image
from tempest_cleanup.testing.simulation.network import Network
from tempest_cleanup.testing.simulation.network.security import default_group
from tempest_cleanup.testing.simulation.orchestration import Orchestration
from tempest_cleanup.testing.simulation.router import Router
from tempest_cleanup.testing.simulation.seed import seed
from tempest_cleanup.testing.simulation.server import Server
from tempest_cleanup.testing.simulation.service import World
from tempest_cleanup.testing.simulation.settings import Settings
from tempest_cleanup.testing.simulation.store import ManualClock, Store
from tempest_cleanup.testing.simulation.tempest_conf import tempest_conf
from tempest_cleanup.testing.simulation.tenants import Tenant, make_tenant


class SimulatedCloud:
    """An OpenStack in memory, behind real HTTP on the loopback address.

        with SimulatedCloud(server_delete_time=2) as cloud:
            tenant = cloud.make_project('tempest-Demo-1', servers=3, volumes=2)
            saved = cloud.snapshot()
            ...
            assert cloud.snapshot() == saved

    The options are those of `Settings`. The same random seed gives the same
    ids; with a `ManualClock` time stands still until it is moved.
    """

    def __init__(self, *, clock: Callable[[], float] = time.time, random_seed: int = 0,
                 port: int = 0, **settings: Any) -> None:
        self.settings = Settings(**settings)
        self.clock = clock
        self._world = World(Store(clock, random_seed), self.settings)
        router = Router()
        for service in (Identity, Compute, Network, BlockStorage, Image, Orchestration):
            service(self._world, router)
        self._dispatcher = Dispatcher(self._world, router)
        control.register(self, self._world, router)
        self._lock = self._dispatcher.lock
        self._server = Server(self._dispatcher, port)
        seed(self._world)

    # Running

    def start(self) -> None:
        self._server.start()
        self._world.base = f'http://127.0.0.1:{self._server.port}'

    def stop(self) -> None:
        self._server.stop()

    def __enter__(self) -> 'SimulatedCloud':
        self.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None,
                 traceback: TracebackType | None) -> None:
        self.stop()

    @property
    def url(self) -> str:
        """Address of the server; the services are below it."""
        return self._world.base

    @property
    def auth_url(self) -> str:
        return f'{self._world.base}/identity/v3'

    # Contents

    @property
    def admin_project(self) -> str:
        return self._world.admin_project

    @property
    def admin_user(self) -> str:
        return self._world.admin_user

    @property
    def public_network(self) -> str:
        with self._lock:
            found = self._world.store.find('networks', 'router:external', True)
            return str(found[0]['id'])

    def create(self, kind: str, **attributes: Any) -> str:
        """Make an object; what is not given gets a default. Returns its id.

        Without a `project_id` it belongs to the admin's project. The id of a
        key pair is `<user>/<name>`, of a relation the ids of both sides.
        """
        with self._lock:
            return population.create(self._world, kind, attributes)

    def delete(self, kind: str, id: str) -> None:
        """Take an object away at once, whatever the service would say."""
        with self._lock:
            population.delete(self._world, kind, id)

    def update(self, kind: str, id: str, **changes: Any) -> None:
        """Change attributes of an object, as they stand in `get`."""
        with self._lock:
            self._world.store.change(population.VIEWS[kind][0] if kind in population.VIEWS
                                     else kind, id, **changes)

    def get(self, kind: str, id: str) -> Row | None:
        """A copy of an object's body, or None."""
        with self._lock:
            self._world.store.settle()
            return population.get(self._world, kind, id)

    def ids(self, kind: str) -> list[str]:
        with self._lock:
            self._world.store.settle()
            return population.keys(self._world, kind)

    def kinds(self) -> list[str]:
        """The kinds of which there are objects."""
        with self._lock:
            return self._world.store.kinds()

    def known_kinds(self) -> list[str]:
        """The kinds that the services offer; all can be given to `create`."""
        return sorted(self._world.kinds)

    def snapshot(self) -> dict[str, dict[str, Any]]:
        """Everything that a cleaner may have to put back; two can be compared."""
        with self._lock:
            self._world.store.settle()
            return population.snapshot(self._world)

    def make_project(self, name: str, **contents: Any) -> Tenant:
        """A project with a user and networks; see `make_tenant` for the contents."""
        with self._lock:
            return make_tenant(self.create, lambda project: default_group(self._world, project),
                               self.public_network, name, **contents)

    # Trouble

    def fault(self, pattern: str, **what: Any) -> Fault:
        """Let something go wrong with the requests that a pattern matches."""
        with self._lock:
            return self._dispatcher.faults.add(Fault(pattern, **what))

    def clear_faults(self) -> None:
        with self._lock:
            self._dispatcher.faults.clear()

    def stick(self, kind: str, id: str, how: str = 'hang') -> None:
        """Let a server, volume, snapshot, backup, group or stack not go away.

        `hang`: it stays in deletion for ever; `error`: the deletion ends in an
        error state. `hang-reset` and `error-reset` are cured by resetting the
        state, `hang-force` and `error-force` by a forced deletion.
        """
        with self._lock:
            self._world.stuck[kind, id] = how

    def revoke_tokens(self) -> None:
        """Make every token invalid that was issued so far."""
        with self._lock:
            self._world.tokens.revoke_all()

    def advance(self, seconds: float) -> None:
        """Move the time; only possible with a `ManualClock`."""
        if not isinstance(self.clock, ManualClock):
            raise TypeError('Time can be moved only on a cloud with a ManualClock.')
        with self._lock:
            self.clock.advance(seconds)
            self._world.store.settle()

    # What was asked

    @property
    def requests(self) -> list[Recorded]:
        """The requests so far: method, path with query, status."""
        with self._lock:
            return list(self._dispatcher.requests)

    def reset_requests(self) -> None:
        with self._lock:
            self._dispatcher.requests.clear()

    # Tempest

    def tempest_conf(self, path: str | os.PathLike[str]) -> Path:
        """Write a tempest.conf for this cloud."""
        file = Path(path)
        file.write_text(tempest_conf(self._world, str(file.parent)), encoding='utf-8')
        return file
