"""What somebody at a terminal sees and does: typing the cloud's name, Ctrl-C."""
import contextlib
import os
import pty
import re
import signal
import threading
import time
from collections.abc import Iterator

import pytest

from tests.sim.runs import Workspace, wait_for


class Terminal:
    """The other side of a terminal."""

    def __init__(self) -> None:
        self._master, self._slave = pty.openpty()
        self.name = os.ttyname(self._slave)
        self._shown = b''
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        with contextlib.suppress(OSError):
            while data := os.read(self._master, 4096):
                self._shown += data

    @property
    def shown(self) -> str:
        return self._shown.decode(errors='replace')

    def type(self, line: str) -> None:
        self.press(f'{line}\n')

    def press(self, keys: str) -> None:
        os.write(self._master, keys.encode())

    def close(self) -> None:
        os.close(self._slave)
        self._reader.join(5)
        os.close(self._master)


@pytest.fixture
def terminal() -> Iterator[Terminal]:
    terminal = Terminal()
    yield terminal
    terminal.close()


@pytest.mark.parametrize(('answer', 'code'), [('127.0.0.1', 0), ('yes', 3), ('', 3)])
def test_the_clouds_name_is_to_be_typed(
    workspace: Workspace, terminal: Terminal, answer: str, code: int,
) -> None:
    """Without a saved state, on a terminal: nothing but the name will do."""
    volume = workspace.cloud.create('volumes', name='leak')
    started = workspace.start('--type', 'volumes', terminal=terminal.name)
    wait_for(lambda: 'to go on: ' in terminal.shown)
    terminal.type(answer)
    assert started.wait().code == code
    assert (workspace.cloud.get('volumes', volume) is None) == (code == 0)
    assert 'EVERYTHING in the cloud 127.0.0.1' in terminal.shown


@pytest.mark.parametrize('control', ['\x04', '\x03'], ids=['Ctrl-D', 'Ctrl-C'])
def test_no_answer_is_no(workspace: Workspace, terminal: Terminal, control: str) -> None:
    """At once, and without a traceback."""
    volume = workspace.cloud.create('volumes', name='leak')
    started = workspace.start('--type', 'volumes', terminal=terminal.name)
    wait_for(lambda: 'to go on: ' in terminal.shown)
    if control == '\x03':
        started.signal(signal.SIGINT)
    else:
        terminal.press(control)
    assert started.wait(30).code == 3
    wait_for(lambda: 'nothing was changed' in terminal.shown)
    assert 'fault of this program' not in terminal.shown
    assert workspace.cloud.get('volumes', volume)


def test_no_question_where_there_is_a_saved_state(
    workspace: Workspace, terminal: Terminal,
) -> None:
    """Progress per phase and a table by project."""
    workspace.save()
    workspace.cloud.make_project('tempest-a', volumes=2)
    assert workspace.start(terminal=terminal.name).wait().code == 0
    wait_for(lambda: 'Clean: ' in terminal.shown)
    plain = re.sub(r'\x1b\[[0-9;?]*[A-Za-z]', '', terminal.shown)
    assert 'inventory' in plain
    assert re.search(r'tempest-a\s*│\s*networks\s*│\s*1\s*│\s*deleted', plain)


def test_plain_lines_in_a_log(workspace: Workspace) -> None:
    """One line per event, no bars and no escape sequences."""
    ended = workspace.run('--init-saved-state', code=0)
    assert '\x1b' not in ended.out + ended.err
    assert all(re.match(r'\[ +\d+\.\ds\] ', line) for line in ended.err.splitlines())


@pytest.mark.parametrize('number', [signal.SIGINT, signal.SIGTERM])
def test_interrupted(workspace: Workspace, number: int) -> None:
    """130, soon; what is not done is said, and nothing of the tool is left behind."""
    cloud = workspace.cloud
    workspace.save()
    tenant = cloud.make_project('tempest-a', servers=1)
    cloud.stick('servers', tenant.servers[0])
    fault = cloud.fault('DELETE /compute/v2.1/servers')
    started = workspace.start('--report', 'report.json')
    wait_for(lambda: fault.hits)
    began = time.monotonic()
    started.signal(number)
    ended = started.wait()
    assert ended.code == 130
    assert time.monotonic() - began < 20
    assert 'Run the same command again' in ended.out
    assert 'Traceback' not in ended.err
    status = {d['kind']: d['outcome']['status'] for d in workspace.json('report.json')['decisions']
              if d['outcome']}
    assert status['projects'] == status['servers'] == 'interrupted'
    assert workspace.run('--dry-run', '--settle', '0', code=0)


@pytest.mark.parametrize('option', ['--dry-run', '--init-saved-state'])
def test_interrupted_while_it_looks(workspace: Workspace, option: str) -> None:
    """Also in the inventory, where a service keeps it waiting: 130, and no half file."""
    fault = workspace.cloud.fault('GET /compute/v2.1/servers', delay=3)
    started = workspace.start(option)
    wait_for(lambda: fault.hits)
    started.signal(signal.SIGINT)
    ended = started.wait()
    assert ended.code == 130, ended
    assert 'Traceback' not in ended.err
    assert not workspace.saved.exists()


def test_interrupted_twice(workspace: Workspace) -> None:
    """The second Ctrl-C ends it at once, whatever is under way."""
    cloud = workspace.cloud
    workspace.save()
    cloud.create('volumes', name='leak')
    fault = cloud.fault('DELETE /volume', delay=20)
    started = workspace.start()
    wait_for(lambda: fault.hits)
    started.signal(signal.SIGINT)
    time.sleep(0.3)  # two signals at once are one
    started.signal(signal.SIGINT)
    ended = started.wait(15)
    assert ended.code == 130, ended
