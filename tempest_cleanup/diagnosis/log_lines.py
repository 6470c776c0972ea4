"""What the lines of ``tempest.log`` look like, as oslo.log and Tempest's REST client write them.

All of it is hostile input: names are cut down to what names consist of, and of bodies
nothing is given away but ids, names and the messages of refusals.
"""
import dataclasses
import datetime
import re
from urllib.parse import unquote

from tempest_cleanup.diagnosis.model import Phase, Test

#: ``Request (Class:method): 200 GET http://... 0.123s``, and the start of what follows it
#: where bodies are logged.
REQUEST = re.compile(
    rb'Request (?:\((?:([\w.]{0,200}):)?(\w{1,300})\): (\d{3}) ([A-Z]{3,9}) ([!-~]{1,4000})'
    rb'(?: (\d{1,9}\.\d{1,9})s)?|- Headers: )')

#: Where a record begins: the lines of a record's message do not look like this.
HEAD = re.compile(rb'\n(?=\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d[.,]\d)')

#: What stands before the message of a record, whole: else it is a body that talks of one.
_START = re.compile(
    rb'\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d[.,]\d{1,6} (?:\d{1,9} )?[A-Z]{4,8} +'
    rb'(?:[\w.]{1,200} )?\[[^\[\]\n]{0,400}\] ')
_ANSWER = b'\n    Response - Headers: '
_BODY = re.compile(
    rb'\n        Body: (?:b\'([^\'\\\n]*(?:\\.[^\'\\\n]*)*)|b"([^"\\\n]*(?:\\.[^"\\\n]*)*)'
    rb'|([^\n]*))')
_REQUEST_ID = re.compile(
    rb"'x-(?:[a-z]+-)?(?:request-id|trans-id)': '((?:req-|tx)[0-9a-z-]{8,80})'")
_HEAD_ID = re.compile(rb'(?:req-|tx)[0-9a-z-]{8,80}')
_LOCATION = re.compile(rb"'location': '([!-~]{1,2000}?)'")
_PID = re.compile(rb'[.,]\d{1,9} (\d{1,9}) ')

#: Who sends the requests of Tempest's own commands.
MAIN = 'main'

_PHASES = {
    'setUpClass': Phase.SET_UP_CLASS, 'setUp': Phase.TEST, 'tearDown': Phase.TEAR_DOWN,
    '_run_cleanups': Phase.CLEANUPS, 'tearDownClass': Phase.TEAR_DOWN_CLASS}


@dataclasses.dataclass(frozen=True, slots=True)
class Answer:
    """What the detailed record of a request tells.

    :param body: as far as it was logged: Tempest cuts it at 4096 characters
    :param location: where the answer says that the new thing is
    :param asked: the body of the request, likewise
    """

    body: str
    location: str = ''
    asked: str = ''


def test(class_name: bytes | None, caller: bytes) -> Test:
    """Who sent a request: ``main`` is one of Tempest's commands, ``None`` nobody knows who."""
    name = caller.decode()
    if class_name is None:
        return Test('' if name == 'None' else name)
    phase = _PHASES.get(name, Phase.TEST if name.startswith('test') else Phase.UNKNOWN)
    return Test(class_name.decode(), name if name.startswith('test') else '', phase)


def time(stamp: bytes) -> datetime.datetime | None:
    """The time that a record begins with, naive, in the zone of the machine that wrote it."""
    try:
        return datetime.datetime.fromisoformat(
            stamp[:23].decode('ascii').replace(',', '.'))
    except (ValueError, UnicodeDecodeError):
        return None


def process(head: bytes) -> bytes:
    """The id of the process that wrote a record, b'' where the format has none."""
    found = _PID.search(head, 0, 60)
    return found[1] if found else b''


def is_start(head: bytes) -> bool:
    """Whether a record begins with this, and has its message next."""
    return _START.fullmatch(head) is not None


def request_id(head: bytes) -> str:
    """The id in a record's context; the last, where a global one is before it."""
    found = _HEAD_ID.findall(head)
    return found[-1].decode() if found else ''


def raw_parts(url: bytes) -> list[bytes]:
    """The parts of a URL, as they stand there; what is before the path is among them."""
    return url.partition(b'?')[0].rstrip(b'/').split(b'/')


def parts(url: bytes) -> list[str]:
    """The parts of a URL's path, unquoted."""
    path = url.partition(b'?')[0].partition(b'://')[2]
    quoted = path.decode('ascii', 'replace').rstrip('/').split('/')[1:]
    return [unquote(part) for part in quoted] if b'%' in path else quoted


def shown(url: bytes) -> str:
    """A URL without what may be secret: its query, and a password in it."""
    scheme, _, rest = url.partition(b'?')[0].partition(b'://')
    host, slash, path = rest.partition(b'/')
    return (scheme + b'://' + host.rpartition(b'@')[2] + slash + path).decode('ascii', 'replace')


def answer(record: bytes) -> Answer | None:
    """What a detailed record tells of the answer; None where it was cut before that.

    The answer is the last part: what stands in the request's body is whatever a test sent.
    """
    start = record.rfind(_ANSWER)
    if start < 0:
        return None
    line_end = record.find(b'\n', start + 1)
    headers = record[start:line_end if line_end > 0 else len(record)]
    found = _BODY.search(record, start)
    location, asked = _LOCATION.search(headers), _BODY.search(record, 0, start)
    return Answer(_text(found) if found else '', location[1].decode() if location else '',
                  _text(asked) if asked else '')


def answered_id(record: bytes) -> str:
    """The id of the request, as the headers of its answer have it."""
    found = _REQUEST_ID.search(record, max(record.rfind(_ANSWER), 0))
    return found[1].decode() if found else ''


def _text(found: re.Match[bytes]) -> str:
    """A body, which is logged as Python writes bytes, or as it is."""
    quoted = found[1] if found[1] is not None else found[2]
    if quoted is None:
        return (found[3] or b'').decode('utf-8', 'replace')
    # Cut in the middle of an escape is normal.
    raw = quoted.decode('unicode_escape', 'ignore').encode('latin-1', 'ignore')
    return raw.decode('utf-8', 'replace')

