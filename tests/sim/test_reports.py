"""Reports and the history, as the command writes them."""
import json
import os
import pathlib
import subprocess
import sys
from xml.etree import ElementTree

import jsonschema

from tempest_cleanup.report import as_json, forms
from tests.sim.leaks import full_project
from tests.sim.runs import Workspace, wait_for

CLEAN, USAGE = 0, 2
FILES = tuple(f'report{suffix}' for suffix in forms.FORMS)


def reports(*files: str) -> tuple[str, ...]:
    return tuple(word for file in files for word in ('--report', file))


def test_every_form_in_one_run(workspace: Workspace) -> None:
    """Each is written, and all of them know of the same resources."""
    workspace.save()
    full_project(workspace.cloud, 'tempest-a')
    workspace.run('--dry-run', '--history', 'history', *reports(*FILES), code=CLEAN)
    data = json.loads((workspace.folder / 'report.json').read_text())
    jsonschema.Draft202012Validator(as_json.schema()).validate(data)
    todo = [d for d in data['decisions'] if d['action'] != 'keep']
    assert len(todo) > 5
    assert (data['history']['runs'], data['history']['gone']) == (1, [])
    assert set(data['history']['findings']) == {f['fingerprint'] for f in data['findings']}
    assert all(found['new'] for found in data['history']['findings'].values())
    assert set(data['versions']) == {'tempest', 'tempest-cleanup'}
    junit = ElementTree.parse(workspace.folder / 'report.xml')
    assert len(junit.findall('.//failure')) == len(todo)
    page = (workspace.folder / 'report.html').read_text()
    for decision in todo:
        assert decision['id'] in page
    for file in (*FILES, 'history'):
        assert (workspace.folder / file).stat().st_mode & 0o777 == 0o600


def test_runs_are_counted(workspace: Workspace) -> None:
    workspace.save()
    for _ in range(3):
        workspace.run('--dry-run', '--history', 'history', *reports('report.json'), code=CLEAN)
    data = json.loads((workspace.folder / 'report.json').read_text())
    assert data['history']['runs'] == 3


def test_a_broken_history_is_told_before_the_work(workspace: Workspace) -> None:
    """Point 10: and nothing was changed."""
    workspace.save()
    full_project(workspace.cloud, 'tempest-a')
    before = workspace.cloud.snapshot()
    (workspace.folder / 'history').write_text('not a database, ' * 100)
    ended = workspace.run('--preserve-state', '--history', 'history', code=USAGE)
    assert 'is not a history' in ended.err
    assert workspace.cloud.snapshot() == before


def test_one_report_that_can_not_be_written_stops_no_other(workspace: Workspace) -> None:
    """Point 6: what was done is told, though the exit code is that of the failure."""
    workspace.save()
    workspace.cloud.fault('GET /compute/.*servers/detail', delay=1)
    workspace.cloud.reset_requests()
    started = workspace.start('--preserve-state', *reports('report.json', 'report.md'))
    wait_for(lambda: workspace.cloud.requests)
    # What is no file before the run is refused before it begins.
    pathlib.Path(workspace.folder, 'report.json').mkdir()
    ended = started.wait()
    assert ended.code == USAGE, ended
    assert 'Clean: ' in ended.out
    assert 'can\'t use report.json: Is a directory' in ended.err
    assert (workspace.folder / 'report.md').exists()


def test_who_does_not_read_the_screen_loses_no_file(workspace: Workspace) -> None:
    """``| head`` that has seen enough: what was done stands in the files, and the pipe is told."""
    cloud = workspace.cloud
    workspace.save()
    for number in range(3):
        cloud.create('aggregates', name=f'leak-{number}')
    listed = cloud.create('volumes', name='v')
    record = workspace.folder / 'resource_list.json'
    record.write_text(json.dumps({'volumes': {listed: 'v'}}))
    with subprocess.Popen(
            [sys.executable, '-c', 'import sys; from tempest.cmd import main; '
             'sys.exit(main.main(sys.argv[1:]))', 'cleanup', '--resource-list',
             *reports('report.json')], cwd=workspace.folder, text=True,
            env=os.environ | {'TEMPEST_CONFIG_DIR': str(workspace.folder),
                              'TEMPEST_CONFIG': 'tempest.conf'},
            stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout
        assert process.stderr
        process.stdout.close()
        told = process.stderr.read()
    assert process.returncode == USAGE, told
    assert told.endswith("tempest cleanup: can't show the report: Broken pipe\n"), told
    assert [d['outcome']['status'] for d in workspace.json('report.json')['decisions']
            if d['outcome']] == ['deleted']
    assert workspace.json('resource_list.json') == {}
