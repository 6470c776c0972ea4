"""Every port of the cloud, in one table, and what to say when one is taken."""

import errno
import os
import socket
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

from tests.cloud.errors import UsageError

HOST = '127.0.0.1'
VARIABLE = 'TEST_CLOUD_PORT_OFFSET'

#: Port of each service at offset 0: OpenStack's own, where it has one.
PORTS: Mapping[str, int] = {
    'keystone': 5000,
    'designate-mdns': 5354,
    'swift-object': 6200,
    'swift-container': 6201,
    'swift-account': 6202,
    'ironic-api': 6385,
    'heat-api-cfn': 8000,
    'heat-api': 8004,
    'aodh-api': 8042,
    'swift-proxy': 8080,
    'nova-api': 8774,
    'cinder-api': 8776,
    'placement': 8778,
    'manila-api': 8786,
    'zaqar-api': 8888,
    'mistral-api': 8989,
    'designate-api': 9001,
    'glance-api': 9292,
    'barbican-api': 9311,
    'magnum-api': 9511,
    'neutron-api': 9696,
    'octavia-api': 9876,
    'memcached': 13211,
    'mariadb': 13306,
    'epmd': 13369,
    'rabbitmq': 13672,
    'rabbitmq-dist': 13673,
}

# From 32768 on the kernel gives ports to outgoing connections as it likes.
MAX_OFFSET = 32767 - max(PORTS.values())
#: A cloud moved by so much shares no port with the one it moved away from.
OFFSET_STEP = 5000


class Taken(NamedTuple):
    """A port that somebody else holds; pid and program only where visible."""

    service: str
    port: int
    pid: int | None
    program: str


def parse_offset(text: str, source: str) -> int:
    """The offset written in `text`; `source` is where it was read, for the error."""
    try:
        offset = int(text)
    except ValueError:
        offset = -1
    if not 0 <= offset <= MAX_OFFSET:
        raise UsageError(f'{source} is {text!r}: give a whole number from 0 to {MAX_OFFSET}')
    return offset


def offset(remembered: Path) -> int:
    """The offset of the cloud whose state is in `remembered`: kept there, or from the environment.

    Keystone's catalog and every configuration file hold the ports, so an existing cloud
    cannot move.
    """
    asked = os.environ.get(VARIABLE, '')
    wanted = parse_offset(asked, VARIABLE) if asked else None
    try:
        kept = parse_offset(remembered.read_text().strip(), str(remembered))
    except OSError:
        return wanted or 0
    if wanted not in (None, kept):
        raise UsageError(
            f'{VARIABLE} is {wanted}, but this cloud was made with {kept}: unset it, or '
            'run `python3 -m tests.cloud wipe` without it and then `up` with it'
        )
    return kept


def is_free(port: int) -> bool:
    """True when a service could listen on this port."""
    with socket.socket() as probe:
        # As the services do: a port whose last connections are still closing counts as free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                return False
            raise
    return True


def taken_message(taken: Iterable[Taken], offset: int) -> str:
    """Which ports of a cloud with this offset are held by whom, and what to do."""
    lines = ['Ports that the cloud needs are taken, so nothing was started:']
    for item in taken:
        holder = f'pid {item.pid} ({item.program})' if item.pid else 'a process not visible here'
        lines.append(f'  {item.port:5}  for {item.service}: held by {holder}')
    other = (offset + OFFSET_STEP) % MAX_OFFSET
    lines.append(
        'End these programs, or move the whole cloud: `python3 -m tests.cloud wipe`, then '
        f'`{VARIABLE}={other} python3 -m tests.cloud up`'
    )
    return '\n'.join(lines)
