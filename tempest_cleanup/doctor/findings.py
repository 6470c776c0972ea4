"""What a check has found."""
import dataclasses
import enum
from collections.abc import Iterable

from tempest_cleanup.errors import ExitCode


class Level(enum.StrEnum):
    """How bad it is, the worst last."""

    OK = 'ok'
    NOTE = 'note'
    DOWN = 'down'
    UNSEEN = 'unseen'
    LOCKED = 'locked'
    WRONG = 'wrong'


_ORDER = tuple(Level)

CODES = {Level.OK: ExitCode.CLEAN, Level.NOTE: ExitCode.CLEAN, Level.DOWN: ExitCode.LEFT,
         Level.UNSEEN: ExitCode.UNSEEN, Level.LOCKED: ExitCode.REFUSED,
         Level.WRONG: ExitCode.USAGE}


@dataclasses.dataclass(frozen=True, slots=True)
class Finding:
    """Something that a run would stumble over, or that is good to know."""

    level: Level
    text: str


@dataclasses.dataclass(frozen=True, slots=True)
class Area:
    """What one check says.

    :param summary: one line: what was looked at
    """

    name: str
    summary: str
    findings: tuple[Finding, ...] = ()

    @property
    def level(self) -> Level:
        return worst(finding.level for finding in self.findings)


def worst(levels: Iterable[Level]) -> Level:
    return max(levels, key=_ORDER.index, default=Level.OK)


def exit_code(areas: Iterable[Area]) -> ExitCode:
    """What stops a run first weighs most."""
    return CODES[worst(area.level for area in areas)]
