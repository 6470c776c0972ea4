"""How fast a large log of Tempest is read, against only reading its lines."""
import contextlib
import dataclasses
import datetime
import gzip
import json
import os
import pathlib
import platform
import re
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator

from tempest_cleanup.diagnosis import tempest_log
from tempest_cleanup.diagnosis.marks import Mark
from tempest_cleanup.model import Key
from tests.unit.diagnosis.excerpts import CLEANED, KILLED, records

#: So many resources are looked for, of those that the log tells of.
WANTED = 2000
_ID = re.compile(rb'[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{32}')
_BLOCK = 1 << 20


@dataclasses.dataclass(frozen=True)
class Reading:
    """What one reading took, of a process of its own.

    :param cpu: seconds, which do not count what else the machine did
    :param megabytes: the most memory that it had
    """

    seconds: float
    cpu: float
    megabytes: float
    requests: int
    found: int


def main(gigabytes: float) -> int:
    print(f'{datetime.date.today()}, {os.cpu_count()} cores, Python '
          f'{platform.python_version()}, a log of {gigabytes:g} GB')
    print(f'{"":26}{"seconds":>9}{"CPU":>7}{"ratio":>7}{"MB":>7}{"requests":>10}{"found":>7}')
    with tempfile.TemporaryDirectory() as folder:
        first = 0.0
        for name, log in _logs(pathlib.Path(folder), int(gigabytes * 1e9)):
            for what in ('lines', 'ours') if not first else ('ours',):
                taken = _apart(what, log)
                first = first or taken.cpu
                print(f'{what + ", " + name:26}{taken.seconds:9.1f}{taken.cpu:7.1f}'
                      f'{taken.cpu / first:7.1f}{taken.megabytes:7.0f}{taken.requests:10}'
                      f'{taken.found:7}', flush=True)
    return 0


def _logs(folder: pathlib.Path, size: int) -> Iterator[tuple[str, pathlib.Path]]:
    """The same run at both levels, and compressed; each is there while it is read."""
    whole = _like_a_run([*records(KILLED), *records(CLEANED)])
    log = folder / 'debug.log'
    _write(log, b''.join(whole), size)
    yield 'DEBUG', log
    with log.open('rb') as source, gzip.open(folder / 'debug.log.gz', 'wb', 1) as packed:
        shutil.copyfileobj(source, packed, _BLOCK)
    log.unlink()
    yield 'DEBUG, compressed', folder / 'debug.log.gz'
    (folder / 'debug.log.gz').unlink()
    log = folder / 'info.log'
    _write(log, b''.join(r for r in whole if b' DEBUG ' not in r[:60]), size)
    yield 'INFO', log


def _like_a_run(picked: list[bytes]) -> list[bytes]:
    """With as many requests that make nothing as a run has: four of five."""
    others, workers = [], {}
    for record in picked:
        worker = record.split(maxsplit=3)[2]
        if b'] Request (' in record:
            workers[worker] = b' POST ' not in record and b' PUT ' not in record
        if workers.get(worker):
            others.append(record)
    makers = len(picked) - len(others)
    return picked + others * (4 * makers // len(others) - 1)


def _write(path: pathlib.Path, text: bytes, size: int) -> None:
    """Write a text over and over, with other ids each time."""
    ids = list(_ID.finditer(text))
    starts = [0, *(found.end() for found in ids)]
    between = [text[start:found.end() - 6] for start, found in zip(starts, ids, strict=False)]
    ends = [int(found[0][-6:], 16) for found in ids]
    with path.open('wb') as log:
        number = 0
        while log.tell() < size:
            for part, end in zip(between, ends, strict=True):
                log.write(part + b'%06x' % ((end + number) & 0xffffff))
            log.write(text[starts[-1]:])
            number += 1


def _apart(what: str, log: pathlib.Path) -> Reading:
    done = subprocess.run([sys.executable, '-m', 'tests.benchmarks.logs', what, str(log)],
                          stdout=subprocess.PIPE, check=True)
    return Reading(**json.loads(done.stdout))


def _read(what: str, log: pathlib.Path) -> Reading:
    marks = [Mark(Key('servers', i), i, ('servers', i)) for i in _servers(log)]
    began, worked = time.monotonic(), time.process_time()
    requests = found = 0
    if what == 'lines':
        with log.open('rb') as source:
            for _ in source:
                pass
    else:
        told = tempest_log.read([log], marks)
        requests, found = told.requests, len(told.trails)
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return Reading(time.monotonic() - began, time.process_time() - worked, most, requests, found)


def _servers(log: pathlib.Path) -> list[str]:
    """Some servers that are in a log."""
    found: dict[str, None] = {}
    with contextlib.closing(gzip.open(log) if log.suffix == '.gz' else log.open('rb')) as lines:
        for line in lines:
            found |= dict.fromkeys(i.decode() for i in re.findall(
                rb'/servers/([0-9a-f-]{36}) ', line))
            if len(found) >= WANTED:
                break
    return list(found)


if __name__ == '__main__':
    print(json.dumps(dataclasses.asdict(_read(sys.argv[1], pathlib.Path(sys.argv[2])))))
