"""The other commands: down, wipe, status, start, stop, restart."""

import shutil
import threading
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor

from tests.cloud import faults, install, proc, process, services
from tests.cloud.bootstrap import workers
from tests.cloud.console import Clock
from tests.cloud.errors import CloudError, UsageError
from tests.cloud.paths import Cloud

#: Of a cloud whose state is forgotten anyway nobody needs an orderly end.
NO_GRACE = 0.0


def down(cloud: Cloud, clock: Clock, grace: float = process.GRACE) -> None:
    """End every process of the cloud, and every fault."""
    faults.lift_all(cloud)
    running = {item.service for item in proc.owned(cloud.root)}
    below = {item.name for kind in services.infrastructure(cloud) for item in kind.processes()}
    # Also those that no service names any more, such as a setup command left behind.
    for group in (running - below, running & below - {'epmd'}, running & {'epmd'}):
        for name in process.stop(cloud, group, grace) if group else []:
            if grace:
                clock.say(f'{name} did not end in {grace:.0f} s: killed')
    for path in cloud.run.glob('*.pid'):
        path.unlink()
    for item in strangers(cloud):
        clock.say(f'not started by this cloud, left alone: pid {item} ({proc.program(item)})')
    clock.say(f'down: {len(running)} services ended' if running else 'down: nothing ran')


def strangers(cloud: Cloud) -> list[int]:
    """Processes that the cloud did not start, and that work in its directory."""
    owned = {item.pid for item in proc.owned(cloud.root)}
    return [
        pid
        for pid in proc.pids()
        if pid not in owned and proc.works_in(pid, cloud.root) and proc.started(pid)
    ]


def wipe(cloud: Cloud, clock: Clock) -> None:
    """Forget everything but the installation."""
    down(cloud, clock, NO_GRACE)
    for path in (cloud.state, cloud.run, cloud.log, cloud.etc):
        shutil.rmtree(path, ignore_errors=True)
    clock.say(f'forgotten: all of {cloud.root} but what is installed there')


def status(cloud: Cloud) -> bool:
    """Print every process; true when all are healthy."""
    known = services.processes(cloud)
    with ThreadPoolExecutor(len(known)) as pool:
        silent = pool.submit(workers.silent, cloud)
        checks = {
            name: pool.submit(process.is_healthy, cloud, item) for name, item in known.items()
        }
    members = proc.owned(cloud.root)
    rss_sum, pss_sum, well = 0, 0, True
    for name in known:
        sizes = [proc.memory(item.pid) for item in members if item.service == name]
        rss, pss = (sum(size[i] for size in sizes) for i in (0, 1))
        rss_sum, pss_sum = rss_sum + rss, pss_sum + pss
        fine = checks[name].result() and name not in silent.result()
        well = well and fine
        print(_line(name, process.pid_of(cloud, name), rss, pss, 'ok' if fine else 'DOWN'))
    print(_line('total', None, rss_sum, pss_sum, 'ok' if well else 'not all is well'))
    for name in faults.in_force(cloud):
        print(f'fault in force: {cloud.faults / name}')
    return well


def _line(name: str, pid: int | None, rss: int, pss: int, health: str) -> str:
    return (
        f'{name:16} {pid or "-":>8}  rss {rss / 1024:6.0f} MB  pss {pss / 1024:6.0f} MB  {health}'
    )


def start(cloud: Cloud, names: Sequence[str]) -> None:
    """Start some processes and wait until they are healthy."""
    install.check_machine()
    known = services.processes(cloud)
    check_names(known, names)
    if not (cloud.state / 'resources.json').exists():
        raise CloudError('The cloud was never up: run `python3 -m tests.cloud up` first')
    process.kill([item for item in process.orphans(cloud) if item.service in names])
    for name in names:
        process.start(cloud, known[name])
    for name in names:
        process.wait(cloud, known[name], threading.Event())


def stop(cloud: Cloud, clock: Clock, names: Sequence[str]) -> None:
    """Stop some processes."""
    check_names(services.processes(cloud), names)
    for name in process.stop(cloud, names):
        clock.say(f'{name} did not end in {process.GRACE:.0f} s: killed')


def check_names(known: Iterable[str], names: Iterable[str]) -> None:
    """Refuse names that no process has."""
    wrong = set(names) - set(known)
    if wrong:
        raise UsageError(f'No process is called {", ".join(sorted(wrong))}; {" ".join(known)} are')
