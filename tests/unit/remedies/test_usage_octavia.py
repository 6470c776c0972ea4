"""What a project uses in Octavia: counted anew only where no controller may be counting."""
import datetime
import pathlib

import pytest

from tempest_cleanup import errors
from tempest_cleanup.model import Resource
from tempest_cleanup.remedies.databases.octavia_usage import OctaviaUsages
from tests.unit.remedies.services import Nobody, Store

PROJECT = Resource('projects', 'p', 'kept')
LONG_AGO, TOMORROW = datetime.datetime(2020, 1, 1), datetime.datetime(2999, 1, 1)


@pytest.fixture
def store(tmp_path: pathlib.Path) -> Store:
    """A load balancer with a listener; one that is deleted, and one of another project."""
    into = Store(tmp_path, {'octavia': OctaviaUsages.schema})
    for name, project, status in (('l1', 'p', 'ACTIVE'), ('l2', 'p', 'DELETED'),
                                  ('l3', 'q', 'PENDING_UPDATE')):
        into.insert('octavia', 'load_balancer', id=name, project_id=project,
                    provisioning_status=status, created_at=LONG_AGO)
        into.insert('octavia', 'listener', id=name, project_id=project,
                    provisioning_status=status)
    for project in ('p', 'q'):
        into.insert('octavia', 'quotas', project_id=project, in_use_load_balancer=1,
                    in_use_listener=1, in_use_l7policy=2)
    return into


def counts(store: Store) -> list[tuple[int | None, ...]]:
    return [tuple(row) for row in store.rows(
        'octavia', 'SELECT in_use_load_balancer, in_use_listener, in_use_l7policy, '
        'in_use_l7rule FROM quotas ORDER BY project_id')]


def test_what_counts_more_than_there_is(store: Store) -> None:
    usages = OctaviaUsages(store.hand())
    ghosts, = usages.of(PROJECT)
    assert str(ghosts) == 'l7policy: Octavia counts 2, and there are 0'
    usages.mend(Nobody().changing, ghosts)
    assert counts(store) == [(1, 1, 0, None), (1, 1, 2, None)]
    assert not list(usages.of(PROJECT))


@pytest.mark.parametrize(('name', 'value'), [
    ('provisioning_status', 'PENDING_DELETE'), ('updated_at', TOMORROW)])
def test_not_while_a_controller_counts(store: Store, name: str, value: object) -> None:
    store.insert('octavia', 'load_balancer', **{
        'id': 'l4', 'project_id': 'p', 'provisioning_status': 'DELETED', 'created_at': LONG_AGO,
        name: value})
    usages = OctaviaUsages(store.hand())
    ghosts, = usages.of(PROJECT)
    with pytest.raises(errors.RemedyFailed, match='is being changed, or was a moment ago'):
        usages.mend(Nobody().changing, ghosts)
    assert counts(store)[0] == (1, 1, 2, None)
