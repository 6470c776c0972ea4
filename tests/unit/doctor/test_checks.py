"""What the doctor makes of what it has seen."""
import datetime
import itertools

import pytest

from tempest_cleanup.config import Named
from tempest_cleanup.diagnosis.daemons import Daemon
from tempest_cleanup.doctor import checks, listings, objects, place
from tempest_cleanup.doctor.findings import CODES, Area, Finding, Level, exit_code, worst
from tempest_cleanup.errors import ConfigurationError, ExitCode
from tempest_cleanup.model import Coverage, Inventory, Seen
from tempest_cleanup.state import SavedState
from tests.unit.clouds import KINDS, NOW, inventory, state, thing

DAY = datetime.timedelta(days=1)


def test_what_stops_a_run_first_weighs_most() -> None:
    order = [Level.OK, Level.NOTE, Level.DOWN, Level.UNSEEN, Level.LOCKED, Level.WRONG]
    for less, more in itertools.pairwise(order):
        assert worst([more, less]) is worst([less, more]) is more
    assert worst([]) is Level.OK
    assert [int(CODES[level]) for level in order] == [0, 0, 1, 4, 3, 2]
    areas = [Area('a', '', (Finding(Level.NOTE, ''),)), Area('b', '', (
        Finding(Level.DOWN, ''), Finding(Level.UNSEEN, '')))]
    assert areas[1].level is Level.UNSEEN
    assert exit_code(areas) is ExitCode.UNSEEN
    assert exit_code(areas[:1]) is ExitCode.CLEAN


def daemon(binary: str, host: str, *, up: bool, enabled: bool = True) -> Daemon:
    return Daemon('compute', binary, host, up, enabled, NOW)


def test_what_is_down() -> None:
    found = list(checks.asleep([
        daemon('nova-compute', 'one', up=True), daemon('nova-compute', 'two', up=False),
        daemon('nova-compute', 'three', up=False, enabled=False),
        # Heat lists an engine that was started anew twice.
        daemon('heat-engine', 'one', up=False), daemon('heat-engine', 'one', up=True)]))
    assert [(f.level, f.text.split(' is ')[0]) for f in found] == [
        (Level.NOTE, 'compute: nova-compute on three'),
        (Level.DOWN, 'compute: nova-compute on two')]
    assert 'since 2026-11-22 00:00 UTC' in found[1].text


def troubles(*coverage: Coverage, paths: tuple[str, ...] = ('p',), allowed: bool = True,
             ) -> list[Finding]:
    return list(listings.troubles(
        Inventory({}, coverage), KINDS, list(paths), allowed=allowed))


def test_one_line_for_each_reason() -> None:
    found = troubles(
        Coverage('servers', Seen.FAILED, detail='500'), Coverage('flavors', Seen.FAILED,
                                                                 detail='500'),
        Coverage('images', Seen.TRUNCATED, detail='cut'), Coverage('volumes', Seen.COMPLETE),
        Coverage('stacks', Seen.ABSENT))
    assert {f.text for f in found} == {
        'compute: flavors, servers: failed: 500', 'image: images: truncated: cut'}
    assert {f.level for f in found} == {Level.UNSEEN}


FORBIDDEN = (Coverage('secrets', Seen.FORBIDDEN, 'p1', detail='403'),
             Coverage('secrets', Seen.FORBIDDEN, 'p2', detail='401'),
             Coverage('orders', Seen.FORBIDDEN, 'p1', detail='403'))


@pytest.mark.parametrize(('paths', 'allowed', 'level', 'says'), [
    (('some/role',), True, Level.NOTE, '3 listings need a role, which a run gives itself'),
    (('some/role',), False, Level.UNSEEN, '3 listings need a role, and --no-grant'),
    ((), True, Level.UNSEEN, 'key-manager: orders, secrets of 1 projects')])
def test_what_needs_a_role(paths: tuple[str, ...], allowed: bool, level: Level, says: str) -> None:
    """Only where there is a role that would be given, and it may be."""
    found = troubles(*FORBIDDEN, paths=paths, allowed=allowed)
    assert {f.level for f in found} == {level}
    assert any(says in f.text for f in found), found


def test_what_a_role_does_not_help_with() -> None:
    """A listing with our own token that is forbidden, or fails for another reason."""
    found = troubles(Coverage('servers', Seen.FORBIDDEN, detail='403'),
                     Coverage('secrets', Seen.FAILED, 'p1', detail='500'))
    assert {f.level for f in found} == {Level.UNSEEN}


@pytest.mark.parametrize(('named', 'meant'), [
    (Named('images', 'x', '', 'compute'), True),
    (Named('networks', 'x', '', 'validation', chosen=False), False),
    (Named('networks', '10.0.0.0/16', '', 'network'), False),
    (Named('networks', '10.0.0.0', '', 'network'), True),
    (Named('roles', 'x', '', 'identity', chosen=False), True),
    (Named('roles', 'x', '', 'object_storage', chosen=False), False),
    (Named('users', 'x', 'the test accounts file'), True)])
def test_which_names_are_meant(named: Named, meant: bool) -> None:
    """Not the defaults of what is not used."""
    assert objects.is_meant(named, {'identity', 'network'}) is meant


def test_what_is_named_and_missing() -> None:
    there = inventory(thing('images', 'i', name='cirros'), unseen={('flavors', ''): Seen.FAILED})
    looked_for = [Named('images', 'i', 'a'), Named('images', 'cirros', 'b'),
                  Named('images', 'gone', '[compute] image_ref'), Named('flavors', '42', 'c'),
                  Named('volume_types', 'lvm', 'd', chosen=False)]
    found = list(objects.missing(looked_for, there))
    assert [(f.level, f.text) for f in found] == [
        (Level.WRONG, "[compute] image_ref names 'gone', and there is no such image"),
        (Level.NOTE, "d names 'lvm', and there is no such volume type (a default of Tempest's)")]


def doubts(saved: SavedState, *, days: int = 0, compared: bool = True) -> list[str]:
    kinds = {name: type(kind) for name, kind in KINDS.items()}
    return [f'{f.level}: {f.text}' for f in place.doubts(
        saved, kinds, NOW + days * DAY, compared=compared)]


def test_what_a_saved_state_does_not_promise() -> None:
    whole = SavedState(NOW, {'identity_service': 'x'}, frozenset(KINDS), inventory())
    assert doubts(whole, days=6) == []
    assert 'note: it is 7 days old' in doubts(whole, days=7)[0]
    assert 'can\'t be told' in doubts(whole, compared=False)[0]
    partial = SavedState(NOW, {'identity_service': 'x'}, frozenset(KINDS) - {'servers'},
                         inventory(unseen={('images', ''): Seen.FAILED}))
    assert doubts(partial) == [
        'unseen: it did not see all of these, so nothing of them is deleted: images',
        'unseen: it does not know these, so nothing of them is deleted: servers']
    assert 'upstream' in doubts(state())[0]
    unloadable = place.doubts(whole, ConfigurationError('no'), NOW, compared=True)
    assert list(unloadable) == []
