"""What /proc says about processes: when they began, whose they are, what port they hold."""

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

PROC = Path('/proc')
#: Environment variable that every process of a cloud inherits: DIRECTORY:SERVICE.
MARK = 'TEST_CLOUD_PROCESS'
LISTEN = '0A'


class Owned(NamedTuple):
    """A process of the cloud, and the service it was started for."""

    pid: int
    service: str


def parse_start(stat: str) -> str | None:
    """The start time in the text of /proc/PID/stat; None for a zombie, which is gone."""
    # The program's name, in parentheses, may itself hold spaces and parentheses.
    fields = stat.rpartition(')')[2].split()
    return None if fields[0] in 'ZX' else fields[19]


def started(pid: int) -> str | None:
    """When a process began, in the kernel's ticks; None once it is gone."""
    try:
        return parse_start((PROC / str(pid) / 'stat').read_text())
    except OSError:
        return None


def parse_mark(environ: bytes, root: Path) -> str | None:
    """The service that a process with this environment was started for by the cloud at `root`."""
    prefix = os.fsencode(f'{MARK}={root}:')
    for entry in environ.split(b'\0'):
        if entry.startswith(prefix):
            return os.fsdecode(entry[len(prefix) :])
    return None


def owned(root: Path) -> list[Owned]:
    """Every living process that the cloud at `root` started, children included."""
    found = []
    for pid in pids():
        try:
            service = parse_mark((PROC / str(pid) / 'environ').read_bytes(), root)
        except OSError:
            continue
        if service and started(pid):
            found.append(Owned(pid, service))
    return found


def pids() -> Iterator[int]:
    """The ids of all processes."""
    return (int(name) for name in os.listdir(PROC) if name.isdigit())


def program(pid: int) -> str:
    """The command line of a process, shortened; empty when it cannot be read."""
    try:
        words = (PROC / str(pid) / 'cmdline').read_bytes().split(b'\0')
    except OSError:
        return ''
    return os.fsdecode(b' '.join(words).strip())[:100]


def parse_listeners(tcp: str) -> dict[int, str]:
    """Port -> socket inode of what listens, in the text of /proc/net/tcp."""
    found = {}
    for line in tcp.splitlines()[1:]:
        fields = line.split()
        if fields[3] == LISTEN:
            found[int(fields[1].rpartition(':')[2], 16)] = fields[9]
    return found


def listeners() -> dict[int, str]:
    """Port -> socket inode of what listens on this machine."""
    found: dict[int, str] = {}
    for name in ('tcp6', 'tcp'):
        table = PROC / 'net' / name
        if table.exists():
            found.update(parse_listeners(table.read_text()))
    return found


def socket_holder(inode: str) -> int | None:
    """The process that holds a socket, or None where that is not visible."""
    wanted = f'socket:[{inode}]'
    return next((pid for pid in pids() if wanted in _open_files(pid)), None)


def _open_files(pid: int) -> Iterator[str]:
    directory = PROC / str(pid) / 'fd'
    with contextlib.suppress(OSError):
        for name in os.listdir(directory):
            with contextlib.suppress(OSError):
                yield os.readlink(directory / name)


def memory(pid: int) -> tuple[int, int]:
    """RSS and PSS of a process in KiB."""
    sizes = {'Rss': 0, 'Pss': 0}
    try:
        for line in (PROC / str(pid) / 'smaps_rollup').read_text().splitlines()[1:]:
            name, _, value = line.partition(':')
            if name in sizes:
                sizes[name] = int(value.split()[0])
    except OSError:
        pass
    return sizes['Rss'], sizes['Pss']


def works_in(pid: int, root: Path) -> bool:
    """True when a process has its working directory, or its program, below `root`."""
    for link in ('cwd', 'exe'):
        try:
            if Path(os.readlink(PROC / str(pid) / link)).is_relative_to(root):
                return True
        except OSError:
            continue
    return False
