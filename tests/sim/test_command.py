"""The command line: what each option does, and the exit codes, exactly."""
import json
import re

import pytest

from tempest_cleanup.tempest_plugin import DEFAULTS
from tests.sim.leaks import full_project
from tests.sim.runs import SAVED, Ended, Workspace, deletes

CLEAN, LEFT, USAGE, REFUSED, UNSEEN = range(5)


def leak(workspace: Workspace) -> dict[str, str]:
    """A project with a volume; an image that an option names."""
    cloud = workspace.cloud
    project = cloud.create('projects', name='tempest-leak')
    return {'projects': project,
            'volumes': cloud.create('volumes', name='tempest-volume', project_id=project),
            'images': cloud.create('images', name='other-image', project_id=project),
            'aggregates': cloud.create('aggregates', name='other-aggregate')}


def left(workspace: Workspace, leaks: dict[str, str]) -> set[str]:
    return {kind for kind, identifier in leaks.items() if workspace.cloud.get(kind, identifier)}


def shown(workspace: Workspace) -> set[str]:
    """The kinds of which dry_run.json has something."""
    return {kind for kind, found in workspace.json('dry_run.json').items()
            if found and not kind.startswith('_')}


@pytest.fixture
def leaked(workspace: Workspace) -> tuple[Workspace, dict[str, str]]:
    """A cloud that was saved, and leaked into."""
    workspace.save()
    return workspace, leak(workspace)


Leaked = tuple[Workspace, dict[str, str]]


def test_the_three_commands(workspace: Workspace) -> None:
    """Save, look, put back: exit code 0 each, and 0 only where all is clean."""
    before = workspace.cloud.snapshot()
    saved = workspace.run('--init-saved-state', code=CLEAN)
    assert re.search(rf'\d+ resources saved in {SAVED}', saved.out)
    full_project(workspace.cloud, 'tempest-a')
    looked = workspace.run('--dry-run', code=CLEAN)
    assert 'to clean up. Nothing was changed.' in looked.out
    assert 'tempest-a' in looked.out
    assert 'servers' in looked.out
    cleaned = workspace.run('--preserve-state', code=CLEAN)
    assert 'Clean: a complete listing shows nothing' in cleaned.out
    assert workspace.cloud.snapshot() == before


def test_neither_option_is_as_preserve_state_where_a_state_is_found(leaked: Leaked) -> None:
    workspace, leaks = leaked
    workspace.run(code=CLEAN)
    assert left(workspace, leaks) == set()


def test_fail_on_leaks(leaked: Leaked) -> None:
    """A dry run that finds something ends with 1; one that does not, with 0."""
    workspace, _ = leaked
    workspace.run('--dry-run', '--fail-on-leaks', code=LEFT)
    workspace.run(code=CLEAN)
    workspace.run('--dry-run', '--fail-on-leaks', code=CLEAN)


def test_1_something_was_left(leaked: Leaked) -> None:
    """And its message says what, and why."""
    workspace, leaks = leaked
    workspace.cloud.fault('DELETE /image', status=403, body={'message': 'not this one'})
    ended = workspace.run(code=LEFT)
    assert left(workspace, leaks) == {'images', 'projects'}
    assert 'images other-image' in ended.out
    assert '403 not this one' in ended.out
    assert 'blocked by images other-image' in ended.out


@pytest.mark.parametrize(('options', 'message'), [
    (('--init-saved-state', '--dry-run'), 'goes with neither'),
    (('--init-saved-state', '--preserve-state'), 'goes with neither'),
    (('--no-saved-state',), '--prefix or --resource-list only'),
    (('--no-saved-state', '--preserve-state', '--prefix', 'a'), 'contradicts'),
    (('--prefix', ''), 'empty --prefix'),
    (('--type', 'nonsense'), "unknown resource type 'nonsense'"),
    (('--skip-type', 'nonsense'), "unknown resource type 'nonsense'"),
    (('--project', 'nonsense'), "no project 'nonsense'"),
    (('--domain', 'nonsense'), "no domain 'nonsense'"),
    (('--older-than', '5'), 'no age'),
    (('--workers', '0'), 'not a number of at least 1'),
    (('--timeout', 'soon'), 'not a number of seconds'),
    (('--max-deletes', '-1'), 'not a number of at least 0'),
    (('--report', 'report.pdf'), 'report.pdf'),
    (('--report', 'nowhere/report.json'), 'no folder'),
    (('--saved-state', 'elsewhere.json'), 'no saved state at'),
    (('--config-file', 'nowhere.conf'), 'no configuration file'),
    (('--resource-list',), 'no list of resources'),
    (('--nonsense',), 'unrecognized arguments'),
])
def test_2_usage(leaked: Leaked, options: tuple[str, ...], message: str) -> None:
    """Nothing is sent that could change anything, and the message says what is wrong."""
    workspace, leaks = leaked
    ended = workspace.run(*options, code=USAGE)
    assert message in ended.err
    assert 'Traceback' not in ended.err
    assert left(workspace, leaks) == set(leaks)


def test_3_refused_by_a_guard(leaked: Leaked) -> None:
    """Too many deletions; no state to preserve; everything, and nobody who says yes."""
    workspace, leaks = leaked
    ended = workspace.run('--max-deletes', '3', code=REFUSED)
    assert '4 resources would be deleted, more than --max-deletes 3' in ended.err
    assert f'hence the default of {DEFAULTS["max_deletes"]}' in ended.err
    workspace.saved.unlink()
    ended = workspace.run('--preserve-state', code=REFUSED)
    assert 'no saved state' in ended.err
    ended = workspace.run(code=REFUSED)
    assert 'EVERYTHING' in ended.err
    assert left(workspace, leaks) == set(leaks)
    assert deletes(workspace.cloud) == []


def test_max_deletes_may_be_met(leaked: Leaked) -> None:
    workspace, leaks = leaked
    workspace.run('--max-deletes', '4', code=CLEAN)
    assert left(workspace, leaks) == set()


def test_4_part_of_the_cloud_was_not_seen(leaked: Leaked) -> None:
    """In each of the three commands."""
    workspace, _ = leaked
    workspace.cloud.fault('GET /network/v2.0/log/logs', status=501)
    looked = workspace.run('--dry-run', code=UNSEEN)
    assert 'logs: failed' in looked.out
    workspace.run('--type', 'images', code=UNSEEN)
    workspace.run('--init-saved-state', code=UNSEEN)


def test_yes_deletes_everything_without_a_saved_state(workspace: Workspace) -> None:
    leaks = leak(workspace)
    workspace.run('--yes')
    assert left(workspace, leaks) == set()


@pytest.mark.parametrize(('options', 'stays'), [
    (('--type', 'volumes'), {'images', 'aggregates', 'projects'}),
    (('--type', 'block-storage', '--type', 'image'), {'aggregates', 'projects'}),
    (('--skip-type', 'images'), {'images', 'projects'}),
    (('--skip-type', 'image', '--skip-type', 'compute'), {'images', 'aggregates', 'projects'}),
    (('--type', 'compute', '--skip-type', 'aggregates'), {
        'images', 'aggregates', 'projects', 'volumes'}),
    (('--project', 'tempest-leak'), {'aggregates'}),
    (('--project', 'admin'), {'images', 'aggregates', 'projects', 'volumes'}),
    (('--domain', 'Default'), {'aggregates'}),
    (('--prefix', 'tempest'), {'images', 'aggregates', 'projects'}),
    (('--prefix', 'tempest-v', '--type', 'images'), {
        'images', 'aggregates', 'projects', 'volumes'}),
    (('--older-than', '1h'), {'images', 'aggregates', 'projects', 'volumes'}),
])
def test_what_narrows(leaked: Leaked, options: tuple[str, ...], stays: set[str]) -> None:
    """Alone and combined; a project stays while something in it does."""
    workspace, leaks = leaked
    workspace.run('--dry-run', *options, code=CLEAN)
    assert shown(workspace) == set(leaks) - stays
    workspace.run(*options, code=CLEAN)
    assert left(workspace, leaks) == stays


def test_saved_state_elsewhere_and_reports(workspace: Workspace) -> None:
    """--saved-state F for both; --report can be repeated, and is complete."""
    workspace.run('--init-saved-state', '--saved-state', 'before.json', code=CLEAN)
    assert not workspace.saved.exists()
    leaks = leak(workspace)
    workspace.run('--saved-state', 'before.json', '--report', 'a.json', '--report', 'b.json',
                  code=CLEAN)
    assert left(workspace, leaks) == set()
    report = workspace.json('a.json')
    assert report == workspace.json('b.json')
    deleted = {d['kind']: d['outcome']['status'] for d in report['decisions']
               if d['action'] == 'delete'}
    assert deleted == dict.fromkeys(leaks, 'deleted')
    assert report['exit_code'] == 0
    assert report['saved_at'] == workspace.json('before.json')['saved_at']


def test_config_file(workspace: Workspace) -> None:
    """Another tempest.conf than the one Tempest would find."""
    conf = workspace.conf.rename(workspace.folder / 'other.conf')
    workspace.run('--init-saved-state', '--config-file', conf.name, code=CLEAN)


def test_delete_tempest_conf_objects(workspace: Workspace) -> None:
    """What tempest.conf names is kept but for this; what the tool runs with, always."""
    cloud = workspace.cloud
    image, other = cloud.ids('images')[:2]
    workspace.run('--yes', '--skip-type', 'domains')
    assert cloud.get('images', image)
    workspace.run('--yes', '--delete-tempest-conf-objects')
    assert cloud.get('images', image) is cloud.get('images', other) is None
    assert cloud.get('users', cloud.admin_user)
    assert cloud.get('projects', cloud.admin_project)


def test_types(workspace: Workspace) -> None:
    """cleanup types lists what is known, and what this cloud has."""
    tenant = full_project(workspace.cloud, 'tempest-a')
    workspace.cloud.fault('GET /network/v2.0/trunks', status=403)
    ended: Ended = workspace.run('-f', 'json', command='cleanup types', code=CLEAN)
    rows = {row['Type']: row for row in json.loads(ended.out)}
    assert rows['servers'] == {'Type': 'servers', 'Service': 'compute', 'Scope': 'cloud',
                               'Available': 'yes', 'Count': len(tenant.servers),
                               'Tried': 'yes'}
    assert rows['trunks']['Available'] == 'forbidden'
    assert rows['keypairs']['Scope'] == 'user'


def test_quiet_and_workers(leaked: Leaked) -> None:
    """One worker does all that sixteen do; --quiet tells no progress."""
    workspace, leaks = leaked
    ended = workspace.run('--workers', '1', '--quiet', code=CLEAN)
    assert ended.err == ''
    assert left(workspace, leaks) == set()


def test_options_in_tempest_conf(leaked: Leaked) -> None:
    """[cleanup] says what the command line does not."""
    workspace, leaks = leaked
    workspace.configure('cleanup', max_deletes='3', skip_type='images, aggregates')
    workspace.run('--skip-type', 'volumes', code=CLEAN)
    assert left(workspace, leaks) == {'images', 'aggregates', 'volumes', 'projects'}
    workspace.configure('cleanup', max_deletes='1', skip_type='')
    workspace.run(code=REFUSED)
    workspace.run('--max-deletes', '4', code=CLEAN)
    assert left(workspace, leaks) == set()


@pytest.mark.parametrize(('name', 'value'), [
    ('workers', '0'), ('workers', 'many'), ('timeout', 'nan'), ('timeout', '-1'),
    ('max_deletes', '-1'), ('grant', 'perhaps'), ('skip_type', 'nonsense'),
    ('skip_plugin', 'nonsense'), ('saved_state', 'nowhere/file.json')])
def test_bad_options_in_tempest_conf(leaked: Leaked, name: str, value: str) -> None:
    workspace, leaks = leaked
    workspace.configure('cleanup', **{name: value})
    ended = workspace.run(code=USAGE)
    assert value.split('/')[0] in ended.err
    assert left(workspace, leaks) == set(leaks)


def test_skip_plugin(leaked: Leaked) -> None:
    """Its kinds are kept, and what may own something of them."""
    workspace, leaks = leaked
    workspace.run('--skip-plugin', 'image', code=CLEAN)
    assert left(workspace, leaks) == {'images', 'projects'}
    ended = workspace.run('--skip-plugin', 'image', '-f', 'json', command='cleanup types')
    assert 'images' not in {row['Type'] for row in json.loads(ended.out)}
    workspace.run(code=CLEAN)
    assert left(workspace, leaks) == set()
