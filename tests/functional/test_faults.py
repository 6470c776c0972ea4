"""Why it leaked, and which test left it: faults made on purpose, each diagnosed."""
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cloud import current, faults
from tests.functional import leaks, rows
from tests.functional.conftest import tempest_conf
from tests.functional.fault_table import FAULTS, Fault
from tests.functional.findings import Report, check, finding_of
from tests.functional.leaky import LeakyRun, Left, of
from tests.functional.openstack import Cloud
from tests.functional.rows import Databases
from tests.functional.workspace import Workspace

#: One worker for each; the last class of each kills it.
WORKERS = (r'leaky\.test_compute', r'leaky\.test_volume', r'leaky\.test_network')


@pytest.fixture(scope='module')
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp('faults')


@pytest.fixture(scope='module')
def found(
    admin: Cloud, database: Databases, folder: Path,
) -> Iterator[tuple[Report, dict[str, tuple[str, str]]]]:
    """What a dry run says after all that has gone wrong at once, and the ids by test.

    Afterwards everything is mended, cleaned up, and as it was.
    """
    run = LeakyRun(folder, tempest_conf())
    workspace = Workspace(folder, run.conf)
    workspace.save()
    before = rows.snapshot(database)
    try:
        # Before the host has anything to be slow with.
        stranger = leaks.tenant(admin, 'acme-shop')
        ids = made(run.go(*WORKERS)) | {'': ('servers', stranger.server_id)}
        done = workspace.cleanup('--dry-run', '--report', 'report.json', '--report', 'defects.md')
        assert done.code == 0, done
        yield workspace.json('report.json'), ids
    finally:
        faults.lift_all(current())
        mend(admin)
        done = workspace.cleanup('--preserve-state', '--report', 'cleaned.json')
    assert done.code == 0, done
    rows.check_same(before, rows.snapshot(database))


def made(left: list[Left]) -> dict[str, tuple[str, str]]:
    """By test: the kind and id of the first thing that it has left."""
    return {fault.test: (fault.kind, of(left, fault.test, fault.kind)[0])
            for fault in FAULTS if of(left, fault.test, fault.kind)}


def mend(admin: Cloud) -> None:
    """As an operator does whose back end works again: what failed to be deleted may be tried."""
    for volume in admin.volume.get('/volumes/detail', all_tenants='1')['volumes']:
        if volume['status'] in ('error_deleting', 'error'):
            admin.volume.post(f'/volumes/{volume["id"]}/action',
                              {'os-reset_status': {'status': 'error'}})


@pytest.mark.parametrize('fault', [f for f in FAULTS if f.test != 'HostDies'],
                         ids=lambda f: f.test or 'a stranger')
def test_the_cause_is_told(
    fault: Fault, found: tuple[Report, dict[str, tuple[str, str]]],
) -> None:
    """The cause, the test and the evidence of each fault."""
    report, ids = found
    check(fault, finding_of(report, *ids[fault.test]))


def test_one_router_is_one_finding(
    found: tuple[Report, dict[str, tuple[str, str]]],
) -> None:
    """Three networks that it held are its consequences, not findings of their own."""
    report, ids = found
    finding = finding_of(report, *ids['RouterForgotten'])
    assert [r['kind'] for r in finding['resources']].count('networks') == 3


def test_every_defect_is_ready_to_be_filed(
    found: tuple[Report, dict[str, tuple[str, str]]], folder: Path,
) -> None:
    """How to reproduce it, with request ids."""
    text = (folder / 'defects.md').read_text()
    report, _ids = found
    for finding in report['findings']:
        assert finding['fingerprint'] in text
    assert 'tempest run --regex' in text
    assert 'req-' in text
