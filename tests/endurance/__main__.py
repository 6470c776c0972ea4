"""A cloud that is used again and again: real Tempest runs, each killed with -9 and cleaned up.

All with one saved state, on the cloud of tests/cloud. After each cycle the services' databases
have to hold what they held before the first; else it ends there, and says which rows differ.
"""
import argparse
import datetime
import itertools
import os
import pathlib
import sys
import tempfile
import time

from tests.cloud import current
from tests.functional import rows
from tests.functional.openstack import Cloud, Login
from tests.functional.rows import Databases, Snapshot
from tests.functional.workspace import Done, Workspace
from tests.tempest_run import SELECTIONS, Selection, TempestRun


def main() -> int:
    parser = argparse.ArgumentParser(
        prog='python -m tests.endurance', description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--cycles', type=int, default=10, help='default: %(default)s')
    cycles = parser.parse_args().cycles
    print(f'{datetime.date.today()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}\n'
          f'{"cycle":>5} {"selection":22}{"killed with":>12}{"clean-up":>10}{"exit":>6}'
          f'{"rows that differ":>18}')
    with tempfile.TemporaryDirectory() as folder:
        return go(cycles, pathlib.Path(folder))


def go(cycles: int, folder: pathlib.Path) -> int:
    """The exit code: 1 as soon as something is not as it was."""
    account, databases = current().admin, Databases.from_url(current().database_url(''))
    admin = Cloud(Login(account['auth_url'], account['username'], account['password'],
                        project_name=account['project_name']))
    workspace = Workspace(folder, current().tempest_conf)
    workspace.save()
    before = rows.snapshot(databases)
    for number, selection in zip(range(cycles), itertools.cycle(SELECTIONS), strict=False):
        done, differing = cycle(number + 1, selection, admin, workspace, databases, before)
        if done.code or differing:
            print('\n'.join([*differing, repr(done)]), file=sys.stderr)
            return 1
    return 0


def cycle(
    number: int, selection: Selection, admin: Cloud, workspace: Workspace,
    databases: Databases, before: Snapshot,
) -> tuple[Done, list[str]]:
    """One run, killed and cleaned up; prints a line."""
    run = TempestRun(workspace.folder, str(current().tempest_conf), selection)
    left = sum(len(ids) for ids in run.kill_half_way(admin).values())
    began = time.monotonic()
    done = workspace.cleanup('--preserve-state')
    seconds = time.monotonic() - began
    differing = rows.differences(before, rows.snapshot(databases))
    print(f'{number:5} {selection.name:22}{left:8} left{seconds:8.1f} s{done.code:6}'
          f'{len(differing):18}', flush=True)
    return done, differing


if __name__ == '__main__':
    sys.exit(main())
