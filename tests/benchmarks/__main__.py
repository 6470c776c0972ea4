"""Upstream's ``tempest cleanup`` against ours, on the same leaks, in one run.

``python -m tests.benchmarks simulated`` needs nothing; ``real`` needs the cloud of
tests/cloud; ``log`` reads a large log of Tempest. Prints a table for the documentation.
"""
import argparse
import datetime
import os
import pathlib
import platform
import sys
import tempfile
from collections.abc import Callable

from tests.benchmarks import cases, logs, measure


def main() -> int:
    parser = argparse.ArgumentParser(prog='python -m tests.benchmarks')
    parser.add_argument('where', choices=('simulated', 'real', 'log'))
    parser.add_argument('--latency', type=float, default=0.05,
                        help='seconds per request, simulated only (default: %(default)s)')
    parser.add_argument('--workers', type=int, action='append', default=[],
                        help='of ours; can be repeated')
    parser.add_argument('--case', choices=sorted(cases.CASES), action='append', default=[])
    parser.add_argument('--gigabytes', type=float, default=1.0,
                        help='size of the log, log only (default: %(default)s)')
    options = parser.parse_args()
    if options.where == 'log':
        return logs.main(options.gigabytes)
    print(f'{datetime.date.today()}, {os.cpu_count()} cores, Python '
          f'{platform.python_version()}, {options.where} cloud'
          + (f', {options.latency * 1000:.0f} ms per request'
             if options.where == 'simulated' else ''))
    contenders: dict[str, list[str]] = {'upstream': ['-m', 'tests.benchmarks.upstream']}
    for workers in options.workers or [0]:
        more = ['--workers', str(workers)] if workers else []
        guard = ['--max-deletes', '100000']
        contenders[f'ours{" " + " ".join(more) if more else ""}'] = [
            '-m', 'tests.benchmarks.ours', *more, *guard]
    for name in options.case or sorted(cases.CASES):
        compare(name, cases.CASES[name], contenders, options)
    return 0


def compare(
    name: str, case: Callable[[measure.Stage], int], contenders: dict[str, list[str]],
    options: argparse.Namespace,
) -> None:
    """Each contender on a cloud with the same leaks; a line each."""
    print(f'\n{name}: {(case.__doc__ or "").splitlines()[0]}')
    print(f'{"":22}{"seconds":>9}{"ratio":>7}{"requests":>10}{"least":>7}{"left":>6}{"exit":>6}')
    first = 0.0
    for contender, argv in contenders.items():
        with tempfile.TemporaryDirectory() as folder, measure.stage(
                options.where, options.latency, pathlib.Path(folder)) as stage:
            result = measure.run(stage, argv, case)
        first = first or result.seconds
        print(f'{contender:22}{result.seconds:9.1f}{first / result.seconds:7.1f}'
              f'{result.requests:10}{result.least:7}{result.left:6}{result.code:6}', flush=True)


if __name__ == '__main__':
    sys.exit(main())
