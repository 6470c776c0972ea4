"""A real OpenStack control plane on 127.0.0.1, for the functional tests.

  python3 -m tests.cloud up              install, configure, start; does only what is missing
  python3 -m tests.cloud up --with octavia,manila|all|none   optional services, too
  python3 -m tests.cloud down            stop everything
  python3 -m tests.cloud status          what runs; exit code 0 only when all is healthy
  python3 -m tests.cloud wipe            down, then forget all but the installation
  python3 -m tests.cloud start|stop|restart NAME..

TEST_CLOUD_DIR          directory for all that it writes; .cloud of the checkout
TEST_CLOUD_PORT_OFFSET  added to every port, remembered until `wipe`; 0
Exit codes: 0 done, 1 something did not work, 2 usage, 3 this machine cannot run it.
"""

import argparse
import sys

from tests.cloud import choice, commands, install, lock, services
from tests.cloud.console import Clock
from tests.cloud.errors import CloudError
from tests.cloud.paths import Cloud, current
from tests.cloud.up import Up

#: How long a command on single services waits for another such command.
PATIENCE = 60.0


def main() -> int:
    """The exit code."""
    parser = argparse.ArgumentParser(
        'python3 -m tests.cloud',
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    verbs = parser.add_subparsers(dest='verb', required=True)
    verbs.add_parser('up').add_argument(
        '--with',
        dest='wanted',
        metavar='NAMES',
        help='optional services: names with commas between them, all, or none; remembered',
    )
    for verb in ('down', 'status', 'wipe'):
        verbs.add_parser(verb)
    for verb in ('start', 'stop', 'restart'):
        verbs.add_parser(verb).add_argument('names', nargs='+', metavar='NAME')
    options = parser.parse_args()
    try:
        return run(
            current(),
            options.verb,
            getattr(options, 'names', []),
            getattr(options, 'wanted', None),
        )
    except CloudError as error:
        print(error, file=sys.stderr)
        return error.exit_code


def run(cloud: Cloud, verb: str, names: list[str], wanted: str | None) -> int:
    """Do what was asked."""
    chosen = None if wanted is None else choice.parse(wanted, services.optional_names())
    clock = Clock()
    if verb == 'status':
        return 0 if commands.status(cloud) else 1
    if verb == 'up':
        install.check_machine()
    with lock.held(cloud, verb, PATIENCE if names else 0):
        if chosen is not None:
            choice.remember(cloud, chosen)
        if verb == 'up':
            Up(cloud, clock).go()
        elif verb == 'down':
            commands.down(cloud, clock)
        elif verb == 'wipe':
            commands.wipe(cloud, clock)
        if verb in ('stop', 'restart'):
            commands.stop(cloud, clock, names)
        if verb in ('start', 'restart'):
            commands.start(cloud, names)
    return 0


if __name__ == '__main__':
    sys.exit(main())
