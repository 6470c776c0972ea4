"""What goes wrong, with which request: drawn from a seed, and nothing else."""
import dataclasses
import enum
import random
from collections.abc import Mapping


class Harm(enum.StrEnum):
    """What can happen to a request and its answer."""

    #: 500, 502, 503 or 504, and nothing was done.
    REFUSED = enum.auto()
    #: The same, and it was done.
    REFUSED_AFTER = enum.auto()
    #: 429 with Retry-After: a number, a date, or nonsense.
    BUSY = enum.auto()
    #: The connection is reset, and nothing was done.
    RESET = enum.auto()
    #: It was done, and instead of an answer there is a reset.
    LOST = enum.auto()
    #: It reaches the service twice; the second answer is the one that is seen.
    TWICE = enum.auto()
    #: The answer comes a few bytes at a time.
    SLOW = enum.auto()
    #: The connection ends before Content-Length is reached.
    TRUNCATED = enum.auto()
    #: Half of the body, and a Content-Length that agrees with it.
    GARBLED = enum.auto()
    #: 200 without a body, and nothing was done.
    EMPTY = enum.auto()
    #: 200 and a page of somebody else, and nothing was done.
    HTML = enum.auto()
    #: 404 from a gateway that knows no such service.
    ASTRAY = enum.auto()
    #: The right body under a wrong Content-Type.
    MISLABELLED = enum.auto()
    #: One value of a body, or all of it, is of another sort than the API promises.
    MANGLED = enum.auto()
    #: One value of a body is missing, or null.
    INCOMPLETE = enum.auto()


#: Nobody repeats another's request in good faith.
ONLY_DELETE = frozenset((Harm.TWICE,))
#: No faults of a network, but of a service; drawn only where they are named.
HOSTILE = frozenset((Harm.MANGLED, Harm.INCOMPLETE))
#: How many in a hundred requests meet a harm.
RATES = (2, 5, 10, 25)
STATUSES = (500, 502, 503, 504)
RETRY_AFTER = ('0', '1', 'Thu, 01 Jan 2026 00:00:00 GMT', 'soon')


@dataclasses.dataclass(frozen=True)
class Fault:
    """One harm.

    :param status: of the answer, where the harm makes it
    :param retry_after: the header, where there is one
    :param share: how much of the body arrives, where not all does; what is drawn further from
    """

    harm: Harm
    status: int = 0
    retry_after: str = ''
    share: float = 1.0


class Dice:
    """Decides which requests meet which harm.

    The same seed gives the same faults, in whichever order requests arrive: what a request
    meets depends on its method, its target and how often it came before.

    :param harms: those that may happen; some of all of them, where none are named
    :param percent: so many requests meet one; drawn as well, where it is not named
    """

    def __init__(self, seed: int, harms: frozenset[Harm] | None = None,
                 percent: int | None = None) -> None:
        drawn = random.Random(seed)
        self.seed = seed
        self.percent = drawn.choice(RATES) if percent is None else percent
        usual = [harm for harm in Harm if harm not in HOSTILE]
        some = frozenset(drawn.sample(usual, drawn.randint(2, len(usual))))
        self.harms = some if harms is None else harms

    def __repr__(self) -> str:
        return f'seed {self.seed}: {self.percent} % of {", ".join(sorted(self.harms))}'

    def roll(self, method: str, target: str, before: int) -> Fault | None:
        """The harm that a request meets.

        :param before: how many of the same there were
        """
        drawn = random.Random(f'{self.seed} {method} {target} {before}')
        if drawn.randrange(100) >= self.percent:
            return None
        able = sorted(self.harms - (frozenset() if method == 'DELETE' else ONLY_DELETE)
                      - (frozenset() if method == 'GET' else HOSTILE))
        if not able:
            return None
        harm = drawn.choice(able)
        return Fault(harm, drawn.choice(STATUSES), drawn.choice(RETRY_AFTER), drawn.random())


def counted(counts: dict[tuple[str, str], int], method: str, target: str) -> int:
    """How many of a request there were; and one more from now on."""
    before = counts.get((method, target), 0)
    counts[method, target] = before + 1
    return before


def without_hop_by_hop(headers: Mapping[str, str]) -> dict[str, str]:
    """What one side of a proxy says to the other (RFC 9110, 7.6.1)."""
    return {name: value for name, value in headers.items() if name.lower() not in (
        'connection', 'keep-alive', 'te', 'trailer', 'transfer-encoding', 'upgrade',
        'content-length', 'host', 'content-encoding', 'accept-encoding')}
