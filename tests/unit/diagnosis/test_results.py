"""How tests ended, as subunit files and stestr's repositories have it."""
import datetime
import gzip
import io
import os
import pathlib
from collections.abc import Callable
from typing import Any

import pytest
import subunit.v2

from tempest_cleanup import errors
from tempest_cleanup.diagnosis import model, results
from tempest_cleanup.diagnosis.model import Phase, Verdict
from tempest_cleanup.diagnosis.results import Results

BEGAN = datetime.datetime(2026, 11, 26, 11, 0, tzinfo=datetime.UTC)
SERVERS = 'tempest.api.compute.test_servers.ServersTest'

#: What stestr 4.2 made of a run of unittest whose worker was killed in ``test_b``.
WORKER_KILLED = b"""\
time: 2026-11-26 11:37:46.545977Z
tags: worker-0
test: tests.test_a.A.test_a
time: 2026-11-26 11:37:46.546060Z
successful: tests.test_a.A.test_a [ multipart
]
tags: -worker-0
time: 2026-11-26 11:37:46.546095Z
tags: worker-0
test: tests.test_a.A.test_b
failure: tests.test_a.A.test_b [ multipart
]
tags: -worker-0
"""
#: Of the same, not killed.
FAILED = b"""\
time: 2026-11-26 11:37:50.791986Z
tags: worker-0
test: setUpClass (tests.test_a.B)
time: 2026-11-26 11:37:50.791986Z
failure: setUpClass (tests.test_a.B) [ multipart
Content-Type: text/x-traceback;charset=utf8,language=python
traceback
BF\r
Traceback (most recent call last):
  File "tests/test_a.py", line 7, in setUpClass
    def setUpClass(cls): raise ValueError('x')
                         ^^^^^^^^^^^^^^^^^^^^^
ValueError: x
0\r
]
tags: -worker-0
time: 2026-11-26 11:37:50.795963Z
tags: worker-0
test: tests.test_a.C.test_s
time: 2026-11-26 11:37:50.795985Z
skip: tests.test_a.C.test_s [ multipart
Content-Type: text/plain;charset=utf8
reason
3\r
why0\r
]
tags: -worker-0
"""

TRACEBACK = """Traceback (most recent call last):
  File "test_servers.py", line 1, in test_create
    waiters.wait()
tempest.lib.exceptions.TimeoutException: Request timed out
Details: (ServersTest:test_create) Server 1 failed to reach ACTIVE status
"""


class Stream:
    """Writes version 2 as a test run does."""

    def __init__(self) -> None:
        self._bytes = io.BytesIO()
        self._out = subunit.v2.StreamResultToBytes(self._bytes)

    def test(self, name: str, begin: int, end: int | None, status: str = 'success',
             traceback: str = '') -> 'Stream':
        self._send(test_id=name, test_status='inprogress', timestamp=at(begin))
        if traceback:
            self._send(test_id=name, file_name='traceback', file_bytes=traceback.encode(),
                       mime_type='text/x-traceback;charset=utf8')
        if end is not None:
            self._send(test_id=name, test_status=status, timestamp=at(end))
        return self

    def _send(self, **event: Any) -> None:
        self._out.status(**event)

    @property
    def bytes(self) -> bytes:
        return self._bytes.getvalue()


def at(second: int) -> datetime.datetime:
    return BEGAN + datetime.timedelta(seconds=second)


@pytest.fixture
def load(tmp_path: pathlib.Path) -> Callable[[bytes], Results]:
    def load(data: bytes) -> Results:
        (tmp_path / 'results').write_bytes(data)
        return results.read([tmp_path / 'results'])
    return load


Load = Callable[[bytes], Results]


def test_second_version(load: Load) -> None:
    """Main job: verdict, times and the words that a traceback ends with."""
    found = load(Stream().test(f'{SERVERS}.test_create[id-1,smoke]', 0, 5, 'fail', TRACEBACK)
                 .test(f'{SERVERS}.test_list', 5, 6).test(f'{SERVERS}.test_skip', 6, 6, 'skip')
                 .test(f'{SERVERS}.test_long', 7, None).bytes)
    assert [(r.test.method, r.verdict) for r in found.results] == [
        ('test_create', Verdict.FAILURE), ('test_list', Verdict.SUCCESS),
        ('test_skip', Verdict.SKIPPED), ('test_long', Verdict.NEVER_ENDED)]
    first = found.results[0]
    assert (first.began, first.ended) == (at(0), at(5))
    assert first.test == model.Test('ServersTest', 'test_create', Phase.TEST,
                              'tempest.api.compute.test_servers')
    assert first.exception == (
        'tempest.lib.exceptions.TimeoutException: Request timed out Details: '
        '(ServersTest:test_create) Server 1 failed to reach ACTIVE status')
    assert found.results[3].ended is None


def test_first_version(load: Load) -> None:
    """As stestr's repository keeps it."""
    set_up, skipped = load(FAILED).results
    assert set_up.test == model.Test('B', '', Phase.SET_UP_CLASS, 'tests.test_a')
    assert (set_up.verdict, set_up.exception) == (Verdict.FAILURE, 'ValueError: x')
    assert skipped.verdict is Verdict.SKIPPED


def test_worker_that_died(load: Load) -> None:
    """For stestr it is a failure without a reason."""
    verdicts = {r.test.method: r.verdict for r in load(WORKER_KILLED).results}
    assert verdicts == {'test_a': Verdict.SUCCESS, 'test_b': Verdict.NEVER_ENDED}


@pytest.mark.parametrize('data', [WORKER_KILLED + FAILED, Stream().test('a.B.c', 0, 1).test(
    'a.B.d', 1, 2, 'fail', TRACEBACK).test('a.B.e', 2, 3).bytes])
def test_cut_anywhere(load: Load, data: bytes) -> None:
    """What is whole is told, and what was under way has not ended."""
    whole = {r.test: r for r in load(data).results}
    for end in range(0, len(data), 7):
        for result in load(data[:end]).results:
            if result.test in whole and result.verdict is not Verdict.NEVER_ENDED:
                assert result.verdict is whole[result.test].verdict


def test_compressed(load: Load) -> None:
    assert len(load(gzip.compress(FAILED)).results) == 2


def test_running(load: Load) -> None:
    found = load(Stream().test('a.B.c', 0, 5).test('a.C.d', 3, None).bytes)
    assert [[r.test.method for r in found.running(at(second))] for second in (-1, 1, 4, 9)] == [
        [], ['c'], ['c', 'd'], ['d']]


def test_of_a_test_and_of_its_class(load: Load) -> None:
    found = load(Stream().test('a.B.test_c', 0, 5).test('a.B.test_d', 5, 6, 'fail')
                 .test('tearDownClass (a.B)', 6, 7, 'fail').test('z.B.test_c', 0, 1).bytes)
    for test, names in ((model.Test('B', 'test_c', module='a'), ['test_c', 'tearDownClass']),
                        (model.Test('B', '', Phase.SET_UP_CLASS, 'a'),
                         ['test_d', 'tearDownClass'])):
        assert [r.test.method or str(r.test.phase) for r in found.of(test)] == names


def test_module_of_a_class_that_there_are_two_of(load: Load) -> None:
    """The time tells which one it was."""
    found = load(Stream().test('a.B.test_c', 0, 5).test('z.B.test_c', 7200, 7205)
                 .test('a.Only.test_d', 0, 1).bytes)
    assert found.module_of(model.Test('B', 'test_c'), at(3)) == 'a'
    assert found.module_of(model.Test('B', 'test_c'), at(7203)) == 'z'
    assert found.module_of(model.Test('B', '', Phase.SET_UP_CLASS), at(7190)) == 'z'
    assert found.module_of(model.Test('B', 'test_c'), at(3600)) == ''
    assert found.module_of(model.Test('Only', '', Phase.SET_UP_CLASS), at(3600)) == 'a'
    assert found.module_of(model.Test('Unknown'), at(0)) == ''


def test_newest_of_a_repository(tmp_path: pathlib.Path) -> None:
    """The run that was killed last is still in its temporary file."""
    repository = tmp_path / '.stestr'
    repository.mkdir()
    with pytest.raises(errors.FileError, match='no test results'):
        results.newest(tmp_path)
    for age, name in enumerate(('failing', 'format', '1', 'tmpabc', '0')):
        (repository / name).write_bytes(b'x')
        os.utime(repository / name, (1000 - age, 1000 - age))
    assert results.newest(tmp_path).name == '1'
    os.utime(repository / 'tmpabc', (2000, 2000))
    assert results.newest(repository).name == 'tmpabc'


def test_missing(tmp_path: pathlib.Path) -> None:
    with pytest.raises(errors.FileError, match='can\'t read the test results'):
        results.read([tmp_path / 'none'])
