"""Of which projects the use may be counted anew: never of what nobody has asked for."""
import datetime
import pathlib
from typing import Any

import pytest

from tempest_cleanup import recount
from tempest_cleanup.context import Filters
from tempest_cleanup.model import Action, Coverage, Key, Resource, Seen
from tempest_cleanup.remedies.databases.cinder_usage import CinderUsages
from tempest_cleanup.remedies.databases.usage import Ghosts
from tests.unit.remedies.services import Store

KEPT = Resource('projects', 'kept', 'kept', domain_id='d')
OTHER = Resource('projects', 'going', 'going', domain_id='d')


def concerned(filters: Filters, *blind: str) -> list[str]:
    usages = CinderUsages(Store(pathlib.Path(), {}).hand())
    return [p.id for p in recount.concerned(
        usages, filters, (KEPT, OTHER), {Key('projects', 'kept')},
        [Coverage(kind, Seen.FORBIDDEN) for kind in blind])]


def test_those_of_the_saved_state_that_stay() -> None:
    assert concerned(Filters()) == ['kept']


@pytest.mark.parametrize('filters', [
    {'projects': frozenset(('kept',))}, {'domains': frozenset(('d',))},
    {'kinds': frozenset(('volume_quotas', 'servers'))}])
def test_those_that_are_asked_for(filters: dict[str, Any]) -> None:
    assert concerned(Filters(**filters)) == ['kept']


@pytest.mark.parametrize('filters', [
    {'projects': frozenset(('other',))}, {'domains': frozenset(('other',))},
    {'kinds': frozenset(('volumes',))}, {'restore': False}, {'prefix': 'tempest'},
    {'tempest_only': True}, {'recorded': {}}, {'reviewed': ()},
    {'created_before': datetime.datetime.now(datetime.UTC)}])
def test_none_where_it_is_narrowed(filters: dict[str, Any]) -> None:
    assert not concerned(Filters(**filters))


@pytest.mark.parametrize('kind', [
    'projects', 'volumes', 'snapshots', 'backups', 'volume_groups', 'volume_quotas',
    'role_assignments'])
def test_none_where_not_all_was_seen(kind: str) -> None:
    assert not concerned(Filters(), kind)
    assert concerned(Filters(), 'servers')


def test_as_what_it_is_told() -> None:
    told = recount.decision(Ghosts('volume_quotas', 'Cinder', KEPT, 'volumes', 1, 3, 2))
    assert (told.action, told.reason) == (
        Action.RESTORE, 'volumes: Cinder counts 3, and there are 2')
    assert (told.resource.kind, told.resource.id) == ('volume_quotas', 'kept/volumes')
