"""Ten thousand objects in a hundred projects: in time, and in little memory."""
import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tempest_cleanup.testing import RemoteCloud

PROJECTS = 100
#: Ten thousand, with what every project has: a user, networks, a router, rules.
CONTENTS = {'networks': 3, 'routers': 1, 'servers': 25, 'volumes': 16, 'snapshots': 5,
            'floating_ips': 5, 'keypairs': 3}
SECONDS, MEGABYTES = 60, 300

pytestmark = pytest.mark.scale


@pytest.fixture
def big(tmp_path: Path) -> Iterator[RemoteCloud]:
    """A cloud in a process of its own, so that it takes no time or memory of ours."""
    calls = [{'method': 'make_project', 'args': [f'project-{n}'], 'kwargs': CONTENTS}
             for n in range(PROJECTS)]
    (tmp_path / 'seed.json').write_text(json.dumps(calls))
    process = subprocess.Popen(
        [sys.executable, '-m', 'tempest_cleanup.testing.simulation', '--seed-file',
         str(tmp_path / 'seed.json'), '--tempest-conf', str(tmp_path / 'tempest.conf')],
        stdout=subprocess.PIPE, text=True)
    with process:
        assert process.stdout
        yield RemoteCloud(json.loads(process.stdout.readline())['url'])
        process.terminate()


#: The command, which at its end notes the most memory that it had. What wait4 tells of it counts
#: in what its parent had when it was forked.
COMMAND = '''
import atexit, shutil, sys
from tempest_cleanup.command import main
atexit.register(shutil.copyfile, '/proc/self/status', 'status')
sys.exit(main())
'''


def run(folder: Path, *options: str) -> tuple[float, float]:
    """Seconds, and megabytes of resident memory at most, of a run that ends with 0."""
    began = time.monotonic()
    done = subprocess.run(
        [sys.executable, '-c', COMMAND, *options], cwd=folder, check=False,
        env={**os.environ, 'TEMPEST_CONFIG_DIR': str(folder)}, stdout=subprocess.DEVNULL)
    assert done.returncode == 0
    peak = re.search(r'^VmHWM:\s+(\d+) kB', (folder / 'status').read_text(), re.M)
    assert peak
    return time.monotonic() - began, int(peak[1]) / 1024


def test_saved_in_time_and_memory(big: RemoteCloud, tmp_path: Path) -> None:
    """The figures that were asked for; and a dry run on top costs no more."""
    taken, memory = run(tmp_path, '--init-saved-state')
    print(f'saved: {taken:.1f} s, {memory:.0f} MB')
    state = json.loads((tmp_path / 'saved_state.json').read_text())
    assert sum(len(found) for found in state['resources'].values()) > 10_000
    assert len(state['resources']['servers']) == PROJECTS * CONTENTS['servers']
    assert taken < SECONDS
    assert memory < MEGABYTES
    big.call('make_project', 'tempest-a', servers=5, volumes=5)
    taken, memory = run(tmp_path, '--dry-run')
    assert len(json.loads((tmp_path / 'dry_run.json').read_text())['servers']) == 5
    assert taken < SECONDS
    assert memory < MEGABYTES
    print(f'a dry run: {taken:.1f} s, {memory:.0f} MB')
