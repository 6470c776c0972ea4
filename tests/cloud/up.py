"""`up`: from whatever there is, a bare machine or half a cloud, to a cloud that works."""

import json
import threading
from collections.abc import Callable, Iterable

from tests.cloud import faults, install, ports, proc, process, services, tempest_conf
from tests.cloud.bootstrap import clients, workers
from tests.cloud.bootstrap.identity import Identity
from tests.cloud.bootstrap.resources import RESOURCES
from tests.cloud.console import Clock
from tests.cloud.errors import CloudError
from tests.cloud.ini import write
from tests.cloud.once import once
from tests.cloud.paths import Cloud
from tests.cloud.process import Process
from tests.cloud.services import mariadb
from tests.cloud.services.base import Service
from tests.cloud.services.nova import Nova
from tests.cloud.steps import Step, run

#: What a service's processes need from the start, besides its own preparation.
BASIS = ('identity', 'start rabbitmq', 'start memcached')


class Up:
    """One run of `up`."""

    def __init__(self, cloud: Cloud, clock: Clock) -> None:
        self.cloud = cloud
        self._clock = clock
        self._given_up = threading.Event()

    def go(self) -> None:
        """Bring the cloud up; told and cheap where it already is."""
        install.check_machine()
        self._clear_away()
        self._check_ports()
        for path in (self.cloud.log, self.cloud.run, self.cloud.faults):
            path.mkdir(parents=True, exist_ok=True)
        write(self.cloud.state / 'port-offset', f'{self.cloud.offset}\n')
        run(self._steps(), self._given_up.set)
        for name in faults.in_force(self.cloud):
            self._clock.say(f'fault in force: {self.cloud.faults / name}')
        self._clock.say(f'ready: {self.cloud.auth_url}, {self.cloud.tempest_conf}')

    def _clear_away(self) -> None:
        """End what an earlier command started and lost."""
        left = process.orphans(self.cloud)
        for item in left:
            self._clock.say(f'left by an earlier command, ended: {item.service} (pid {item.pid})')
        process.kill(left)
        known = services.processes(self.cloud)
        if unwanted := {item.service for item in proc.owned(self.cloud.root)} - set(known):
            process.stop(self.cloud, unwanted)
            self._clock.say(f'not chosen any more, ended: {" ".join(sorted(unwanted))}')
        for path in self.cloud.run.glob('*.pid'):
            if not process.pid_of(self.cloud, path.stem):
                self._clock.say(f'died since it was started: {path.stem}')
                path.unlink()

    def _check_ports(self) -> None:
        """Refuse to start anything while somebody else holds one of our ports."""
        wanted = [
            name
            for item in services.processes(self.cloud).values()
            if not process.pid_of(self.cloud, item.name)
            for name in item.ports
        ]
        busy = [name for name in wanted if not ports.is_free(self.cloud.port(name))]
        if busy:
            holders = [self._holder(name) for name in busy]
            raise CloudError(ports.taken_message(holders, self.cloud.offset))

    def _holder(self, name: str) -> ports.Taken:
        port = self.cloud.port(name)
        inode = proc.listeners().get(port)
        pid = proc.socket_holder(inode) if inode else None
        return ports.Taken(name, port, pid, proc.program(pid) if pid else '')

    def _steps(self) -> list[Step]:
        openstack = services.openstack(self.cloud)
        steps = [
            Step('packages', (), self._packages),
            Step('uv', (), lambda: install.installer(self.cloud)),
            Step('wheels', ('uv',), lambda: self._wheels(openstack)),
            Step('built', ('packages', 'wheels'), self._built),
            Step('configure', ('built',), lambda: self._configure(openstack)),
            # After the wheels of the services, which more work waits for.
            Step('tempest', ('wheels',), self._tempest),
            Step('accounts', ('start mariadb',), self._accounts),
            Step('identity', ('start keystone',), lambda: self._identity(openstack)),
        ]
        for service in services.infrastructure(self.cloud):
            steps += self._service(service, ('packages',), ())
        for service in openstack:
            basis: tuple[str, ...] = ('start memcached',) if service.name == 'keystone' else BASIS
            before: tuple[str, ...] = ('configure', 'accounts')
            if type(service) in services.OPTIONAL:
                # Few processors: forty programs that start at once take longer than each may.
                before += ('start keystone',)
                basis = tuple(f'start {kind.name}' for kind in services.SERVICES)
            steps += self._service(service, before, basis)
            steps.append(self._completion(service))
        return steps + self._resources()

    def _service(
        self, service: Service, before: tuple[str, ...], basis: tuple[str, ...]
    ) -> list[Step]:
        """Prepare a service, then start its processes."""

        def prepare() -> None:
            if once(self.cloud, service.name, service.prepare, service.forget):
                self._clock.say(f'prepared: {service.name}')

        def start() -> None:
            self._start(service.processes())

        prepared = f'prepare {service.name}'
        return [
            Step(prepared, before, prepare),
            Step(f'start {service.name}', (prepared, *basis), start),
        ]

    def _completion(self, service: Service) -> Step:
        def complete() -> None:
            once(self.cloud, f'{service.name}-complete', service.complete)

        return Step(f'complete {service.name}', (f'start {service.name}',), complete)

    def _start(self, processes: Iterable[Process]) -> None:
        processes = list(processes)
        new = [item for item in processes if not process.pid_of(self.cloud, item.name)]
        for item in new:
            process.start(self.cloud, item)
        for item in processes:
            process.wait(self.cloud, item, self._given_up)
        if new:
            self._clock.say(f'answers: {" ".join(item.name for item in new)}')

    def _resources(self) -> list[Step]:
        ids: dict[str, str] = {}
        done = self.cloud.state / 'resources.json'

        def make(name: str) -> Callable[[], None]:
            return lambda: ids.update(RESOURCES[name](self.cloud))

        if done.exists():
            ids.update(json.loads(done.read_text()))
            resources = []
        else:
            owners = {
                item.name: f'start {service.name}'
                for service in services.openstack(self.cloud)
                for item in service.processes()
            }
            resources = [Step(f'make {name}', (owners[name],), make(name)) for name in RESOURCES]

        def finish() -> None:
            write(done, json.dumps(ids))
            tempest_conf.write_file(self.cloud, ids)

        daemons = tuple(f'complete {item.name}' for item in services.openstack(self.cloud))
        return [
            *resources,
            Step('workers', daemons, self._workers),
            Step('finish', ('workers', *(step.name for step in resources)), finish),
        ]

    def _packages(self) -> None:
        if install.packages(self.cloud):
            self._clock.say('installed: Debian packages')
        clients.write_files(self.cloud)
        for service in services.infrastructure(self.cloud):
            service.configure()

    def _wheels(self, openstack: Iterable[Service]) -> None:
        wanted = {name for item in openstack for name in item.packages}
        # What can be built at once is: it overlaps with the downloads.
        wanted |= {*install.LIBRARIES, *install.buildable()}
        if install.environment(self.cloud, self.cloud.venv, wanted, 'constraints.txt'):
            self._clock.say('installed: services')

    def _built(self) -> None:
        if install.environment(self.cloud, self.cloud.venv, install.BUILT, 'constraints.txt'):
            self._clock.say(f'built: {" ".join(install.BUILT)}')
        install.plugins(self.cloud)

    def _tempest(self) -> None:
        venv = self.cloud.tempest_venv
        if install.environment(self.cloud, venv, install.TEMPEST, 'constraints-tempest.txt'):
            self._clock.say('installed: tempest')

    def _configure(self, openstack: Iterable[Service]) -> None:
        for service in openstack:
            service.configure()

    def _accounts(self) -> None:
        once(self.cloud, 'accounts', lambda: mariadb.make_user(self.cloud))

    def _identity(self, openstack: Iterable[Service]) -> None:
        # The names of the services: another choice has to be made known, too.
        names, known = ' '.join(service.name for service in openstack), self.cloud.state / 'known'
        if not known.exists() or known.read_text() != names:
            Identity(self.cloud).seed(openstack, services.absent(self.cloud))
            write(known, names)
            self._clock.say('prepared: identity')

    def _workers(self) -> None:
        workers.wait(self.cloud, self._given_up)
        self._clock.say('report: the daemons behind the APIs')
        if once(self.cloud, 'hosts', Nova(self.cloud).discover_hosts):
            self._clock.say('prepared: the compute host')
