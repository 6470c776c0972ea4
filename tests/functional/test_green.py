"""What Tempest leaves although its tests pass is found, goes, and the databases are as before."""
import re
from collections.abc import Iterator

import pytest

from tests.cloud import current
from tests.functional import rows
from tests.functional.conftest import tempest_conf
from tests.functional.green import CALLED, RAN, Left, Ran
from tests.functional.openstack import Cloud
from tests.functional.rows import Databases
from tests.functional.workspace import Workspace
from tests.tempest_run import Selection, TempestRun

#: What no API takes away, and why.
STAYS = {
    r'cinder\.quota_classes: added .*resource=':
        'a limit of a quota class that was ever set: it can be set again, but not unset',
    r'glance\.task(s|_info): added ': 'a task can not be deleted (405); it expires by itself',
}


@pytest.fixture
def registered_limit(admin: Cloud) -> Iterator[None]:
    """Limits of projects can only be set where there is one for all."""
    glance = admin.identity.get('/services', type='image')['services'][0]['id']
    made = admin.identity.post('/registered_limits', {'registered_limits': [
        {'service_id': glance, 'resource_name': 'image_count_total', 'default_limit': 100}]})
    yield
    admin.identity.delete(f'/registered_limits/{made["registered_limits"][0]["id"]}')


def run_to_the_end(workspace: Workspace) -> None:
    """All tests that can be run, and each of them passes."""
    first, second = ('|'.join(re.escape(ran.test) for ran in half)
                     for half in (RAN[::2], RAN[1::2]))
    run = TempestRun(
        workspace.folder, str(tempest_conf()), Selection('green', (first, second), {}),
        current().tempest_venv / 'bin' / 'tempest')
    passed = run.to_the_end()
    assert passed == len(RAN)


def missing(ran: Ran, shown: dict[str, dict[str, str]]) -> list[str]:
    return [f'{ran.test}: no {kind} with {ran.name!r}' for kind in ran.shows
            if not any(ran.name in name for name in shown.get(kind, {}).values())]


def leave_and_look(admin: Cloud, workspace: Workspace) -> None:
    """Everything is left behind, and the dry run shows it."""
    run_to_the_end(workspace)
    left: dict[str, list[Left]] = {called.test: called.leave(admin) for called in CALLED}

    shown = workspace.leaks()
    unseen = [f'{test}: {one}' for test, things in left.items() for one in things
              if one.id not in shown.get(one.kind, {})]
    unseen += [line for ran in RAN for line in missing(ran, shown)]
    assert unseen == [], shown


def test_what_a_green_run_leaves(
    admin: Cloud, database: Databases, workspace: Workspace, registered_limit: None,
) -> None:
    """Each leak is shown and taken away; what was there before is as it was."""
    workspace.save()
    before = rows.snapshot(database)
    try:
        leave_and_look(admin, workspace)
    finally:
        # Also where something was wrong: a host that stays disabled fails every later test.
        done = workspace.cleanup('--preserve-state', '--report', 'report.json')
    assert done.code == 0, done
    assert [line for line in rows.differences(before, rows.snapshot(database))
            if not any(re.match(pattern, line) for pattern in STAYS)] == []
    assert workspace.leaks() == {}
