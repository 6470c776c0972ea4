"""The doctor in whole runs: what it says of clouds and folders that are not well."""
import datetime
import fcntl
import json
import socket
from collections.abc import Iterator
from typing import Any

import pytest

from tests.sim.conftest import MakeWorkspace
from tests.sim.runs import Ended, Workspace

WELL, DOWN, WRONG, LOCKED, UNSEEN = range(5)


def doctor(workspace: Workspace, *options: str, code: int) -> Ended:
    """Its answer; whatever it says, it has sent nothing but reads and requests for tokens."""
    before = len(workspace.cloud.requests)
    files = {path.name for path in workspace.folder.iterdir()} - {'tempest.log'}
    ended = workspace.run(*options, command='cleanup doctor', code=code)
    assert 'Traceback' not in ended.out + ended.err
    assert {path.name for path in workspace.folder.iterdir()} - {'tempest.log'} == files
    for request in workspace.cloud.requests[before:]:
        assert request.method in ('GET', 'HEAD') or request.target.endswith('/auth/tokens'), (
            request)
    return ended


def level_of(ended: Ended, area: str) -> str:
    return next(line.split()[0] for line in ended.out.splitlines()
                if line[7:].startswith(area + ' '))


def test_all_is_well(workspace: Workspace) -> None:
    """One screen, exit code 0."""
    workspace.run('--init-saved-state', code=0)
    ended = doctor(workspace, code=WELL)
    assert 'All is well' in ended.out
    for area in ('configuration', 'plugins', 'credentials', 'processes', 'listings', 'objects',
                 'saved state', 'workspace'):
        assert level_of(ended, area) == 'ok', ended.out
    assert len(ended.out.splitlines()) <= 24


def test_keystone_is_down(workspace: Workspace) -> None:
    workspace.save()
    with socket.socket() as free:
        free.bind(('127.0.0.1', 0))
        url = f'http://127.0.0.1:{free.getsockname()[1]}/v3'
    workspace.configure('identity', uri_v3=url)
    ended = doctor(workspace, code=WRONG)
    assert level_of(ended, 'credentials') == 'wrong'
    assert 'Is Keystone up' in ended.out
    assert level_of(ended, 'plugins') == 'ok'
    assert 'whether it is of this cloud can\'t be told' in ended.out


def test_the_password_is_wrong(workspace: Workspace) -> None:
    workspace.configure('auth', admin_password='s3cr3t-and-wrong')
    ended = doctor(workspace, code=WRONG)
    assert level_of(ended, 'credentials') == 'wrong'
    assert 'Check [auth] admin_username' in ended.out
    assert 's3cr3t' not in ended.out + ended.err


def test_there_is_no_tempest_conf(workspace: Workspace) -> None:
    workspace.conf.unlink()
    ended = doctor(workspace, code=WRONG)
    assert level_of(ended, 'configuration') == 'wrong'
    assert 'not tried without a configuration' in ended.out


@pytest.mark.parametrize(('content', 'says'), [
    ('{"format": 1', 'broken or cut off'), ('{}', 'is not a saved state'),
    ('{"format": 99}', 'upgrade tempest-cleanup')])
@pytest.mark.parametrize('password', ['right', 'wrong'])
def test_a_broken_saved_state(
    workspace: Workspace, content: str, says: str, password: str,
) -> None:
    """Told also where there is no cloud to compare it with."""
    if password == 'wrong':
        workspace.configure('auth', admin_password='wrong')
    workspace.saved.write_text(content)
    ended = doctor(workspace, code=WRONG)
    assert level_of(ended, 'saved state') == 'wrong'
    assert says in ended.out


def test_a_saved_state_of_another_cloud(
    workspace: Workspace, make_workspace: MakeWorkspace,
) -> None:
    other = make_workspace(region='elsewhere')
    other.save()
    workspace.saved.write_bytes(other.saved.read_bytes())
    ended = doctor(workspace, code=WRONG)
    assert 'is of another cloud' in ended.out


def test_a_service_that_refuses_and_one_that_hangs(workspace: Workspace) -> None:
    """The listings of what does not answer are not waited for; the rest is looked at."""
    cloud = workspace.cloud
    cloud.fault('GET /volume', status=503)
    hanging = cloud.fault('GET /image', delay=60)
    began = datetime.datetime.now()
    ended = doctor(workspace, code=UNSEEN)
    took = (datetime.datetime.now() - began).total_seconds()
    assert took < 55, 'the listings of images waited'
    assert level_of(ended, 'services') == 'unseen'
    assert 'block-storage at' in ended.out
    assert 'it answers 503' in ended.out
    assert 'image at' in ended.out
    assert hanging.hits <= 3, 'asked and asked again, and not once for each kind'
    assert level_of(ended, 'listings') == 'ok'


def test_what_can_not_be_listed(workspace: Workspace) -> None:
    cloud = workspace.cloud
    cloud.fault('GET /network/v2.0/routers', status=403)
    cloud.fault('GET /compute/v2.1/servers/detail', status=500)
    ended = doctor(workspace, code=UNSEEN)
    assert 'network: conntrack_helpers, routers: forbidden' in ended.out
    assert 'compute: servers: failed' in ended.out


@pytest.mark.parametrize(('options', 'configured', 'code', 'says'), [
    ((), 'true', WELL, 'need a role, which a run gives itself and takes back'),
    (('--no-grant',), 'true', UNSEEN, 'need a role, and --no-grant'),
    ((), 'false', UNSEEN, '[cleanup] grant forbids')])
def test_what_a_role_is_needed_for(
    make_workspace: MakeWorkspace, options: tuple[str, ...], configured: str, code: int, says: str,
) -> None:
    """Nothing is granted; what a run would grant is told."""
    workspace = make_workspace(stacks_of_all_projects=False)
    workspace.cloud.make_project('other')
    workspace.configure('cleanup', grant=configured)
    ended = doctor(workspace, *options, code=code)
    assert says in ended.out


def test_objects_that_are_not_there(workspace: Workspace) -> None:
    workspace.configure('compute', flavor_ref='no-such-flavor')
    workspace.configure('cleanup', protect_project='shpo')
    ended = doctor(workspace, code=WRONG)
    assert "[compute] flavor_ref names 'no-such-flavor', and there is no such flavor" in ended.out
    assert "[cleanup] protect_project names 'shpo', and there is no such project" in ended.out


@pytest.fixture
def journal(workspace: Workspace) -> Iterator[Any]:
    path = workspace.folder / 'cleanup_journal.jsonl'
    path.write_text(json.dumps({'event': 'grant', 'path': 'projects/p/users/u/roles/r',
                                'cloud': {}}) + '\n{"cut')
    with path.open() as opened:
        yield opened


def test_roles_that_were_not_taken_back(workspace: Workspace, journal: Any) -> None:
    ended = doctor(workspace, code=DOWN)
    assert '1 roles that a run gave itself were not taken back' in ended.out
    assert 'projects/p/users/u/roles/r' in ended.out


def test_another_run_is_at_work(workspace: Workspace, journal: Any) -> None:
    """Its lock is not touched."""
    fcntl.flock(journal, fcntl.LOCK_EX)
    ended = doctor(workspace, code=LOCKED)
    assert level_of(ended, 'workspace') == 'locked'
    assert 'is at work here' in ended.out


def test_a_folder_that_all_may_write_to(workspace: Workspace) -> None:
    workspace.folder.chmod(0o777)
    ended = doctor(workspace, code=WELL)
    assert 'chmod o-w' in ended.out


def test_a_link_in_the_place_of_the_saved_state(workspace: Workspace) -> None:
    workspace.saved.symlink_to('elsewhere')
    ended = doctor(workspace, code=WRONG)
    assert 'is a symbolic link to elsewhere' in ended.out


@pytest.mark.parametrize('option', ['--skip-plugin', '--saved-state'])
def test_what_does_not_exist(workspace: Workspace, option: str) -> None:
    """A plugin that is not there, a folder that is not there: told as a finding."""
    ended = doctor(workspace, option, 'nowhere/nothing', code=WRONG)
    assert 'nothing' in ended.out or 'nowhere' in ended.out


def test_a_remedies_file_that_is_broken(workspace: Workspace) -> None:
    """One of the configuration, and one of the command line."""
    (workspace.folder / 'mine.yaml').write_text('- not: a remedy\n')
    ended = doctor(workspace, '--remedies-file', 'mine.yaml', code=WRONG)
    assert level_of(ended, 'plugins') == 'wrong'
    assert 'mine.yaml' in ended.out
    workspace.configure('cleanup', remedies_file='none.yaml')
    assert 'none.yaml' in doctor(workspace, code=WRONG).out
