"""Hundreds of projects, half of what is in them stuck or refused: it ends, and can be read."""
import json
import os
import pathlib
import subprocess
import sys
import time
from collections.abc import Iterator

import pytest

from tempest_cleanup.testing import RemoteCloud

#: About seventy objects, with the ports, groups and rules that come with them.
CONTENTS = {'networks': 2, 'routers': 1, 'servers': 20, 'volumes': 16, 'snapshots': 4,
            'floating_ips': 3, 'keypairs': 3}
#: What happens to which deletions, by the first digit of the id: refused for ever, broken for
#: ever, accepted and never done, forbidden.
TROUBLE = (
    # No remedy helps.
    ('POST /compute/v2.1/servers/[0-7][^/]*/action', {'status': 409}),
    ('POST /volume/v3/[0-9a-f]*/(volumes|snapshots)/[0-7][^/]*/action', {'status': 403}),
    ('DELETE /compute/v2.1/servers/[0-3]', {'status': 409}),
    ('DELETE /compute/v2.1/servers/[4-7]', {'status': 204}),
    ('DELETE /volume/v3/[0-9a-f]*/volumes/[0-3]', {'status': 403}),
    ('DELETE /volume/v3/[0-9a-f]*/volumes/[4-7]', {'status': 202}),
    ('DELETE /volume/v3/[0-9a-f]*/snapshots/[0-7]', {'status': 409}),
    ('DELETE /network/v2.0/floatingips/0', {'status': 500}),
    ('DELETE /network/v2.0/floatingips/[1-7]', {'status': 409}))
#: The timeout of one object; all of the stuck ones wait for theirs at once.
TIMEOUT = 60
SECONDS, MEGABYTES, LINES = 1500, 1000, 400


@pytest.fixture
def broken(tmp_path: pathlib.Path, pytestconfig: pytest.Config) -> Iterator[RemoteCloud]:
    """A cloud in a process of its own, so that it takes no time or memory of ours."""
    calls = [{'method': 'make_project', 'args': [f'tempest-{n}'], 'kwargs': CONTENTS}
             for n in range(pytestconfig.getoption('--projects'))]
    (tmp_path / 'seed.json').write_text(json.dumps(calls))
    process = subprocess.Popen(
        [sys.executable, '-m', 'tempest_cleanup.testing.simulation', '--seed-file',
         str(tmp_path / 'seed.json'), '--tempest-conf', str(tmp_path / 'tempest.conf')],
        stdout=subprocess.PIPE, text=True)
    with process:
        assert process.stdout
        cloud = RemoteCloud(json.loads(process.stdout.readline())['url'])
        for pattern, what in TROUBLE:
            cloud.call('fault', pattern, **what)
        yield cloud
        process.terminate()


def test_it_ends_and_can_be_read(broken: RemoteCloud, tmp_path: pathlib.Path) -> None:
    """In time and memory; what is left is told, on a console that is not flooded."""
    began = time.monotonic()
    with (tmp_path / 'out').open('w') as out, (tmp_path / 'err').open('w') as err:
        process = subprocess.Popen(
            [sys.executable, '-c', 'import sys; from tempest_cleanup.command import main; '
             'sys.exit(main())', '--prefix', 'tempest-', '--yes', '--settle', '0', '--timeout',
             str(TIMEOUT), '--max-deletes', '100000', '--report', 'report.json', '--report',
             'report.html'],
            cwd=tmp_path, env={**os.environ, 'TEMPEST_CONFIG_DIR': str(tmp_path)},
            stdout=out, stderr=err)
        _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    taken, memory = time.monotonic() - began, usage.ru_maxrss / 1024
    shown = (tmp_path / 'out').read_text().splitlines()
    events = (tmp_path / 'err').read_text().splitlines()
    report = json.loads((tmp_path / 'report.json').read_text())
    fates = [d['outcome']['status'] for d in report['decisions'] if d['outcome']]
    stuck = sum(fate != 'deleted' for fate in fates)
    size = (tmp_path / 'report.html').stat().st_size / 1e6
    print(f'{len(fates)} objects, {stuck} left: {taken:.0f} s, {memory:.0f} MB, '
          f'{report["requests"]} requests, {len(shown)} lines, {len(events)} events, '
          f'HTML {size:.1f} MB')
    assert process.returncode == 1, events[-5:]
    assert stuck > len(fates) / 4
    assert taken < SECONDS
    assert memory < MEGABYTES
    assert len(shown) < LINES
