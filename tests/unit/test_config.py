"""What tempest.conf says, read in a process of its own: Tempest reads it once."""
import json
import pathlib
import subprocess
import sys
from typing import Any

SCRIPT = """
import dataclasses, json, sys
from tempest_cleanup import config
found = config.load(sys.argv[1])
print(json.dumps({'traces': dataclasses.asdict(found.traces),
                  'named': [dataclasses.asdict(named) for named in found.named]}))
"""
CONF = """
[DEFAULT]
{default}
[auth]
admin_username = admin
admin_password = secret
[identity]
uri_v3 = http://127.0.0.1:1/v3
"""


def load(folder: pathlib.Path, default: str = '', more: str = '') -> dict[str, Any]:
    conf = folder / 'tempest.conf'
    conf.write_text(CONF.format(default=default) + more)
    done = subprocess.run([sys.executable, '-c', SCRIPT, str(conf)], cwd=folder, check=True,
                          capture_output=True, text=True)
    return dict(json.loads(done.stdout.splitlines()[-1]))


def traces(folder: pathlib.Path, default: str = '') -> dict[str, Any]:
    return dict(load(folder, default)['traces'])


def test_traces(tmp_path: pathlib.Path) -> None:
    """Where the log is, and how things are named."""
    assert traces(
        tmp_path, 'log_dir = .\nlog_file = run.log\nresource_name_prefix = ci',
    ) == {'log_dir': '.', 'log_file': 'run.log', 'prefix': 'ci'}


def test_nothing_said(tmp_path: pathlib.Path) -> None:
    """Then Tempest has a name for its log."""
    assert traces(tmp_path) == {
        'log_dir': '', 'log_file': 'tempest.log', 'prefix': 'tempest'}


def test_what_is_named_and_who_has_chosen_it(tmp_path: pathlib.Path) -> None:
    """A default of Tempest's is told from what somebody wrote, in sections with dashes, too."""
    found = {(n['where'], n['word']): n['chosen'] for n in load(tmp_path, more=(
        '[compute]\nflavor_ref = 42\n[object-storage]\noperator_role = creator\n'))['named']}
    assert found['[compute] flavor_ref', '42'] is True
    assert found['[object_storage] operator_role', 'creator'] is True
    assert found['[object_storage] reseller_admin_role', 'ResellerAdmin'] is False
    assert found['[identity] admin_role', 'admin'] is False
    assert found['[auth] admin_username', 'admin'] is True
