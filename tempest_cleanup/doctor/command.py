"""The command: the checks one after another, and one screen of what they say."""
import argparse
import pathlib
import sys
from collections.abc import Iterator, Sequence

import rich.console

from tempest_cleanup import cli, options
from tempest_cleanup.doctor import checks
from tempest_cleanup.doctor.examined import examine
from tempest_cleanup.doctor.findings import Area, Level, exit_code
from tempest_cleanup.errors import ExitCode
from tempest_cleanup.report.text import short
from tempest_cleanup.tempest_plugin import DEFAULTS

#: So much of one area is shown, and so much of one finding: one screen has to do.
MOST = 6
LONGEST = 320

_COLOURS = {Level.OK: 'green', Level.NOTE: 'cyan', Level.DOWN: 'yellow', Level.UNSEEN: 'yellow',
            Level.LOCKED: 'red', Level.WRONG: 'bold red'}

VERDICTS = {
    ExitCode.CLEAN: 'All is well: a run can see everything here.',
    ExitCode.LEFT: 'Something is down or unfinished: part of what a run is to do may fail.',
    ExitCode.USAGE: 'Something is wrong here: a run, or Tempest, would fail.',
    ExitCode.REFUSED: 'A run would be refused now.',
    ExitCode.UNSEEN: 'A run could not see everything: nothing would be promised about the rest.',
}


class Doctor(cli.Command):
    """Say whether a run would see and do all that it should; changes nothing."""

    description = (
        'Say whether a run would see and do all that it should: configuration, credentials, '
        'services, listings, the objects that tempest.conf names, the saved state. Sends '
        'nothing but reads.')
    epilog = (
        'Exit codes: 0 all is well; 1 something is down or unfinished; 2 the configuration, the '
        'credentials, an object that tempest.conf names, the saved state or a plugin is wrong; '
        '3 another run is at work; 4 a run could not see everything. 2 outweighs 3, 3 outweighs '
        '4, and 4 outweighs 1.')

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument('--config-file', metavar='FILE',
                            help='tempest.conf, instead of the one Tempest finds')
        parser.add_argument('--saved-state', metavar='FILE', type=pathlib.Path,
                            help=f'the saved state (default: {DEFAULTS["saved_state"]})')
        options.workers(parser)
        options.grant(parser)
        options.remedies(parser)
        options.skip_plugin(parser)

    def take_action(self, parsed_args: argparse.Namespace) -> ExitCode:
        found = examine(parsed_args, self.progress())
        areas = [check(found) for check in checks.CHECKS]
        show(areas)
        return exit_code(areas)


def show(areas: Sequence[Area]) -> None:
    """One line for each area, and below it what is not well."""
    terminal = sys.stdout.isatty()
    console = rich.console.Console(
        highlight=False, markup=False, emoji=False, soft_wrap=True, force_terminal=terminal,
        width=None if terminal else 120)
    width = max(len(area.name) for area in areas)
    for area in areas:
        console.print(f'{area.level:<7}', style=_COLOURS[area.level], end='')
        console.print(f'{area.name:<{width}}  {short(area.summary, LONGEST)}')
        for line in _lines(area):
            console.print(f'{"":<{width + 9}}{line}')
    code = exit_code(areas)
    console.print(VERDICTS[code], style='bold green' if code is ExitCode.CLEAN else 'bold red')


def _lines(area: Area) -> Iterator[str]:
    for finding in area.findings[:MOST]:
        yield f'{finding.level}: {short(finding.text, LONGEST)}'
    if len(area.findings) > MOST:
        yield f'... and {len(area.findings) - MOST} more'
