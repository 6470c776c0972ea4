"""What must never be done to what is kept, and what a run has to tell, read from the requests."""
from collections.abc import Iterable
from typing import Any

from tempest_cleanup.testing import SimulatedCloud
from tempest_cleanup.testing.simulation.dispatch import Recorded
from tests.sim.runs import is_grant

Snapshot = dict[str, dict[str, Any]]

READS = ('GET', 'HEAD')
#: The project in the path of these says whose token it is, not what is meant.
_IN_A_PROJECT = ('/volume/v3/', '/orchestration/v1/')


def changes(requests: Iterable[Recorded]) -> list[Recorded]:
    """The requests that change something, but for tokens and the grants of the tool itself."""
    return [r for r in requests if r.method not in READS and not is_grant(r.target)
            and not r.target.endswith('/auth/tokens')]


def wronged(requests: Iterable[Recorded], kept: Snapshot, *, but: Iterable[str] = (),
            ) -> list[Recorded]:
    """The requests that would change something that is to be kept.

    :param but: words of paths that are meant: settings that were changed before
    """
    ids = {key for rows in kept.values() for key in rows if '/' not in key}
    pairs = {f'os-keypairs/{name}?user_id={user}' for user, name in (
        key.split('/', 1) for key in kept.get('keypairs', ()))}
    return [r for r in changes(requests) if not any(word in r.target for word in but) and (
        ids & _named(r.target) or any(pair in r.target for pair in pairs))]


def _named(target: str) -> set[str]:
    path = target.partition('?')[0].strip('/').split('/')
    return set(path[3:] if target.startswith(_IN_A_PROJECT) else path)


def left(cloud: SimulatedCloud, wanted: Snapshot) -> set[tuple[str, str]]:
    """Kind and id of what is there and should not be, or not as it should be."""
    now = cloud.snapshot()
    return {(kind, key.removeprefix('/v3/'))
            for kind, rows in now.items() for key, row in rows.items()
            if wanted.get(kind, {}).get(key) != row}


def harmed(cloud: SimulatedCloud, kept: Snapshot, *, but: Iterable[str] = (),
           ) -> set[tuple[str, str]]:
    """Kind and id of what was there before, and is gone or not as it was.

    :param but: kinds of which something was changed before
    """
    now = cloud.snapshot()
    return {(kind, key) for kind, rows in kept.items() if kind not in but
            for key, row in rows.items() if now.get(kind, {}).get(key) != row}


def told(report: dict[str, Any]) -> tuple[set[tuple[str, str]], set[str]]:
    """What a report names as left or kept, with a reason, and the kinds that it calls unseen."""
    named = {(d['kind'], d['id']) for d in report['decisions']
             if (d['outcome'] or {}).get('status') not in ('deleted', 'restored')}
    return named, {c['kind'] for c in report['not_seen']}
