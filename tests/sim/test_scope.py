"""Whole runs with --plan and --tempest-only: what is left alone, and what goes."""
import json

import pytest

from tests.sim.leaks import full_project
from tests.sim.runs import Workspace, deletes

CLEAN, LEFT, USAGE, REFUSED, UNSEEN = range(5)


def leak(workspace: Workspace) -> dict[str, str]:
    cloud = workspace.cloud
    project = cloud.create('projects', name='tempest-leak')
    return {'projects': project,
            'volumes': cloud.create('volumes', name='tempest-volume', project_id=project),
            'images': cloud.create('images', name='other-image', project_id=project),
            'flavors': cloud.create('flavors', name='other-flavor')}


def left(workspace: Workspace, leaks: dict[str, str]) -> set[str]:
    return {kind for kind, identifier in leaks.items() if workspace.cloud.get(kind, identifier)}


def review(workspace: Workspace, *options: str) -> None:
    workspace.run('--dry-run', '--report', 'plan.json', *options, code=CLEAN)


def test_only_what_was_reviewed_goes(workspace: Workspace) -> None:
    """Something new stays, something struck out stays, and the project that it is in."""
    workspace.save()
    leaks = leak(workspace)
    review(workspace)
    plan = workspace.json('plan.json')
    plan['decisions'] = [d for d in plan['decisions'] if d['kind'] != 'images']
    (workspace.folder / 'plan.json').write_text(json.dumps(plan))
    new = workspace.cloud.create('volumes', name='late', project_id=leaks['projects'])
    dry = workspace.run('--dry-run', '--plan', 'plan.json', code=CLEAN)
    assert '2 to clean up' in dry.out
    ended = workspace.run('--plan', 'plan.json', code=CLEAN)
    assert left(workspace, leaks) == {'images', 'projects'}
    assert workspace.cloud.get('volumes', new)
    assert '1 images: not in the plan' in ended.out
    assert '1 volumes: not in the plan' in ended.out


def test_what_changed_since_is_left_and_told(workspace: Workspace) -> None:
    workspace.save()
    leaks = leak(workspace)
    review(workspace)
    workspace.cloud.update('volumes', leaks['volumes'], name='precious')
    workspace.cloud.delete('flavors', leaks['flavors'])
    ended = workspace.run('--plan', 'plan.json', '--report', 'after.json', code=LEFT)
    assert left(workspace, leaks) == {'volumes', 'projects'}
    assert "its name was 'tempest-volume', is 'precious'" in ended.out
    assert f'flavors other-flavor ({leaks["flavors"]}): not there any more' in ended.out
    assert [u['kind'] for u in workspace.json('after.json')['unmet']] == ['flavors']


def test_a_plan_puts_back_only_what_it_lists(workspace: Workspace) -> None:
    cloud = workspace.cloud
    one, other = (full_project(cloud, name).project_id for name in ('old-1', 'old-2'))
    for project in (one, other):
        cloud.create('compute_quotas', project_id=project, cores=7)
    workspace.save()
    cloud.create('compute_quotas', project_id=one, cores=3)
    review(workspace)
    cloud.create('compute_quotas', project_id=other, cores=4)
    ended = workspace.run('--plan', 'plan.json', code=CLEAN)
    after = cloud.snapshot()['compute_quotas']
    assert (after[one]['cores'], after[other]['cores']) == (7, 4)
    assert 'changed, but not in the plan' in ended.out


def test_a_plan_needs_no_saved_state(workspace: Workspace) -> None:
    """It says what is meant, as --prefix does: nothing is asked."""
    leaks = leak(workspace)
    review(workspace, '--prefix', 'other-')
    workspace.run('--plan', 'plan.json', code=CLEAN)
    assert left(workspace, leaks) == {'projects', 'volumes'}


def test_a_plan_of_another_cloud_is_refused(workspace: Workspace) -> None:
    """Point 10."""
    workspace.save()
    leaks = leak(workspace)
    review(workspace)
    plan = workspace.json('plan.json')
    plan['fingerprint']['identity_service'] = 'another'
    (workspace.folder / 'plan.json').write_text(json.dumps(plan))
    ended = workspace.run('--plan', 'plan.json', code=USAGE)
    assert 'plan.json is of another cloud' in ended.err
    assert left(workspace, leaks) == set(leaks)
    assert deletes(workspace.cloud) == []


@pytest.mark.parametrize(('options', 'message'), [
    (('--plan', 'none.json'), 'no reviewed report at'),
    (('--plan', 'saved_state.json'), 'not a report that can be carried out'),
    (('--plan', 'x.json', '--init-saved-state'), "--plan can't narrow it")])
def test_what_is_no_plan(workspace: Workspace, options: tuple[str, ...], message: str) -> None:
    workspace.save()
    ended = workspace.run(*options, code=USAGE)
    assert message in ended.err
    assert 'Traceback' not in ended.err


def test_tempest_only(workspace: Workspace) -> None:
    """On a cloud that others use: theirs stay, and are said to be foreign."""
    cloud = workspace.cloud
    theirs = full_project(cloud, 'shop')
    workspace.save()
    leaks = leak(workspace)
    web = cloud.create('servers', name='web', project_id=theirs.project_id,
                       user_id=theirs.user_id)
    tenant = full_project(cloud, 'tempest-ServersTest-1')
    marked = workspace.run('--dry-run', code=CLEAN)
    assert 'Nothing proves that the run made these' in marked.out
    workspace.run('--tempest-only', '--report', 'report.json', code=CLEAN)
    assert left(workspace, leaks) == {'flavors'}
    assert cloud.get('servers', web)
    assert not cloud.get('projects', tenant.project_id)
    decided = {d['id']: d for d in workspace.json('report.json')['decisions']}
    assert decided[web]['reason'] == 'foreign: nothing proves that the run made it'
    assert decided[leaks['images']]['proof'] == 'in projects tempest-leak, which the run made'


def test_tempest_only_keeps_a_project_that_others_use(workspace: Workspace) -> None:
    cloud = workspace.cloud
    theirs = full_project(cloud, 'shop')
    workspace.save()
    leaks = leak(workspace)
    web = cloud.create('servers', name='web', project_id=leaks['projects'],
                       user_id=theirs.user_id)
    ended = workspace.run('--tempest-only', code=CLEAN)
    assert left(workspace, leaks) == {'projects', 'flavors'}
    assert cloud.get('servers', web)
    assert 'servers web is in it or would go with it, and is foreign' in ended.out


def test_tempest_only_with_accounts_a_list_and_another_prefix(workspace: Workspace) -> None:
    """What the test accounts file names and what Tempest recorded; names as it is told."""
    cloud = workspace.cloud
    account = full_project(cloud, 'ci-project')
    (workspace.folder / 'accounts.yaml').write_text(json.dumps([
        {'username': 'ci-user', 'project_name': 'ci-project', 'password': 'x'}]))
    workspace.configure('auth', test_accounts_file=str(workspace.folder / 'accounts.yaml'))
    workspace.configure('DEFAULT', resource_name_prefix='acceptance')
    workspace.save()
    leaks = leak(workspace)
    (workspace.folder / 'resource_list.json').write_text(json.dumps(
        {'flavors': {leaks['flavors']: 'other-flavor'}}))
    volume = cloud.create('volumes', name='any', project_id=account.project_id)
    named = cloud.create('flavors', name='acceptance-x')
    workspace.run('--tempest-only', code=CLEAN)
    assert left(workspace, leaks) == {'projects', 'volumes', 'images'}
    assert cloud.get('volumes', volume) is None
    assert cloud.get('flavors', named) is None


def test_a_broken_list_of_resources_proves_nothing(workspace: Workspace) -> None:
    """It fails those that rely on it, and nobody else."""
    workspace.save()
    (workspace.folder / 'resource_list.json').write_text('{')
    ended = workspace.run('--dry-run', code=CLEAN)
    assert 'it proves nothing' in ended.err
    ended = workspace.run('--dry-run', '--tempest-only', code=USAGE)
    assert 'resource_list.json' in ended.err
