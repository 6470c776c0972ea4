"""What tempest.conf says, read in a process of its own: Tempest reads it once."""
import json
import pathlib
import subprocess
import sys

SCRIPT = """
import dataclasses, json, sys
from tempest_cleanup import config
print(json.dumps(dataclasses.asdict(config.load(sys.argv[1]).traces), default=sorted))
"""
CONF = """
[DEFAULT]
{default}
[auth]
admin_username = admin
admin_password = secret
{auth}
[identity]
uri_v3 = http://127.0.0.1:1/v3
"""
ACCOUNTS = [{'username': 'ci-1', 'project_name': 'ci', 'password': 'secret', 'types': ['admin']}]


def traces(folder: pathlib.Path, default: str = '', auth: str = '') -> dict[str, object]:
    conf = folder / 'tempest.conf'
    conf.write_text(CONF.format(default=default, auth=auth))
    done = subprocess.run([sys.executable, '-c', SCRIPT, str(conf)], cwd=folder, check=True,
                          capture_output=True, text=True)
    return dict(json.loads(done.stdout.splitlines()[-1]))


def test_traces(tmp_path: pathlib.Path) -> None:
    """Where the log is, how things are named, and which accounts are Tempest's."""
    (tmp_path / 'accounts.yaml').write_text(json.dumps(ACCOUNTS))
    assert traces(
        tmp_path, 'log_dir = .\nlog_file = run.log\nresource_name_prefix = ci',
        f'test_accounts_file = {tmp_path}/accounts.yaml',
    ) == {'log_dir': '.', 'log_file': 'run.log', 'prefix': 'ci', 'accounts': ['ci', 'ci-1']}


def test_nothing_said(tmp_path: pathlib.Path) -> None:
    """Then Tempest has a name for its log."""
    assert traces(tmp_path) == {
        'log_dir': '', 'log_file': 'tempest.log', 'prefix': 'tempest', 'accounts': []}
