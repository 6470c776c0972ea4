"""What Nova remembers of what was done to a server, and of what went wrong."""
from collections.abc import Iterator
from typing import Any

from tempest_cleanup.cloud.rest import Rest
from tempest_cleanup.model import Evidence, Resource, Source
from tempest_cleanup.services.base import parse_time
from tempest_cleanup.services.telling import brief

#: Since then the events of an action tell when they ended, and on which host.
MICROVERSION = '2.62'
#: Of an action that went wrong the events are asked for; a server has few of these.
MOST = 3


def fault(server: Resource) -> Iterator[Evidence]:
    """What made a server go to ERROR; the last line of the traceback, if we may see one."""
    told = server.body.get('fault')
    if not told:
        return
    details = _last_line(told.get('details'))
    yield Evidence(
        Source.SERVICE, f'fault {told.get("code")}: {brief(told.get("message") or "")}'
        + (f' ({details})' if details and details != told.get('message') else ''),
        parse_time(told.get('created')), where=f'compute server {server.id}', failure=True)


def of(rest: Rest, server: Resource) -> Iterator[Evidence]:
    """What was asked of a server, the oldest first, and how what failed went wrong."""
    path = f'servers/{server.id}/os-instance-actions'
    actions = rest.get(path, microversion=MICROVERSION).get('instanceActions', ())
    wrong = [a for a in actions if a.get('message')][:MOST]
    for action in sorted(actions, key=lambda a: str(a.get('start_time'))):
        yield Evidence(
            Source.SERVICE, f'{action["action"]} was asked for by user {action.get("user_id")}'
            + (f': {brief(action["message"])}' if action.get('message') else ''),
            parse_time(action.get('start_time')), str(action.get('request_id') or ''),
            f'GET compute/{path}', failure=bool(action.get('message')))
        if action in wrong:
            yield from _events(rest, f'{path}/{action["request_id"]}')


def _events(rest: Rest, path: str) -> Iterator[Evidence]:
    shown = rest.get(path, microversion=MICROVERSION).get('instanceAction', {})
    for event in shown.get('events', ()):
        if event.get('result') == 'Error':
            lines = str(event.get('traceback') or '').split('\n')
            yield Evidence(
                Source.SERVICE, f'{event["event"]} failed on {event.get("host") or "a host"}: '
                f'{_last_line(event.get("traceback"))} ({brief(lines[0])})',
                parse_time(event.get('finish_time')), str(shown.get('request_id') or ''),
                f'GET compute/{path}', failure=True)


def _last_line(text: Any) -> str:
    lines = [line for line in str(text or '').splitlines() if line.strip()]
    return brief(lines[-1]) if lines else ''
