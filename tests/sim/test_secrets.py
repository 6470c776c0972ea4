"""Point 11: no secret leaves the process, and no name controls a terminal."""
import json
import os
import pathlib
import stat

from tempest_cleanup.report import forms
from tempest_cleanup.testing import SimulatedCloud
from tests.sim.conftest import MakeWorkspace
from tests.sim.runs import Ended, Workspace

SECRETS = ('s3cr3t-admin-password', 's3cr3t-user-password', 's3cr3t-ec2-blob',
           's3cr3t-user-data', 's3cr3t-app-cred', 's3cr3t-metadata-key',
           's3cr3t-stack-parameter', 's3cr3t-chap-password', 's3cr3t-consumer',
           's3cr3t-private-key', 's3cr3t-account-password')
HOSTILE = ('\x1b]0;owned\x07', '\x1b[2J\x1b[31mred', '[/red] [bold]markup', ':bomb:',
           'line\r\nbreak', '\u202egnp.exe', '</script><script>alert(1)', '\x9b31m', '%s{0}')


def plant(cloud: SimulatedCloud) -> None:
    """Secrets wherever a cloud keeps any."""
    tenant = cloud.make_project('tempest-a', servers=1, volumes=1)
    cloud.create('users', name='tempest-b', password='s3cr3t-user-password')
    cloud.create('credentials', user_id=tenant.user_id, blob='s3cr3t-ec2-blob')
    cloud.create('application_credentials', name='a', user_id=tenant.user_id,
                 secret='s3cr3t-app-cred')
    cloud.update('servers', tenant.servers[0], adminPass='s3cr3t-admin-password',
                 metadata={'key': 's3cr3t-metadata-key'},
                 **{'OS-EXT-SRV-ATTR:user_data': 's3cr3t-user-data'})
    cloud.create('stacks', name='tempest-s', project_id=tenant.project_id,
                 parameters={'password': 's3cr3t-stack-parameter'})
    cloud.create('volume_attachments', volume_id=tenant.volumes[0], instance=tenant.servers[0],
                 connection_info={'auth_password': 's3cr3t-chap-password'})
    cloud.create('oauth_consumers', name='tempest-c', secret='s3cr3t-consumer')
    cloud.create('keypairs', name='tempest-k', user_id=tenant.user_id,
                 private_key='s3cr3t-private-key')


def tokens(cloud: SimulatedCloud) -> list[str]:
    """Every token that was issued."""
    return list(cloud._world.tokens._tokens)


def texts(workspace: Workspace, *runs: Ended) -> dict[str, str]:
    """All that the runs have left: files, logs, output; not tempest's own configuration."""
    found = {str(path): path.read_text(errors='replace')
             for path in workspace.folder.parent.rglob('*')
             if path.is_file() and path != workspace.conf}
    return found | {f'output {n}': run.out + run.err for n, run in enumerate(runs)}


#: Every form that a report has.
REPORTS = [word for suffix in forms.FORMS for word in ('--report', f'report{suffix}')]


def test_no_secret_is_in_any_file_log_or_output(make_workspace: MakeWorkspace) -> None:
    """Point 11, with --debug, and with refusals that are tried again and told."""
    workspace = make_workspace(admin_password='s3cr3t-admin-password',
                               stacks_of_all_projects=False)
    cloud = workspace.cloud
    workspace.configure('DEFAULT', debug='true')
    saving = workspace.run('--init-saved-state', '--debug', code=0)
    plant(cloud)
    saved_again = workspace.run('--init-saved-state', '--debug', '--saved-state', 'second.json')
    cloud.fault('DELETE /compute', status=500, times=3, body={
        'computeFault': {'message': 'no', 'code': 500}})
    looked = workspace.run('--dry-run', '--debug', *REPORTS, '--history', 'history.sqlite')
    asked = workspace.run('--debug', command='cleanup doctor')
    cleaned = workspace.run('--debug', *REPORTS, '--history', 'history.sqlite', '-v', code=0)
    check(workspace, saving, saved_again, looked, asked, cleaned)
    written = {path.name for path in workspace.folder.iterdir()}
    assert written >= {
        'saved_state.json', 'second.json', 'dry_run.json', 'history.sqlite', 'tempest.log',
        'cleanup_journal.jsonl', *(f'report{suffix}' for suffix in forms.FORMS)}


def test_no_secret_is_in_what_a_command_leaves(make_workspace: MakeWorkspace) -> None:
    """Point 11: around a command, with test accounts, a list of resources and a reviewed plan."""
    workspace = make_workspace(admin_password='s3cr3t-admin-password')
    cloud = workspace.cloud
    accounts = workspace.folder.parent / 'accounts.yaml'
    accounts.write_text(json.dumps([{'username': 'ci-user', 'project_name': 'ci-project',
                                     'password': 's3cr3t-account-password'}]))
    workspace.configure('auth', test_accounts_file=str(accounts))
    saving = workspace.run('--debug', '--', 'true', command='cleanup run')
    plant(cloud)
    (workspace.folder / 'resource_list.json').write_text('{}')
    looked = workspace.run('--dry-run', '--debug', '--tempest-only', *REPORTS)
    cloud.fault('DELETE /volume', status=500)
    cloud.fault('DELETE /identity/v3/users', drop=True)
    failed = workspace.run('--debug', '--plan', 'report.json', '--timeout', '5', '--report',
                           'after.html')
    asked = workspace.run('--debug', '--no-grant', command='cleanup doctor')
    accounts.unlink()
    check(workspace, saving, looked, failed, asked)


def check(workspace: Workspace, *runs: Ended) -> None:
    """That nothing of what the runs have written or said is secret."""
    issued = tokens(workspace.cloud)
    assert len(issued) > 3
    for name, text in texts(workspace, *runs).items():
        for secret in (*SECRETS, *issued):
            assert secret not in text, name


def test_wrong_credentials_are_not_told(make_workspace: MakeWorkspace) -> None:
    """Point 11: the message about a refused password does not have it."""
    workspace = make_workspace()
    workspace.configure('auth', admin_password='s3cr3t-admin-password')
    ended = workspace.run('--dry-run', '--debug', code=2)
    assert all('s3cr3t-admin-password' not in text
               for text in texts(workspace, ended).values())


def test_files_are_for_their_owner_only(workspace: Workspace) -> None:
    """Point 11: 0600, whatever the umask says."""
    before = os.umask(0)
    try:
        workspace.run('--init-saved-state', code=0)
        workspace.run('--dry-run', *REPORTS, '--history', 'history.sqlite', code=0)
    finally:
        os.umask(before)
    names = ('saved_state.json', 'dry_run.json', 'history.sqlite',
             *(f'report{suffix}' for suffix in forms.FORMS))
    for name in names:
        assert stat.S_IMODE((workspace.folder / name).stat().st_mode) == 0o600, name


def test_hostile_names_control_nothing(workspace: Workspace) -> None:
    """Point 11: escape sequences are shown harmless; markup is text; all is cleaned."""
    cloud = workspace.cloud
    before = cloud.snapshot()
    workspace.run('--init-saved-state', code=0)
    for number, name in enumerate(HOSTILE):
        project = cloud.create('projects', name=name)
        cloud.create('volumes', name=name, project_id=project)
        cloud.create('keypairs', name=f'k{number} {name}')
        cloud.create('images', name=name)
    cloud.fault('DELETE /image', status=403, times=2,
                body={'error': {'message': '\x1b]0;owned\x07 [/x] refused'}})
    looked = workspace.run('--dry-run', '--report', 'report.json', code=0)
    cleaned = workspace.run('--debug', code=0)
    for ended in (looked, cleaned):
        shown = ended.out + ended.err
        assert not [c for c in shown if (ord(c) < 32 and c != '\n') or 0x7f <= ord(c) < 0xa0
                    or c in '\u202e']
        assert 'Traceback' not in shown
    assert '[/red] [bold]markup' in looked.out
    assert ':bomb:' in looked.out
    names = {d['name'] for d in workspace.json('report.json')['decisions']}
    assert set(HOSTILE) <= names, 'a program gets them as they are'
    assert cloud.snapshot() == before


def test_names_are_escaped_in_the_log_too(workspace: Workspace, tmp_path: pathlib.Path) -> None:
    """Point 11: a log that is looked at on a terminal."""
    cloud = workspace.cloud
    workspace.run('--init-saved-state', code=0)
    cloud.create('images', name='\x1b]0;owned\x07')
    cloud.fault('DELETE /image', status=403,
                body={'error': {'message': '\x1b]0;owned\x07 refused'}})
    workspace.run('--debug', code=1)
    log = (workspace.folder / 'tempest.log').read_text()
    assert '\x1b' not in log
