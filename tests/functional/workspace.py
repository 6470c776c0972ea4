"""A folder in which the real command is run, as a user runs it."""
import configparser
import dataclasses
import json
import os
import pathlib
import subprocess
import sys
from collections.abc import Mapping
from typing import Any


@dataclasses.dataclass(frozen=True, repr=False)
class Done:
    """What a command ended with."""

    code: int
    out: str
    err: str

    def __repr__(self) -> str:
        return f'exit code {self.code}\n--- stdout\n{self.out}\n--- stderr\n{self.err}'


class Workspace:
    """A folder with a tempest.conf; commands run in it."""

    def __init__(self, folder: pathlib.Path, tempest_conf: pathlib.Path) -> None:
        self.folder = folder
        self._environment = dict(
            os.environ, TEMPEST_CONFIG_DIR=str(tempest_conf.parent),
            TEMPEST_CONFIG=tempest_conf.name)

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        """``tempest cleanup`` with these arguments, as a process."""
        tempest = pathlib.Path(sys.executable).with_name('tempest')
        return subprocess.Popen(
            [str(tempest), 'cleanup', *arguments], cwd=self.folder, env=self._environment,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def cleanup(self, *arguments: str, timeout: float = 900) -> Done:
        """``tempest cleanup`` with these arguments, to its end."""
        process = self.start(*arguments)
        try:
            out, err = process.communicate(timeout=timeout)
        except subprocess.TimeoutExpired:
            process.kill()
            raise
        return Done(process.returncode, out, err)

    def save(self) -> None:
        """Take the saved state; all of the cloud must have been seen."""
        done = self.cleanup('--init-saved-state')
        assert done.code == 0, done

    def json(self, name: str) -> Any:
        """A file that the command wrote."""
        return json.loads((self.folder / name).read_text())

    def leaks(self) -> dict[str, dict[str, str]]:
        """What a dry run shows, by kind; must have seen everything."""
        done = self.cleanup('--dry-run')
        assert done.code == 0, done
        found: dict[str, dict[str, str]] = self.json('dry_run.json')
        return {kind: entries for kind, entries in found.items() if entries}

    def outcomes(self, report: str = 'report.json') -> dict[tuple[str, str], dict[str, Any]]:
        """By kind and id: what became of each planned resource."""
        return {(d['kind'], d['id']): d['outcome'] for d in self.json(report)['decisions']
                if d['outcome']}


def configured(
    conf: pathlib.Path, copy: pathlib.Path, options: Mapping[str, Mapping[str, str]],
) -> pathlib.Path:
    """A copy of a tempest.conf with other options, by section."""
    # As oslo.config reads it: a key may stand more than once there, but not here.
    parser = configparser.RawConfigParser(strict=False, default_section='none')
    parser.optionxform = str  # type: ignore[assignment,method-assign]  # as documented
    parser.read(conf)
    for section, values in options.items():
        if not parser.has_section(section):
            parser.add_section(section)
        parser[section].update(values)
    with copy.open('w') as file:
        parser.write(file)
    return copy
