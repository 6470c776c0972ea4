"""The lines of ``tempest.log`` that say that a wait ended badly.

Tempest's waiters raise; their words get into the log where the exception is logged, as that
of a tear-down is, and into the results where it ends a test.
"""
import re
from collections.abc import Iterator

from tempest_cleanup.diagnosis import log_lines
from tempest_cleanup.diagnosis.marks import UNIQUE
from tempest_cleanup.diagnosis.model import Test
from tempest_cleanup.services.telling import without_secrets

#: What Tempest's waiters say at the end.
_WORDS = (b'within the required time', b'failed to delete in time', b'and is in ERROR status',
          b'failed to build', b'transitioned to error')
_IDS = re.compile(UNIQUE.pattern.encode())
_HEAD = re.compile(
    rb'[^\n]{0,40}? (?:INFO|WARNING|ERROR|CRITICAL) +[\w.]{1,100} (?:\[[^\]\n]{0,300}\] )?')
_WHO = re.compile(rb'\(([\w.]{1,200}):(\w{1,300})\) ')
#: Longer lines are bodies.
_LONGEST = 2000
_LENGTH = 500


def places(piece: bytes) -> Iterator[tuple[int, int]]:
    """Where such lines start and end, in their order."""
    found = {}
    for words in _WORDS:
        place = -1
        while (place := piece.find(words, place + 1)) >= 0:
            start = piece.rfind(b'\n', 0, place) + 1
            end = piece.find(b'\n', place)
            found[start] = end if end >= 0 else len(piece)
    yield from sorted((start, end) for start, end in found.items() if end - start < _LONGEST)


def ids(line: bytes) -> frozenset[str]:
    """The ids that a line names."""
    return frozenset(i.decode() for i in _IDS.findall(line))


def message(line: bytes) -> str:
    """What a line says, without secrets and without what the log puts before it."""
    head = _HEAD.match(line)
    text = line[head.end() if head else 0:].decode('utf-8', 'replace').strip()
    return without_secrets(text.removeprefix('Details: '))[:_LENGTH]


def waiting(line: bytes) -> Test | None:
    """Who waited; None where the line does not say."""
    found = _WHO.search(line)
    return log_lines.test(found[1], found[2]) if found else None
