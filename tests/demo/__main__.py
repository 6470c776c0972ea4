"""Watch it work: a real OpenStack, real Tempest tests that are killed, and the clean-up.

Needs Debian or Ubuntu, root, two cores and 4 GiB of memory; takes about seven minutes on a
bare machine, three once the cloud runs. The cloud goes on running afterwards.
Exit codes: 0 all is as it should be, 3 this machine cannot run the cloud, else not all is.
"""
import argparse
import sys

from tests.cloud import install
from tests.cloud.errors import CloudError
from tests.demo.console import Console, Failed

try:
    from tests.demo.story import Story
    from tests.tempest_run import EndedEarly
except ModuleNotFoundError as missing:
    sys.exit(f'There is no {missing.name} in this environment: run it by `tox -e demo`')


def main() -> int:
    """The exit code."""
    argparse.ArgumentParser(
        'python3 -m tests.demo', description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter).parse_args()
    try:
        install.check_machine()
        Story(Console()).tell()
    except CloudError as error:
        print(f'The demonstration cannot run here: {error}', file=sys.stderr)
        return error.exit_code
    except Failed as failure:
        print(f'\nNOT AS IT SHOULD BE: {failure}', file=sys.stderr)
        return failure.code
    except EndedEarly as failure:
        print(f'\nNOT AS IT SHOULD BE: {failure}', file=sys.stderr)
        return 1
    return 0


if __name__ == '__main__':
    sys.exit(main())
