"""Run ``tempest cleanup`` as this project has it, without an installed script."""
import sys

from tempest_cleanup.command import main

if __name__ == '__main__':
    sys.exit(main())
