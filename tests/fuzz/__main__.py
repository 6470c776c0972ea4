"""All targets, or those that are named: each in a process of its own, one after the other."""
import argparse
import pathlib
import subprocess
import sys
import tempfile

from tests.fuzz.targets import TARGETS


def main() -> int:
    parser = argparse.ArgumentParser(prog='python -m tests.fuzz')
    parser.add_argument('target', nargs='*', metavar='TARGET',
                        help=f'one of {", ".join(TARGETS)}; all by default')
    parser.add_argument('--seconds', type=int, default=600,
                        help='for each target (default: %(default)s)')
    parser.add_argument('--folder', type=pathlib.Path,
                        help='where inputs are kept from one time to the next')
    options = parser.parse_args()
    if unknown := set(options.target) - set(TARGETS):
        parser.error(f'there is no target {", ".join(sorted(unknown))}')
    folder = options.folder or pathlib.Path(tempfile.mkdtemp(prefix='fuzz-'))
    failed = []
    for name in options.target or TARGETS:
        print(f'=== {name}: {options.seconds} s', flush=True)
        done = subprocess.run([sys.executable, '-m', 'tests.fuzz.one', name, str(folder),
                               str(options.seconds)], check=False)
        if done.returncode:
            failed.append(name)
    if failed:
        print(f'something else than an error of ours came out of {", ".join(failed)}; '
              f'the inputs are in {folder}')
    return len(failed)


if __name__ == '__main__':
    sys.exit(main())
