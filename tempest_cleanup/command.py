"""``tempest cleanup``: options in, phases called, exit code out."""
import argparse
import datetime
import os
import pathlib
import signal
import sys
import threading
import types
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib import metadata
from typing import Any
from urllib.parse import urlsplit

from cliff import command, lister
from oslo_log import log as logging
from tempest.cmd import main as tempest_main

from tempest_cleanup import (
    config,
    discover,
    errors,
    explain,
    options,
    plugins,
    resource_list,
    rules,
    services,
    state,
)
from tempest_cleanup.errors import ExitCode
from tempest_cleanup.model import Coverage, Seen
from tempest_cleanup.progress import Lines, Progress, Terminal
from tempest_cleanup.report import Report, as_json, console, upstream
from tempest_cleanup.run import Choices, Run, Session, check_size, connect, resolve
from tempest_cleanup.tempest_plugin import DEFAULTS

LOG = logging.getLogger(__name__)

DESCRIPTION = (
    'Put a cloud back to what it was before a Tempest run. Take the saved state with '
    '--init-saved-state before the run; look with --dry-run after it; clean up with '
    '--preserve-state.')

EPILOG = (
    'Exit codes: 0 done and verified clean; 1 something was left; 2 usage, configuration or '
    'a bad file; 3 refused by a guard; 4 part of the cloud could not be seen; '
    '130 interrupted.')


class Cleanup(command.Command):
    """Put a cloud back to what it was before a Tempest run."""

    def get_description(self) -> str:
        return DESCRIPTION

    def get_epilog(self) -> str:
        return EPILOG

    def get_parser(self, prog_name: str) -> argparse.ArgumentParser:
        parser = super().get_parser(prog_name)
        options.add(parser)
        return parser

    def run(self, parsed_args: argparse.Namespace) -> int:
        try:
            return int(self.take_action(parsed_args))
        except errors.CleanupError as error:
            return told(error, bool(getattr(self.app_args, 'debug', False)))
        except Exception as error:  # noqa: BLE001  # cliff would tell it to tempest.log only
            LOG.exception('tempest cleanup')
            print(f'tempest cleanup: a fault of this program, please report it: {error!r} '
                  '(traceback in the log)', file=sys.stderr)
            return int(ExitCode.UNSEEN)

    def take_action(self, parsed_args: argparse.Namespace) -> ExitCode:
        options.check(parsed_args)
        progress = make_progress(getattr(self.app_args, 'verbose_level', 1))
        with interruptible() as stop:
            return _act(parsed_args, progress, stop)


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
            return told(error, bool(getattr(self.app_args, 'debug', False)))

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
    settings = config.load(args.config_file)
    options.settle(args, settings.cleanup)
    kinds = services.load(args.skip_plugin)
    means = explain.means(settings, args)
    recorded = resource_list.read() if _by_list(args) else None
    cloud = connect(settings, args.workers)
    fresh = {name: kinds[name](cloud) for name in ('projects', 'domains')}
    filters = rules.Filters(
        kinds=_kinds(kinds, args), projects=resolve(fresh['projects'], args.project),
        domains=resolve(fresh['domains'], args.domain),
        created_before=(datetime.datetime.now(datetime.UTC) - args.older_than
                        if args.older_than else None),
        prefix=args.prefix or '', restore=args.restore,
        recorded=None if recorded is None else resource_list.recorded(kinds, recorded))
    choices = Choices(args.workers, args.timeout, filters, args.grant,
                      not args.delete_tempest_conf_objects, args.settle)
    run = Run(settings, cloud, kinds, choices, args.saved_state.absolute().parent, progress)
    if args.init_saved_state:
        return _save(run, args.saved_state, stop)
    saved = _saved(args, run)
    if saved is None and not args.dry_run and not (args.prefix or args.resource_list):
        confirm(cloud.auth_url, args.yes)
    explainer = explain.Explainer(run, means, stop)
    with run.session(stop) as session:
        report = (_look(run, session, saved, explainer) if args.dry_run
                  else _clean(run, session, saved, explainer, args.max_deletes))
    if recorded is not None and report.outcomes is not None:
        resource_list.write(resource_list.without(
            kinds, recorded, (o.resource for o in report.outcomes if o.ok)))
    return _tell(report, args)


def _save(run: Run, path: pathlib.Path, stop: threading.Event) -> ExitCode:
    with run.session(stop) as session:
        inventory = session.save(path)
    blind = [c for c in inventory.coverage if not c.whole]
    print(f'{len(inventory)} resources saved in {path}')
    if blind:
        print(f'{len(blind)} listings were not complete; of these nothing will be deleted')
    return ExitCode.UNSEEN if blind else ExitCode.CLEAN


def _look(
    run: Run, session: Session, saved: state.SavedState | None, explainer: explain.Explainer,
) -> Report:
    picture = session.settled(saved)
    report = run.report('Dry run', saved, picture, diagnosis=explainer.first(picture))
    upstream.write(report)
    return report


def _clean(
    run: Run, session: Session, saved: state.SavedState | None, explainer: explain.Explainer,
    most: int,
) -> Report:
    first = session.settled(saved)
    check_size(first.plan, most)
    diagnosis = explainer.first(first)
    cleaned = session.clean(saved, first)
    return run.report('Clean-up', saved, first, cleaned,
                      explainer.revised(diagnosis, first, cleaned))


def _tell(report: Report, args: argparse.Namespace) -> ExitCode:
    code = report.exit_code(fail_on_leaks=args.fail_on_leaks)
    console.show(report, code)
    for path in args.report:
        as_json.write(path, report, code)
    return code


def _by_list(args: argparse.Namespace) -> bool:
    return bool(args.resource_list and not args.prefix and not args.init_saved_state)


def _saved(args: argparse.Namespace, run: Run) -> state.SavedState | None:
    """The saved state that protects what it names, None where there is none.

    :raises errors.Refused: it is to be preserved, and there is none
    :raises errors.FileError: it is broken, or not where the command line says
    """
    if args.no_saved_state:
        return None
    if not args.saved_state.exists():
        if args.preserve_state:
            raise errors.Refused(
                f'there is no saved state at {args.saved_state}, so nothing says what is to '
                'stay. Take one with --init-saved-state before the next run')
        if str(args.saved_state) == DEFAULTS['saved_state']:
            return None
    return state.load(args.saved_state, run.cloud.fingerprint(), run.cloud.user_id)


def _kinds(kinds: services.Kinds, args: argparse.Namespace) -> frozenset[str] | None:
    """The kinds that may be deleted, None for all.

    What owns things of kinds that were skipped stays, unless it is asked for by its name:
    it can't be known to be empty, and nothing tells what is in it once it is gone.
    """
    left_out = set(plugins.installed(plugins.KINDS)) - set(
        plugins.wanted(plugins.KINDS, args.skip_plugin))
    if not args.type and not args.skip_type and not left_out:
        return None
    chosen = services.select(kinds, args.type) if args.type else set(kinds)
    if left_out:
        chosen -= rules.OWNERS - set(args.type)
    return frozenset(chosen - services.select(kinds, args.skip_type))


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
    if input(f'Type the name of the cloud ({name}) to go on: ').strip() != name:
        raise errors.Refused('that is not the name of the cloud; nothing was changed')


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

