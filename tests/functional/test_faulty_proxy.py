"""The real cloud behind a proxy that does harm: what is kept stays, what is left is told."""
import configparser
import pathlib
import shutil

import pytest

from tests.faulty_proxy import Dice, FaultyProxy
from tests.functional import leaks, rows
from tests.functional.conftest import tempest_conf
from tests.functional.openstack import Cloud
from tests.functional.rows import Databases
from tests.functional.workspace import Workspace

pytestmark = pytest.mark.long

#: No run may take longer (seconds).
LONGEST = 900


def through(proxy: FaultyProxy, workspace: Workspace) -> Workspace:
    """The same folder, with a tempest.conf that leads to the proxy."""
    folder = workspace.folder / 'proxied'
    folder.mkdir()
    conf = pathlib.Path(shutil.copy(tempest_conf(), folder / 'tempest.conf'))
    parser = configparser.ConfigParser(interpolation=None, strict=False)
    parser.read(conf)
    parser['identity']['uri_v3'] = proxy.url
    with conf.open('w', encoding='utf-8') as file:
        parser.write(file)
    return Workspace(workspace.folder, conf)


@pytest.mark.seeds(3)
def test_the_end_is_the_saved_state_or_an_honest_exit_code(
    admin: Cloud, database: Databases, workspace: Workspace, seed: int,
) -> None:
    """A clean-up through the proxy, then one without it: no row differs from before."""
    workspace.save()
    before = rows.snapshot(database)
    leaks.tenant(admin, f'tempest-{seed}')
    dice = Dice(seed)
    print(dice)
    with FaultyProxy(admin.login.auth_url, dice) as proxy:
        done = through(proxy, workspace).cleanup(
            '--preserve-state', '--timeout', '60', '--settle', '0', timeout=LONGEST)
        print(f'exit code {done.code}, {len(proxy.harmed)} of {len(proxy.done)} requests harmed')
    assert done.code in (0, 1, 2, 4), done
    assert 'Traceback' not in done.err + done.out, done
    if done.code == 0:
        rows.check_same(before, rows.snapshot(database))
    again = workspace.cleanup('--preserve-state')
    assert again.code == 0, again
    rows.check_same(before, rows.snapshot(database))
