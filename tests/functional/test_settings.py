"""Settings of what was there before: changed, seen, put back."""
import dataclasses
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from tempest_cleanup import services
from tempest_cleanup.services.base import ResourceService
from tempest_cleanup.services.network_policies import Rule
from tempest_cleanup.services.quotas import QuotaClasses, Quotas
from tests.functional import changes, populate, put_back, rows
from tests.functional.changes import ADDED, GONE, Changed, object_store
from tests.functional.conftest import tempest_conf
from tests.functional.openstack import Body, Cloud
from tests.functional.populate import Site
from tests.functional.rows import Databases
from tests.functional.workspace import Done, Workspace


@dataclasses.dataclass(frozen=True)
class Proof:
    """All was changed, looked at, put back and looked at again.

    :param shown: the report of the dry run
    :param different: what the databases, and the headers of Swift, do not say any more
    """

    changed: list[Changed]
    dry: Done
    shown: Mapping[str, Any]
    done: Done
    report: Mapping[str, Any]
    different: list[str]
    again: dict[str, dict[str, str]]


@pytest.fixture(scope='module')
def site(admin: Cloud) -> Iterator[Site]:
    """One of everything from before the run, and what else is needed to change all of it."""
    made = populate.new_site(admin, None, 'old')
    populate.fill(made)
    changes.prepare(made)
    yield made
    populate.remove(admin, made.created)


@pytest.fixture(scope='module')
def proof(
    site: Site, database: Databases, tmp_path_factory: pytest.TempPathFactory,
) -> Proof:
    workspace = Workspace(Path(tmp_path_factory.mktemp('proof')), tempest_conf())
    workspace.save()
    before, headers = rows.snapshot(database), object_store.told(site)
    changed = changes.change(site)
    dry = workspace.cleanup('--dry-run', '--report', 'dry.json')
    done = workspace.cleanup('--preserve-state', '--report', 'report.json')
    different = put_back.differences(before, rows.snapshot(database))
    if object_store.told(site) != headers:
        different.append(f'Swift: {headers} -> {object_store.told(site)}')
    return Proof(changed, dry, workspace.json('dry.json'), done, workspace.json('report.json'),
                 different, workspace.leaks())


def test_every_change_is_shown(proof: Proof) -> None:
    shown = {(d['kind'], d['id'], c['attribute'])
             for d in proof.shown['decisions'] for c in d['changes']}
    shown |= {(d['kind'], d['id'], ADDED)
              for d in proof.shown['decisions'] if d['action'] == 'delete'}
    assert [c for c in proof.changed if dataclasses.astuple(c) not in shown] == []


def test_all_that_a_dry_run_does_not_see_is_in_what_was_disabled(
    site: Site, proof: Proof,
) -> None:
    """Keystone gives nobody a token for a project that is disabled, or is in such a domain."""
    dark = {one.id for one in site.created if one.kind == 'projects' and one.note in (
        'child of the project', 'in the domain')}
    assert proof.dry.code == 4, proof.dry
    assert {c['tenant'] for c in proof.shown['not_seen']} == dark


def test_rights_are_told_first(proof: Proof) -> None:
    """A role on a project, a domain or the system, inherited or not; a group; a share."""
    rights = {name for name, kind in services.load().items() if kind.rights}
    given = {(c.kind, c.id) for c in proof.changed if c.kind in rights and c.attribute == ADDED}
    assert {kind for kind, _ in given} == rights
    assert given <= {(e['kind'], e['id']) for e in proof.shown['escalations']}
    assert proof.dry.out.startswith('Rights that somebody who was there before has got since')


def test_all_is_put_back(proof: Proof) -> None:
    """The exit code says so, the databases agree, and a second look finds nothing."""
    assert [d for d in proof.report['decisions'] if d['outcome']
            and d['outcome']['status'] not in ('deleted', 'restored')] == []
    assert proof.done.code == 0, proof.done
    assert proof.different == []
    assert proof.again == {}


def test_whatever_a_kind_declares_was_changed(proof: Proof) -> None:
    """Else nobody knows whether it is put back."""
    changed = {(c.kind, c.attribute) for c in proof.changed}
    of_quotas = {kind for kind, attribute in changed if attribute not in (ADDED, GONE)}
    missing = {
        (kind.name, attribute) for kind in services.load().values()
        for attribute in declared(kind)
        if (kind.name, attribute) not in changed
        and not (attribute == ANY_LIMIT and kind.name in of_quotas)
        and not {(kind.name, attribute), (kind.name, '*')} & changes.NOT_HERE.keys()}
    assert missing == set()


#: Stands for the limits of a quota, which are the service's to name.
ANY_LIMIT = 'a limit'


def declared(kind: type[ResourceService]) -> set[str]:
    """What a run may do to things of a kind that were there before."""
    found = set() if issubclass(kind, Rule) else set(kind.settings)
    if issubclass(kind, Quotas | QuotaClasses):
        found |= {ANY_LIMIT}
    if kind.relation or kind.same_by_settings:
        found |= {GONE}
    if kind.relation or kind.rights or issubclass(kind, Rule | Quotas):
        found |= {ADDED}
    return found


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
    assert put_back.differences(before, rows.snapshot(database)) == []


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


def test_no_restore_only_tells(
    admin: Cloud, database: Databases, workspace: Workspace, projects: tuple[str, str],
) -> None:
    """What was changed is reported and left, and the exit code says that it is not clean."""
    workspace.save()
    put(admin, projects[0], {'instances': 8})
    admin.identity.patch(f'/projects/{projects[1]}', {'project': {'description': 'changed'}})
    before = rows.snapshot(database)

    done = workspace.cleanup('--preserve-state', '--no-restore', '--report', 'report.json')
    assert done.code == 1, done
    assert "instances 7 -> 8" in done.out
    assert "description '' -> 'changed'" in done.out
    assert not workspace.outcomes()
    rows.check_same(before, rows.snapshot(database))
    assert workspace.cleanup('--preserve-state').code == 0
