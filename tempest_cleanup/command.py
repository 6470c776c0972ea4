"""``tempest cleanup``: options in, phases called, exit code out."""
import argparse
import pathlib
import signal
import sys
import threading
from collections.abc import Iterator, Sequence
from importlib import metadata
from typing import Any
from urllib.parse import urlsplit

from cliff import lister
from tempest.cmd import main as tempest_main

from tempest_cleanup import (
    actions,
    cli,
    config,
    discover,
    errors,
    files,
    options,
    services,
    state,
)
from tempest_cleanup.errors import ExitCode
from tempest_cleanup.model import Coverage, Inventory, Seen
from tempest_cleanup.progress import Progress
from tempest_cleanup.run import Run, connect
from tempest_cleanup.tempest_plugin import DEFAULTS


class Cleanup(cli.Command):
    """Put a cloud back to what it was before a Tempest run."""

    description = (
        'Put a cloud back to what it was before a Tempest run. Take the saved state with '
        '--init-saved-state before the run; look with --dry-run after it; clean up with '
        '--preserve-state.')
    epilog = (
        'Exit codes: 0 done and verified clean; 1 something was left; 2 usage, configuration or '
        'a bad file; 3 refused by a guard; 4 part of the cloud could not be seen; '
        '130 interrupted.')

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        options.add(parser)

    def take_action(self, parsed_args: argparse.Namespace) -> ExitCode:
        options.check(parsed_args)
        with cli.interruptible() as stop:
            return _act(parsed_args, self.progress(), stop)


class Types(lister.Lister):
    """List the resource types that are known, and what this cloud has of them."""

    def get_parser(self, prog_name: str) -> argparse.ArgumentParser:
        parser = super().get_parser(prog_name)
        parser.add_argument('--config-file', metavar='FILE',
                            help='tempest.conf, instead of the one Tempest finds')
        options.workers(parser)
        options.skip_plugin(parser)
        return parser

    def run(self, parsed_args: argparse.Namespace) -> int:
        try:
            return int(super().run(parsed_args))
        except errors.CleanupError as error:
            return cli.told(error, cli.debugging(self))

    def take_action(self, parsed_args: argparse.Namespace,
                    ) -> tuple[Sequence[str], Iterator[Sequence[Any]]]:
        settings = config.load(parsed_args.config_file)
        options.settle(parsed_args, settings.cleanup)
        kinds = services.load(parsed_args.skip_plugin)
        cloud = connect(settings, parsed_args.workers)
        found = discover.discover(
            {name: kind(cloud) for name, kind in kinds.items()}, parsed_args.workers, Progress())
        return ('Type', 'Service', 'Scope', 'Available', 'Count', 'Tried'), (
            (name, kind.service_type, str(kind.scope),
             available([c for c in found.coverage if c.kind == name]), len(found.of(name)),
             'yes' if kind.tried else 'no')
            for name, kind in kinds.items())


def available(coverage: Sequence[Coverage]) -> str:
    """One word for all listings of a kind: the worst of them."""
    for seen in (Seen.FAILED, Seen.FORBIDDEN, Seen.TRUNCATED, Seen.COMPLETE):
        if any(c.seen is seen for c in coverage):
            return 'yes' if seen is Seen.COMPLETE else str(seen)
    return 'no'


def _act(args: argparse.Namespace, progress: Progress, stop: threading.Event) -> ExitCode:
    place = actions.workplace(args, progress)
    if args.init_saved_state:
        return _save(actions.saving(place), args.saved_state, stop)
    doing = actions.cleaning(place, stop, args.plan)
    run = doing.run
    saved = _load(args, run)
    if saved is None and not args.dry_run and not (
            args.prefix or args.resource_list or args.plan):
        confirm(run.cloud.auth_url, args.yes)
    with run.session(stop) as session:
        report = (actions.look(doing, session, saved) if args.dry_run
                  else actions.clean(doing, session, saved, args.max_deletes))
        # Before the roles are taken back: that may fail, and no report may be lost for it.
        return actions.tell(report, place)


def _save(run: Run, path: pathlib.Path, stop: threading.Event) -> ExitCode:
    with run.session(stop) as session:
        return saved(session.save(path), path)


def saved(inventory: Inventory, path: pathlib.Path) -> ExitCode:
    """Say what was saved, and whether that was all."""
    blind = [c for c in inventory.coverage if not c.whole]
    print(f'{len(inventory)} resources saved in {path}')
    if blind:
        print(f'{len(blind)} listings were not complete; of these nothing will be deleted')
    return ExitCode.UNSEEN if blind else ExitCode.CLEAN


def _load(args: argparse.Namespace, run: Run) -> state.SavedState | None:
    """The saved state that protects what it names, None where there is none.

    :raises errors.Refused: it is to be preserved, and there is none
    :raises errors.FileError: it is broken, or not where the command line says
    """
    if args.no_saved_state:
        return None
    if not files.is_there(args.saved_state):
        if args.preserve_state:
            raise errors.Refused(
                f'there is no saved state at {args.saved_state}, so nothing says what is to '
                'stay. Take one with --init-saved-state before the next run')
        if str(args.saved_state) == DEFAULTS['saved_state']:
            return None
    return state.load(args.saved_state, run.cloud.fingerprint(), run.cloud.user_id)


def confirm(auth_url: str, yes: bool) -> None:
    """Without a saved state everything goes: have the cloud's name typed.

    :raises errors.Refused: it is not, or there is nobody to type it
    """
    name = urlsplit(auth_url).hostname or auth_url
    if yes:
        return
    if not sys.stdin.isatty():
        raise errors.Refused(
            'there is no saved state, so EVERYTHING in the cloud would be deleted. Take one '
            'with --init-saved-state before a run; or say --yes if that is what you want')
    print(f'There is no saved state: EVERYTHING in the cloud {name} will be deleted.')
    if _typed(f'Type the name of the cloud ({name}) to go on: ') != name:
        raise errors.Refused('that is not the name of the cloud; nothing was changed')


def _typed(question: str) -> str:
    """What somebody answers; nothing where Ctrl-C or Ctrl-D is all."""
    ours = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        return input(question).strip()
    except (EOFError, KeyboardInterrupt):
        print()
        return ''
    finally:
        signal.signal(signal.SIGINT, ours)


class Alone(tempest_main.Main):  # type: ignore[misc]  # tempest has no types
    """``tempest-cleanup``: the same command on its own."""

    NAME = 'tempest'

    def build_option_parser(
        self, description: str, version: str | None, *more: Any,
    ) -> argparse.ArgumentParser:
        ours = metadata.version('tempest-cleanup')
        parser: argparse.ArgumentParser = super().build_option_parser(description, ours, *more)
        return parser


def main(argv: Sequence[str] | None = None) -> int:
    """The entry point of ``tempest-cleanup``."""
    return int(Alone().run(['cleanup', *(sys.argv[1:] if argv is None else argv)]))

