"""What proves that a resource comes from the run, and what does not."""
import datetime
from typing import Any

import pytest

from tempest_cleanup.model import Key, Resource
from tempest_cleanup.provenance import Clues, Preprovisioned
from tempest_cleanup.state import SavedState
from tests.unit.clouds import NOW, decisions, inventory, planned, state, thing

HOUR = datetime.timedelta(hours=1)
D1 = thing('domains', 'default', name='Default')
P1 = thing('projects', 'p1', name='shared', domain_id='default')
U1 = thing('users', 'u1', name='alice', domain_id='default')
OWN = thing('users', 'own', name='admin', domain_id='default')
SAVED = state(D1, P1, U1, OWN)
NEW = {'created_at': NOW + HOUR}
NAMES = Clues(prefixes=('tempest-',))
PROJECT = thing('projects', 'tempest-p', domain_id='default')
USER = thing('users', 'tempest-u', domain_id='default')


def proof(resource: Resource, *others: Resource, clues: Clues = NAMES,
          saved: SavedState | None = SAVED, **more: Any) -> str:
    """Of one new resource, in a cloud with some others."""
    now = inventory(D1, P1, U1, OWN, *others, resource)
    return decisions(planned(saved, now, clues=clues, **more))[resource.id].proof


def test_the_log_proves_it() -> None:
    """Whatever else is known, or not."""
    clues = Clues(created={Key('servers', 's'): 'created by ServersTest.test_x in tempest.log'})
    assert proof(thing('servers', 's'), clues=clues, saved=None) == (
        'created by ServersTest.test_x in tempest.log')


def test_a_log_that_has_it_changed_does_not_prove_that_the_run_made_it() -> None:
    """Nor the other way round."""
    server = thing('servers', 's')
    assert proof(server, clues=Clues(changed={server.key: 'changed'})) == ''
    was, now = (thing('compute_quotas', 'q', settings={'cores': n}) for n in (1, 2))
    assert proof(now, saved=state(D1, P1, U1, OWN, was),
                 clues=Clues(created={now.key: 'created'})) == ''


@pytest.mark.parametrize(('resource', 'is_proven'), [
    (thing('servers', 's'), True), (thing('servers', 't'), False), (thing('volumes', 's'), False),
    (thing('keypairs', 'u1/pair', name='pair', user_id='u1'), True),
    (thing('keypairs', 'u1/other', name='other', user_id='u1'), False)])
def test_the_list_of_resources_proves_it(resource: Resource, is_proven: bool) -> None:
    clues = Clues(recorded={'servers': frozenset('s'), 'keypairs': frozenset(('pair',))})
    assert proof(resource, clues=clues) == ('in resource_list.json' if is_proven else '')


@pytest.mark.parametrize(('name', 'created_at', 'is_proven'), [
    ('tempest-x', NOW + HOUR, True), ('tempest-x', NOW - datetime.timedelta(seconds=5), True),
    ('tempest-x', NOW - HOUR, False), ('tempest-x', None, True), ('tempestuous', None, False),
    ('my-tempest-x', None, False), ('', None, False)])
def test_a_name_proves_it_in_the_time_of_the_run(
    name: str, created_at: datetime.datetime | None, is_proven: bool,
) -> None:
    """What is older was hidden when the state was saved, and is not the run's."""
    resource = thing('servers', 's', name=name, created_at=created_at)
    assert bool(proof(resource)) == is_proven


def test_a_name_proves_nothing_where_the_time_of_the_run_is_not_known() -> None:
    """Without a saved state, and with upstream's, which tells no time."""
    server = thing('servers', 's', name='tempest-s', **NEW)
    assert proof(server, saved=None) == ''
    upstream = SavedState(None, {}, SAVED.kinds, SAVED.inventory)
    assert proof(server, saved=upstream) == ''


def test_an_old_thing_that_was_changed_is_not_the_runs_by_its_name() -> None:
    """Nor by an old list of resources; its log may prove it."""
    was = thing('compute_quotas', 'q', name='tempest-q', settings={'cores': 2})
    now = thing('compute_quotas', 'q', name='tempest-q', settings={'cores': 1})
    saved = state(D1, P1, U1, OWN, was)
    clues = Clues(prefixes=('tempest-',), recorded={'compute_quotas': frozenset('q')})
    assert proof(now, saved=saved, clues=clues) == ''
    assert proof(now, saved=saved, clues=Clues(changed={now.key: 'changed'})) == 'changed'


@pytest.mark.parametrize(('resource', 'says'), [
    (thing('servers', 's', project_id='tempest-p'), 'in projects tempest-p, which the run made'),
    (thing('servers', 's', project_id='tempest-p', user_id='tempest-u'), 'by users tempest-u'),
    (thing('servers', 's', project_id='p1', user_id='tempest-u'), 'by users tempest-u'),
    (thing('servers', 's', project_id='tempest-p', user_id='gone'), 'in projects tempest-p'),
    (thing('servers', 's', project_id='tempest-p', user_id='own'), 'in projects tempest-p'),
    (thing('servers', 's', project_id='tempest-p', user_id='u1'), ''),
    (thing('servers', 's', project_id='p1', user_id='u1'), ''),
    (thing('servers', 's'), '')])
def test_what_is_in_a_project_or_by_a_user_of_the_run(resource: Resource, says: str) -> None:
    """But not what somebody made there who was there before and has nothing to do with it."""
    found = proof(resource, PROJECT, USER, protected={OWN.key: 'the account this runs with'})
    assert found.startswith(says)
    assert bool(found) == bool(says)


def test_a_domain_of_the_run_has_its_projects_and_users() -> None:
    domain = thing('domains', 'tempest-d')
    project = thing('projects', 'x', domain_id='tempest-d')
    server = thing('servers', 's', project_id='x')
    assert proof(server, domain, project) == 'in projects x, which the run made'


ACCOUNT = Preprovisioned('alice', 'Default', 'shared', 'default')


@pytest.mark.parametrize(('account', 'says'), [
    (ACCOUNT, 'by users alice, which the test accounts file names'),
    (Preprovisioned('u1'), 'by users alice'),
    (Preprovisioned(project='shared'), ''),
    (Preprovisioned(user='alice', user_domain='Other'), ''),
    (Preprovisioned('bob', 'Default', 'mine', 'Default'), ''), (Preprovisioned(), '')])
def test_what_the_test_accounts_made(account: Preprovisioned, says: str) -> None:
    """An account is told by its domain, too."""
    server = thing('servers', 's', project_id='p1', user_id='u1')
    found = proof(server, clues=Clues(accounts=(account,)))
    assert found.startswith(says)
    assert bool(found) == bool(says)


def test_what_is_in_a_project_of_the_test_accounts() -> None:
    port = thing('ports', 'port', project_id='p1')
    assert proof(port, clues=Clues(accounts=(ACCOUNT,))) == (
        'in projects shared, which the test accounts file names')
    assert proof(port, clues=Clues(accounts=(ACCOUNT,)), saved=None) == ''


def test_the_account_that_this_runs_with_proves_nothing() -> None:
    """Administrators use it, too."""
    clues = Clues(accounts=(ACCOUNT,), own=frozenset((U1.key, P1.key)))
    assert proof(thing('servers', 's', project_id='p1', user_id='u1'), clues=clues) == ''


@pytest.mark.parametrize(('project', 'says'), [
    ('', 'goes with servers s'), ('p1', 'goes with servers s'), ('service', 'goes with servers s'),
    ('theirs', '')])
def test_what_goes_with_something_of_the_run(project: str, says: str) -> None:
    """But not what is in the project of somebody else."""
    service, theirs = thing('projects', 'service'), thing('projects', 'theirs')
    server = thing('servers', 's', project_id='p1')
    port = thing('ports', 'port', project_id=project, body={'device_id': 's'})
    found = proof(port, server, service, theirs, clues=Clues(created={server.key: 'logged'}),
                  saved=state(D1, P1, U1, OWN, service, theirs),
                  protected={service.key: 'the project of the services'})
    assert found == says


def test_what_goes_with_something_that_goes_with_it() -> None:
    """However deep."""
    stack = thing('stacks', 'st', project_id='p1', body={'made': ['s']})
    server = thing('servers', 's', project_id='p1')
    port = thing('ports', 'port', project_id='p1', body={'device_id': 's'})
    assert proof(port, server, stack, clues=Clues(created={stack.key: 'logged'})) == (
        'goes with servers s')


def test_what_is_left_of_a_project_that_the_run_has_deleted() -> None:
    """It is not listed any more; the log and the record remember it."""
    volume = thing('volumes', 'v', project_id='gone')
    gone = Key('projects', 'gone')
    for clues in (Clues(created={gone: 'created by a test'}),
                  Clues(recorded={'projects': frozenset(('gone',))})):
        assert proof(volume, clues=clues) == 'in projects gone, which the run made'
        assert proof(volume, clues=clues, saved=state(D1, P1, U1, OWN, thing(*gone))) == ''
    assert proof(volume) == ''
