"""What one thing has left is one finding, and the same one in the next run."""
import dataclasses
from collections.abc import Iterable

from tempest_cleanup.diagnosis import causes
from tempest_cleanup.diagnosis.diagnose import conclude
from tempest_cleanup.diagnosis.findings import fingerprint, steady
from tempest_cleanup.diagnosis.model import Case, Diagnosis, Phase, Test, Trail, Verdict
from tempest_cleanup.model import Key, Resource
from tests.unit.diagnosis.cases import (
    CLEANUP,
    SET_UP,
    TEAR_DOWN,
    TEST,
    case,
    failure,
    request,
    result,
    trail,
)

RECOGNISERS = causes.load()


def diagnosis(*cases: Case) -> Diagnosis:
    return conclude({c.resource.key: c for c in cases}, RECOGNISERS, ())


def many(kind: str, count: int) -> list[Resource]:
    return [Resource(kind, f'{kind}-{n}', f'name-{n}') for n in range(count)]


def keys(resources: Iterable[Resource]) -> list[Key]:
    return [r.key for r in resources]


def test_what_a_killed_test_has_left_is_one_finding() -> None:
    leaks = [*many('servers', 3), *many('volumes', 2)]
    found = diagnosis(*(case(r, trail=trail(), results=(result(TEST, Verdict.NEVER_ENDED),))
                        for r in leaks))
    assert len(found.findings) == 1
    assert set(keys(found.findings[0].resources)) == set(keys(leaks))
    assert found.findings[0].cause.name == 'test-killed'


def test_two_tests_are_two_findings_and_the_larger_stands_first() -> None:
    other = Test('OtherTest', 'test_that', Phase.TEST)
    found = diagnosis(
        case(Resource('servers', 'a'), trail=trail(by=other), test=other),
        *(case(r, trail=trail()) for r in many('volumes', 2)))
    assert [len(f.resources) for f in found.findings] == [2, 1]
    assert [f.cause.test for f in found.findings] == [TEST, other]


def test_forty_ports_of_a_router_that_could_not_be_deleted() -> None:
    """They stand in the way of the router, and were made for it: the router is named."""
    router = Resource('routers', 'r1', 'tempest-router-1')
    ports = many('router_interfaces', 40)
    found = diagnosis(
        case(router, trail=trail(request('DELETE', 409, TEAR_DOWN, error='has ports')),
             service='network', blockers=tuple(keys(ports)), related=tuple(ports)),
        *(case(p, trail=Trail(), test=None, origin=router.key, related=(router,),
               maker='network') for p in ports))
    assert len(found.findings) == 1
    only = found.findings[0]
    assert only.cause.name == 'deletion-refused'
    assert only.resources[0] == router
    assert len(only.resources) == 41


def test_a_refused_deletion_is_a_consequence_of_what_is_in_the_way() -> None:
    port, network = Resource('ports', 'p1', 'left-port'), Resource('networks', 'n1', 'net')
    found = diagnosis(
        case(port, trail=trail(), results=(result(TEST, Verdict.SUCCESS),)),
        case(network, trail=trail(request('DELETE', 409, TEAR_DOWN, error='in use by p1')),
             blockers=(port.key,), related=(port,)))
    assert [f.cause.name for f in found.findings] == ['never-asked']
    assert keys(found.findings[0].resources) == [port.key, network.key]
    assert found.causes[network.key][0].origin == port.key


def test_what_the_tear_down_did_not_come_to_stands_with_what_stopped_it() -> None:
    """Tempest gives its credentials up with the first conflict: a whole family is left."""
    network = Resource('networks', 'n1', 'net')
    family = [*many('projects', 2), *many('users', 2), *many('routers', 1)]
    found = diagnosis(
        case(network, trail=trail(request('DELETE', 409, TEAR_DOWN, error='busy'), by=SET_UP)),
        *(case(r, trail=trail(by=SET_UP)) for r in family))
    assert len(found.findings) == 1
    assert found.findings[0].cause.name == 'deletion-refused'
    assert found.findings[0].resources[0] == network
    assert len(found.findings[0].resources) == 6


def test_a_service_that_is_broken_is_one_finding_whichever_tests_met_it() -> None:
    found = diagnosis(*(
        case(r, trail=trail(request('DELETE', 500, by), by=by), test=by) for r, by in zip(
            many('networks', 2), (TEST, Test('OtherTest', 'test_that')), strict=True)))
    assert [len(f.resources) for f in found.findings] == [2]


def test_what_a_service_says_of_each_with_its_id_is_one_finding() -> None:
    servers = [Resource('servers', f'{n}fae2d4c-1a2b-4c3d-8e9f-001122334455', status='ERROR')
               for n in range(3)]
    found = diagnosis(*(
        case(s, trail=trail(request('DELETE', 204)), failed=True,
             evidence=(failure(f'fault 500: destroy {s.id}'),)) for s in servers))
    assert [len(f.resources) for f in found.findings] == [3]


def test_a_test_of_that_class_that_forgets_stands_for_itself() -> None:
    network, server = Resource('networks', 'n1', 'net'), Resource('servers', 's1', 'x')
    found = diagnosis(
        case(network, trail=trail(request('DELETE', 409, TEAR_DOWN, error='busy'), by=SET_UP)),
        case(server, trail=trail()))
    assert {f.cause.name for f in found.findings} == {'deletion-refused', 'never-asked'}


def test_what_is_known_for_itself_is_not_hidden_behind_a_guess() -> None:
    port, stack = Resource('ports', 'p1', 'odd'), Resource('stacks', 'st', status='DELETE_FAILED')
    found = diagnosis(
        case(port, trail=Trail(), test=None, tempest=''),
        case(stack, trail=Trail(), test=None, failed=True, blockers=(port.key,),
             related=(port,), evidence=(failure('net DELETE_FAILED: port p1 is in use'),)))
    assert {f.cause.name for f in found.findings} == {'foreign', 'deletion-failed'}
    assert found.finding_of(stack.key) is not found.finding_of(port.key)


def test_a_circle_of_refusals_ends() -> None:
    one, two = Resource('ports', 'p1'), Resource('trunks', 't1')
    found = diagnosis(*(
        case(a, trail=trail(request('DELETE', 409, CLEANUP)), blockers=(b.key,), related=(b,))
        for a, b in ((one, two), (two, one))))
    assert len(found.findings) == 1
    assert set(keys(found.findings[0].resources)) == {one.key, two.key}


def test_what_went_with_something_that_stays_is_not_lost() -> None:
    """Its origin was there before the run, so there is no finding to stand with."""
    found = diagnosis(case(Resource('ports', 'p1'), trail=Trail(), test=None,
                           origin=Key('servers', 'old'), maker='compute',
                           related=(Resource('servers', 'old', 'web'),)))
    assert [f.cause.name for f in found.findings] == ['made-for-another']
    assert found.findings[0].cause.origin == Key('servers', 'old')


def test_every_case_is_in_exactly_one_finding() -> None:
    cases = [case(r, trail=t) for r, t in zip(
        many('servers', 4), (trail(), Trail(), trail(request('DELETE', 500)), trail(by=SET_UP)),
        strict=True)]
    found = diagnosis(*cases)
    listed = [r.key for f in found.findings for r in f.resources]
    assert sorted(listed) == sorted(c.resource.key for c in cases)


def test_the_losers_stay_visible() -> None:
    found = diagnosis(case(
        Resource('servers', 's9', 'x', status='ERROR'), trail=trail(),
        evidence=(failure('fault 500: No valid host'),)))
    assert [c.name for c in found.findings[0].also] == ['never-asked']


def test_a_fingerprint_is_the_same_in_the_next_run() -> None:
    def run(port_id: str, network: str, number: int, req: str) -> str:
        port = Resource('ports', port_id, f'tempest-TestIt-{number}')
        again = dataclasses.replace(
            request('DELETE', 409, TEAR_DOWN, error=f'port {port_id} is in use ({req})'))
        return diagnosis(case(
            Resource('networks', network), trail=trail(again), blockers=(port.key,),
            related=(port,))).findings[0].fingerprint

    one = run('3fae2d4c-1a2b-4c3d-8e9f-001122334455', 'n1', 123, 'req-1a')
    two = run('aaaa2d4c-1a2b-4c3d-8e9f-001122334455', 'n2', 98765, 'req-2b')
    assert one == two


def test_a_fingerprint_is_the_same_whether_there_are_results_or_not() -> None:
    """Only they tell the module."""
    one, two = (diagnosis(case(trail=trail(), test=test, results=(
        result(TEST, Verdict.NEVER_ENDED),))).findings[0].fingerprint
        for test in (TEST, dataclasses.replace(TEST, module='tempest.api.a_module')))
    assert one == two


def test_another_test_or_cause_has_another_fingerprint() -> None:
    base = diagnosis(case(trail=trail())).findings[0].cause
    others = [dataclasses.replace(base, name='other'), dataclasses.replace(base, service='dns'),
              dataclasses.replace(base, test=Test('Another', 'test_create')),
              dataclasses.replace(base, sentence='It went another way')]
    assert len({fingerprint(cause) for cause in (base, *others)}) == 5


def test_what_differs_from_run_to_run_is_left_out() -> None:
    assert steady('port 3fae2d4c-1a2b-4c3d-8e9f-001122334455 of 0123456789abcdef0123456789abcdef '
                  'tempest-Foo-4711 at 2026-11-22 10:00:00.123 [req-1a2b-3c]') == steady(
        'port 4fae2d4c-1a2b-4c3d-8e9f-001122334455 of 9123456789abcdef0123456789abcdef '
        'tempest-Foo-9 at 2027-01-02 11:30:09.5 [req-ffff]')
