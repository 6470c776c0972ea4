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
_FURTHEST = datetime.timedelta(hours=14)
_STEP = datetime.timedelta(minutes=15)


def offset(path: pathlib.Path) -> datetime.timedelta | None:
    """How far it is from UTC, as most answers at its beginning say; None where none does."""
    piece = next(log_files.pieces(path), b'')
    differences = collections.Counter(
        difference for pattern in (_SENT, _MADE) for found in pattern.finditer(piece)
        if (difference := _difference(found['stamp'], found['date'])) is not None)
    # No zone is further away; then it is no zone, but an old thing that was told of.
    return next((difference for difference, _ in differences.most_common()
                 if abs(difference) <= _FURTHEST), None)


def _difference(stamp: bytes, date: bytes) -> datetime.timedelta | None:
    local = log_lines.time(stamp)
    text = date.decode('ascii')
    try:
        told = (datetime.datetime.fromisoformat(text) if text[0].isdigit()
                else email.utils.parsedate_to_datetime(text).replace(tzinfo=None))
    except ValueError:
        return None
    return None if local is None else round((local - told) / _STEP) * _STEP
