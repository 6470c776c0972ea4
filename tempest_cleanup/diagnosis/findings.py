"""What one cause has left is one finding: pure functions."""
import dataclasses
import hashlib
import re
from collections.abc import Mapping

from tempest_cleanup.diagnosis.model import Case, Cause, Certainty, Finding, Phase, Test
from tempest_cleanup.model import Key

#: What no two runs have in common: ids, times, random numbers in names.
_PASSING = re.compile(
    r'req-[0-9a-f-]+|[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}|\b[0-9a-f]{32}\b'
    r'|\d+(?:[.:]\d+)*')

#: The surest first.
CERTAINTIES = tuple(Certainty)

#: What a class's tear-down does not come to when something before it is refused.
_CUT_SHORT = frozenset(('tear-down-failed', 'not-torn-down', 'never-asked'))
_CUTTING = frozenset(('deletion-refused', 'deletion-broken'))
_TELLING = frozenset(('deletion-refused', 'deletion-failed'))
_TEARING_DOWN = frozenset((Phase.TEAR_DOWN_CLASS, Phase.CLEANUPS))

#: What is broken here is a service, for every test alike.
_OF_SERVICES = frozenset(('deletion-broken', 'host-down'))

Causes = Mapping[Key, tuple[Cause, ...]]


def findings(cases: Mapping[Key, Case], causes: Causes) -> tuple[Finding, ...]:
    """One finding for each thing that went wrong, those with most resources first.

    What is a consequence of something else that was left stands with that.
    """
    origins = _origins(cases, causes)
    groups: dict[tuple[str, str, str], dict[Key, Key]] = {}
    for key in sorted(causes):
        root = _root(key, origins, cases)
        cause = causes[root][0]
        groups.setdefault((cause.name, _whose(cause), cause.sentence), {})[key] = root
    made = [_finding(members, cases, causes) for members in groups.values()]
    return tuple(sorted(made, key=lambda f: (
        -len(f.resources), f.cause.name, f.cause.sentence, _name(f.cause.test))))


def _finding(roots: Mapping[Key, Key], cases: Mapping[Key, Case], causes: Causes) -> Finding:
    """The finding of a group; what is known best stands for all of it.

    :param roots: of each member, what it began with
    """
    first = min(roots.values(), key=lambda key: (CERTAINTIES.index(causes[key][0].certainty), key))
    cause, *also = causes[first]
    return Finding(cause, tuple(cases[key].resource for key in dict.fromkeys(
        (first, *sorted(roots.values()), *roots))), fingerprint(cause), tuple(also))


def fingerprint(cause: Cause) -> str:
    """What the same cause has in common in every run.

    The module of the test is left out: without results it is not known.
    """
    test = cause.test and dataclasses.replace(cause.test, module='')
    sentence = cause.sentence.replace(f'{cause.test.module}.', '') if (
        cause.test and cause.test.module) else cause.sentence
    whose = _whose(dataclasses.replace(cause, test=test))
    same = '\n'.join((cause.name, cause.service, whose, steady(sentence)))
    return hashlib.sha256(same.encode(errors='replace')).hexdigest()[:16]


def steady(text: str) -> str:
    """A text without what differs from run to run."""
    return _PASSING.sub('#', text)


def _whose(cause: Cause) -> str:
    """The test at fault; '' where it is a service, whichever tests met it."""
    return '' if cause.name in _OF_SERVICES else _name(cause.test)


def _name(test: Test | None) -> str:
    """A test without the phase: what it left in its body and in its cleanups is one story."""
    return '.'.join(p for p in (test.module, test.class_name, test.method) if p) if test else ''


def _origins(cases: Mapping[Key, Case], causes: Causes) -> dict[Key, Key]:
    """What each consequence is one of, where that was left, too."""
    found = {key: mine[0].origin for key, mine in causes.items()
             if mine[0].origin != key and mine[0].origin in causes
             and _explains(causes[mine[0].origin][0], mine[0])}
    cutting = {cause.test.class_name: key for key, (cause, *_) in sorted(causes.items())
               if cause.name in _CUTTING and cause.test and _tearing_down(cases[key])}
    for key, (cause, *_) in causes.items():
        first = cutting.get(cause.test.class_name) if cause.test else None
        if first and first != key and cause.name in _CUT_SHORT and _of_the_class(cases[key]):
            found.setdefault(key, first)
    return found


def _explains(origin: Cause, consequence: Cause) -> bool:
    """Whether there is more to say of the origin than of the consequence.

    What is known for itself, such as an error of a driver, is not hidden behind a guess.
    """
    return consequence.name not in _TELLING or (
        origin.name != 'foreign' and origin.certainty in (Certainty.CERTAIN, Certainty.LIKELY))


def _tearing_down(case: Case) -> bool:
    """Whether its deletion was asked for when the class was torn down."""
    return any(r.test.phase in _TEARING_DOWN for r in case.trail.deletions)


def _of_the_class(case: Case) -> bool:
    created = case.trail.created
    return created is None or created.test.phase is Phase.SET_UP_CLASS


def _root(key: Key, origins: Mapping[Key, Key], cases: Mapping[Key, Case]) -> Key:
    """What a chain of consequences began with; of a circle, what nothing else made."""
    path = [key]
    while (following := origins.get(path[-1])) is not None:
        if following in path:
            circle = path[path.index(following):]
            return min(circle, key=lambda k: (cases[k].origin is not None, k))
        path.append(following)
    return path[-1]
