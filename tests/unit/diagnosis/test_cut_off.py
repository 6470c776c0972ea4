"""Which test a worker was in when it died, as the log tells where the results do not."""
import pathlib

import pytest

from tempest_cleanup.diagnosis import model, results, tempest_log
from tempest_cleanup.diagnosis.cut_off import cut_off
from tempest_cleanup.diagnosis.model import Phase, Verdict
from tests.unit.diagnosis.test_results import Stream
from tests.unit.diagnosis.test_tempest_log import line

GET = '200 GET http://h/v2.0/networks'


def found(folder: pathlib.Path, *who: str, ended: tuple[str, ...] = ('m.Other.test_a',),
          ) -> list[tuple[str, str, Phase]]:
    """What is found in a log with these requests of one worker, by what the results have."""
    (folder / 'a.log').write_text(''.join(
        line(name, GET, f'11:00:{second:02}.000') for second, name in enumerate(who)))
    written = Stream()
    for name in ended:
        written.test(name, 0, 5)
    (folder / 'results').write_bytes(written.bytes)
    told = cut_off(tempest_log.read([folder / 'a.log'], ()), results.read([folder / 'results']))
    assert all(r.verdict is Verdict.NEVER_ENDED and r.ended is None for r in told)
    return [(r.test.class_name, r.test.method, r.test.phase) for r in told]


def test_in_a_test(tmp_path: pathlib.Path) -> None:
    assert found(tmp_path, 'A:setUpClass', 'A:test_a') == [('A', 'test_a', Phase.TEST)]


@pytest.mark.parametrize('last', ['A:_run_cleanups', 'A:tearDown'])
def test_in_its_clean_up(tmp_path: pathlib.Path, last: str) -> None:
    """The clean-up is that of the test before."""
    assert found(tmp_path, 'A:setUpClass', 'A:test_a', 'A:test_b', last) == [
        ('A', 'test_b', Phase.TEST)]


def test_in_the_set_up_of_a_class(tmp_path: pathlib.Path) -> None:
    assert found(tmp_path, 'B:test_a', 'B:tearDownClass', 'A:setUpClass') == [
        ('A', '', Phase.SET_UP_CLASS)]


@pytest.mark.parametrize(('who', 'ended'), [
    (('A:test_a', 'A:tearDownClass'), ('m.A.test_a',)),
    (('A:test_a',), ('m.A.test_a',)),
    (('A:setUpClass',), ('m.A.test_a',)),
    (('A:test_a', 'A:_run_cleanups'), ('m.A.test_a',)),
    (('main',), ('m.A.test_a',)),
    (('A:test_a',), ()),
])
def test_ended_or_not_known(
    tmp_path: pathlib.Path, who: tuple[str, ...], ended: tuple[str, ...],
) -> None:
    """Nobody is said to have been killed who was not, or of whom nothing tells."""
    assert found(tmp_path, *who, ended=ended) == []


def test_module_is_that_of_its_class(tmp_path: pathlib.Path) -> None:
    (tmp_path / 'a.log').write_text(line('A:test_b', GET))
    (tmp_path / 'results').write_bytes(Stream().test('m.A.test_a', 0, 1).bytes)
    told, = cut_off(tempest_log.read([tmp_path / 'a.log'], ()),
                    results.read([tmp_path / 'results']))
    assert told.test == model.Test('A', 'test_b', Phase.TEST, 'm')
