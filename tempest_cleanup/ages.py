"""Ages in words: ``90m``, ``6h`` or ``2d``."""
import datetime
import re

_AGE = re.compile(r'(\d+)([smhdw])')
_UNITS = {'s': 'seconds', 'm': 'minutes', 'h': 'hours', 'd': 'days', 'w': 'weeks'}


def parse(text: str) -> datetime.timedelta:
    """An age in words.

    :raises ValueError: it is none, or longer than time goes back
    """
    found = _AGE.fullmatch(text)
    if not found:
        raise ValueError(f'{text!r} is no age: write 90m, 6h or 2d')
    try:
        back = datetime.timedelta(**{_UNITS[found.group(2)]: int(found.group(1))})
        _ = datetime.datetime.now(datetime.UTC) - back
    except (OverflowError, ValueError):
        raise ValueError(f'{text[:20]!r} is longer ago than time goes back') from None
    return back
