"""A remedies file and the real command: checked at the start, used only where it may be."""
import json
import sys

import pytest

from tests.sim.runs import Workspace, deletes

CLEAN, LEFT, USAGE = range(3)
NAME = 'notes what it was called with'
CODE = 'import sys; open("called", "a").write(sys.argv[1] + chr(10))'


def write(workspace: Workspace, **changes: object) -> None:
    """A remedies file with one command for projects, and tempest.conf names it."""
    path = workspace.folder / 'own.yaml'
    path.write_text(json.dumps({'remedies': [{
        'name': NAME, 'kinds': 'projects', 'when': {'attempts': 2, 'error': 'was told to fail'},
        'command': {'arguments': [sys.executable, '-S', '-c', CODE, 'project={name}']},
        **changes}]}))
    path.chmod(0o600)
    workspace.folder.chmod(0o755)
    workspace.configure('cleanup', remedies_file='own.yaml')


def leak(workspace: Workspace, times: int | None = None) -> str:
    """A project that Keystone refuses to delete, so many times or always."""
    workspace.run('--init-saved-state', code=CLEAN)
    project = workspace.cloud.make_project('leaked').project_id
    workspace.cloud.fault(f'DELETE .*/projects/{project}', status=409, times=times)
    return str(project)


def called(workspace: Workspace) -> list[str]:
    path = workspace.folder / 'called'
    return path.read_text().splitlines() if path.exists() else []


def steps(workspace: Workspace, project: str) -> list[tuple[str, str]]:
    outcome = next(d['outcome'] for d in workspace.json('report.json')['decisions']
                   if d['id'] == project)
    return [(step['remedy'], step['error']) for step in outcome['steps']]


def test_a_command_is_run_once_and_told(workspace: Workspace) -> None:
    """On the screen, in the report and in the journal, before the deletion that it helps."""
    write(workspace)
    project = leak(workspace, times=3)
    ended = workspace.run('--preserve-state', '--report', 'report.json', code=CLEAN)
    assert called(workspace) == ['project=leaked']
    assert steps(workspace, project) == [(NAME, '')]
    assert NAME in ended.out + ended.err
    journal = [json.loads(line) for line in (
        workspace.folder / 'cleanup_journal.jsonl').read_text().splitlines()]
    noted = [entry for entry in journal if entry.get('request', '').startswith('command ')]
    assert len(noted) == 1
    assert noted[0]['about'] == f'delete projects leaked {project}'
    assert 'project=leaked' in noted[0]['request']


def test_a_command_that_fails_is_told_with_what_it_wrote(workspace: Workspace) -> None:
    write(workspace, command={'arguments': ['sh', '-c', 'echo the host is down; exit 4']})
    project = leak(workspace)
    ended = workspace.run('--preserve-state', '--report', 'report.json', code=LEFT)
    assert steps(workspace, project) == [
        (NAME, 'sh ended with exit code 4: the host is down')]
    assert 'the host is down' in ended.out + ended.err


def test_a_request_of_the_operator(workspace: Workspace) -> None:
    write(workspace, command=None, api=None)
    path = workspace.folder / 'own.yaml'
    path.write_text(json.dumps({'remedies': [{
        'name': 'renames it', 'kinds': 'projects', 'api': {
            'method': 'PATCH', 'service': 'identity', 'path': 'projects/{id}',
            'body': {'project': {'description': 'was {name}'}}}}]}))
    project = leak(workspace)
    workspace.run('--preserve-state', '--report', 'report.json', code=LEFT)
    assert steps(workspace, project) == [('renames it', '')]
    assert (workspace.cloud.get('projects', project) or {})['description'] == 'was leaked'


@pytest.mark.parametrize('options', [
    ('--preserve-state', '--no-remedies'), ('--dry-run',)])
def test_where_nothing_may_be_changed_no_command_is_run(
    workspace: Workspace, options: tuple[str, ...],
) -> None:
    write(workspace)
    leak(workspace)
    workspace.run(*options, code=CLEAN if '--dry-run' in options else LEFT)
    assert called(workspace) == []


@pytest.mark.parametrize('options', [
    ('--preserve-state',), ('--preserve-state', '--no-remedies'), ('--dry-run',),
    ('--init-saved-state',)])
def test_a_file_that_is_wrong_ends_it_before_anything_is_done(
    workspace: Workspace, options: tuple[str, ...],
) -> None:
    """Also where it would not be used: it is to be mended before it is needed."""
    write(workspace, kinds='projetcs')
    ended = workspace.run(*options, code=USAGE)
    assert f"remedy 1 ('{NAME}'" in ended.err
    assert "did you mean 'projects'?" in ended.err
    assert 'Traceback' not in ended.err
    assert not workspace.cloud.requests
    assert deletes(workspace.cloud) == []


def test_the_command_line_wins(workspace: Workspace) -> None:
    write(workspace)
    ended = workspace.run('--dry-run', '--remedies-file', 'none.yaml', code=USAGE)
    assert 'there is no remedies file at none.yaml' in ended.err


def test_the_doctor_says_what_is_wrong_with_it(workspace: Workspace) -> None:
    workspace.run('--init-saved-state', code=CLEAN)
    write(workspace, kinds='projetcs')
    ended = workspace.run(command='cleanup doctor', code=USAGE)
    assert "did you mean 'projects'?" in ' '.join(ended.out.split())
    write(workspace)
    ended = workspace.run(command='cleanup doctor')
    assert 'ladders of remedies' in ended.out
    assert ended.code != USAGE
