"""Whole runs with keep marks, protected projects and the guard against too much."""
import datetime

import pytest

from tests.sim.leaks import full_project
from tests.sim.runs import Workspace, deletes, wait_for

CLEAN, LEFT, USAGE, REFUSED, UNSEEN = range(5)
KEEP = 'tempest-cleanup=keep'
TODAY = datetime.datetime.now(datetime.UTC).date()


def changed_by(workspace: Workspace, before: int) -> list[str]:
    """The requests since then that may have changed something, but for tokens and grants."""
    return [f'{r.method} {r.target}' for r in workspace.cloud.requests[before:]
            if r.method not in ('GET', 'HEAD') and 'auth/tokens' not in r.target
            and 'OS-INHERIT' not in r.target]


def test_a_marked_server_stays_with_all_that_it_needs(workspace: Workspace) -> None:
    cloud = workspace.cloud
    workspace.save()
    tenant, other = (full_project(cloud, f'tempest-{name}') for name in 'ab')
    cloud.update('servers', tenant.servers[0], _tags=[KEEP])
    kept = [('servers', i) for i in tenant.servers] + [
        ('networks', i) for i in tenant.networks] + [
        ('routers', i) for i in tenant.routers] + [
        ('subnets', i) for i in tenant.subnets] + [
        ('projects', tenant.project_id), ('users', tenant.user_id),
        ('security_groups', tenant.security_group_id)]
    ports = [key for key, row in cloud.snapshot()['ports'].items()
             if row.get('device_id') == tenant.servers[0]]
    assert ports
    dry = workspace.run('--dry-run', code=CLEAN)
    ended = workspace.run('--report', 'report.json', code=CLEAN)
    assert [key for key in kept if not cloud.get(*key)] == []
    assert all(cloud.get('ports', port) for port in ports)
    assert not cloud.get('projects', other.project_id)
    assert not cloud.get('servers', other.servers[0])
    for said in (dry, ended):
        assert f'1 servers: marked {KEEP}' in said.out
        assert f'needs it, which is marked {KEEP}' in said.out
    decided = {d['id']: d for d in workspace.json('report.json')['decisions']}
    assert decided[tenant.servers[0]]['rule'] == 'shielded'


def test_a_marked_stack_stays_with_all_that_it_made(workspace: Workspace) -> None:
    """Only Heat knows what that is: nothing of it names the stack."""
    cloud = workspace.cloud
    workspace.save()
    tenant = cloud.make_project('tempest-a')
    network = cloud.create('networks', name='made', project_id=tenant.project_id)
    stack = cloud.create('stacks', name='marked', project_id=tenant.project_id,
                         resources=[('networks', network)])
    cloud.update('stacks', stack, tags=[KEEP])
    workspace.run(code=CLEAN)
    assert cloud.get('networks', network)
    assert (cloud.get('stacks', stack) or {})['stack_status'] == 'CREATE_COMPLETE'


def test_a_marked_project_protects_what_is_in_it(workspace: Workspace) -> None:
    """Not deleted, and not put back; nothing of it is sent a request that changes anything."""
    cloud = workspace.cloud
    old = full_project(cloud, 'shop')
    cloud.create('compute_quotas', project_id=old.project_id, cores=7)
    workspace.save()
    cloud.update('projects', old.project_id, tags=['blue', KEEP])
    cloud.create('compute_quotas', project_id=old.project_id, cores=3)
    new = cloud.create('volumes', name='new', project_id=old.project_id)
    before = len(cloud.requests)
    ended = workspace.run(code=CLEAN)
    assert cloud.get('volumes', new)
    assert cloud.snapshot()['compute_quotas'][old.project_id]['cores'] == 3
    assert changed_by(workspace, before) == []
    assert f'in project shop, which is marked {KEEP}' in ended.out


@pytest.mark.parametrize(('kind', 'attributes'), [
    ('volumes', {'metadata': {'tempest-cleanup': 'keep'}}),
    ('images', {'tags': [KEEP]}), ('images', {'tempest-cleanup': 'keep'}),
    ('networks', {'tags': [KEEP]}), ('flavors', {'extra_specs': {'tempest-cleanup': 'keep'}}),
    ('stacks', {'tags': f'a,{KEEP}'}), ('users', {'tempest_cleanup': 'keep'})])
def test_a_mark_wherever_an_api_has_one(
    workspace: Workspace, kind: str, attributes: dict[str, object],
) -> None:
    cloud = workspace.cloud
    workspace.save()
    project = cloud.create('projects', name='tempest-p')
    owner = {} if kind in ('flavors', 'users') else {'project_id': project}
    marked = cloud.create(kind, name='marked', **owner, **attributes)
    leak = cloud.create(kind, name='leak', **owner)
    workspace.run('--yes', code=CLEAN)
    assert cloud.get(kind, marked)
    left = cloud.get(kind, leak) or {'stack_status': 'DELETE_COMPLETE'}
    assert left.get('stack_status') == 'DELETE_COMPLETE', left
    assert bool(cloud.get('projects', project)) == bool(owner)


def test_a_mark_ends_with_its_day(workspace: Workspace) -> None:
    cloud = workspace.cloud
    workspace.save()
    volumes = {word: cloud.create('volumes', name=word, metadata={'tempest-cleanup': word})
               for word in (f'keep-until-{TODAY + datetime.timedelta(days=2)}',
                            f'keep-until-{TODAY - datetime.timedelta(days=1)}',
                            'keep-until-the-cows-come-home')}
    ended = workspace.run(code=CLEAN)
    left = [bool(cloud.get('volumes', identifier)) for identifier in volumes.values()]
    assert left == [True, False, True]
    assert 'keep-until-the-cows-come-home, which can\'t be read, and so keeps' in ended.out


def test_a_mark_keeps_where_all_else_goes(workspace: Workspace) -> None:
    """Without a saved state, too."""
    cloud = workspace.cloud
    tenant = full_project(cloud, 'tempest-a')
    cloud.update('volumes', tenant.volumes[0], metadata={'tempest-cleanup': 'keep'})
    workspace.run('--yes')
    assert cloud.get('volumes', tenant.volumes[0])
    assert cloud.get('projects', tenant.project_id)


@pytest.mark.parametrize('by', ['name', 'id'])
def test_a_protected_project(workspace: Workspace, by: str) -> None:
    cloud = workspace.cloud
    workspace.save()
    tenant, other = full_project(cloud, 'shop'), full_project(cloud, 'tempest-b')
    word = 'shop' if by == 'name' else tenant.project_id
    ended = workspace.run('--protect-project', word, code=CLEAN)
    assert cloud.get('servers', tenant.servers[0])
    assert not cloud.get('servers', other.servers[0])
    assert 'in project shop, which is a protected project' in ended.out


def test_protected_projects_of_the_configuration_add_up(workspace: Workspace) -> None:
    cloud = workspace.cloud
    workspace.save()
    tenants = [full_project(cloud, name) for name in ('one', 'two', 'three')]
    workspace.configure('cleanup', protect_project='one')
    workspace.run('--protect-project', 'two', code=CLEAN)
    assert [bool(cloud.get('servers', t.servers[0])) for t in tenants] == [True, True, False]


def test_a_protected_project_that_does_not_exist(workspace: Workspace) -> None:
    """A name that is written wrongly is no protection."""
    workspace.save()
    leak = workspace.cloud.create('volumes', name='leak')
    for options in ((), ('--dry-run',)):
        ended = workspace.run('--protect-project', 'shpo', *options, code=USAGE)
        assert "there is no project 'shpo', which is to be protected" in ended.err
    workspace.configure('cleanup', protect_project='shpo')
    ended = workspace.run('--then-clean', '--saved-state', 'other.json', '--', 'touch', 'started',
                          command='cleanup run', code=USAGE)
    assert '[cleanup] protect_project' in ended.err
    assert not (workspace.folder / 'started').exists()
    assert workspace.cloud.get('volumes', leak)
    assert deletes(workspace.cloud) == []


@pytest.mark.parametrize(('name', 'options'), [
    ('saved_state.json', ('--init-saved-state',)), ('saved_state.json', ('--yes',)),
    ('saved_state.json', ('--preserve-state',)), ('dry_run.json', ('--dry-run',)),
    ('report.json', ('--dry-run', '--report', 'report.json')),
    ('report.html', ('--yes', '--report', 'report.html')),
    ('history.sqlite', ('--dry-run', '--history', 'history.sqlite')),
    ('resource_list.json', ('--resource-list',)),
    ('plan.json', ('--plan', 'plan.json'))])
@pytest.mark.parametrize('target', ['precious', 'nowhere'])
def test_links_at_our_paths_are_refused(
    workspace: Workspace, name: str, options: tuple[str, ...], target: str,
) -> None:
    """Point 11, and 4: before anything is changed; a saved state is not overlooked for it."""
    leak = workspace.cloud.create('volumes', name='leak')
    precious = workspace.folder / 'precious'
    precious.write_text('{}')
    (workspace.folder / name).symlink_to(workspace.folder / target)
    ended = workspace.run(*options, code=USAGE)
    assert f'{name} is a symbolic link to {workspace.folder / target}' in ended.err
    assert precious.read_text() == '{}'
    assert not (workspace.folder / 'nowhere').exists()
    assert (workspace.folder / name).is_symlink()
    assert workspace.cloud.get('volumes', leak)
    assert deletes(workspace.cloud) == []


def test_what_appears_during_the_clean_up_counts_too(workspace: Workspace) -> None:
    """More than --max-deletes in all is not deleted, in whichever round it is found."""
    cloud = workspace.cloud
    workspace.save()
    cloud.create('stacks', name='spawner')
    started = workspace.start('--max-deletes', '3')
    wait_for(lambda: deletes(cloud))
    late = [cloud.create('volumes', name=f'late-{number}') for number in range(10)]
    ended = started.wait()
    assert ended.code == LEFT, ended
    assert 'more than --max-deletes 3' in ended.err
    assert all(cloud.get('volumes', identifier) for identifier in late)
    assert 'it appeared during the clean-up' in ended.out
