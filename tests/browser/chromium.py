"""A real browser without a window, spoken to through a pipe: it has no port to be found at."""
import base64
import contextlib
import itertools
import json
import os
import pathlib
import shlex
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

_FLAGS = (
    '--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
    '--disable-background-networking', '--disable-component-update', '--disable-sync',
    '--force-color-profile=srgb', '--hide-scrollbars', '--remote-debugging-pipe')

#: For an answer of the browser's, on a machine that is busy.
_SECONDS = 60.0

Event = dict[str, Any]


def executable() -> str:
    """The browser; the test fails where there is none."""
    found = shutil.which('chromium')
    if found is None:
        pytest.fail('there is no chromium to look at the report with: '
                    'run "apt-get install chromium" as root')
    return found


class Chromium:
    """A running browser with one page.

    :param events: all that the page has told so far
    """

    def __init__(self, to_browser: int, from_browser: int) -> None:
        self._to_browser = to_browser
        self._from_browser = from_browser
        self._numbers = itertools.count(1)
        self._buffer = b''
        self._session = ''
        self.events: list[Event] = []
        target = self.call('Target.createTarget', url='about:blank')['targetId']
        self._session = self.call(
            'Target.attachToTarget', targetId=target, flatten=True)['sessionId']
        for domain in ('Page', 'Runtime', 'Log', 'Network'):
            self.call(f'{domain}.enable')

    def call(self, method: str, **params: Any) -> dict[str, Any]:
        """One command and its answer."""
        number = next(self._numbers)
        message = {'id': number, 'method': method, 'params': params}
        if self._session:
            message['sessionId'] = self._session
        os.write(self._to_browser, json.dumps(message).encode() + b'\0')
        answer = self._wait(lambda event: event.get('id') == number)
        assert 'error' not in answer, f'{method}: {answer["error"]}'
        result: dict[str, Any] = answer['result']
        return result

    def open(self, path: pathlib.Path, *, width: int, height: int = 900, dark: bool = False,
             scripts: bool = True) -> None:
        """Show a file, as on a screen of this width, and wait until it is there."""
        self.call('Emulation.setDeviceMetricsOverride', width=width, height=height,
                  deviceScaleFactor=1, mobile=width < 600)
        self.call('Emulation.setEmulatedMedia', features=[
            {'name': 'prefers-color-scheme', 'value': 'dark' if dark else 'light'}])
        self.call('Emulation.setScriptExecutionDisabled', value=not scripts)
        self.events.clear()
        self.call('Page.navigate', url=path.as_uri())
        self._wait(lambda event: event.get('method') == 'Page.loadEventFired')

    def value(self, expression: str) -> Any:
        """What an expression is on the page."""
        answer = self.call('Runtime.evaluate', expression=expression, returnByValue=True,
                           awaitPromise=True)
        assert 'exceptionDetails' not in answer, answer['exceptionDetails']
        return answer['result'].get('value')

    def screenshot(self, path: pathlib.Path, *, whole: bool = False) -> None:
        """What is to be seen, as PNG."""
        answer = self.call('Page.captureScreenshot', captureBeyondViewport=whole)
        path.write_bytes(base64.b64decode(answer['data']))

    def told(self, *methods: str) -> list[Event]:
        """The events of some sorts since the page was opened."""
        # What the page has done until now is told before the answer to this.
        self.call('Page.getLayoutMetrics')
        return [event for event in self.events if event.get('method') in methods]

    def _wait(self, wanted: Callable[[Event], bool]) -> Event:
        # What has come before the question is not its answer.
        deadline = time.monotonic() + _SECONDS
        while time.monotonic() < deadline:
            event = self._read()
            self.events.append(event)
            if wanted(event):
                return event
        raise AssertionError(f'the browser has not answered in {_SECONDS:.0f} s')

    def _read(self) -> Event:
        while b'\0' not in self._buffer:
            data = os.read(self._from_browser, 1 << 16)
            assert data, 'the browser has ended'
            self._buffer += data
        message, _, self._buffer = self._buffer.partition(b'\0')
        event: Event = json.loads(message)
        return event


@contextlib.contextmanager
def started(profile: pathlib.Path) -> Iterator[Chromium]:
    """A browser with an empty profile; no process of it stays."""
    their_in, our_out = os.pipe()
    our_in, their_out = os.pipe()
    # It expects the pipe's ends as descriptors 3 and 4; ours may have two digits, which sh
    # does not know.
    command = shlex.join((executable(), *_FLAGS, f'--user-data-dir={profile}', 'about:blank'))
    process = subprocess.Popen(
        ('bash', '-c', f'exec {command} 3<&{their_in} 4>&{their_out}'),
        pass_fds=(their_in, their_out), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL, start_new_session=True)
    os.close(their_in)
    os.close(their_out)
    try:
        yield Chromium(our_out, our_in)
    finally:
        os.close(our_out)
        os.close(our_in)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
