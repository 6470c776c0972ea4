"""In which time zone a log was written: oslo.log writes the local time and does not say which.

Answers tell the time too, and they tell it in UTC.
"""
import collections
import datetime
import email.utils
import pathlib
import re

from tempest_cleanup.diagnosis import log_files, log_lines

_SENT = re.compile(
    rb"\n(?P<stamp>\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d[.,]\d{1,6})[^\n]{0,300}Request - Headers:"
    rb"[^\n]*\n[^\n]*\n    Response - Headers: [^\n]*?'date': '(?P<date>[A-Za-z0-9 :,]{20,40})'")
_MADE = re.compile(
    rb'\n(?P<stamp>\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d[.,]\d{1,6})[^\n]{0,300}Request \('
    rb'[\w.:]{1,500}\): 20[12] POST [^\n]*\n[^\n]*\n[^\n]*\n[^\n]*\n'
    rb'[^\n]*?"created(?:_at|At)?": "(?P<date>\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d)')
#: Zones differ by multiples of this; the rest is what requests and clocks take.
_STEP = datetime.timedelta(minutes=15)


def zone(path: pathlib.Path) -> datetime.timezone | None:
    """The zone that most answers at its beginning speak for; None where none does."""
    piece = next(log_files.pieces(path), b'')
    offsets = collections.Counter(
        offset for pattern in (_SENT, _MADE) for found in pattern.finditer(piece)
        if (offset := _offset(found['stamp'], found['date'])) is not None)
    if not offsets:
        return None
    try:
        return datetime.timezone(offsets.most_common(1)[0][0])
    except ValueError:
        return None


def _offset(stamp: bytes, date: bytes) -> datetime.timedelta | None:
    local = log_lines.time(stamp)
    text = date.decode('ascii')
    try:
        told = (datetime.datetime.fromisoformat(text) if text[0].isdigit()
                else email.utils.parsedate_to_datetime(text).replace(tzinfo=None))
    except ValueError:
        return None
    return None if local is None else round((local - told) / _STEP) * _STEP
