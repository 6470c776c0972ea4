"""The report as subunit v2: the stream that Tempest's own runner writes, and Zuul's jobs read."""
import io

from subunit import v2

from tempest_cleanup.errors import ExitCode
from tempest_cleanup.report import Report
from tempest_cleanup.report.verdicts import Ending, Judged, judge

#: Subunit knows no errors.
_STATUS = {Ending.PASSED: 'success', Ending.FAILED: 'fail', Ending.ERROR: 'fail',
           Ending.SKIPPED: 'skip'}
_TEXT = 'text/plain; charset="utf8"'

#: A packet holds up to 4 MiB, its head among them.
_MOST_BYTES = 1024 * 1024


def write(report: Report, _exit_code: ExitCode) -> bytes:
    """A whole stream."""
    stream = io.BytesIO()
    writer = v2.StreamResultToBytes(stream)
    for judged in judge(report):
        _tell(writer, judged, report)
    return stream.getvalue()


def _tell(writer: v2.StreamResultToBytes, judged: Judged, report: Report) -> None:
    test_id = f'{judged.class_name}.{judged.name}'
    writer.status(test_id=test_id, test_status='inprogress', timestamp=report.began)
    text = '\n'.join((judged.message, *judged.details)).encode()
    if text:
        name = 'reason' if judged.ending is Ending.SKIPPED else judged.type
        for begin in range(0, len(text), _MOST_BYTES):
            writer.status(
                test_id=test_id, file_name=name, mime_type=_TEXT,
                file_bytes=text[begin:begin + _MOST_BYTES],
                eof=begin + _MOST_BYTES >= len(text), timestamp=report.began)
    writer.status(test_id=test_id, test_status=_STATUS[judged.ending], timestamp=report.began)
