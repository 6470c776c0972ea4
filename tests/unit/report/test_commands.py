"""The commands that a report gives for a resource."""
import dataclasses
import shlex

import pytest

from tempest_cleanup.model import Resource
from tempest_cleanup.report.commands import ARGUMENTS, NOUNS, Commands, commands
from tests.unit.clouds import KINDS
from tests.unit.report.reports import HOSTILE


def test_only_kinds_that_there_are() -> None:
    assert set(NOUNS) <= set(KINDS)
    assert set(ARGUMENTS) <= set(NOUNS)


@pytest.mark.parametrize(('resource', 'show', 'delete'), [
    (Resource('servers', 'ab-1', 'x'), 'openstack server show ab-1',
     'openstack server delete ab-1'),
    (Resource('snapshots', 'ab-1'), 'openstack volume snapshot show ab-1',
     'openstack volume snapshot delete ab-1'),
    (Resource('flavors', '-1; reboot'), "openstack flavor show -- '-1; reboot'",
     "openstack flavor delete -- '-1; reboot'"),
    (Resource('keypairs', 'u1/my key', 'my key', user_id='u1'),
     "openstack keypair show --user u1 'my key'", "openstack keypair delete --user u1 'my key'"),
    (Resource('zones', 'z1'), 'openstack zone show --all-projects z1',
     'openstack zone delete --all-projects z1'),
    (Resource('keypairs', 'u1/x', 'x'), '', ''),
    (Resource('recordsets', 'r1'), '', ''), (Resource('of_a_plugin', 'x'), '', '')])
def test_commands(resource: Resource, show: str, delete: str) -> None:
    assert commands(resource) == Commands(show, delete)


@pytest.mark.parametrize('text', HOSTILE)
def test_a_name_is_one_word_or_there_is_no_command(text: str) -> None:
    """Point 11: nothing that is pasted runs anything else."""
    made = commands(dataclasses.replace(Resource('flavors', text), name=text))
    if made.delete:
        assert shlex.split(made.delete)[-1] == text
        assert shlex.split(made.delete)[:3] == ['openstack', 'flavor', 'delete']
    else:
        assert not text.isprintable()
