"""Remedies files as an operator might write them."""
import json
import pathlib
from typing import Any

from tempest_cleanup.model import Resource
from tempest_cleanup.remedies import operator
from tempest_cleanup.remedies.operator.ways import OperatorRemedy
from tests.unit.remedies.stores import databases

KINDS = ('loadbalancers', 'servers', 'volumes')
#: Of each way.
COMMAND = {'arguments': ['/bin/echo', '{id}']}
API = {'method': 'POST', 'service': 'compute', 'path': 'servers/{id}/action',
       'body': {'os-resetState': {'state': 'error'}}}
SQL = {'connection': 'octavia',
       'statement': "UPDATE load_balancer SET provisioning_status = 'ERROR' WHERE id = :id"}
BALANCER = Resource('loadbalancers', 'a', 'a-name', 'its-project', status='PENDING_UPDATE')


def entry(**changes: Any) -> dict[str, Any]:
    """A good one, changed."""
    return {'name': 'sets it to ERROR', 'kinds': ['loadbalancers'], 'command': COMMAND, **changes}


def only(way: str, value: Any, **changes: Any) -> dict[str, Any]:
    """A good one with another way."""
    made = entry(**changes, **{way: value})
    if way != 'command':
        del made['command']
    return made


def write(folder: pathlib.Path, content: str | bytes) -> pathlib.Path:
    path = folder / 'remedies.yaml'
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    path.chmod(0o600)
    folder.chmod(0o755)
    return path


def load(folder: pathlib.Path, *entries: Any) -> tuple[OperatorRemedy, ...]:
    return read(write(folder, json.dumps({'remedies': list(entries)}, indent=1)))


def read(path: pathlib.Path) -> tuple[OperatorRemedy, ...]:
    return operator.load(path, KINDS, databases(path.parent))
