"""Upstream's flags, files and jobs: they go on working, unchanged."""
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.benchmarks import upstream
from tests.sim.leaks import full_project
from tests.sim.runs import Ended, Workspace, deletes

#: What the Zuul role ``tempest-cleanup`` runs, and the ways it can be told to.
ROLE_SAVE = ('--init-saved-state', '--debug')
ROLE_CLEAN = ('--debug',)


def run_upstream(workspace: Workspace, *options: str) -> Ended:
    """Upstream's own command, without our hook."""
    env = {'TEMPEST_CONFIG_DIR': str(workspace.folder), 'TEMPEST_CONFIG': 'tempest.conf',
           'PATH': '/usr/bin:/bin', 'PYTHONPATH': str(Path(upstream.__file__).parents[2])}
    done = subprocess.run(
        [sys.executable, '-m', 'tests.benchmarks.upstream', *options], cwd=workspace.folder,
        env=env, capture_output=True, text=True, timeout=120, check=False)
    return Ended(done.returncode, done.stdout, done.stderr)


def checker(workspace: Workspace) -> bool:
    """The role's own check: every top-level value of dry_run.json is empty."""
    found: dict[str, Any] = workspace.json('dry_run.json')
    return not any(found.values())


def test_the_zuul_role(workspace: Workspace) -> None:
    """Its command lines in their order, and its checker's answer before and after."""
    cloud = workspace.cloud
    before = cloud.snapshot()
    workspace.run(*ROLE_SAVE, code=0)
    workspace.run('--dry-run', '--debug', code=0)
    assert checker(workspace)
    full_project(cloud, 'tempest-a')
    workspace.run('--dry-run', '--debug', code=0)
    assert not checker(workspace)
    workspace.run(*ROLE_CLEAN, code=0)
    workspace.run('--dry-run', '--debug', code=0)
    assert checker(workspace)
    assert cloud.snapshot() == before


def test_the_checker_is_not_told_that_all_is_well_where_it_was_not_seen(
    workspace: Workspace,
) -> None:
    """A failed listing must not look like an empty one there either."""
    workspace.run(*ROLE_SAVE, code=0)
    workspace.cloud.fault('GET /compute/v2.1/servers', status=501)
    workspace.run('--dry-run', code=4)
    assert not checker(workspace)
    workspace.cloud.clear_faults()
    workspace.cloud.delete('images', workspace.cloud.ids('images')[0])
    workspace.run('--dry-run', code=0)
    assert not checker(workspace), 'what was removed is a difference, too'


def test_dry_run_json_has_upstreams_shape(workspace: Workspace) -> None:
    """{kind: {id: name}}, with upstream's names for the kinds that it has."""
    run_upstream(workspace, '--init-saved-state')
    theirs = workspace.json('saved_state.json')
    workspace.run(*ROLE_SAVE, code=0)
    tenant = full_project(workspace.cloud, 'tempest-a')
    workspace.run('--dry-run', code=0)
    ours = workspace.json('dry_run.json')
    assert set(theirs) - {'compute_services', 'network_quotas'} <= set(ours)
    assert ours['servers'] == {tenant.servers[0]: 'tempest-a-server-0'}
    assert ours['projects'] == {tenant.project_id: 'tempest-a'}
    assert ours['_projects_to_clean'] == {tenant.project_id: {'name': 'tempest-a'}}


def test_the_role_with_a_prefix(workspace: Workspace) -> None:
    """--prefix tempest: nothing else goes, and routers with interfaces do."""
    cloud = workspace.cloud
    before = cloud.snapshot()
    cloud.make_project('tempest-a', servers=1, volumes=1, snapshots=1, keypairs=1)
    mine = full_project(cloud, 'mine')
    workspace.run('--prefix', 'tempest', '--debug', code=0)
    for kind in ('servers', 'volumes', 'networks', 'routers', 'users'):
        assert [row['name'] for row in cloud.snapshot()[kind].values()
                if row['name'].startswith('tempest')] == [], kind
    assert cloud.get('projects', mine.project_id)
    now = cloud.snapshot()
    assert {kind for kind in before if not before[kind].items() <= now[kind].items()} == set()


def record(workspace: Workspace, **kinds: dict[str, str]) -> Path:
    path = workspace.folder / 'resource_list.json'
    path.write_text(json.dumps(kinds))
    return path


def test_resource_list(workspace: Workspace) -> None:
    """Only what is listed goes; the list keeps what is not gone, and the rest can be run again."""
    cloud = workspace.cloud
    listed, stuck, other = (cloud.create('volumes', name=name) for name in 'abc')
    policy = cloud.create('qos_policies', name='p')
    key = cloud.create('keypairs', name='kp')
    path = record(workspace, volumes={listed: 'a', stuck: 'b'}, policys={policy: 'p'},
                  keypairs={'kp': 'kp'})
    cloud.fault(f'DELETE .*{stuck}', status=501)
    workspace.run('--resource-list', '--debug', '--no-remedies', code=1)
    assert [cloud.get('volumes', v) is not None for v in (listed, stuck, other)] == [
        False, True, True]
    assert cloud.get('qos_policies', policy) is cloud.get('keypairs', key) is None
    assert json.loads(path.read_text()) == {'volumes': {stuck: 'b'}}
    cloud.clear_faults()
    workspace.run('--resource-list', code=0)
    assert cloud.get('volumes', stuck) is None
    assert json.loads(path.read_text()) == {}
    assert cloud.get('volumes', other)


def test_a_dry_run_does_not_touch_the_resource_list(workspace: Workspace) -> None:
    """Upstream's empties it (T4), and the clean-up after it has nothing to do (T5)."""
    volume = workspace.cloud.create('volumes', name='a')
    path = record(workspace, volumes={volume: 'a'})
    text = path.read_text()
    workspace.run('--dry-run', '--resource-list', code=0)
    assert path.read_text() == text
    assert workspace.json('dry_run.json')['volumes'] == {volume: 'a'}
    assert deletes(workspace.cloud) == []


def test_prefix_goes_before_the_resource_list(workspace: Workspace) -> None:
    """As in upstream: with --prefix the list is not even read."""
    listed = workspace.cloud.create('volumes', name='a')
    path = record(workspace, volumes={listed: 'a'})
    named = workspace.cloud.create('volumes', name='tempest-b')
    workspace.run('--resource-list', '--prefix', 'tempest', code=0)
    assert workspace.cloud.get('volumes', named) is None
    assert workspace.cloud.get('volumes', listed)
    assert json.loads(path.read_text()) == {'volumes': {listed: 'a'}}


def test_a_saved_state_that_is_found_protects_from_the_others(workspace: Workspace) -> None:
    """With --prefix and --resource-list, but for --no-saved-state."""
    cloud = workspace.cloud
    old = cloud.create('volumes', name='tempest-old')
    workspace.save()
    new = cloud.create('volumes', name='tempest-new')
    record(workspace, volumes={old: 'tempest-old', new: 'tempest-new'})
    for options in (('--prefix', 'tempest'), ('--resource-list',)):
        workspace.run(*options, code=0)
        assert cloud.get('volumes', old)
        assert cloud.get('volumes', new) is None
    workspace.run('--prefix', 'tempest-old', '--no-saved-state', code=0)
    assert cloud.get('volumes', old) is None


def test_upstreams_saved_state_is_read(workspace: Workspace) -> None:
    """Made by upstream's own command: what it does not see whole is kept (T1, T10, T14)."""
    cloud = workspace.cloud
    old = full_project(cloud, 'old')
    assert run_upstream(workspace, '--init-saved-state').code == 0
    before = cloud.snapshot()
    cloud.create('networks', name='leak')
    cloud.create('users', name='leak')
    cloud.create('projects', name='leak')
    server = cloud.create('servers', name='leak', project_id=old.project_id)
    ended = workspace.run('--preserve-state')
    now = cloud.snapshot()
    assert {kind for kind in before if not before[kind].items() <= now[kind].items()} == set()
    assert cloud.get('servers', old.servers[0])
    assert cloud.get('servers', server), 'upstream does not see those of other projects'
    assert 'New, and kept' in ended.out
    assert 'leak' not in {n['name'] for n in now['networks'].values()}


def test_upstreams_saved_state_of_another_cloud(workspace: Workspace) -> None:
    """It has no fingerprint; our own user is one."""
    assert run_upstream(workspace, '--init-saved-state').code == 0
    state = workspace.json('saved_state.json')
    state['users'] = {'somebody': 'admin'}
    workspace.saved.write_text(json.dumps(state))
    ended = workspace.run(code=2)
    assert 'another cloud' in ended.err
