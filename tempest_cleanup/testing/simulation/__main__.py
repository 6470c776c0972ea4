"""Run a simulated cloud as a process of its own.

It prints one line of JSON with its addresses and serves until it is
interrupted. A seed file holds a list of calls that populate it, as the
control endpoint takes them: [{"method": "make_project", "args": ["a"]}].
"""

import argparse
import json
import signal
import sys
import threading
from dataclasses import fields
from pathlib import Path

from tempest_cleanup.testing.simulation.cloud import SimulatedCloud
from tempest_cleanup.testing.simulation.control import METHODS
from tempest_cleanup.testing.simulation.settings import Settings


def main(arguments: list[str] | None = None) -> int:
    options = vars(_parser().parse_args(arguments))
    seed_file, conf = options.pop('seed_file'), options.pop('tempest_conf')
    cloud = SimulatedCloud(**options)
    cloud.start()
    for call in json.loads(Path(seed_file).read_text()) if seed_file else []:
        if call['method'] not in METHODS:
            print(f'{seed_file}: there is no method {call["method"]}', file=sys.stderr)
            return 2
        getattr(cloud, call['method'])(*call.get('args', ()), **call.get('kwargs', {}))
    if conf:
        cloud.tempest_conf(conf)
    print(json.dumps({'url': cloud.url, 'auth_url': cloud.auth_url}), flush=True)
    stopped = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopped.set())
    stopped.wait()
    cloud.stop()
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog='python -m tempest_cleanup.testing.simulation',
                                     description='A simulated OpenStack cloud on 127.0.0.1.')
    parser.add_argument('--port', type=int, default=0, help='0 chooses a free one')
    parser.add_argument('--random-seed', type=int, default=0)
    parser.add_argument('--seed-file', help='JSON list of calls that populate the cloud')
    parser.add_argument('--tempest-conf', help='write a tempest.conf there')
    for setting in fields(Settings):
        option, default = '--' + setting.name.replace('_', '-'), setting.default
        if isinstance(default, bool):
            parser.add_argument(option, default=default, action=argparse.BooleanOptionalAction)
        else:
            parser.add_argument(option, default=default, type=type(default))
    return parser


if __name__ == '__main__':
    sys.exit(main())
