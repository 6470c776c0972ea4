"""Point 9 at random points: killed anywhere in a save, a clean-up or a restore, the next run
finishes the work.
"""
import json
import pathlib
import random
import signal
import sqlite3
import time
from collections.abc import Callable

import pytest

from tempest_cleanup.journal import NAME
from tests.sim.conftest import MakeWorkspace
from tests.sim.harm import wronged
from tests.sim.leaks import full_project
from tests.sim.runs import SAVED, Workspace, open_grants, wait_for

SAVE = ('--init-saved-state',)
CLEAN = ('--preserve-state', '--settle', '0', '--report', 'report.json', '--history', 'history')
#: More than a run ever needs: a point that lies beyond its end is drawn again.
REQUESTS, TOUCHES, SECONDS = 500, 60, 0.5


def leave_things(workspace: Workspace, project: str) -> None:
    """For a clean-up."""
    tenant = full_project(workspace.cloud, 'tempest-new')
    workspace.cloud.create('stacks', name='tempest-stack', project_id=tenant.project_id)
    workspace.cloud.create('volumes', name='tempest-volume', project_id=project)


def change_things(workspace: Workspace, project: str) -> None:
    """For a restore: quotas, a flavor's properties, the state of a host, an image's names."""
    cloud = workspace.cloud
    cloud.create('compute_quotas', project_id=project, cores=3)
    cloud.create('volume_quotas', project_id=project, volumes=4)
    cloud.create('network_quotas', project_id=project, network=5)
    cloud.update('images', cloud.ids('images')[0], name='renamed', min_ram=7)
    cloud.update('projects', project, description='changed')


def killed(workspace: Workspace, drawn: random.Random, *options: str) -> str:
    """Kill -9 a run at a random point; says which."""
    cloud = workspace.cloud
    cloud.reset_requests()
    how = drawn.choice(('requests', 'touches', 'seconds'))
    if how == 'touches':
        point = drawn.randint(1, TOUCHES)
        code = workspace.start(*options, touches=point).wait().code
        return f'at its {point}. touch of a file: {code}'
    point = drawn.randint(0, REQUESTS if how == 'requests' else REQUESTS // 2)
    stopped = cloud.fault('.', skip=point, delay=600, times=None if how == 'requests' else 0)
    started = workspace.start(*options)
    wait_for(lambda: stopped.hits or not started.running
             or (how == 'seconds' and len(cloud.requests) >= point))
    pause = drawn.uniform(0, SECONDS) if how == 'seconds' else 0.0
    time.sleep(pause)
    if started.running:
        started.signal(signal.SIGKILL)
    code = started.wait().code
    cloud.clear_faults()
    return f'{pause:.2f} s after {point} requests: {code}'


def check_files(folder: pathlib.Path) -> None:
    """None is half-written; the journal may end in half a line, which the next run ends."""
    for path in (folder / SAVED, folder / 'report.json'):
        if path.exists():
            json.loads(path.read_text())
    if (folder / 'history').exists():
        with sqlite3.connect(folder / 'history') as database:
            assert database.execute('PRAGMA integrity_check').fetchone() == ('ok',)
        database.close()


@pytest.mark.seeds(5)
@pytest.mark.parametrize(('options', 'play'), [
    (SAVE, None), (CLEAN, leave_things), (CLEAN, change_things)],
    ids=['save', 'clean', 'restore'])
def test_killed_at_a_random_point(
    make_workspace: MakeWorkspace, seed: int, options: tuple[str, ...],
    play: Callable[[Workspace, str], None] | None,
) -> None:
    """The run after it ends clean: no grant is open, no file half-written, none left aside."""
    workspace = make_workspace(stacks_of_all_projects=False, server_delete_time=0.1)
    cloud, folder = workspace.cloud, workspace.folder
    old = full_project(cloud, 'old')
    cloud.create('stacks', name='old', project_id=old.project_id)
    wanted = cloud.snapshot()
    if play:
        workspace.save()
        play(workspace, old.project_id)
    drawn = random.Random(f'{seed} {play and play.__name__}')
    while True:
        point = killed(workspace, drawn, *options)
        print(point)
        assert wronged(cloud.requests, {} if play is change_things else wanted) == []
        check_files(folder)
        if point.endswith('-9'):
            break
        assert point.endswith(': 0'), point
        if play:
            play(workspace, old.project_id)

    cloud.reset_requests()
    workspace.run(*options, code=0)
    assert cloud.snapshot() == wanted
    assert wronged(cloud.requests, {} if play is change_things else wanted) == []
    assert not open_grants(workspace)
    check_files(folder)
    for line in (folder / NAME).read_text().splitlines():
        json.loads(line)
    assert not [p.name for p in folder.iterdir() if p.name.startswith('.')]
    workspace.run('--dry-run', '--fail-on-leaks', '--settle', '0', code=0)
