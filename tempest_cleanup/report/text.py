"""Texts from the cloud, made harmless for where they are shown."""
import datetime
import re

from tempest_cleanup.progress import printable

#: A name may have 255 characters and more; what identifies it stands in the JSON report.
LONGEST = 160

#: What Markdown would take for more than a letter; in the middle of a word ``_`` is none.
_MARKUP = re.compile(r'[\\`*\[\]<>&|~#$!]|(?<!\w)_|_(?!\w)|^[-+=]|(?<=^\d)[.)]|(?<=^\d\d)[.)]')


def short(text: str, longest: int = LONGEST) -> str:
    """A text as one line that is not too long to be read."""
    text = printable(text)
    return text if len(text) <= longest else f'{text[:longest - 1]}\N{HORIZONTAL ELLIPSIS}'


def markdown(text: str) -> str:
    """A text as Markdown that shows just this text, in one line."""
    return _MARKUP.sub(lambda found: f'\\{found.group()}', printable(text))


def code(text: str) -> str:
    """A text as a Markdown code span, whatever back-ticks are in it."""
    text = printable(text) or ' '
    fence = '`' * (1 + max((len(run) for run in re.findall('`+', text)), default=0))
    padding = ' ' if text[0] in '` ' or text[-1] in '` ' else ''
    return f'{fence}{padding}{text}{padding}{fence}'


def moment(at: datetime.datetime | None) -> str:
    """A time to read, in UTC; '' where there is none."""
    return f'{at:%Y-%m-%d %H:%M:%S}' if at else ''
