"""The requests of a log, told apart by the resources that they are on."""
import bisect
import collections
import dataclasses
import datetime
from collections.abc import Callable, Collection, Iterable, Sequence
from typing import TypeVar
from urllib.parse import quote

from tempest_cleanup.diagnosis import answers
from tempest_cleanup.diagnosis.log_lines import Answer
from tempest_cleanup.diagnosis.marks import UNIQUE, Mark
from tempest_cleanup.diagnosis.model import Request, Trail, Wait
from tempest_cleanup.model import Key

#: Whose ids are noted even if nobody asked for one: they tell what the run itself owns.
OWNERS = frozenset(('projects', 'users'))
#: How far the clocks of a service and of Tempest may differ, beside what a request took.
CLOCKS = datetime.timedelta(seconds=2)
#: What every client asks for all the time, and what is nobody's.
_TOKENS = b'tokens'
#: What makes a router's interface and takes it away is not in its URL but in bodies.
_ADD, _REMOVE = 'add_router_interface', 'remove_router_interface'
_INTERFACES = frozenset((_ADD.encode(), _REMOVE.encode()))
#: How many requests without an answer a worker may have before the oldest is forgotten.
UNCLAIMED = 50

T = TypeVar('T')


@dataclasses.dataclass(slots=True)
class _Found:
    """What has been found of one resource so far."""

    mark: Mark
    created: Request | None = None
    inferred: bool = False
    deletions: list[Request] = dataclasses.field(default_factory=list)
    others: list[Request] = dataclasses.field(default_factory=list)
    near: list[Request] = dataclasses.field(default_factory=list)
    waits: dict[str, Wait] = dataclasses.field(default_factory=dict)

    @property
    def known(self) -> bool:
        """Whether a request was on it: whatever names it from now on did not make it."""
        return bool(self.created or self.deletions or self.others)

    def trail(self, claimed: Collection[str]) -> Trail:
        """
        :param claimed: where the requests are that have made something else
        """
        near = [r for r in self.near if r.where not in claimed]
        created, inferred = self.created, self.inferred
        # With several requests of one test it does not matter which one it was.
        if created is None and len({r.test for r in near}) == 1:
            created, inferred = min(near, key=self._distance), True
        return Trail(created, inferred, _in_time(self.deletions),
                     _in_time(r for r in self.others if r is not created),
                     _in_time(self.waits.values()))

    def _distance(self, request: Request) -> datetime.timedelta:
        # Services tell whole seconds.
        return abs(request.at - _born(self) - datetime.timedelta(seconds=0.5))


class Trails:
    """Gathers the trails of marked resources.

    :ivar made: every id that an answer brought; without answers, what URLs tell
    """

    def __init__(self, marks: Collection[Mark]) -> None:
        self._found = {mark.key: _Found(mark) for mark in marks}
        everything = tuple(self._found.values())
        self._by_anchor = _grouped(everything, lambda found: found.mark.anchor)
        self._by_id = _grouped(everything, lambda found: found.mark.id)
        self._born = {home: sorted(found, key=_born) for home, found in _grouped(
            (f for f in everything if f.mark.created_at), lambda f: f.mark.home).items()}
        self._posts: dict[tuple[bytes, str], collections.deque[Request]] = (
            collections.defaultdict(lambda: collections.deque(maxlen=UNCLAIMED)))
        self._mentioned: set[bytes] = set()
        self._claimed: set[str] = set()
        self._homes = OWNERS | {mark.home for mark in marks} - {''}
        self._anchors = frozenset(written for anchor in self._by_anchor
                                  for written in _written(anchor))
        self._places = frozenset(home.encode() for home in self._homes)
        self.made: set[str] = set()

    def concern(self, method: bytes, parts: Sequence[bytes], answered: bool) -> bool:
        """Whether anything may follow from a request.

        :param parts: of its URL, as they stand there
        :param answered: whether answers are logged, and say more
        """
        if not self._anchors.isdisjoint(parts):
            return True
        if method == b'POST':
            return parts[-1] != _TOKENS if answered else parts[-1] in self._places
        if answered or self._places.isdisjoint(parts):
            return parts[-1] in _INTERFACES
        return any(place in self._places and part not in self._mentioned
                   for place, part in zip(parts, parts[1:], strict=False))

    def add(
        self, request: Request, parts: Sequence[str], worker: bytes, answer: Answer | None,
    ) -> None:
        """One more request, in the order of the log.

        :param parts: of its URL's path
        :param answer: None where it is not logged
        """
        on = {id(f): f for part in dict.fromkeys(parts) for f in self._by_anchor.get(part, ())
              if f.mark.touched_by(parts)}
        if request.ok and request.method in ('POST', 'PUT'):
            self._made(request, parts, answer)
        if answer is None:
            self._conclude(request, parts, worker)
        elif parts[-1:] == [_REMOVE]:
            port = answers.interface(answer.asked) or answers.interface(answer.body)
            for found in self._by_id.get(port, ()):
                found.deletions.append(request)
        for found in on.values():
            self._note(found, request, parts, answer)

    def _note(
        self, found: _Found, request: Request, parts: Sequence[str], answer: Answer | None,
    ) -> None:
        at = found.mark.is_at(parts)
        if at and request.ok and request.method == 'PUT' and found.mark.by_put:
            found.created = found.created or request
        forced = (answer and parts[-1:] == ['action'] and found.mark.is_at(parts[:-1])
                  and answers.forces_deletion(answer.asked))
        if forced or (at and request.method == 'DELETE'):
            found.deletions.append(request)
        else:
            _add(found.others, request)

    def add_wait(self, wait: Wait, ids: Iterable[str]) -> None:
        """A wait that ended badly, on what its message names."""
        for found in (f for i in ids for f in self._by_id.get(i, ())):
            found.waits.setdefault(wait.message, wait)

    def of_all(self) -> dict[Key, Trail]:
        """Those of the resources that any request was on."""
        trails = {key: found.trail(self._claimed) for key, found in self._found.items()}
        return {key: trail for key, trail in trails.items() if trail != Trail()}

    def _made(self, request: Request, parts: Sequence[str], answer: Answer | None) -> None:
        if answer is None:
            if request.method == 'POST' and parts:
                self._note_near(request, parts[-1])
            return
        brought = answers.made(answer.body, answer.location).difference(parts)
        if request.method == 'PUT':
            # What a PUT answers with is mostly what was there before.
            brought = brought if parts[-1:] == [_ADD] else frozenset()
        self.made |= brought
        for found in (f for i in brought for f in self._by_id.get(i, ())):
            if not found.known and (found.mark.unique or found.mark.home in parts[-1:]):
                found.created = request

    def _note_near(self, request: Request, home: str) -> None:
        """Remember a request for what came to be while it was under way."""
        born = self._born.get(home, ())
        began = request.at - datetime.timedelta(seconds=request.seconds) - CLOCKS
        for found in born[bisect.bisect_left(born, began, key=_born):]:
            if _born(found) > request.at + CLOCKS:
                break
            found.near.append(request)

    def _conclude(self, request: Request, parts: Sequence[str], worker: bytes) -> None:
        """What the first URL with an id tells of the requests to its collection before."""
        if request.method == 'POST' and request.ok and parts and parts[-1] in self._homes:
            self._posts[worker, parts[-1]].append(request)
            return
        for home, identifier in zip(parts, parts[1:], strict=False):
            if home not in self._homes or identifier.encode() in self._mentioned:
                continue
            self._mentioned.add(identifier.encode())
            wanted = self._by_anchor.get(identifier, ())
            post = (_claim(self._posts.get((worker, home)), request)
                    if wanted or _is_id(identifier) else None)
            if post is None:
                continue
            self.made.add(identifier)
            self._claimed.add(post.where)
            for found in wanted:
                if not found.known and found.mark.home == home:
                    found.created, found.inferred = post, True


def _claim(posts: 'collections.deque[Request] | None', request: Request) -> Request | None:
    """The request that most likely made what another of the same worker names first.

    Tests wait for what they made in the order of making, and clean up in the other order.
    """
    while posts and posts[0].test.class_name != request.test.class_name:
        posts.popleft()
    if not posts:
        return None
    return posts.popleft() if posts[0].test == request.test else posts.pop()


def _add(requests: list[Request], request: Request) -> None:
    """Add one; of equal ones in a row only the first and the last are kept."""
    if len(requests) > 1 and _alike(request, requests[-1]) and _alike(request, requests[-2]):
        requests[-1] = request
    else:
        requests.append(request)


def _alike(one: Request, other: Request) -> bool:
    return (one.method, one.url, one.status, one.test) == (
        other.method, other.url, other.status, other.test)


def _written(name: str) -> tuple[bytes, ...]:
    """A name as URLs have it, whatever they think has to be quoted."""
    return name.encode(errors='replace'), quote(name, safe='').encode(), quote(name).encode()


def _is_id(part: str) -> bool:
    return part.isdigit() or UNIQUE.fullmatch(part) is not None


def _born(found: _Found) -> datetime.datetime:
    if found.mark.created_at is None:
        raise AssertionError('only what has a time of birth is asked about')
    return found.mark.created_at


def _in_time(items: Iterable[T]) -> tuple[T, ...]:
    return tuple(sorted(items, key=lambda item: item.at))  # type: ignore[attr-defined]


def _grouped(
    items: Iterable[_Found], key: Callable[[_Found], str],
) -> dict[str, tuple[_Found, ...]]:
    groups: dict[str, list[_Found]] = {}
    for item in items:
        groups.setdefault(key(item), []).append(item)
    return {name: tuple(found) for name, found in groups.items()}
