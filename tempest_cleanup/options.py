"""The command line: what can be said, and what does not go together."""
import argparse
import datetime
import math
import pathlib
from collections.abc import Mapping
from typing import Any

from tempest_cleanup import ages, errors, files
from tempest_cleanup.report import forms
from tempest_cleanup.tempest_plugin import DEFAULTS, MOST_FAILURES

#: Options that are files.
_PATHS = frozenset(('saved_state', 'remedies_file'))


def add(parser: argparse.ArgumentParser) -> None:
    """Add the options of ``tempest cleanup``."""
    _phases(parser.add_argument_group('what to do'))
    _shared(parser)
    group = parser.add_argument_group('only after a run')
    group.add_argument(
        '--plan', metavar='FILE', type=pathlib.Path,
        help='only what this reviewed .json report lists, if it did not change since')
    group.add_argument(
        '--no-saved-state', action='store_true',
        help='with --prefix or --resource-list: do not look for a saved state')
    group.add_argument('--yes', action='store_true',
                       help='do not ask before everything is deleted')


def add_run(parser: argparse.ArgumentParser) -> None:
    """Add the options of ``tempest cleanup run``."""
    group = parser.add_argument_group('what to do')
    group.add_argument('command', metavar='COMMAND', nargs='+',
                       help='what to run, and its arguments; write -- before it')
    group.add_argument('--then-clean', action='store_true',
                       help='put the cloud back afterwards, and do not only report')
    group.add_argument('--command-timeout', metavar='SECONDS', type=seconds,
                       help='end the command after this time (default: never)')
    _shared(parser)


def _shared(parser: argparse.ArgumentParser) -> None:
    _files(parser.add_argument_group('files'))
    _filters(parser.add_argument_group('what may be deleted'))
    _engine(parser.add_argument_group('engine and guards'))


def _phases(group: argparse._ArgumentGroup) -> None:
    group.add_argument(
        '--init-saved-state', action='store_true',
        help='write the saved state, before a Tempest run; prefix and filters are ignored')
    group.add_argument(
        '--preserve-state', action='store_true',
        help='put the cloud back to the saved state; refused where there is none')
    group.add_argument(
        '--dry-run', action='store_true',
        help='decide and report, change nothing; writes dry_run.json')


def _files(group: argparse._ArgumentGroup) -> None:
    group.add_argument(
        '--saved-state', metavar='FILE', type=pathlib.Path,
        help=f'the saved state (default: {DEFAULTS["saved_state"]})')
    group.add_argument(
        '--report', metavar='FILE', type=pathlib.Path, action='append', default=[],
        help=f'write the report; the suffix gives the form: {forms.SUFFIXES}; can be repeated')
    group.add_argument(
        '--history', metavar='FILE', type=pathlib.Path,
        help='remember the findings of each run here, and tell which are new, back or gone')
    group.add_argument(
        '--tempest-log', metavar='FILE', type=pathlib.Path, action='append', default=[],
        help='a log of Tempest to look for causes in, also gzipped; can be repeated '
             '(default: what is found in the workspace)')
    group.add_argument(
        '--subunit', metavar='FILE', type=pathlib.Path, action='append', default=[],
        help='results of the tests, as subunit or a stestr repository; can be repeated '
             '(default: what is found in the workspace)')
    group.add_argument(
        '--config-file', metavar='FILE', help='tempest.conf, instead of the one Tempest finds')


def _filters(group: argparse._ArgumentGroup) -> None:
    group.add_argument(
        '--prefix', metavar='PREFIX', help='only what has a name that starts with this')
    group.add_argument(
        '--resource-list', action='store_true',
        help='only what resource_list.json names; ignored with --prefix')
    group.add_argument(
        '--tempest-only', action='store_true',
        help='only what is proven to come from the Tempest run; the rest is foreign, and kept')
    group.add_argument(
        '--delete-tempest-conf-objects', action='store_true',
        help='also delete what tempest.conf names, but never what this runs with')
    for name, what in (('project', 'in this project'), ('domain', 'in this domain')):
        group.add_argument(f'--{name}', metavar='NAME', action='append', default=[],
                           help=f'only what is {what}, by name or id; can be repeated')
    group.add_argument(
        '--protect-project', metavar='NAME', action='append', default=[],
        help='nothing in this project, by name or id, nor what that needs; can be repeated')
    group.add_argument(
        '--type', metavar='TYPE', action='append', default=[],
        help='only this resource type, or all of this service; can be repeated')
    group.add_argument(
        '--skip-type', metavar='TYPE', action='append', default=[],
        help='nothing of this resource type or service; can be repeated')
    group.add_argument(
        '--older-than', metavar='AGE', type=age,
        help='only what is older, as in 90m, 6h or 2d; what tells no age is kept')


def _engine(group: argparse._ArgumentGroup) -> None:
    workers(group)
    group.add_argument('--timeout', metavar='SECONDS', type=seconds,
                       help='how long one resource may take '
                            f'(default: {DEFAULTS["timeout"]:.0f})')
    group.add_argument('--settle', metavar='SECONDS', type=wait,
                       help='how long what is in transition may take to arrive before it counts '
                            f'as left; 0 looks once (default: {DEFAULTS["settle"]:.0f})')
    group.add_argument('--max-deletes', metavar='N', type=number,
                       help=f'refuse to delete more than this (default: '
                            f'{DEFAULTS["max_deletes"]})')
    group.add_argument('--restore', action=argparse.BooleanOptionalAction,
                       help='put changed settings back (default), or only report them')
    remedies(group)
    grant(group)
    group.add_argument('--fail-on-leaks', action=argparse.BooleanOptionalAction,
                       help='a dry run that finds something ends with exit code 1')
    skip_plugin(group)


def remedies(parser: argparse._ActionsContainer) -> None:
    parser.add_argument('--remedies', action=argparse.BooleanOptionalAction,
                        help='try other ways with what a service does not let go of (default), '
                             'or leave it')
    parser.add_argument('--remedies-file', metavar='FILE', type=pathlib.Path,
                        help='remedies of your own, in YAML')
    parser.add_argument('--database-remedies', action=argparse.BooleanOptionalAction,
                        help='change the services\' databases where no request helps; see '
                             '[cleanup] database_connection (default: no)')
    parser.add_argument('--fix-after', metavar='N', type=int, choices=range(1, MOST_FAILURES + 1),
                        help='change in a database only what could not be deleted so often, 1 to '
                             f'{MOST_FAILURES} times (default: {DEFAULTS["fix_after"]})')
    parser.add_argument('--fix-limit', metavar='N', type=number,
                        help='so many resources at most are changed in databases (default: '
                             f'{DEFAULTS["fix_limit"]})')


def grant(parser: argparse._ActionsContainer) -> None:
    parser.add_argument('--grant', action=argparse.BooleanOptionalAction,
                        help='whether to give ourselves a missing role for a while (default)')


def workers(parser: argparse._ActionsContainer) -> None:
    parser.add_argument('--workers', metavar='N', type=positive,
                        help=f'requests under way at once (default: {DEFAULTS["workers"]})')


def skip_plugin(parser: argparse._ActionsContainer) -> None:
    parser.add_argument(
        '--skip-plugin', metavar='NAME', action='append', default=[],
        help='do without this plugin, named by its entry point, its package or PACKAGE:NAME; '
             'what is of its kinds is kept, and so are projects, users and domains; can be '
             'repeated')


def age(text: str) -> datetime.timedelta:
    """``90m`` and the like."""
    try:
        return ages.parse(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def seconds(text: str) -> float:
    """A time span of more than nothing."""
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not (value > 0 and math.isfinite(value)):
        raise argparse.ArgumentTypeError(f'{text!r} is not a number of seconds')
    return value


def wait(text: str) -> float:
    """A time span, or none at all."""
    return 0.0 if text == '0' else seconds(text)


def number(text: str) -> int:
    """A number of at least 0."""
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f'{text!r} is not a number of at least 0')
    return int(text)


def positive(text: str) -> int:
    """A number of at least 1."""
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f'{text!r} is not a number of at least 1')
    return int(text)


def settle(options: argparse.Namespace, configured: Mapping[str, Any]) -> None:
    """Fill in what the command line does not say; what is to be skipped adds up.

    :param configured: ``[cleanup]`` of tempest.conf
    :raises errors.FileError: the saved state would be in a folder that is not there, or is no
        plain file
    """
    for name, value in configured.items():
        if not hasattr(options, name):
            continue
        given = getattr(options, name)
        if isinstance(value, list):
            setattr(options, name, [*value, *given])
        elif given is None:
            is_path = name in _PATHS and value is not None
            setattr(options, name, pathlib.Path(value) if is_path else value)
    if hasattr(options, 'saved_state'):
        _check_place(options.saved_state)


def check(options: argparse.Namespace) -> None:
    """Refuse what does not go together in ``tempest cleanup``.

    :raises errors.UsageError: it does not
    """
    if options.init_saved_state and (options.preserve_state or options.dry_run):
        raise errors.UsageError(
            '--init-saved-state goes with neither --preserve-state nor --dry-run')
    narrowed = options.prefix or options.resource_list
    if options.no_saved_state and not narrowed:
        raise errors.UsageError('--no-saved-state goes with --prefix or --resource-list only')
    if options.no_saved_state and options.preserve_state:
        raise errors.UsageError('--no-saved-state contradicts --preserve-state')
    if options.plan and options.init_saved_state:
        raise errors.UsageError('--init-saved-state deletes nothing, so --plan can\'t narrow it')
    check_shared(options)


def check_shared(options: argparse.Namespace) -> None:
    """Refuse values that make no sense, whatever the command.

    :raises errors.UsageError: there are some
    """
    if options.prefix == '':
        raise errors.UsageError('an empty --prefix would fit everything')
    for path in options.report:
        forms.form(path)
        _check_place(path)
    for path in (options.saved_state, options.history):
        if path:
            _check_place(path)


def _check_place(path: pathlib.Path) -> None:
    files.check(path)
    if not path.absolute().parent.is_dir():
        raise errors.FileError(f'there is no folder {path.absolute().parent}')
