"""What a run tells while it goes on."""
import io
import threading

import pytest

from tempest_cleanup.progress import Lines, Progress, Terminal, printable


@pytest.mark.parametrize(('text', 'shown'), [
    ('plain ü 名', 'plain ü 名'), ('a\x1b[2Jb', 'a�[2Jb'), ('a\nb', 'a�b'), ('a\rb', 'a�b'),
    ('\x9b31m', '�31m'), ('\x07', '�'), ('\u202egnp.exe', '�gnp.exe'), ('\x00', '�'),
    ('\u2066x\u2069', '�x�'), ('\u061c\u2028\ufeff', '���'), ('\ud800\uffff', '��')])
def test_names_from_the_cloud_do_not_control_the_terminal(text: str, shown: str) -> None:
    """Point 11."""
    assert printable(text) == shown


@pytest.mark.parametrize('cls', [Lines, Terminal])
def test_every_event_is_told(cls: type[Lines] | type[Terminal]) -> None:
    """Point 11: as it is, without markup and without control characters."""
    stream = io.StringIO()
    progress: Progress = cls(stream)
    with progress.phase('clean up', 2):
        progress.step()
        progress.more(3)
        progress.event('server [/x] [red]\x1b[2J :bomb: failed')
        progress.step()
    told = stream.getvalue()
    assert '[/x] [red]' in told
    assert ':bomb:' in told
    assert '\x1b[2J' not in told.replace('\x1b[2K', '')


def test_lines_of_many_threads_are_not_mixed() -> None:
    stream = io.StringIO()
    progress = Lines(stream)

    def tell() -> None:
        for _ in range(50):
            progress.event('x' * 50)

    threads = [threading.Thread(target=tell) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    lines = stream.getvalue().splitlines()
    assert len(lines) == 200
    assert all(line.endswith('] ' + 'x' * 50) for line in lines)


def test_a_phase_that_fails_lets_the_error_through() -> None:
    for progress in (Progress(), Lines(io.StringIO()), Terminal(io.StringIO())):
        with pytest.raises(KeyError), progress.phase('clean up'):
            raise KeyError('x')
