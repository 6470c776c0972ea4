"""Settings of what was there before: compute quotas, from save to restore."""
from collections.abc import Iterator

import pytest

from tests.functional import rows
from tests.functional.openstack import Body, Cloud
from tests.functional.rows import Databases
from tests.functional.workspace import Workspace


@pytest.fixture
def projects(admin: Cloud) -> Iterator[tuple[str, str]]:
    """Two projects from before the run: one with compute quotas of its own, one without."""
    made = [str(admin.identity.post('/projects', {'project': {'name': name}})['project']['id'])
            for name in ('old-with-quota', 'old-without')]
    put(admin, made[0], {'instances': 7, 'cores': 11})
    yield made[0], made[1]
    for project in made:
        admin.compute.delete(f'/os-quota-sets/{project}')
        admin.identity.delete(f'/projects/{project}')


def put(admin: Cloud, project: str, limits: dict[str, int]) -> None:
    admin.compute.put(f'/os-quota-sets/{project}', {'quota_set': {**limits, 'force': True}})


def limits_of(admin: Cloud, project: str) -> Body:
    found: Body = admin.compute.get(f'/os-quota-sets/{project}')['quota_set']
    return found


def test_changed_set_and_removed_quotas_are_put_back(
    admin: Cloud, database: Databases, workspace: Workspace, projects: tuple[str, str],
) -> None:
    """Changed: put back. Set where none was: reset. Both seen in Nova's database."""
    workspace.save()
    before = rows.snapshot(database)
    put(admin, projects[0], {'instances': 8, 'ram': 1000})
    put(admin, projects[1], {'cores': 3})

    assert set(workspace.leaks()['compute_quotas']) == set(projects)
    done = workspace.cleanup('--preserve-state')
    assert done.code == 0, done
    assert 'instances 7 -> 8' in done.out
    assert limits_of(admin, projects[0])['instances'] == 7
    assert workspace.leaks() == {}
    differences = [d for d in rows.differences(before, rows.snapshot(database))
                   # The default that was set by a PUT stays as a row with that value.
                   if 'quotas' not in d or "'ram'" not in d]
    assert differences == []


def test_removed_quotas_come_back(
    admin: Cloud, workspace: Workspace, projects: tuple[str, str],
) -> None:
    """A run that resets a project's quotas has changed them, too."""
    workspace.save()
    admin.compute.delete(f'/os-quota-sets/{projects[0]}')
    done = workspace.cleanup('--preserve-state')
    assert done.code == 0, done
    assert limits_of(admin, projects[0])['instances'] == 7
    assert limits_of(admin, projects[0])['cores'] == 11
