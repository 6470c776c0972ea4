"""A host that destroys nothing, and accounts that are disabled, in one clean-up.

What a service only believes to be at work, and what remedies do about it, is in
``test_remedies.py``; here there is nothing that an API could do.
"""
import time
from collections.abc import Iterator

import pytest

from tests.functional import broken, put_back, rows
from tests.functional.broken import Account, Broken
from tests.functional.openstack import Cloud
from tests.functional.rows import Databases
from tests.functional.workspace import Done, Workspace

#: Seconds after which the run must have ended.
LIMIT = 400


@pytest.fixture
def old(admin: Cloud) -> Iterator[Account]:
    """A project and its user that were there before the run."""
    account = broken.account(admin, 'old')
    yield account
    broken.remove(admin, account)


def test_a_broken_host_and_disabled_accounts(
    admin: Cloud, database: Databases, workspace: Workspace, old: Account,
) -> None:
    """Points 6 to 8: each is told for itself, and what is not stuck goes: what is in cell0 or
    in a disabled project; old accounts are enabled again. With the host well, all is clean."""
    workspace.save()
    before = rows.snapshot(database)
    try:
        new = broken.account(admin, 'new')
        stacks = [broken.disable(admin, account, name)
                  for account, name in ((new, 'new-stack'), (old, 'old-stack'))]
        with broken.host(admin, 'broken') as left:
            done = clean(workspace)
            check_host(done, workspace, left)
            check_accounts(workspace, new, old, stacks)
    finally:
        broken.enable(admin, new)
        again = workspace.cleanup('--preserve-state')
    assert again.code == 0, again
    differences = put_back.differences(before, rows.snapshot(database))
    assert not differences, '\n'.join(differences)
    assert workspace.leaks() == {}


def clean(workspace: Workspace) -> Done:
    """A run that ends in time, and leaves something."""
    began = time.monotonic()
    done = workspace.cleanup('--preserve-state', '--timeout', '20', '--settle', '0',
                             '--no-remedies', '--report', 'report.json')
    assert time.monotonic() - began < LIMIT, done
    assert done.code == workspace.json('report.json')['exit_code'] == 1, done
    return done


def check_host(done: Done, workspace: Workspace, left: Broken) -> None:
    """Why each of them is left; what no host ever had is gone."""
    outcomes = workspace.outcomes()
    for kind, identifier in (('servers', left.failing), ('stacks', left.stack)):
        outcome = outcomes[kind, identifier]
        assert outcome['status'] == 'failed', done
        # Where the time is up before it has failed often enough: that it is still there.
        assert 'accepted' in outcome['detail'], outcome
        assert f'({identifier}): failed: ' in done.out, done
    assert outcomes['projects', left.project]['status'] == 'blocked', done
    assert outcomes['servers', left.buried]['status'] == 'deleted', done
    causes = {resource['id']: finding['cause']['sentence']
              for finding in workspace.json('report.json')['findings']
              for resource in finding['resources']}
    assert 'injected fault' in causes[left.failing], causes
    assert 'injected fault' in causes[left.stack], causes
    assert 'No valid host was found' in causes[left.buried], causes


def check_accounts(
    workspace: Workspace, new: Account, old: Account, stacks: list[str],
) -> None:
    """Those of the run are gone, old ones as they were; so is what was in either project.

    Nobody gets a token for a disabled project. Where a service is there that shows what is in
    it only with one (Barbican, Zaqar, Mistral), the new project stays till it is enabled.
    """
    outcomes = workspace.outcomes()
    for account, status in ((new, 'deleted'), (old, 'restored')):
        assert outcomes['users', account.user]['status'] == status, outcomes
    assert outcomes['projects', old.project]['status'] == 'restored', outcomes
    told = next(d for d in workspace.json('report.json')['decisions'] if d['id'] == new.project)
    gone = bool(told['outcome']) and told['outcome']['status'] == 'deleted'
    assert gone or (told['rule'] == 'unseen' and "can't be seen" in told['reason']), told
    assert [outcomes['stacks', stack]['status'] for stack in stacks] == ['deleted'] * 2, outcomes
