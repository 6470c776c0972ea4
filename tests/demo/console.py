"""What the demonstration shows: headings, commands with all that they print, remarks."""
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path


class Failed(Exception):
    """A step did not do what it should; with the exit code of the whole."""

    def __init__(self, what: str, code: int = 1) -> None:
        super().__init__(what)
        self.code = code


class Console:
    """Shows what is done, in the order it is done."""

    def __init__(self) -> None:
        self._began = time.monotonic()
        self._steps = 0

    def step(self, title: str) -> None:
        """Begin the next step."""
        self._steps += 1
        passed = time.monotonic() - self._began
        self.say(f'\n{self._steps}. {title} (after {passed:.0f} s)')

    def say(self, text: str) -> None:
        print(text, flush=True)

    def command(self, text: str) -> None:
        """Show a command line."""
        self.say(f'$ {text}')

    def run(self, argv: Sequence[str], folder: Path, expected: int = 0) -> None:
        """Show and run a command of this environment; what it prints is seen as it comes.

        :raises Failed: it ends with another exit code than the expected one
        """
        self.command(' '.join(argv))
        programs = Path(sys.executable).parent
        environment = dict(os.environ, PATH=f'{programs}{os.pathsep}{os.environ["PATH"]}')
        code = subprocess.run(argv, cwd=folder, env=environment, check=False).returncode
        if code != expected:
            raise Failed(f'{" ".join(argv)}: exit code {code}, not {expected}', code or 1)
