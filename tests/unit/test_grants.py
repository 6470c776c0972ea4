"""Which role assignments in a saved state may be no more than another run's grant."""
import pytest

from tempest_cleanup.grants import ASSIGNMENTS, inherited, lent, without
from tests.unit.clouds import inventory, thing


@pytest.mark.parametrize(('path', 'may_be'), [
    (inherited('d', 'me', 'admin'), True), ('system/users/me/roles/admin', True),
    (inherited('d', 'other', 'admin'), False), ('system/users/other/roles/admin', False),
    ('system/groups/me/roles/admin', False), ('projects/p/users/me/roles/admin', False),
    ('domains/d/users/me/roles/admin', False)])
def test_what_may_have_been_lent(path: str, may_be: bool) -> None:
    """Only what is gone: what is there stands as any other."""
    saved = inventory(thing(ASSIGNMENTS, path), thing('users', 'me'))
    found = lent(saved, inventory(), 'me')
    assert [r.id for r in found] == ([path] if may_be else [])
    assert lent(saved, saved, 'me') == ()
    rest = without(saved, {r.id for r in found})
    assert bool(rest.of(ASSIGNMENTS)) is not may_be
    assert rest.of('users') == saved.of('users')
