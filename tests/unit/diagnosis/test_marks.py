"""How resources show in URLs."""
import pytest

from tempest_cleanup.diagnosis import marks
from tempest_cleanup.model import Resource
from tests.unit.clouds import KINDS

ID = '3917cd93-a039-4c14-8943-6fe945c15139'
OWNER = '8f636121d60c407b9412b1f4e3cf33af'


@pytest.mark.parametrize(('resource', 'member', 'home', 'by_put'), [
    (Resource('servers', ID), ('servers', ID), 'servers', False),
    (Resource('loadbalancers', ID), ('lbaas', 'loadbalancers', ID), 'loadbalancers', False),
    (Resource('keypairs', f'{OWNER}/key/1', 'key/1'), ('os-keypairs', 'key/1'), 'os-keypairs',
     False),
    (Resource('flavors', '42'), ('flavors', '42'), 'flavors', True),
    (Resource('containers', f'{OWNER}/c'), (f'AUTH_{OWNER}', 'c'), '', True),
    (Resource('objects', f'{OWNER}/c/a/b?version-id=1'), (f'AUTH_{OWNER}', 'c', 'a', 'b'), 'a',
     True),
    (Resource('compute_quotas', OWNER), ('os-quota-sets', OWNER), 'os-quota-sets', True),
    (Resource('application_credentials', ID, user_id=OWNER),
     ('users', OWNER, 'application_credentials', ID), 'application_credentials', False),
    (Resource('group_memberships', f'groups/{ID}/users/{OWNER}'),
     ('groups', ID, 'users', OWNER), 'users', True),
    (Resource('regions', 'tempest%2Fr', 'tempest/r'), ('regions', 'tempest%2Fr'), 'regions',
     True),
])
def test_mark(resource: Resource, member: tuple[str, ...], home: str, by_put: bool) -> None:
    mark = marks.mark(KINDS[resource.kind], resource)
    assert (mark.member, mark.home, mark.by_put) == (member, home, by_put)


def test_every_kind_has_one() -> None:
    """Whatever a kind needs to name its member, and does not get."""
    resources = [Resource(kind, ID, 'name', OWNER, OWNER, OWNER) for kind in KINDS]
    found = marks.marks(KINDS, resources)
    assert {mark.key.kind for mark in found} == set(KINDS)
    assert all(mark.member and mark.anchor for mark in found)


def test_unknown_kind_has_none() -> None:
    assert marks.marks(KINDS, [Resource('widgets', ID)]) == []
