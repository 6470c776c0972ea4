"""Runs of the leaky Tempest tests, and what each of them has left."""

import dataclasses
import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from tests.cloud.paths import CHECKOUT
from tests.functional.workspace import configured
from tests.leaky.support import LEDGER

LEAKY = CHECKOUT / 'tests' / 'leaky'
#: The longest that a run may take, on a machine under load (seconds).
PATIENCE = 900


@dataclasses.dataclass(frozen=True)
class Left:
    """One thing that a test says it leaves."""

    test: str
    kind: str
    id: str


class LeakyRun:
    """``stestr run`` of leaky tests in a folder, with a log that has the bodies.

    :param conf: the cloud's tempest.conf; the folder gets a copy of it
    """

    def __init__(self, folder: Path, conf: Path) -> None:
        self.folder = folder
        self.conf = folder / 'etc' / 'tempest.conf'
        self._ledger = folder / 'ledger.jsonl'
        self.conf.parent.mkdir()
        configured(conf, self.conf, {
            'DEFAULT': {'debug': 'true', 'log_file': str(folder / 'tempest.log')}})
        (folder / '.stestr.conf').write_text(
            f'[DEFAULT]\ntest_path={LEAKY}\ntop_dir={CHECKOUT}\n')

    def go(self, *workers: str) -> list[Left]:
        """Run what fits one of the expressions, each in a worker of its own.

        Most of these tests fail, and some kill their worker, so how stestr ends says nothing.
        """
        self._ledger.write_text('')
        (self.folder / 'workers.yaml').write_text(json.dumps([{'worker': [w]} for w in workers]))
        with (self.folder / 'stestr.out').open('wb') as out:
            subprocess.run(
                [Path(sys.executable).with_name('stestr'), 'run', '--worker-file',
                 'workers.yaml'], cwd=self.folder, stdin=subprocess.DEVNULL, stdout=out,
                stderr=subprocess.STDOUT, timeout=PATIENCE, check=False,
                env=os.environ | {'TEMPEST_CONFIG_DIR': str(self.conf.parent),
                                  'TEMPEST_CONFIG': self.conf.name, LEDGER: str(self._ledger)})
        left = [Left(*json.loads(line)) for line in self._ledger.read_text().splitlines()]
        assert left, (self.folder / 'stestr.out').read_text()[-3000:]
        return left


def of(left: Sequence[Left], test: str, kind: str) -> list[str]:
    """The ids of what a test has left of a kind."""
    return [one.id for one in left if (one.test, one.kind) == (test, kind)]
