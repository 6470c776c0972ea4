"""Runs several commands of one manage program: python -m cloud_plugins.commands MODULE WORD.. ;

Every command, ended by a word `;`, runs in a fork of this process, which has imported the
program: each starts from a clean state, and the import is paid for once.
"""

import importlib
import itertools
import os
import sys


def main() -> int:
    """The exit code of the first command that fails, else 0."""
    module = importlib.import_module(sys.argv[1])
    for ends, group in itertools.groupby(sys.argv[2:], lambda word: word == ';'):
        if ends:
            continue
        words = list(group)
        sys.stdout.flush()
        child = os.fork()
        if not child:
            sys.argv = [sys.argv[1], *words]
            sys.exit(module.main())
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        if code:
            print(f'failed ({code}): {" ".join(words)}')
            return 1
    return 0


if __name__ == '__main__':
    sys.exit(main())
