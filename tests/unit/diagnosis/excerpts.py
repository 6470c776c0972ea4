"""Excerpts of logs that Tempest 47 wrote in runs against the cloud of tests/cloud.

Passwords and keys are replaced; else every line is as it was.
"""
import pathlib
import re

FOLDER = pathlib.Path(__file__).with_name('logs')

#: Two workers, killed with -9: one in a test, one after the set-up of its class.
KILLED = FOLDER / 'killed.log'
#: Of a run that ended: an image made by an action, a key pair, deletions that met a 404.
CLEANED = FOLDER / 'cleaned.log'
#: Of a run with [compute] build_timeout = 1: a server that a test and its clean-up waited for.
TIMED_OUT = FOLDER / 'timed_out.log'
#: Of a test of tests/leaky: a port that it forgets keeps its cleanup from deleting a network.
REFUSED = FOLDER / 'refused.log'

_HEAD = re.compile(rb'(?m)^(?=\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3} )')


def records(path: pathlib.Path) -> list[bytes]:
    """The records of a log, each with all of its lines."""
    return [record for record in _HEAD.split(path.read_bytes()) if record]


def at_info(path: pathlib.Path, to: pathlib.Path) -> pathlib.Path:
    """The same log as Tempest writes it where ``debug`` is not set."""
    to.write_bytes(b''.join(r for r in records(path) if b' DEBUG ' not in r[:60]))
    return to
