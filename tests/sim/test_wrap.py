"""tempest cleanup run: whatever becomes of the command, it is reported what it left."""
import json
import pathlib
import shlex
import signal
import sys

import pytest

from tempest_cleanup import state
from tests.sim.runs import SAVED, Ended, Started, Workspace, deletes, wait_for

CLEAN, LEFT, USAGE, REFUSED, UNSEEN = range(5)
#: Makes a volume, as a test would; needs the address of the simulated cloud.
LEAK = '''
import json, sys, urllib.request as r
url, name = sys.argv[1:]
def post(path, body, **headers):
    request = r.Request(url + path, json.dumps(body).encode(),
                        {'Content-Type': 'application/json', **headers})
    return r.urlopen(request)
token = post('/identity/v3/auth/tokens', {'auth': {
    'identity': {'methods': ['password'], 'password': {'user': {
        'name': 'admin', 'domain': {'id': 'default'}, 'password': sys.stdin.readline().strip()}}},
    'scope': {'project': {'name': 'admin', 'domain': {'id': 'default'}}}}})
post('/identity/v3/projects', {'project': {'name': name}},
     **{'X-Auth-Token': token.headers['X-Subject-Token']})
'''


def leaking(workspace: Workspace, then: str) -> tuple[str, ...]:
    """A command that leaves a project behind, and goes on with a line of shell."""
    script = workspace.folder / 'leak.py'
    script.write_text(LEAK)
    url = workspace.cloud.auth_url.removesuffix('/identity/v3')
    leak = shlex.join([sys.executable, '-S', str(script), url, 'tempest-leak'])
    password = shlex.quote(workspace.cloud.settings.admin_password)
    return '--', '/bin/sh', '-c', f'echo {password} | {leak} && {then}'


def projects(workspace: Workspace) -> set[str]:
    return {(workspace.cloud.get('projects', p) or {})['name']
            for p in workspace.cloud.ids('projects')}


def run(workspace: Workspace, *words: str, code: int) -> Ended:
    return workspace.run(*words, command='cleanup run', code=code)


def test_it_saves_runs_and_reports(workspace: Workspace) -> None:
    """The leak stays, as nobody asked for a clean-up; the command's output is in between."""
    ended = run(workspace, *leaking(workspace, 'echo done, --debug too'), code=CLEAN)
    said = [ended.out.index(text) for text in (
        f'resources saved in {SAVED}', 'done, --debug too', '/bin/sh ended with exit code 0 after',
        'tempest-leak', '1 to clean up. Nothing was changed.')]
    assert said == sorted(said)
    assert 'tempest-leak' in projects(workspace)
    assert list(workspace.json('dry_run.json')['projects'].values()) == ['tempest-leak']
    workspace.run('--preserve-state', code=CLEAN)
    assert 'tempest-leak' not in projects(workspace)


def test_options_of_the_command_are_the_commands(workspace: Workspace) -> None:
    """Also those that tempest itself has, and a second --."""
    ended = run(workspace, '--', 'echo', '--debug', '--report', 'x.pdf', '-q', '--', '-h',
                code=CLEAN)
    assert '\n--debug --report x.pdf -q -- -h\n' in ended.out


def test_then_clean(workspace: Workspace) -> None:
    before = workspace.cloud.snapshot()
    ended = run(workspace, '--then-clean', '--report', 'report.json', *leaking(
        workspace, 'true'), code=CLEAN)
    assert workspace.cloud.snapshot() == before
    assert 'Clean: a complete listing' in ended.out
    assert workspace.json('report.json')['intent'] == 'Clean-up'


def test_a_command_that_fails(workspace: Workspace) -> None:
    """Its exit code counts more than ours, and all is reported and cleaned nevertheless."""
    ended = run(workspace, '--fail-on-leaks', *leaking(workspace, 'exit 7'), code=7)
    assert 'ended with exit code 7' in ended.out
    assert '1 to clean up' in ended.out
    ended = run(workspace, '--fail-on-leaks', '--', 'true', code=CLEAN)
    assert 'Clean:' in ended.out, 'the state was saved anew, with what was reported'
    run(workspace, '--then-clean', '--', '/bin/sh', '-c', 'kill -KILL $$', code=137)


def test_our_exit_code_where_the_command_has_none(workspace: Workspace) -> None:
    run(workspace, '--fail-on-leaks', *leaking(workspace, 'true'), code=LEFT)
    workspace.cloud.fault('GET /network/v2.0/log/logs', status=501)
    run(workspace, '--', 'true', code=UNSEEN)


def test_a_time_out(workspace: Workspace) -> None:
    ended = run(workspace, '--command-timeout', '3', '--then-clean', *leaking(
        workspace, 'sleep 60'), code=143)
    assert 'was ended after 3 s (--command-timeout)' in ended.out
    assert 'tempest-leak' not in projects(workspace)
    assert 'Clean:' in ended.out


def under_way(workspace: Workspace, *words: str, then: str = 'sleep 60') -> Started:
    """A run whose command has leaked and is still at work."""
    ready = workspace.folder / 'ready'
    started = workspace.start(*words, *leaking(workspace, f'touch {ready} && {then}'),
                              command='cleanup run')
    wait_for(ready.exists)
    return started


@pytest.mark.parametrize(('number', 'code'), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_interrupted(workspace: Workspace, number: signal.Signals, code: int) -> None:
    """The command is ended first; then it is reported, or cleaned up, as ever."""
    started = under_way(workspace, '--then-clean')
    started.signal(number)
    ended = started.wait()
    assert ended.code == code, ended
    assert f'was ended by {number.name}' in ended.out
    assert 'Clean:' in ended.out
    assert 'tempest-leak' not in projects(workspace)


def test_killed(workspace: Workspace) -> None:
    """Point 9: the file is not lost to the next run; it says how to finish the work."""
    started = under_way(workspace, then='exec sleep 3')
    started.signal(signal.SIGKILL)
    started.wait()
    saved = workspace.saved.read_bytes()
    ended = run(workspace, '--', 'true', code=REFUSED)
    assert 'it may be all that tells what is to stay' in ended.err
    assert workspace.saved.read_bytes() == saved
    workspace.run('--preserve-state', code=CLEAN)
    assert 'tempest-leak' not in projects(workspace)


def test_a_state_that_somebody_took_is_not_overwritten(workspace: Workspace) -> None:
    workspace.save()
    saved = workspace.saved.read_bytes()
    ended = run(workspace, '--', 'touch', 'ran', code=REFUSED)
    assert f'{SAVED} is there already' in ended.err
    assert workspace.saved.read_bytes() == saved
    assert not (workspace.folder / 'ran').exists()
    run(workspace, '--saved-state', 'other.json', '--', 'touch', 'ran', code=CLEAN)
    assert (workspace.folder / 'ran').exists()


@pytest.mark.parametrize('harm', ['rm saved_state.json', 'echo {} > saved_state.json'])
def test_a_command_that_spoils_the_state(workspace: Workspace, harm: str) -> None:
    """What was saved is kept in mind: the report is true, and tells of it."""
    ended = run(workspace, *leaking(workspace, harm), code=USAGE)
    assert '1 to clean up' in ended.out
    assert SAVED in ended.err
    assert 'Traceback' not in ended.err


@pytest.mark.parametrize(('program', 'code', 'says'), [
    ('no-such-command', 127, 'there is no command no-such-command'),
    ('./data', 126, './data can\'t be run'), ('./garbage', 126, './garbage can\'t be run')])
def test_a_command_that_can_not_be_started(
    workspace: Workspace, program: str, code: int, says: str,
) -> None:
    """Nothing is left of us."""
    (workspace.folder / 'data').write_text('')
    garbage = workspace.folder / 'garbage'
    garbage.write_bytes(b'\x00\x01')
    garbage.chmod(0o755)
    ended = run(workspace, '--', program, code=code)
    assert says in ended.err
    assert 'Traceback' not in ended.err
    assert not workspace.saved.exists()


@pytest.mark.parametrize(('words', 'message'), [
    ((), 'required: COMMAND'), (('--',), 'required: COMMAND'),
    (('--dry-run', '--', 'true'), 'unrecognized arguments'),
    (('--command-timeout', '0', '--', 'true'), 'not a number of seconds'),
    (('--type', 'nonsense', '--', 'true'), "unknown resource type 'nonsense'"),
    (('--report', 'x.pdf', '--', 'true'), 'x.pdf'),
    (('--config-file', 'none.conf', '--', 'true'), 'no configuration file')])
def test_usage(workspace: Workspace, words: tuple[str, ...], message: str) -> None:
    """Found out before anything is saved or run."""
    ended = run(workspace, *words, code=USAGE)
    assert message in ended.err
    assert not workspace.saved.exists()


def test_too_much_to_delete_is_reported_nevertheless(workspace: Workspace) -> None:
    """The guard holds; what is there is told, and the saved state is not given up."""
    ended = run(workspace, '--then-clean', '--max-deletes', '0', *leaking(
        workspace, 'true'), code=REFUSED)
    assert '1 to clean up. Nothing was changed.' in ended.out
    assert 'more than --max-deletes 0' in ended.err
    assert deletes(workspace.cloud) == []
    assert state.stage_of(workspace.saved) is state.Stage.UNDER_WAY


def test_it_narrows_too(workspace: Workspace) -> None:
    """The filters are those of tempest cleanup."""
    run(workspace, '--then-clean', '--prefix', 'other', *leaking(workspace, 'true'), code=CLEAN)
    assert 'tempest-leak' in projects(workspace)


def test_the_files_stage(workspace: Workspace) -> None:
    """It is noted in the file, and does not hinder its use."""
    run(workspace, '--', '/bin/sh', '-c', f'cp {SAVED} before.json', code=CLEAN)
    stages = [state.stage_of(pathlib.Path(workspace.folder / name))
              for name in ('before.json', SAVED)]
    assert stages == [state.Stage.UNDER_WAY, state.Stage.REPORTED]
    assert json.loads(workspace.saved.read_text())['run'] == 'reported'
    workspace.run('--dry-run', code=CLEAN)


def test_what_was_left_is_not_forgotten_by_the_next_run(workspace: Workspace) -> None:
    """Point 9: it is in the next saved state; the one that does not have it is kept."""
    run(workspace, *leaking(workspace, 'true'), code=CLEAN)
    assert state.stage_of(workspace.saved) is state.Stage.LEFT
    first = workspace.saved.read_bytes()
    ended = run(workspace, '--', 'true', code=CLEAN)
    aside, = workspace.folder.glob('saved_state-*.json')
    assert aside.read_bytes() == first
    assert f'--preserve-state --saved-state {aside.name}' in ended.out
    assert state.stage_of(workspace.saved) is state.Stage.REPORTED
    workspace.run('--preserve-state', code=CLEAN)
    assert 'tempest-leak' in projects(workspace)
    workspace.run('--preserve-state', '--saved-state', aside.name, code=CLEAN)
    assert 'tempest-leak' not in projects(workspace)


def test_what_could_not_be_deleted_is_left_too(workspace: Workspace) -> None:
    workspace.cloud.fault('DELETE /identity/v3/projects', status=409)
    run(workspace, '--then-clean', '--timeout', '2', *leaking(workspace, 'true'), code=LEFT)
    assert state.stage_of(workspace.saved) is state.Stage.LEFT
