"""Reports as they come from real runs, made without a cloud."""
import collections
import dataclasses
import datetime
import functools
from collections.abc import Iterable

from tempest_cleanup.diagnosis.model import (
    Case,
    Cause,
    Certainty,
    Diagnosis,
    Evidence,
    Finding,
    Phase,
    Request,
    Result,
    Source,
    Test,
    Trail,
    Verdict,
    Wait,
)
from tempest_cleanup.history import Gone, Known, Past, Recurrence
from tempest_cleanup.model import (
    Action,
    Change,
    Coverage,
    Decision,
    Drift,
    Inventory,
    Key,
    Outcome,
    Resource,
    Seen,
    Status,
    Step,
)
from tempest_cleanup.remedies.changes import Shown
from tempest_cleanup.remedies.databases.preview import Preview
from tempest_cleanup.remedies.statements import Statement
from tempest_cleanup.report import Report
from tests.unit.clouds import inventory

NOW = datetime.datetime(2026, 11, 22, 14, 0, tzinfo=datetime.UTC)
SAVED = NOW - datetime.timedelta(hours=2)

#: Each would do harm where it is not escaped. The script sets a mark that tests look for.
HOSTILE = (
    '</script><script>window.injected = 1</script>',
    '<img src="http://203.0.113.9/x.png" onerror="window.injected = 1">',
    '" onmouseover="window.injected = 1" x="\' --><svg/onload=window.injected=1>',
    ']]></system-out><testcase name="forged"/>{{ 7 * 7 }}{% raw %}&lt;&#60;',
    '\u202egnp.exe\u2066 \u05e9\u05dc\u05d5\u05dd \u200f',
    '\x1b[2J\x1b]0;owned\x07\x00\x08\ud800\uffff\r\nForged: line',
    '`code` **bold** [link](javascript:alert(1)) <b>x</b> # title | cell',
    '--force; rm -rf "$HOME" `id` $(id)',
    'W' * 3000,
)

SERVERS_TEST = Test('ServersTestJSON', 'test_delete_active_server', Phase.TEST,
                    'tempest.api.compute.servers.test_delete_server')
ROUTERS_TEST = Test('RoutersTest', 'test_add_remove_router_interface', Phase.CLEANUPS,
                    'tempest.api.network.test_routers')
VOLUMES_CLASS = Test('VolumesBackupsTest', '', Phase.SET_UP_CLASS,
                     'tempest.api.volume.test_volumes_backup')

PROJECT = Resource('projects', 'p1', 'tempest-RoutersTest-1402')
VERSIONS = {'tempest-cleanup': '1.0.0', 'tempest': '46.1.0', 'nova': '31.0.0'}


def at(seconds: float) -> datetime.datetime:
    """So long after the saved state was taken."""
    return SAVED + datetime.timedelta(seconds=seconds)


def uuid(number: int) -> str:
    return f'{number:08x}-5a0e-4d44-9a39-2f0d4c1f8d0a'


def made(kind: str, number: int, name: str = '', project: str = 'p1') -> Resource:
    """A resource of the run, the more of them the later."""
    return Resource(
        kind, uuid(number), name or f'tempest-{kind}-{number}', project, 'u1',
        created_at=at(600 + 7 * (number % 600)), status='ACTIVE',
        body={'adminPass': 'hunter2', 'user_data': 'hunter2'})


def request(seconds: float, method: str, resource: Resource, status: int, test: Test,
            error: str = '') -> Request:
    return Request(at(seconds), method, f'http://203.0.113.7:9696/v2.0/{resource.kind}/'
                   f'{resource.id}?signature=hunter2', status, test, 0.2,
                   f'req-{resource.id[:8]}-{method.lower()}-{status}', error,
                   f'tempest.log:{round(seconds)}')


def case(resource: Resource, test: Test, *, refused: str = '', origin: Key | None = None,
         outcome: Outcome | None = None) -> Case:
    """With a trail in Tempest's log, facts of the services and the test's result."""
    deletions = tuple(request(3600 + n, 'DELETE', resource, 409, test, refused)
                      for n in range(2)) if refused else ()
    polls = tuple(request(1500 + n, 'GET', resource, 200, test) for n in range(30))
    result = Result(test, Verdict.FAILURE, at(900), at(3700),
                    'tempest.lib.exceptions.Conflict: Conflict with state of target resource',
                    'stestr:7')
    return Case(
        resource, outcome, evidence=(
            Evidence(Source.SERVICE, f'{resource} is {resource.status}', at(7000),
                     f'req-{resource.id[:8]}-show', f'GET /{resource.kind}/{resource.id}'),
            Evidence(Source.NAMES, 'its name is one that Tempest gives')),
        trail=Trail(
            request(1000, 'POST', resource, 201, test), deletions=deletions, others=polls,
            waits=(Wait(at(3650), test, 'timed out waiting for it to be deleted'),)),
        test=test, proven=True, results=(result,), origin=origin)


def finding(name: str, sentence: str, resources: Iterable[Resource], test: Test | None,
            certainty: Certainty = Certainty.CERTAIN, service: str = 'network') -> Finding:
    resources = tuple(resources)
    return Finding(Cause(
        name, sentence, certainty, 'the log has the answer to the request',
        'Look at the service\'s log for the request id, and file a bug with what stands below.',
        resources[0].key, test, service, (Evidence(
            Source.LOG, f'DELETE of {resources[0]} was answered with 409', at(3600),
            f'req-{resources[0].id[:8]}-delete-409', 'tempest.log:3600'),)),
        resources, f'{name}-fingerprint')


def report(
    *findings: Finding, cases: Iterable[Case] = (), kept: Iterable[Resource] = (),
    outcomes: Iterable[Outcome] | None = None, unexplained: Iterable[Resource] = (),
    restored: Iterable[Change] = (), removed: Iterable[Resource] = (),
    blind: Iterable[Coverage] = (), past: Past | None = None,
) -> Report:
    """All that findings name is to be deleted, and what is unexplained."""
    leaks = {r.key: r for f in findings for r in f.resources} | {r.key: r for r in unexplained}
    changes = tuple(restored)
    return Report(
        intent='Dry run' if outcomes is None else 'Clean-up', cloud='http://203.0.113.7:5000/v3',
        began=NOW, seconds=12.5, saved_at=SAVED, inventory=_inventory(PROJECT, *leaks.values()),
        drift=Drift(tuple(leaks.values()), tuple(removed), changes),
        decisions=(
            *(Decision(r, Action.DELETE, 'added', 'not in the saved state')
              for r in leaks.values()),
            *(Decision(c.resource, Action.RESTORE, 'changed', 'a run has changed it', (c,))
              for c in changes),
            *(Decision(r, Action.KEEP, 'in_use', 'the tool itself runs with it') for r in kept)),
        blind=tuple(blind), outcomes=None if outcomes is None else tuple(outcomes),
        rights=frozenset(('role_assignments',)), requests=321,
        diagnosis=Diagnosis({c.resource.key: c for c in cases}, findings, (
            'tempest.log: 41,200 requests', 'stestr repository: 812 tests',
            'resource_list.json: not there')),
        past=past, versions=VERSIONS)


def _inventory(*resources: Resource) -> Inventory:
    found = collections.defaultdict(list)
    for resource in resources:
        found[resource.kind].append(resource)
    empty = inventory()
    return Inventory({**empty.resources, **{k: tuple(r) for k, r in found.items()}},
                     empty.coverage)


def _router() -> tuple[Resource, Finding, tuple[Case, ...]]:
    router = made('routers', 1, 'tempest-router-1')
    ports = [made('ports', n, f'tempest-port-{n}') for n in range(2, 42)]
    sentence = f'The deletion of {router} was refused: it still has ports'
    return router, finding('delete-refused', sentence, (router, *ports), ROUTERS_TEST), (
        case(router, ROUTERS_TEST, refused='Router still has ports'),
        *(case(port, ROUTERS_TEST, origin=router.key) for port in ports))


def dry_run() -> Report:
    """Three findings, something unexplained, a change, and a right that somebody got."""
    router, refused, cases = _router()
    server = made('servers', 50, 'tempest-ServersTestJSON-server-77')
    volume = made('volumes', 51, 'tempest-ServersTestJSON-volume-12')
    killed = finding('test-killed', f'{SERVERS_TEST} was killed before its cleanup',
                     (server, volume), SERVERS_TEST, Certainty.LIKELY, '')
    backup = made('backups', 60, 'tempest-VolumesBackupsTest-backup-3')
    failed = finding('went-to-error', f'{backup} went to error when it was made: no valid host',
                     (backup,), VOLUMES_CLASS, Certainty.POSSIBLE, 'block-storage')
    quota = Resource('compute_quotas', 'p1', project_id='p1', settings={'cores': 1})
    return report(
        refused, killed, failed, cases=(
            *cases, case(server, SERVERS_TEST), case(volume, SERVERS_TEST, origin=server.key),
            case(backup, VOLUMES_CLASS)),
        unexplained=(made('images', 70, 'a-left-over-image'),
                     made('role_assignments', 71, 'admin on tempest-RoutersTest-1402')),
        restored=(Change(quota, 'cores', 20, 1),), kept=(made('users', 80, 'admin'),),
        removed=(made('networks', 81, 'public'),), past=PAST)


PAST = Past(
    {'delete-refused-fingerprint': Recurrence(4, 5, SAVED, new=False),
     'test-killed-fingerprint': Recurrence(1, 5, NOW, new=True)},
    (Gone(Known('old', 'The deletion of a stack failed', str(SERVERS_TEST),
                frozenset(('stacks',)), 3), SAVED),), 9)


#: One remedy that the service took, and did not help; and one that it refused.
STEPS = (Step('takes its routes away', '409 Router still has ports', NOW),
         Step('clears its gateway', '409 Router still has ports', NOW, '403 not allowed'))


def clean_up() -> Report:
    """The same, carried out: some went, one was refused, what waits for it is blocked."""
    looked = dry_run()
    router = looked.diagnosis.findings[0].resources[0]
    outcomes = []
    for decision in looked.to_do():
        resource = decision.resource
        if resource == router:
            outcome = Outcome(resource, Status.FAILED, '409 Router still has ports', (), 61.0, 4,
                              steps=STEPS)
        elif resource.kind == 'ports' and resource.id < uuid(10):
            outcome = Outcome(resource, Status.BLOCKED, f'{router} is still there',
                              (str(router),))
        else:
            done = (Status.RESTORED if decision.action is Action.RESTORE else Status.DELETED)
            outcome = Outcome(resource, done, '', (), 1.2, 1)
        outcomes.append(outcome)
    return dataclasses.replace(looked, intent='Clean-up', outcomes=tuple(outcomes))


def unseen() -> Report:
    """Nothing was found, but not everything was seen."""
    return report(blind=(
        Coverage('stacks', Seen.FORBIDDEN, 'p1', detail='403 You are not authorized'),
        Coverage('volumes', Seen.FAILED, detail='503 Service Unavailable')))


def empty() -> Report:
    return report()


def hostile() -> Report:
    """Every text that comes from the cloud or a log is an attack."""
    findings, cases = [], []
    for number, name in enumerate(HOSTILE):
        test = Test(name, name, Phase.TEST, name)
        resource = dataclasses.replace(
            made('servers', number, name), status=name, project_id=name, id=f'{number}{name}')
        key = Resource('keypairs', f'k{number}{name}', name, name, name)
        cases.append(dataclasses.replace(
            case(resource, test, refused=name), origin=key.key, blockers=(key.key,), down=name,
            evidence=(Evidence(Source.SERVICE, name, NOW, name, name),)))
        found = finding(name, f'It is {name}', (resource, key), test, service=name)
        findings.append(dataclasses.replace(found, fingerprint=f'{number}{name}', cause=(
            dataclasses.replace(found.cause, why=name, advice=name,
                                evidence=(Evidence(Source.LOG, name, NOW, name, name),)))))
    made_up = report(
        *findings, cases=cases, kept=(Resource('images', HOSTILE[0], HOSTILE[1]),),
        removed=(Resource('networks', HOSTILE[0], HOSTILE[2], settings={'x': HOSTILE[3]}),),
        restored=(Change(Resource('flavors', HOSTILE[1], HOSTILE[0]), 'name', *HOSTILE[:2]),),
        blind=(Coverage('stacks', Seen.FAILED, HOSTILE[0], detail=HOSTILE[1]),), past=Past(
            {}, (Gone(Known(HOSTILE[0], HOSTILE[1], HOSTILE[2], frozenset((HOSTILE[3],)), 1),
                      NOW),), 1))
    first = findings[0].resources[0]
    return dataclasses.replace(
        made_up, cloud=HOSTILE[0], diagnosis=dataclasses.replace(
            made_up.diagnosis, looked_at=HOSTILE), versions={HOSTILE[0]: HOSTILE[1]},
        outcomes=(Outcome(first, Status.FAILED, HOSTILE[0], HOSTILE, steps=(
            Step(HOSTILE[1], HOSTILE[2], NOW, HOSTILE[3]),)),),
        previews=(preview(first, HOSTILE[0], HOSTILE[1]),))


def preview(resource: Resource, remedy: str, value: str) -> Preview:
    """What a database remedy would do to a resource: one row of one table."""
    return Preview(resource, remedy, (Shown(
        Statement('octavia', 'UPDATE load_balancer SET operating_status = :status WHERE id = :id',
                  {'status': 'ERROR', 'id': resource.id}),
        ({'id': resource.id, 'provisioning_status': value},)),))


@functools.cache
def large(count: int) -> Report:
    """So many ports of one cause, and as many volumes of as many causes as tests have names."""
    router = made('routers', 1, 'tempest-router-1')
    ports = [made('ports', n) for n in range(2, count // 2)]
    volumes = [made('volumes', n) for n in range(count // 2, count + 1)]
    some = 40
    findings = [finding('delete-refused', f'The deletion of {router} was refused',
                        (router, *ports), ROUTERS_TEST)]
    for number in range(some):
        test = Test(f'VolumesTest{number}', f'test_{number}', Phase.TEST, 'tempest.api.volume')
        findings.append(dataclasses.replace(finding(
            'never-deleted', f'{test} ended and never asked for the deletion',
            volumes[number::some], test, Certainty.LIKELY, ''), fingerprint=f'test-{number}'))
    cases = [case(r, f.cause.test, origin=f.cause.origin) for f in findings
             for r in f.resources if f.cause.test]
    return report(*findings, cases=cases, past=PAST)


#: Every form is tried on each of these.
REPORTS = {'dry_run': dry_run, 'clean_up': clean_up, 'unseen': unseen, 'empty': empty,
           'hostile': hostile}
