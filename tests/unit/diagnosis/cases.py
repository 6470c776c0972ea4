"""What is known about resources, made up for tables."""
import datetime
from typing import Any

from tempest_cleanup.diagnosis.model import (
    Case,
    Evidence,
    Phase,
    Request,
    Result,
    Source,
    Test,
    Trail,
    Verdict,
)
from tempest_cleanup.model import Key, Outcome, Resource, Status

NOW = datetime.datetime(2026, 11, 22, 12, tzinfo=datetime.UTC)
CLASS = 'ServersTestJSON'
MODULE = 'tempest.api.compute.servers.test_servers'
TEST = Test(CLASS, 'test_create', Phase.TEST)
SET_UP = Test(CLASS, phase=Phase.SET_UP_CLASS)
CLEANUP = Test(CLASS, phase=Phase.CLEANUPS)
TEAR_DOWN = Test(CLASS, phase=Phase.TEAR_DOWN_CLASS)

SERVER = Resource('servers', 's1', 'tempest-server-1', 'p1', 'u1', status='ACTIVE')
PORT = Resource('ports', 'p0', 'a-port')

DEBUG = frozenset((Source.SERVICE, Source.AROUND, Source.LOG, Source.RESULTS))


def ago(minutes: float) -> datetime.datetime:
    return NOW - datetime.timedelta(minutes=minutes)


def request(method: str, status: int, test: Test = TEST, *, minutes: float = 30,
            error: str = '') -> Request:
    return Request(ago(minutes), method, 'http://cloud/servers/s1', status, test,
                   request_id='req-1', error=error, where='tempest.log:1')


def trail(*deletions: Request, by: Test | None = TEST, inferred: bool = False,
          others: tuple[Request, ...] = ()) -> Trail:
    created = request('POST', 202, by, minutes=40) if by else None
    return Trail(created, inferred, deletions, others)


def result(test: Test, verdict: Verdict, exception: str = '') -> Result:
    return Result(Test(test.class_name, test.method, test.phase, MODULE), verdict, ago(41),
                  None if verdict is Verdict.NEVER_ENDED else ago(29), exception)


def failure(fact: str) -> Evidence:
    return Evidence(Source.SERVICE, fact, failure=True)


def outcome(status: Status, detail: str, **more: Any) -> Outcome:
    return Outcome(SERVER, status, detail, **more)


def case(resource: Resource = SERVER, **known: Any) -> Case:
    """A resource of Nova's, looked at with a full log, but for what is said otherwise."""
    return Case(resource, **{
        'at': NOW, 'service': 'compute', 'looked': DEBUG, 'test': TEST, 'tempest': 'its name',
        **known})


def related(resource: Resource) -> dict[str, Any]:
    """That a resource is in the way."""
    return {'blockers': (resource.key,), 'related': (resource,)}


GONE = Key('servers', 'gone')
