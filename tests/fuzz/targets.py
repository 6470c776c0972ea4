"""What is fuzzed: a function that is given a file, and what such a file looks like."""
import contextlib
import dataclasses
import json
import pathlib
from collections.abc import Callable
from typing import Any, cast

from tempest import config as tempest_config

from tempest_cleanup import config, history, resource_list, services, state
from tempest_cleanup.cloud import Cloud
from tempest_cleanup.diagnosis import results, tempest_log
from tempest_cleanup.diagnosis.marks import marks
from tempest_cleanup.model import Resource
from tempest_cleanup.report import plan_file
from tests.unit.remedies.operator import written

CLOUD = {'identity_service': 'i', 'region': 'r'}
KINDS = services.load()
#: Reading asks no cloud.
INSTANCES = {name: kind(cast(Cloud, None)) for name, kind in KINDS.items()}
ID = '3917cd93-a039-4c14-8943-6fe945c15139'
MARKS = marks(INSTANCES, [Resource('servers', ID)])

STATE = json.dumps({
    'format': 1, 'saved_at': '2026-11-26T11:28:46+00:00', 'cloud': CLOUD, 'kinds': ['servers'],
    'coverage': [{'kind': 'servers', 'seen': 'complete', 'tenant': '', 'count': 1, 'detail': ''}],
    'resources': {'servers': {ID: {'name': 'n', 'created_at': '2026-11-26T11:28:46+00:00',
                                   'settings': {'locked': False}}}},
    'checksum': ''}).encode()
UPSTREAM = b'{"users": {"u": "admin"}, "servers": {}, "projects": {"p": "x"}}'
PLAN = json.dumps({
    'format': 2, 'fingerprint': CLOUD, 'decisions': [{
        'kind': 'servers', 'id': ID, 'name': 'n', 'project_id': 'p', 'action': 'delete',
        'created_at': '2026-11-26T11:28:46+00:00',
        'changes': [{'attribute': 'locked', 'old': False, 'new': True}]}]}).encode()
ACCOUNTS = b"""- username: u
  project_name: p
  password: secret
  types: [admin]
  roles: [member]
  resources: {network: n}
"""
CONF = b"""[identity]
uri_v3 = http://127.0.0.1:5000/v3
[auth]
admin_username = admin
admin_password = secret
[cleanup]
workers = 4
[compute]
image_ref = i
"""
REMEDIES = json.dumps({'remedies': [
    written.entry(when={'status': ['ERROR'], 'failed_attempts': 2}),
    written.only('api', written.API),
    written.only('sql', written.SQL)]}).encode()
LOG = (f'2026-11-26 11:28:46.286 14880 INFO tempest.lib.common.rest_client [req-1 req-2 ] '
       f'Request (A:test_a): 201 POST http://h/v2.1/servers 0.1s\n'
       f'2026-11-26 11:28:46.287 14880 DEBUG tempest.lib.common.rest_client [req-1 req-2 ] '
       f'Request - Headers: {{}}\n        Body: None\n    Response - Headers: '
       f'{{\'location\': \'http://h/v2.1/servers/{ID}\'}}\n        Body: '
       f'b\'{{"server": {{"id": "{ID}"}}}}\'\n').encode()
SUBUNIT = b'\xb3+\x03\x0cU9\xb1@a.B.test_c\x00'


@dataclasses.dataclass(frozen=True)
class Target:
    """What reads a file, and files that it can read or nearly so."""

    read: Callable[[pathlib.Path], Any]
    seeds: tuple[bytes, ...]
    suffix: str = '.json'


def saved_state(path: pathlib.Path) -> None:
    """Also past the checksum: whoever can edit the file can make one."""
    with contextlib.suppress(ValueError, RecursionError):
        data = json.loads(path.read_bytes())
        if isinstance(data, dict) and 'checksum' in data:
            data['checksum'] = state.checksum(
                {name: value for name, value in data.items() if name != 'checksum'})
            path.write_text(json.dumps(data))
    state.stage_of(path)
    try:
        state.load(path, CLOUD, 'u')
    finally:
        state.put_aside(path).unlink()


def accounts(path: pathlib.Path) -> None:
    text = CONF.decode() + f'[auth]\ntest_accounts_file = {path}\n'
    conf = path.with_suffix('.conf')
    conf.write_text(text)
    configuration(conf)


def configuration(path: pathlib.Path) -> None:
    """Tempest keeps one for the whole process; each file needs its own."""
    tempest_config.CONF = tempest_config.TempestConfigProxy()
    config.load(str(path))


def remember(path: pathlib.Path) -> None:
    history.check(path)


TARGETS = {
    'saved-state': Target(saved_state, (STATE, UPSTREAM)),
    'plan': Target(lambda path: plan_file.load(path, CLOUD), (PLAN,)),
    'resource-list': Target(
        lambda path: resource_list.recorded(KINDS, resource_list.read(path)),
        (json.dumps({'servers': {ID: 'n'}, 'users': {'u': 'n'}}).encode(),)),
    'accounts': Target(accounts, (ACCOUNTS,), '.yaml'),
    'tempest-conf': Target(configuration, (CONF,), '.conf'),
    'remedies': Target(written.read, (REMEDIES,), '.yaml'),
    'tempest-log': Target(
        lambda path: tempest_log.read([path], MARKS),
        (LOG,), '.log'),
    'subunit': Target(lambda path: results.read([path]), (SUBUNIT,), '.subunit'),
    'history': Target(remember, (b'SQLite format 3\x00',), '.sqlite'),
}
