"""Point 11: what the log and the results say is told without the passwords in it."""
import traceback

import pytest
from tempest.lib import exceptions

from tempest_cleanup.diagnosis import answers, log_waits, results

SECRET = 's3cr3t-guest'
SAID = f'User: cirros, Password: {SECRET}'


def test_of_a_traceback() -> None:
    """Tempest's own error about a server that does not let it in."""
    try:
        raise exceptions.SSHTimeout(host='10.0.0.4', user='cirros', password=SECRET)
    except exceptions.SSHTimeout:
        words = results.last_words(traceback.format_exc())
    assert 'cirros' in words
    assert SECRET not in words


def test_of_a_line_of_the_log() -> None:
    line = (f'2026-11-22 08:00:00.1 1 ERROR tempest.x [-] {SAID}: failed to build within the '
            'required time').encode()
    assert 'cirros' in log_waits.message(line)
    assert SECRET not in log_waits.message(line)


@pytest.mark.parametrize('body', [f'{{"error": {{"message": "{SAID}"}}}}', SAID])
def test_of_an_answer(body: str) -> None:
    assert 'cirros' in answers.message(body)
    assert SECRET not in answers.message(body)


@pytest.mark.parametrize('length', range(440, 520, 5))
def test_what_is_cut_off_has_no_part_of_one(length: int) -> None:
    """Cut in its middle, a secret does not look like one."""
    said = f'{"x" * length} ftp://root:{SECRET}@host'
    assert SECRET[:4] not in results.last_words(said)
    assert SECRET[:4] not in answers.message(said)
