"""Bad input and a bad cloud: a clear message, the right exit code, nothing lost."""
import contextlib
import json
import os
import pathlib
import subprocess
from collections.abc import Iterator

import pytest

from tempest_cleanup import state
from tests.sim.conftest import MakeWorkspace
from tests.sim.leaks import full_project
from tests.sim.runs import SAVED, Ended, Workspace, deletes, wait_for

SERVERS = 'GET /compute/v2.1/servers/detail'


def check(ended: Ended, code: int, *words: str) -> None:
    """The exit code, a message for people on stderr, and no traceback."""
    assert ended.code == code, ended
    for word in words:
        assert word in ended.err, ended
    assert 'Traceback' not in ended.err + ended.out


# What the diagnosis is to look at

@pytest.mark.parametrize('option', ['--tempest-log', '--subunit'])
def test_evidence_that_is_named_and_not_there(workspace: Workspace, option: str) -> None:
    check(workspace.run('--dry-run', option, 'no-such-file'), 2, 'no-such-file')


@pytest.mark.parametrize('seconds', ['-1', 'soon', 'inf', ''])
def test_a_time_to_settle_that_is_none(workspace: Workspace, seconds: str) -> None:
    check(workspace.run('--dry-run', '--settle', seconds), 2, '--settle')


# tempest.conf and Keystone

def test_no_tempest_conf(workspace: Workspace) -> None:
    workspace.conf.unlink()
    check(workspace.run('--dry-run'), 2, 'uri_v3', 'tempest.conf', '--config-file')


def test_a_tempest_conf_without_an_administrator(workspace: Workspace) -> None:
    workspace.configure('auth', admin_username='', admin_password='')
    check(workspace.run('--dry-run'), 2, 'admin_username', 'administrator')


def test_a_broken_tempest_conf(workspace: Workspace) -> None:
    workspace.conf.write_text('[identity\nuri_v3 = x')
    check(workspace.run('--dry-run'), 2, 'tempest.conf')


@pytest.mark.parametrize('accounts', [
    b'{[', b'a: 1', b'\xff', b'- {a: 2001-99-99}', b'[' * 5000, b'- {resources: n}', None])
def test_a_bad_test_accounts_file(workspace: Workspace, accounts: bytes | None) -> None:
    path = workspace.folder / 'accounts.yaml'
    if accounts is not None:
        path.write_bytes(accounts)
    workspace.configure('auth', test_accounts_file=str(path))
    check(workspace.run('--dry-run'), 2, 'accounts.yaml')


def test_wrong_credentials(workspace: Workspace) -> None:
    workspace.configure('auth', admin_password='wrong')
    check(workspace.run('--dry-run'), 2, 'refuses the credentials', 'admin_password')


def test_keystone_is_down(workspace: Workspace) -> None:
    """Nobody listens there."""
    workspace.configure('identity', uri_v3='http://127.0.0.1:1/v3')
    check(workspace.run('--dry-run'), 2, 'Is Keystone up', 'uri_v3')


@pytest.mark.parametrize('trouble', ['garbage', '503', '404', 'drop'])
def test_keystone_is_not_well(workspace: Workspace, trouble: str) -> None:
    """Something else answers there, or it is broken."""
    pattern = 'POST /identity/v3/auth/tokens'
    if trouble.isdigit():
        workspace.cloud.fault(pattern, status=int(trouble))
    else:
        workspace.cloud.fault(pattern, garbage=trouble == 'garbage', drop=trouble == 'drop')
    check(workspace.run('--dry-run'), 2, '/identity/v3')


# One service

@pytest.mark.parametrize('trouble', ['drop', '503', 'garbage', 'hangs'])
def test_one_service_is_not_well(workspace: Workspace, trouble: str) -> None:
    """Its resources and their projects stay; of the others all is cleaned; 4."""
    cloud = workspace.cloud
    workspace.save()
    server = cloud.create('servers', name='leak')
    image = cloud.create('images', name='leak')
    if trouble == 'hangs':
        workspace.configure('service-clients', http_timeout='1')
        cloud.fault('/compute/', delay=60)
    else:
        cloud.fault('/compute/', status=int(trouble) if trouble.isdigit() else 0,
                    garbage=trouble == 'garbage', drop=trouble == 'drop')
    ended = workspace.run()
    assert ended.code == 4, ended
    assert 'servers: failed' in ended.out
    assert 'Traceback' not in ended.err
    cloud.clear_faults()
    assert cloud.get('images', image) is None
    assert cloud.get('servers', server)


def test_who_is_not_where_the_catalog_says_is_not_seen(workspace: Workspace) -> None:
    """Nobody listens there. Where it was is put back, and what was hidden then goes, too."""
    cloud = workspace.cloud
    workspace.save()
    server = cloud.create('servers', name='leak')
    for identifier, endpoint in cloud.snapshot()['endpoints'].items():
        if '/compute' in endpoint['url']:
            cloud.update('endpoints', identifier, url='http://127.0.0.1:1/v2.1')
    dry = workspace.run('--dry-run', '--settle', '0', code=4)
    assert 'servers: failed' in dry.out
    assert 'nobody accepts connections' in dry.out
    workspace.run(code=0)
    assert cloud.get('servers', server) is None


def test_an_error_is_told_in_the_services_own_words(workspace: Workspace) -> None:
    """What was asked, the status, the message, the request id."""
    workspace.save()
    workspace.cloud.fault(SERVERS, status=403, headers={'x-openstack-request-id': 'req-1'},
                          body={'forbidden': {'message': 'Policy says no', 'code': 403}})
    ended = workspace.run('--dry-run', code=4)
    asked = 'GET compute/servers/detail?all_tenants=1&soft_deleted=True'
    assert f'403 Policy says no ({asked}) [req-1]' in ended.out


# Tokens

def test_tokens_expire_in_mid_run(make_workspace: MakeWorkspace) -> None:
    """They are renewed before that; nobody sees a 401."""
    workspace = make_workspace(token_lifetime=2, server_delete_time=4)
    cloud = workspace.cloud
    before = cloud.snapshot()
    workspace.run('--init-saved-state', code=0)
    cloud.make_project('tempest-a', servers=1, volumes=1)
    workspace.run(code=0)
    assert cloud.snapshot() == before


def test_tokens_are_revoked_in_mid_run(workspace: Workspace) -> None:
    """What the expiry can't tell: asked for anew, and the request repeated, whatever it was."""
    cloud = workspace.cloud
    before = cloud.snapshot()
    workspace.save()
    full_project(cloud, 'tempest-a')
    for pattern in ('GET /network/v2.0/ports', 'DELETE /compute', 'PUT /network',
                    'DELETE /identity/v3/users'):
        cloud.fault(pattern, revoke=True, times=1)
    workspace.run(code=0)
    assert cloud.snapshot() == before


def test_the_password_changes_in_mid_run(workspace: Workspace) -> None:
    """No new token is to be had: a message and an end, and no traceback."""
    cloud = workspace.cloud
    workspace.save()
    full_project(cloud, 'tempest-a')
    cloud.fault('GET /network/v2.0/networks', revoke=True)
    cloud.fault('POST /identity/v3/auth/tokens', status=401, skip=1)
    ended = workspace.run()
    assert ended.code in (1, 2, 4), ended
    assert 'Traceback' not in ended.err


# The saved state

def test_a_saved_state_that_is_missing(workspace: Workspace) -> None:
    check(workspace.run('--preserve-state'), 3, SAVED, '--init-saved-state')
    check(workspace.run('--saved-state', 'other.json'), 2, 'other.json')


@pytest.mark.parametrize(('harm', 'words'), [
    (lambda text: text[:len(text) // 2], 'cut off'),
    (lambda text: '', 'cut off'),
    (lambda text: '[]', 'not a saved state'),
    (lambda text: text.replace('"admin"', '"nimda"', 1), 'checksum'),
    (lambda text: json.dumps(json.loads(text) | {'format': 99}), 'upgrade'),
])
def test_a_saved_state_that_is_not_whole(
    workspace: Workspace, harm: object, words: str,
) -> None:
    """Truncated, empty, something else, edited, newer: nothing is changed."""
    workspace.save()
    leak = workspace.cloud.create('images', name='leak')
    workspace.saved.write_text(harm(workspace.saved.read_text()))  # type: ignore[operator]
    text = workspace.saved.read_text()
    for options in (('--dry-run',), ('--preserve-state', '--yes')):
        check(workspace.run(*options), 2, SAVED, words)
    assert workspace.cloud.get('images', leak)
    assert workspace.saved.read_text() == text


def test_a_saved_state_of_another_cloud(make_workspace: MakeWorkspace) -> None:
    """Point 10: its ids differ, and so everything here would look leaked."""
    here, there = make_workspace(), make_workspace(random_seed=1)
    leak = here.cloud.create('images', name='leak')
    there.save()
    here.saved.write_bytes(there.saved.read_bytes())
    check(here.run(), 2, 'of another cloud', 'tempest.conf')
    assert here.cloud.get('images', leak)
    assert deletes(here.cloud) == []


def test_a_saved_state_that_can_not_be_read(workspace: Workspace) -> None:
    workspace.saved.mkdir()
    check(workspace.run('--dry-run'), 2, "can't use", SAVED)


# The disk

@contextlib.contextmanager
def full_disk(folder: pathlib.Path) -> Iterator[pathlib.Path]:
    """A small file system without a byte left."""
    if os.geteuid():
        pytest.skip('mounting a small file system needs root')
    made = subprocess.run(['mount', '-t', 'tmpfs', '-o', 'size=512k', 'tmpfs', str(folder)],
                          capture_output=True, text=True, check=False)
    if made.returncode:
        pytest.skip(f'no small file system can be mounted here: {made.stderr.strip()}')
    try:
        yield folder
    finally:
        subprocess.run(['umount', '-l', str(folder)], check=True)


def fill(folder: pathlib.Path) -> None:
    with contextlib.suppress(OSError), (folder / 'filler').open('wb', buffering=0) as filler:
        while filler.write(b'x' * 512):
            pass


def test_the_disk_is_full(workspace: Workspace) -> None:
    """Saving: 2, and the older saved state is as it was. Reporting: 2, after the work."""
    folder = workspace.folder / 'small'
    folder.mkdir()
    with full_disk(folder):
        fill(folder)
        check(workspace.run('--init-saved-state', '--saved-state', 'small/state.json'), 2,
              'small')
        (folder / 'filler').unlink()
        workspace.run('--init-saved-state', '--saved-state', 'small/state.json', code=0)
        text = (folder / 'state.json').read_text()
        fill(folder)
        full_project(workspace.cloud, 'tempest-a')
        check(workspace.run('--init-saved-state', '--saved-state', 'small/state.json'), 2,
              'small')
        assert (folder / 'state.json').read_text() == text
        assert not list(folder.glob('.state*'))
        check(workspace.run('--saved-state', 'small/state.json', '--report', 'small/r.json'),
              2, "can't write", 'No space left')


def test_a_folder_that_can_not_be_written_to(workspace: Workspace) -> None:
    """Before anything is asked of the cloud that would be lost."""
    folder = pathlib.Path('/proc/self')  # not even root may write there
    leak = workspace.cloud.create('images', name='leak')
    check(workspace.run('--init-saved-state', '--saved-state', f'{folder}/state.json'), 2,
          "can't write", str(folder))
    workspace.save()
    (workspace.folder / 'dry_run.json').mkdir()
    check(workspace.run('--dry-run'), 2, 'dry_run.json')
    assert workspace.cloud.get('images', leak)


# Two runs at once

def test_two_runs_at_once_on_one_state_file(workspace: Workspace) -> None:
    """The second is refused; the first goes on, and after it there may be another."""
    cloud = workspace.cloud
    workspace.run('--init-saved-state', code=0)
    before = workspace.saved.read_bytes()
    cloud.create('images', name='leak')
    fault = cloud.fault('DELETE /image', delay=15, times=1)
    first = workspace.start()
    wait_for(lambda: fault.hits)
    for options in ((), ('--dry-run',), ('--init-saved-state',)):
        check(workspace.run(*options), 3, 'another run', str(workspace.folder))
    assert first.wait().code == 0
    assert workspace.saved.read_bytes() == before
    workspace.run('--dry-run', '--fail-on-leaks', code=0)


def test_with_debug_the_traceback_is_in_the_log(workspace: Workspace) -> None:
    """For who wants to know where; the message is the same."""
    workspace.saved.write_text('[')
    ended = workspace.run('--dry-run', '--debug', code=2)
    assert f'{SAVED} is not the {state.WHAT}' in ended.err
    assert 'Traceback' in (workspace.folder / 'tempest.log').read_text() + ended.err
