"""What Tempest's traces tell, in sentences that are dated and say where they are from."""
import urllib.parse
from collections.abc import Iterable, Iterator

from tempest_cleanup.diagnosis.log_lines import MAIN
from tempest_cleanup.diagnosis.model import Evidence, Request, Result, Source, Trail, Verdict
from tempest_cleanup.diagnosis.names import Named, Sure
from tempest_cleanup.diagnosis.tempest_log import Log

_VERDICTS = {Verdict.SUCCESS: 'succeeded', Verdict.FAILURE: 'failed',
             Verdict.SKIPPED: 'was skipped', Verdict.NEVER_ENDED: 'started and never ended'}


def trail(found: Trail, log: Log) -> Iterator[Evidence]:
    """What the log has of a resource."""
    if found.created:
        how = ('most likely, as URLs and times tell, made it with' if found.inferred
               else 'made it with')
        yield _request(
            found.created, f'{_who(found.created)} {how} {_asked(found.created)}')
    for request in found.deletions:
        yield _request(request, f'{_who(request)} asked for its deletion: {_asked(request)}')
    if found.created and not found.deletions:
        yield Evidence(Source.LOG, 'the log has no request to delete it', log.ended)
    for request in found.others[:-1]:
        if not request.ok and not request.reads:
            yield _request(request, f'{_who(request)} was refused: {_asked(request)}')
    if found.others:
        last = found.others[-1]
        yield _request(last, f'the last other request on it, by {_who(last)}: {_asked(last)}')
    for wait in found.waits:
        who = f'{wait.test} waited: ' if wait.test else 'a wait ended: '
        yield Evidence(Source.LOG, who + wait.message, wait.at, where=wait.where)


def owner(what: str, name: str, found: Trail) -> Iterator[Evidence]:
    """Who made the project or the user of a resource."""
    if found.created:
        yield _request(found.created, f'its {what} {name} was made by {_who(found.created)}')


def results(found: Iterable[Result]) -> Iterator[Evidence]:
    """How the test that made it, and its class's set-up and tear-down, ended."""
    for result in found:
        why = f': {result.exception}' if result.exception else ''
        yield Evidence(Source.RESULTS, f'{result.test} {_VERDICTS[result.verdict]}{why}',
                       result.ended or result.began, where=result.where)


def running(found: Iterable[Result]) -> Iterator[Evidence]:
    """What else ran when it was made."""
    for result in found:
        yield Evidence(Source.RESULTS, f'{result.test} was running when it was made',
                       result.began, where=result.where)


def named(found: Named, of: str) -> Iterator[Evidence]:
    """What a name tells.

    :param of: whose name it is: ``its``, ``its project's``
    """
    if found.class_name:
        yield Evidence(Source.NAMES, f'{of} name, {found.name}, is one that the test class '
                                     f'{found.class_name} gives')
    elif found.sure is Sure.TEMPEST:
        yield Evidence(Source.NAMES, f'{of} name, {found.name}, has the form of Tempest\'s')


def recorded(where: str) -> Evidence:
    return Evidence(Source.RECORD, 'Tempest recorded that it made it', where=where)


def _who(request: Request) -> str:
    """The test; a command of Tempest's is there as ``main``."""
    if request.test.class_name == MAIN:
        return 'a command of Tempest\'s'
    return str(request.test) or 'a test that the log does not name'


def _asked(request: Request) -> str:
    path = urllib.parse.urlsplit(request.url).path
    error = f': {request.error}' if request.error else ''
    return f'{request.method} {path}, answered with {request.status}{error}'


def _request(request: Request, fact: str) -> Evidence:
    return Evidence(Source.LOG, fact, request.at, request.request_id, request.where)
