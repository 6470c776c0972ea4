"""The main proof: one of everything, left behind, and the databases are as they were."""
from collections.abc import Iterator

import pytest

from tempest_cleanup import services
from tests.functional import populate, put_back, rows
from tests.functional.openstack import Cloud
from tests.functional.populate import Created
from tests.functional.populate.standing import KINDS as STANDING
from tests.functional.rows import Databases
from tests.functional.workspace import Workspace


@pytest.fixture(scope='module')
def neighbours(admin: Cloud) -> Iterator[list[Created]]:
    """One of everything from before the run."""
    made = populate.neighbours(admin, 'neighbour')
    yield made
    populate.remove(admin, made)


def project_of(made: list[Created]) -> str:
    return next(c.id for c in made if c.kind == 'projects')


def check(admin: Cloud, database: Databases, workspace: Workspace, project: str | None) -> None:
    """Save, leave one of everything behind, look, put back; compare the databases."""
    workspace.save()
    before = rows.snapshot(database)
    left = populate.everything(admin, project, 'leaked')

    shown = workspace.leaks()
    unseen = {(c.kind, c.id) for c in left if c.id not in shown.get(c.kind, {})}
    assert not unseen, 'the dry run does not show these'
    said = {name for name, kind in services.load().items() if kind.tried}
    assert said <= set(shown) | STANDING, 'these are said to be tried, and are not'

    done = workspace.cleanup('--preserve-state', '--report', 'report.json')
    assert done.code == 0, done
    # The limits of an old project are put back, the rest is gone without a trace.
    differences = (put_back if project else rows).differences(before, rows.snapshot(database))
    assert not differences, '\n'.join(differences)
    assert workspace.leaks() == {}


def test_in_a_fresh_project(
    admin: Cloud, database: Databases, neighbours: list[Created], workspace: Workspace,
) -> None:
    """Whatever a run made in a project of its own is gone, and that project with it."""
    check(admin, database, workspace, None)


def test_in_an_old_project(
    admin: Cloud, database: Databases, neighbours: list[Created], workspace: Workspace,
) -> None:
    """Whatever a run made in a project from before is gone; its neighbours are untouched."""
    check(admin, database, workspace, project_of(neighbours))
