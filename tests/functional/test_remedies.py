"""What does not go: left where remedies are forbidden, gone where they are not."""
import dataclasses
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.functional import populate, rows, stuck
from tests.functional.conftest import tempest_conf
from tests.functional.openstack import Cloud
from tests.functional.rows import Databases
from tests.functional.stuck import Stuck
from tests.functional.workspace import Done, Workspace

Outcomes = Mapping[tuple[str, str], Mapping[str, Any]]

#: Seconds for each thing; a quarter of it a deletion may be under way before a remedy.
SHORT, LONG = ('--timeout', '24'), ('--timeout', '60')


@dataclasses.dataclass(frozen=True)
class Proof:
    """Two clean-ups of the same trouble: without remedies, and with them."""

    troubles: list[Stuck]
    without: Done
    left: Outcomes
    done: Done
    outcomes: Outcomes
    different: list[str]


@pytest.fixture(scope='module')
def proof(
    admin: Cloud, database: Databases, tmp_path_factory: pytest.TempPathFactory,
) -> Proof:
    workspace = Workspace(Path(tmp_path_factory.mktemp('remedies')), tempest_conf())
    workspace.save()
    before = rows.snapshot(database)
    troubles = stuck.everything(populate.new_site(admin, None, 'stuck'), database)
    without = workspace.cleanup('--preserve-state', '--no-remedies', *SHORT,
                                '--report', 'without.json')
    done = workspace.cleanup('--preserve-state', *LONG, '--report', 'report.json')
    return Proof(troubles, without, workspace.outcomes('without.json'), done,
                 workspace.outcomes(), rows.differences(before, rows.snapshot(database)))


def test_without_remedies_it_is_left_and_told(proof: Proof) -> None:
    assert proof.without.code == 1, proof.without
    told = [(one, proof.left[one.kind, one.id]) for one in proof.troubles]
    assert [pair for pair in told
            if (pair[1]['status'] in ('failed', 'blocked')) is not bool(pair[0].remedies)] == []
    assert [outcome['steps'] for outcome in proof.left.values() if outcome['steps']] == []


def test_with_remedies_it_is_gone(proof: Proof) -> None:
    assert proof.done.code == 0, proof.done
    assert proof.different == []


def test_each_step_is_told(proof: Proof) -> None:
    missing = [(one, proof.outcomes[one.kind, one.id]['steps']) for one in proof.troubles
               if one.remedies and not _in_order(one.remedies, [
                   step['remedy'] for step in proof.outcomes[one.kind, one.id]['steps']
                   if not step['error']])]
    assert missing == []


def _in_order(wanted: tuple[str, ...], tried: list[str]) -> bool:
    rest = iter(tried)
    return all(remedy in rest for remedy in wanted)
