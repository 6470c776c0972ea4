"""What all commands share: errors are told to people, signals end a run in good order."""
import abc
import argparse
import os
import signal
import sys
import threading
import types
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import ClassVar

from cliff import command
from oslo_log import log as logging

from tempest_cleanup import errors
from tempest_cleanup.errors import ExitCode
from tempest_cleanup.progress import Lines, Progress, Terminal

LOG = logging.getLogger(__name__)


class Command(command.Command):
    """A command that says what went wrong, and whose exit code says so, too."""

    description: ClassVar[str]
    epilog: ClassVar[str]

    def get_description(self) -> str:
        return self.description

    def get_epilog(self) -> str:
        return self.epilog

    def get_parser(self, prog_name: str) -> argparse.ArgumentParser:
        parser = super().get_parser(prog_name)
        self.add_options(parser)
        return parser

    @abc.abstractmethod
    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Add what the command line can say."""

    def run(self, parsed_args: argparse.Namespace) -> int:
        return guarded(lambda: self.take_action(parsed_args), debugging(self))

    def progress(self) -> Progress:
        """As --quiet and --verbose ask for it."""
        return make_progress(getattr(self.app_args, 'verbose_level', 1))


def guarded(action: Callable[[], int], debug: bool) -> int:
    """The exit code of an action, whatever happens in it."""
    try:
        return int(action())
    except errors.CleanupError as error:
        return told(error, debug)
    except Exception as error:  # noqa: BLE001  # cliff would tell it to tempest.log only
        LOG.exception('tempest cleanup')
        print(f'tempest cleanup: a fault of this program, please report it: {error!r} '
              '(traceback in the log)', file=sys.stderr)
        return int(ExitCode.UNSEEN)


def debugging(asked: command.Command) -> bool:
    return bool(getattr(asked.app_args, 'debug', False))


def told(error: errors.CleanupError, debug: bool) -> int:
    """Say what went wrong, for people; with --debug also where."""
    if debug:
        LOG.exception('tempest cleanup')
    print(f'tempest cleanup: {error}', file=sys.stderr)
    return int(error.exit_code)


def make_progress(verbosity: int) -> Progress:
    """Bars on a terminal, lines elsewhere, nothing with --quiet."""
    if verbosity == 0:
        return Progress()
    return Terminal() if sys.stderr.isatty() else Lines()


@contextmanager
def interruptible() -> Iterator[threading.Event]:
    """An event that Ctrl-C and SIGTERM set; the second time they end the process."""
    stop = threading.Event()

    def handle(number: int, _frame: types.FrameType | None) -> None:
        if stop.is_set():
            # Threads that wait for a service that hangs can't be ended in any other way. The
            # journal has what the next run must take back.
            print('tempest cleanup: stopped at once', file=sys.stderr, flush=True)
            os._exit(ExitCode.INTERRUPTED)
        stop.set()

    before = {n: signal.signal(n, handle) for n in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
