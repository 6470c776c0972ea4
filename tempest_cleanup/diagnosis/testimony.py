"""What Tempest's own traces tell of resources: its log, results, names and record.

Nothing is concluded about causes here: only who made what, and what was asked of it when.
"""
import dataclasses
import datetime
import functools
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import TypeGuard

from tempest_cleanup import resource_list
from tempest_cleanup.diagnosis import marks, names, results, tempest_log, told
from tempest_cleanup.diagnosis.cut_off import cut_off
from tempest_cleanup.diagnosis.log_lines import MAIN
from tempest_cleanup.diagnosis.marks import Mark
from tempest_cleanup.diagnosis.model import (
    Evidence,
    Phase,
    Request,
    Result,
    Test,
    Trail,
    Wait,
)
from tempest_cleanup.diagnosis.results import Results
from tempest_cleanup.diagnosis.tempest_log import Log
from tempest_cleanup.diagnosis.workspace import Found
from tempest_cleanup.model import Key, Resource
from tempest_cleanup.services.base import ResourceService

#: What owns resources, and how a resource says so.
_OWNERS = (('projects', 'project'), ('users', 'user'))
#: How far the clocks of the services and of Tempest may differ.
_CLOCKS = datetime.timedelta(seconds=5)
#: So many characters of an answer are enough to know it again in an exception.
_FIRST_WORDS = 40
_EARLIEST = datetime.datetime(1, 1, 1, tzinfo=datetime.UTC)
_LATEST = datetime.datetime(9999, 12, 31, tzinfo=datetime.UTC)


@dataclasses.dataclass(frozen=True)
class Known:
    """What is known beforehand about Tempest's names.

    :param owners: names of projects and users, by id
    :param accounts: ids and names that the test accounts file has
    :param prefix: ``[DEFAULT] resource_name_prefix``
    """

    owners: Mapping[str, str] = dataclasses.field(default_factory=dict)
    accounts: frozenset[str] = frozenset()
    prefix: str = names.PREFIX


@dataclasses.dataclass(frozen=True, slots=True)
class Statement:
    """What is told of one resource.

    :param test: that made it, None where nothing tells
    :param proof: why it is certain that the run made it; '' where it is not
    :param results: of that test, and of its class's set-up and tear-down
    :param running: the tests that ran when it was made
    :param owner_deleted: the request that deleted its project or user
    """

    trail: Trail = Trail()
    test: Test | None = None
    proof: str = ''
    results: tuple[Result, ...] = ()
    running: tuple[Result, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    owner_deleted: Request | None = None

    @property
    def proven(self) -> bool:
        return bool(self.proof)


@dataclasses.dataclass(frozen=True)
class Statements:
    """What is told of all of them, and what told it."""

    of: Mapping[Key, Statement] = dataclasses.field(default_factory=dict)
    log: Log = Log()
    results: Results = Results()
    notes: tuple[str, ...] = ()


def hear(
    kinds: Mapping[str, ResourceService], resources: Collection[Resource], known: Known,
    found: Found,
) -> Statements:
    """Everything that the files tell of these resources.

    :raises errors.FileError: a file can't be read
    """
    wanted = {mark.key: mark for mark in (*_owners(resources), *marks.marks(kinds, resources))}
    log = tempest_log.read(found.logs, tuple(wanted.values()))
    ended = results.read(found.results)
    ended = ended.with_more(cut_off(log, ended))
    recorded = frozenset(r.key for r in resources if r.kind in kinds
                         and _is_recorded(kinds[r.kind], r, found.recorded))
    witness = _Witness(log, ended, known, recorded, frozenset(
        s.test.class_name for s in log.spans if s.test.class_name), _failures(ended))
    return Statements({r.key: witness.on(r) for r in resources}, log, ended,
                      (*found.notes, *_shortcomings(log)))


@dataclasses.dataclass(frozen=True)
class _Witness:
    """Everything that was read, ready to be asked about one resource after the other.

    :param classes: that the log has requests of
    :param failures: the results whose exception names an id, by that id
    """

    log: Log
    results: Results
    known: Known
    recorded: frozenset[Key]
    classes: frozenset[str]
    failures: Mapping[str, tuple[Result, ...]]

    def on(self, resource: Resource) -> Statement:
        """What is told of one."""
        trail = self._with_waits(resource, self._believed(
            resource, self.log.trails.get(resource.key, Trail())))
        born = trail.created.at if trail.created else resource.created_at
        test = self._test(resource, trail, born)
        ended = tuple(map(self._placed, self.results.of(test))) if test else ()
        running = self.results.running(born) if born else ()
        others = tuple(r for r in running if r not in ended)
        evidence = (*told.trail(trail, self.log), *self._about_owners(resource),
                    *self._about_names(resource), *self._about_record(resource),
                    *told.results(ended), *told.running(others))
        deleted = (r for _, _, t in self._owner_trails(resource) for r in t.deletions if r.ok)
        return Statement(trail, test, self._proof(resource, trail), ended, running,
                         tuple(sorted(evidence, key=_order)), next(deleted, None))

    def _believed(self, resource: Resource, trail: Trail) -> Trail:
        """A trail without a maker that only the time speaks for.

        At any time somebody else may make something of the same kind.
        """
        if (not trail.inferred or trail.deletions or trail.others
                or self._class(resource) or any(map(self._made, _owner_ids(resource)))):
            return trail
        return dataclasses.replace(trail, created=None, inferred=False)

    def _with_waits(self, resource: Resource, trail: Trail) -> Trail:
        """With the waits that ended a test, which its result tells and the log may not."""
        more = [Wait(at, r.test, r.exception, r.where)
                for r in self.failures.get(resource.id, ()) if (at := r.ended or r.began)]
        new = [w for w in more if not any(known.message in w.message for known in trail.waits)]
        return dataclasses.replace(trail, waits=(*trail.waits, *new)) if new else trail

    def _placed(self, result: Result) -> Result:
        """With where it failed: a refusal that a cleanup met stands in the log as well."""
        met = any(said in result.exception
                  for said in self._refusals.get(result.test.class_name, ()))
        return dataclasses.replace(result, in_cleanup=True) if met else result

    @functools.cached_property
    def _refusals(self) -> Mapping[str, frozenset[str]]:
        """By test class: how what its cleanups asked for was refused, in the first words."""
        found: dict[str, set[str]] = {}
        for trail in self.log.trails.values():
            for request in trail.deletions:
                if request.test.phase is Phase.CLEANUPS and not request.ok and request.error:
                    found.setdefault(request.test.class_name, set()).add(
                        request.error[:_FIRST_WORDS])
        return {name: frozenset(said) for name, said in found.items()}

    def _made(self, owner: str) -> bool:
        """Whether the run made a project or user, as far as that is certain.

        Without answers only URLs tell, which a test may also ask about what is not its own.
        """
        return owner in self.log.made and (self.log.answers or bool(names.tell(
            self.known.owners.get(owner, ''), self.known.prefix, self.classes).sure))

    def _test(
        self, resource: Resource, trail: Trail, born: datetime.datetime | None,
    ) -> Test | None:
        test = trail.test if _is_test(trail.test) else None
        if test is None:
            makers = (t.test for _, _, t in self._owner_trails(resource))
            class_name = (next((m.class_name for m in makers if _is_test(m)), '')
                          or self._class(resource))
            test = self._at(class_name, born) if class_name else None
        if test is None or test.module:
            return test
        return dataclasses.replace(test, module=self.results.module_of(test, born) if born else '')

    def _at(self, class_name: str, born: datetime.datetime | None) -> Test:
        """What of a class was going on at a time."""
        running = [r.test for r in (self.results.running(born) if born else ())
                   if r.test.class_name == class_name]
        if len(running) == 1:
            return running[0]
        spans = [s.test for s in self.log.by_class.get(class_name, ())
                 if born and s.first <= born <= s.last]
        return spans[0] if len(spans) == 1 else Test(class_name)

    def _class(self, resource: Resource) -> str:
        return names.tell_all(
            (resource.name, *(self.known.owners.get(i, '') for i in _owner_ids(resource))),
            self.known.prefix, self.classes).class_name

    def _owner_trails(self, resource: Resource) -> Iterator[tuple[str, str, Trail]]:
        for (kind, word), identifier in zip(_OWNERS, _owner_ids(resource), strict=True):
            trail = self.log.trails.get(Key(kind, identifier))
            if identifier and trail and Key(kind, identifier) != resource.key:
                yield word, self.known.owners.get(identifier, identifier), trail

    def _proof(self, resource: Resource, trail: Trail) -> str:
        """The first of the reasons that make it certain that the run made it."""
        owners = [i for i in _owner_ids(resource) if i and i != resource.id]
        if trail.created and not trail.inferred:
            return 'the log has the request that made it'
        if resource.key in self.recorded:
            return 'Tempest recorded it'
        for identifier in owners:
            if self._made(identifier):
                return 'the run made its project or user'
            if {identifier, self.known.owners.get(identifier)} & self.known.accounts:
                return 'its project or user is one of the test accounts'
        named = names.tell(resource.name, self.known.prefix, self.classes)
        began, ended = self._period
        if named.sure and resource.created_at and began <= resource.created_at <= ended:
            return 'it has a name of Tempest\'s and was made while the tests ran'
        return ''

    @functools.cached_property
    def _period(self) -> tuple[datetime.datetime, datetime.datetime]:
        """When the run began and ended; an empty time where nothing tells."""
        times = [t for t in (self.log.began, self.log.ended, *(
            t for r in self.results.results for t in (r.began, r.ended))) if t]
        return (min(times, default=_LATEST) - _CLOCKS, max(times, default=_EARLIEST) + _CLOCKS)

    def _about_owners(self, resource: Resource) -> Iterator[Evidence]:
        for word, name, trail in self._owner_trails(resource):
            yield from told.owner(word, name, trail)

    def _about_names(self, resource: Resource) -> Iterator[Evidence]:
        ids = dict(zip(('its project\'s', 'its user\'s'), _owner_ids(resource), strict=True))
        for whose, name in {'its': resource.name, **{
                whose: self.known.owners.get(i, '') for whose, i in ids.items()}}.items():
            yield from told.named(
                names.tell(name, self.known.prefix, self.classes), whose)

    def _about_record(self, resource: Resource) -> Iterator[Evidence]:
        if resource.key in self.recorded:
            yield told.recorded(str(resource_list.PATH))


def _owners(resources: Iterable[Resource]) -> Iterator[Mark]:
    """The marks of everything that owns one of the resources."""
    for resource in resources:
        for (kind, _), identifier in zip(_OWNERS, _owner_ids(resource), strict=True):
            if identifier:
                yield Mark(Key(kind, identifier), identifier, (kind, identifier))


def _shortcomings(log: Log) -> Iterator[str]:
    if log.files and not log.requests:
        yield 'the log has no request of Tempest\'s'
    elif log.files and not log.answers:
        yield ('the log has no answers: who made what is only concluded from it. Set [DEFAULT] '
               'debug = true in tempest.conf')


def _is_test(test: Test | None) -> TypeGuard[Test]:
    """Whether it is one, not a command of Tempest's nor somebody that nobody knows."""
    return test is not None and test.class_name not in ('', MAIN)


def _failures(ended: Results) -> Mapping[str, tuple[Result, ...]]:
    found: dict[str, tuple[Result, ...]] = {}
    for result in ended.results:
        for identifier in dict.fromkeys(marks.UNIQUE.findall(result.exception)):
            found[identifier] = (*found.get(identifier, ()), result)
    return found


def _owner_ids(resource: Resource) -> tuple[str, str]:
    return resource.project_id, resource.user_id


def _is_recorded(
    kind: ResourceService, resource: Resource, recorded: Mapping[str, Mapping[str, object]],
) -> bool:
    identifier = resource.name if resource.kind == 'keypairs' else resource.id
    return any(identifier in recorded.get(key, ())
               for key in resource_list.keys_of({kind.name: type(kind)}, kind.name))


def _order(evidence: Evidence) -> tuple[bool, datetime.datetime]:
    """What has no date comes last."""
    return evidence.at is None, evidence.at or _EARLIEST
