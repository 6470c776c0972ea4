"""The overview pictures, as figures that a template draws: nothing here knows SVG."""
import collections
import dataclasses
import datetime
from collections.abc import Iterable, Mapping

from tempest_cleanup.model import Resource
from tempest_cleanup.report.text import short

#: All are drawn in boxes of this width; a phone shows one below the other.
WIDTH = 360
_ROW = 38
_COUNT_ROOM = 56

_BINS = 24
_PLOT_HEIGHT = 120
#: As many as can be told apart by their colours; one more is all the others.
_SERIES = 5


@dataclasses.dataclass(frozen=True, slots=True)
class Bar:
    """One bar, in the coordinates of its picture."""

    label: str
    count: int
    y: int
    width: float


@dataclasses.dataclass(frozen=True, slots=True)
class Bars:
    """The largest counts; what has no room is added up."""

    title: str
    bars: tuple[Bar, ...]
    height: int
    folded: int = 0
    folded_count: int = 0


def bars(title: str, counts: Mapping[str, int], most: int = 6) -> Bars:
    """One bar for each of the most."""
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    shown, rest = ordered[:most], ordered[most:]
    largest = shown[0][1] if shown else 1
    return Bars(title, tuple(
        Bar(short(label, 48), count, number * _ROW,
            round(max(2.0, (WIDTH - _COUNT_ROOM) * count / largest), 1))
        for number, (label, count) in enumerate(shown)), len(shown) * _ROW,
        len(rest), sum(count for _label, count in rest))


@dataclasses.dataclass(frozen=True, slots=True)
class Block:
    """What was made of one series in one span of time."""

    x: float
    y: float
    width: float
    height: float
    series: int
    tip: str


@dataclasses.dataclass(frozen=True, slots=True)
class OverTime:
    """When what was left was made, by kind.

    :param legend: (series, kind, how many)
    :param untimed: of how many nothing tells when
    """

    title: str
    blocks: tuple[Block, ...]
    legend: tuple[tuple[int, str, int], ...]
    first: datetime.datetime
    last: datetime.datetime
    most: int
    height: int
    untimed: int


def over_time(title: str, resources: Iterable[Resource]) -> OverTime | None:
    """A stack of blocks for each span of time; None where no time is known."""
    resources = tuple(resources)
    timed = [(r.created_at, r.kind) for r in resources if r.created_at]
    if not timed:
        return None
    kinds = sorted(collections.Counter(kind for _, kind in timed).items(),
                   key=lambda item: (-item[1], item[0]))
    series = {kind: min(number, _SERIES) for number, (kind, _) in enumerate(kinds)}
    first, last = min(timed)[0], max(timed)[0]
    span = (last - first) / _BINS or datetime.timedelta(seconds=1)
    bins = collections.Counter(
        (min(int((at - first) / span), _BINS - 1), series[kind]) for at, kind in timed)
    heights = collections.Counter[int]()
    for (place, _), count in bins.items():
        heights[place] += count
    most = max(heights.values())
    legend = [(number, kind, count) for number, (kind, count) in enumerate(kinds[:_SERIES])]
    if len(kinds) > _SERIES:
        legend.append((_SERIES, f'{len(kinds) - _SERIES} kinds more',
                       sum(count for _kind, count in kinds[_SERIES:])))
    names = {number: kind for number, kind, _count in legend}
    return OverTime(title, _blocks(bins, most, first, span, names), tuple(legend), first, last,
                    most, _PLOT_HEIGHT, len(resources) - len(timed))


def _blocks(
    bins: Mapping[tuple[int, int], int], most: int, first: datetime.datetime,
    span: datetime.timedelta, names: Mapping[int, str],
) -> tuple[Block, ...]:
    width = WIDTH / _BINS
    filled = collections.Counter[int]()
    blocks = []
    for (place, series), count in sorted(bins.items()):
        filled[place] += count
        blocks.append(Block(
            round(place * width + 0.5, 2), round(_PLOT_HEIGHT * (1 - filled[place] / most), 2),
            round(width - 1, 2), round(_PLOT_HEIGHT * count / most, 2), series,
            f'{count} {names[series]}, from {first + place * span:%H:%M:%S}'))
    return tuple(blocks)
