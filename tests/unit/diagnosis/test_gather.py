"""Evidence is gathered within limits, and what goes wrong with it is told and stops nothing."""
import threading
import time
from collections.abc import Iterable

import pytest

from tempest_cleanup import errors
from tempest_cleanup.diagnosis import gather, settle
from tempest_cleanup.diagnosis.gather import Limits
from tempest_cleanup.model import Evidence, Key, Resource, Source
from tempest_cleanup.progress import Progress
from tempest_cleanup.services.base import ResourceService, changes_by_itself
from tests.unit.kinds import World, instances, kind, resources


class Telling(ResourceService):
    """Tells one fact, then what its resource's name says."""

    name, reasons = 'apes', ('fault',)
    slow = threading.Event()

    def __init__(self) -> None:
        pass

    def evidence(self, resource: Resource) -> Iterable[Evidence]:
        yield Evidence(Source.SERVICE, f'{resource.id} is here')
        if resource.name == 'refused':
            raise errors.Unavailable('down', status=503)
        if resource.name == 'broken':
            raise KeyError('instanceAction')
        if resource.name == 'slow':
            self.slow.wait(10)


def ask(*names: str, stop: bool = False, **limits: float) -> gather.Gathered:
    halt = threading.Event()
    if stop:
        halt.set()
    found = [Resource('apes', str(n), name) for n, name in enumerate(names)]
    return gather.gather({'apes': Telling()}, found, Limits(**{
        'workers': 4, 'seconds': 10, 'per_kind': 10, **limits}), halt)  # type: ignore[arg-type]


def facts(found: gather.Gathered, identifier: int) -> list[str]:
    return [e.fact for e in found.evidence[Key('apes', str(identifier))]]


def test_one_bad_object_is_told_and_the_rest_goes_on() -> None:
    found = ask('good', 'refused', 'broken', 'good')
    assert facts(found, 0) == ['0 is here']
    assert facts(found, 1) == ['1 is here', 'more could not be asked for: 503 down']
    assert facts(found, 2)[1].startswith('more could not be asked for: ')
    assert facts(found, 3) == ['3 is here']
    assert found.missing == ()


def test_more_of_a_kind_than_the_limit_is_told_to_be_left_out() -> None:
    found = ask(*['good'] * 5, per_kind=3)
    assert len(found.evidence) == 3
    assert found.missing == ('2 more apes were not looked at one by one',)


def test_what_takes_too_long_is_given_up() -> None:
    Telling.slow.clear()
    began = time.monotonic()
    try:
        found = ask('good', 'slow', seconds=0.3)
    finally:
        Telling.slow.set()
    assert time.monotonic() - began < 5
    assert Key('apes', '0') in found.evidence
    assert found.missing == ('1 resources were not asked about: it would take more than 0 s',)


def test_a_stop_ends_it() -> None:
    assert ask('good', stop=True).missing == ('1 resources were not asked about: stopped',)


@pytest.mark.parametrize(('status', 'moving'), [
    ('creating', True), ('DELETE_IN_PROGRESS', True), ('PENDING_UPDATE', True), ('BUILD', True),
    ('clean wait', True), ('PENDING', True), ('deleting', True), ('saving', True),
    ('error_deleting', False), ('ERROR', False), ('ACTIVE', False), ('available', False),
    ('in-use', False), ('queued', False), ('', False), ('DOWN', False), ('SHUTOFF', False),
    ('awaiting-transfer', False), ('DELETE_FAILED', False), ('SHELVED_OFFLOADED', False)])
def test_a_status_on_the_way_to_another(status: str, moving: bool) -> None:
    assert changes_by_itself(status) is moving


class Clock:
    """Time that passes by looks at it."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        self.now += 1.0
        return self.now


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settle, 'INTERVAL', 0.001)


def wait(world: World, seconds: float, clock: Clock | None = None) -> bool:
    kinds = instances(world, kind('apes'))
    return settle.settle(kinds, resources(world, kinds), seconds, Progress(), threading.Event(),
                         clock or Clock())


def test_nothing_on_its_way_costs_nothing() -> None:
    world = World()
    world.add('apes', 'one', status='ACTIVE')
    clock = Clock()
    assert not wait(world, 30, clock)
    assert clock.now == 0


def test_no_time_given_looks_once() -> None:
    world = World()
    world.add('apes', 'one', status='BUILD')
    assert not wait(world, 0)


def test_the_wait_ends_when_all_have_arrived() -> None:
    world = World()
    key = world.add('apes', 'one', status='BUILD')
    clock = Clock()

    class Arriving(Clock):
        def __call__(self) -> float:
            if clock.now > 3:
                world.bodies[key]['status'] = 'ACTIVE'
            return clock()

    assert wait(world, 1000, Arriving())
    assert clock.now < 20


def test_the_wait_ends_when_the_time_is_over() -> None:
    world = World()
    world.add('apes', 'one', status='BUILD')
    clock = Clock()
    assert wait(world, 5, clock)
    assert clock.now <= 8


def test_what_can_not_be_seen_has_not_arrived() -> None:
    world = World()
    world.add('apes', 'one', status='BUILD')
    kinds = instances(world, kind('apes'))
    moving = list(resources(world, kinds))
    world.listing_errors['apes'] = [errors.Unavailable('down')]
    assert settle.still(kinds, moving) == moving
    del world.bodies[Key('apes', 'one')]
    assert settle.still(kinds, moving) == []
