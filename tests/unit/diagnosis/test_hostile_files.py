"""Whatever stands in a file, reading it raises nothing but our own errors."""
import pathlib
import re

import hypothesis
import pytest
from hypothesis import strategies as st

from tempest_cleanup import errors
from tempest_cleanup.diagnosis import answers, log_files, log_lines, names, results, tempest_log
from tests.unit.diagnosis import test_results
from tests.unit.diagnosis.excerpts import CLEANED, KILLED
from tests.unit.diagnosis.test_tempest_log import ALL, NETWORK, marks_of

MARKS = marks_of(*ALL)
LOG = KILLED.read_bytes()[:20000] + CLEANED.read_bytes()[:10000]
RESULTS = test_results.WORKER_KILLED + test_results.FAILED
STREAM = test_results.Stream().test('a.B.c', 0, 1).test(
    'a.B.d', 1, 2, 'fail', test_results.TRACEBACK).test('a.B.e', 2, 3).bytes

#: What lines are made of.
WORDS = st.sampled_from([
    b'2026-11-26 11:28:46.286 14880 INFO tempest.lib.common.rest_client [req-1 req-2 ] ',
    b'2026-13-45 99:28:46.286 14880 DEBUG x [-] ', b'Request (A:test_a): 201 POST http://h/v2/x',
    b'Request (A:setUpClass): 200 GET http://h/v2/networks/', b'Request - Headers: {}',
    b'\n    Response - Headers: {\'location\': \'http://h/images/1\'}', b'\n        Body: b\'',
    b'{"network": {"id": "', b'3917cd93-a039-4c14-8943-6fe945c15139', b'"}}', b'\'', b'\n', b'\\',
    b' 0.1s', b'\xff\x00\x1b[31m', b'[' * 2000, b'%ff', b'within the required time', b'\x1f\x8b'])
QUICK = hypothesis.settings(max_examples=150, deadline=None, suppress_health_check=[
    hypothesis.HealthCheck.function_scoped_fixture])


@st.composite
def damaged(draw: st.DrawFn, data: bytes) -> bytes:
    """A file that was cut off, and bytes that do not belong there."""
    start = draw(st.integers(0, len(data)))
    end = draw(st.integers(start, len(data)))
    place = draw(st.integers(start, end))
    return data[start:place] + draw(st.binary(max_size=200)) + data[place:end]


@QUICK
@hypothesis.given(data=st.one_of(
    st.binary(max_size=3000), damaged(LOG), st.lists(WORDS, max_size=60).map(b''.join)),
    size=st.sampled_from([100, 5000, 1000000]))
def test_log(tmp_path: pathlib.Path, data: bytes, size: int) -> None:
    path = tmp_path / 'tempest.log'
    path.write_bytes(data)
    assert b''.join(log_files.pieces(path)) == data or data.startswith(b'\x1f\x8b')
    for trail in tempest_log.read([path], MARKS).trails.values():
        for request in (*trail.deletions, *trail.others):
            assert re.fullmatch(r'[\w.:() ]*', str(request.test), re.ASCII)
            assert re.fullmatch(r'[!-~]*', request.url)
            assert '?' not in request.url


@QUICK
@hypothesis.given(data=st.one_of(st.binary(max_size=3000), damaged(RESULTS), damaged(STREAM)))
def test_results_file(tmp_path: pathlib.Path, data: bytes) -> None:
    (tmp_path / '0').write_bytes(data)
    for result in results.read([tmp_path / '0']).results:
        assert not re.search(r'[\x00-\x20\x7f]', result.test.method + result.test.class_name)


@QUICK
@hypothesis.given(st.text(max_size=300), st.text(max_size=20))
def test_bodies_and_names(text: str, prefix: str) -> None:
    answers.made(text, text)
    assert len(answers.message(text)) <= 500
    names.tell(text, prefix)
    results.parse(text)


def test_huge_line(tmp_path: pathlib.Path) -> None:
    """One without an end does not fill the memory, and what is before it is told."""
    path = tmp_path / 'tempest.log'
    path.write_bytes(KILLED.read_bytes() + b'x' * (log_files.LONGEST * 2))
    assert max(map(len, log_files.pieces(path))) <= log_files.LONGEST + 2 * log_files.PIECE
    assert len(tempest_log.read([path], MARKS).trails) == len(
        tempest_log.read([KILLED], MARKS).trails)


def test_nothing_of_a_body_gets_out() -> None:
    """But ids, names and messages of refusals."""
    log = tempest_log.read([KILLED, CLEANED], MARKS)
    told = repr(log)
    for secret in ('scrubbed', 'admin_state_up', 'fingerprint', 'adminPass'):
        assert any(secret in path.read_text() for path in (KILLED, CLEANED))
        assert secret not in told


@pytest.mark.parametrize('before', [
    '        Body: b\'{"name": "',
    '2026-11-26 11:00:00.000 1 DEBUG a [-] Request - Headers: {"a": "] ',
    '2026-11-26 11:00:00.000 1 INFO a [-] Request (A:test_a): 200 GET http://h/v2.0 [x] '])
def test_name_is_no_request(tmp_path: pathlib.Path, before: str) -> None:
    """A name or a header may have the form of a line."""
    path = tmp_path / 'tempest.log'
    path.write_text(f'{before}Request (B:test_b): 201 POST http://h/v2.0/networks/'
                    f'{NETWORK} 0.1s"}}\n' * 2)
    log = tempest_log.read([path], MARKS)
    assert not log.trails
    assert log.made == frozenset()


def test_secrets_in_urls_do_not_get_out() -> None:
    assert log_lines.shown(b'http://user:word@host:1/v1/AUTH_a/c?temp_url_sig=secret') == (
        'http://host:1/v1/AUTH_a/c')


def test_unreadable(tmp_path: pathlib.Path) -> None:
    """A folder in the place of a file, and one that is not there."""
    for path in (tmp_path, tmp_path / 'none'):
        with pytest.raises(errors.FileError, match=re.escape(str(path))):
            list(log_files.pieces(path))
