"""Whole runs against a simulated cloud: the engine in this process, or the command in its own."""
import configparser
import contextlib
import dataclasses
import functools
import itertools
import json
import multiprocessing
import os
import pathlib
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from tempest.cmd import main as tempest_main

from tempest_cleanup import remedies, services, state
from tempest_cleanup.cloud.tokens import Account
from tempest_cleanup.config import Config
from tempest_cleanup.context import Filters
from tempest_cleanup.journal import NAME
from tempest_cleanup.model import Action, Inventory, Key
from tempest_cleanup.progress import Progress
from tempest_cleanup.report import Report
from tempest_cleanup.run import Choices, Run, connect
from tempest_cleanup.testing import SimulatedCloud

SAVED = 'saved_state.json'

#: Forks from a process that has everything imported: a run costs little, and is one of its own.
_FORKS = multiprocessing.get_context('forkserver')
_FORKS.set_forkserver_preload(['tempest_cleanup.command', 'tempest.config'])


class Ended(NamedTuple):
    """What a command has left: exit code (negative: the signal), stdout, stderr."""

    code: int
    out: str
    err: str


class Started:
    """A command under way."""

    def __init__(self, argv: tuple[str, ...], folder: pathlib.Path, terminal: str,
                 touches: int = 0) -> None:
        number = len(list(folder.parent.glob(f'{folder.name}.*.out')))
        self._out = folder.parent / f'{folder.name}.{number}.out'
        self._err = folder.parent / f'{folder.name}.{number}.err'
        self._out.touch()
        files = ((terminal,) * 3 if terminal
                 else (os.devnull, str(self._out), str(self._err)))
        self._process = _FORKS.Process(target=_command, args=(argv, str(folder), files, touches))
        self._process.start()

    def signal(self, number: int) -> None:
        os.kill(self._process.pid or 0, number)

    @property
    def running(self) -> bool:
        return self._process.is_alive()

    def wait(self, timeout: float = 90) -> Ended:
        self._process.join(timeout)
        if self._process.exitcode is None:
            self.signal(signal.SIGKILL)
            self._process.join()
            raise TimeoutError(f'no end after {timeout} s: {self._err.read_text()}')
        code = self._process.exitcode
        self._process.close()
        return Ended(code, *(path.read_text() if path.exists() else ''
                             for path in (self._out, self._err)))


def _command(argv: tuple[str, ...], folder: str, files: tuple[str, ...], touches: int) -> None:
    """What the executable ``tempest`` does, in a process that was forked."""
    if touches:
        _die_at(touches, folder)
    os.chdir(folder)
    os.environ.update(TEMPEST_CONFIG_DIR=folder, TEMPEST_CONFIG='tempest.conf', COLUMNS='160')
    for number, (path, flags) in enumerate(zip(
            files, (os.O_RDONLY, os.O_WRONLY | os.O_CREAT, os.O_WRONLY | os.O_CREAT),
            strict=True)):
        os.dup2(os.open(path, flags, 0o600), number)
    sys.stdin = os.fdopen(0, closefd=False)
    sys.exit(tempest_main.main(list(argv)))


def _die_at(touches: int, folder: str) -> None:
    """Have this process killed when it is about to touch the files of a folder so often."""
    count = itertools.count(1)

    def look(event: str, arguments: tuple[Any, ...]) -> None:
        ours = event == 'fcntl.flock' or (
            event in ('open', 'os.rename', 'os.remove', 'sqlite3.connect')
            and (not os.path.isabs(str(arguments[0])) or folder in str(arguments[0])))
        if ours and next(count) == touches:
            os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(look)


class Workspace:
    """A folder with a tempest.conf of a simulated cloud; runs are made in it."""

    def __init__(self, cloud: SimulatedCloud, folder: pathlib.Path) -> None:
        self.cloud = cloud
        self.folder = folder
        self.saved = folder / SAVED
        self.conf = cloud.tempest_conf(folder / 'tempest.conf')

    # The command

    def start(self, *options: str, terminal: str = '', command: str = 'cleanup',
              touches: int = 0) -> Started:
        """Start a command.

        :param touches: it is killed when it is about to touch files of the folder so often
        """
        return Started((*command.split(), *options), self.folder, terminal, touches)

    def run(self, *options: str, code: int | None = None, command: str = 'cleanup') -> Ended:
        """Run ``tempest cleanup`` to its end.

        :param code: the exit code that it has to have
        """
        ended = self.start(*options, command=command).wait()
        assert code is None or ended.code == code, ended
        return ended

    def configure(self, section: str, **options: str) -> None:
        """Change tempest.conf."""
        parser = configparser.ConfigParser(interpolation=None)
        parser.read(self.conf)
        if section != 'DEFAULT' and not parser.has_section(section):
            parser.add_section(section)
        parser[section].update(options)
        with self.conf.open('w', encoding='utf-8') as file:
            parser.write(file)

    def json(self, name: str) -> Any:
        return json.loads((self.folder / name).read_text())

    # The engine

    @contextlib.contextmanager
    def engine(self, *, filters: Filters | None = None, workers: int = 8, timeout: float = 20,
               grant: bool = True, without: str = '', settle: float = 0,
               ladders: remedies.Ladders | None = None, auth_url: str = '') -> Iterator[Run]:
        """A run in this process, with what tempest.conf says.

        :param without: a kind that it does not know
        :param settle: seconds for what is in transition
        :param ladders: the remedies that may be used; None: none
        :param auth_url: of Keystone, where it is not to be asked directly
        """
        known = {name: kind for name, kind in kinds().items() if name != without}
        config = config_of(self.cloud)
        if auth_url:
            config = dataclasses.replace(
                config, account=dataclasses.replace(config.account, auth_url=auth_url))
        api = connect(config, workers)
        choices = Choices(workers, timeout, filters or Filters(), grant, settle=settle,
                          ladders=ladders or {})
        try:
            yield Run(config, api, known, choices, self.folder, Progress())
        finally:
            api.close()

    def save(self, **choices: Any) -> Inventory:
        with self.engine(**choices) as run, run.session(threading.Event()) as session:
            return session.save(self.saved)

    def look(self, **choices: Any) -> Report:
        """A dry run."""
        with self.engine(**choices) as run:
            saved = self.load(run)
            with run.session(threading.Event()) as session:
                return run.report('Dry run', saved, session.picture(saved))

    def clean(self, stop: threading.Event | None = None, **choices: Any) -> Report:
        with self.engine(**choices) as run:
            saved = self.load(run)
            with run.session(stop or threading.Event()) as session:
                first = session.picture(saved)
                cleaned = session.clean(saved, first)
                return run.report('Clean-up', saved, first, cleaned)

    def load(self, run: Run) -> state.SavedState | None:
        if not self.saved.exists():
            return None
        return state.load(self.saved, run.cloud.fingerprint(), run.cloud.user_id)


@functools.cache
def kinds() -> services.Kinds:
    return services.load()


@functools.cache
def ladders() -> remedies.Ladders:
    """What the command uses unless it is told not to."""
    return remedies.ladders(remedies.load(), kinds())


def config_of(cloud: SimulatedCloud) -> Config:
    """What the cloud's tempest.conf says; tempest's own CONF is one for the whole process."""
    settings = cloud.settings
    account = Account(cloud.auth_url, settings.admin_username, settings.admin_password,
                      settings.admin_project, 'Default', 'Default')
    names = {'images': cloud.ids('images')[:2], 'flavors': ['42', '84'],
             'networks': [cloud.public_network, 'public'], 'roles': ['member'],
             'users': ['admin'], 'projects': ['admin'], 'domains': ['Default', 'default']}
    return Config(account, settings.region, {}, {k: frozenset(v) for k, v in names.items()},
                  {'timeout': 10.0})


def to_go(report: Report) -> set[Key]:
    """What a report says is to be deleted, or was."""
    return {d.resource.key for d in report.decisions if d.action is Action.DELETE}


def deletes(cloud: SimulatedCloud) -> list[str]:
    """The targets of the DELETE requests, but for grants and tokens."""
    return [r.target for r in cloud.requests
            if r.method == 'DELETE' and not is_grant(r.target)]


def deleted_of(cloud: SimulatedCloud, before: dict[str, dict[str, Any]]) -> list[str]:
    """The DELETE requests for something that a snapshot has."""
    had = {key for kind, rows in before.items() for key in rows if kind != 'keypairs'}
    had |= {'{1}?user_id={0}'.format(*key.split('/')) for key in before.get('keypairs', ())}
    return [target for target in deletes(cloud) if 'quota' not in target
            and had & {target.rsplit('/', 1)[-1], target.split('?')[0].rsplit('/', 1)[-1]}]


def is_grant(target: str) -> bool:
    """Whether a path is that of a role which the tool gives itself."""
    return 'identity/v3' in target and '/roles/' in target and '/users/' in target


def wait_for(condition: Callable[[], object], timeout: float = 60) -> None:
    """Wait till something is true.

    :raises TimeoutError: it never was
    """
    end = time.monotonic() + timeout
    while not condition():
        if time.monotonic() > end:
            raise TimeoutError('it did not come true')
        time.sleep(0.01)


def open_grants(workspace: Workspace) -> set[str]:
    """The paths of grants that the journal has as not taken back."""
    granted: set[str] = set()
    for line in (workspace.folder / NAME).read_text().splitlines():
        entry = json.loads(line)
        if entry['event'] == 'grant':
            granted.add(entry['path'])
        elif entry['event'] == 'taken back':
            granted.discard(entry['path'])
    return granted
