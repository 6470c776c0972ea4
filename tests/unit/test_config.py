"""What tempest.conf says, read in a process of its own: Tempest reads it once."""
import json
import pathlib
import subprocess
import sys
from typing import Any

import pytest
from oslo_config import cfg

from tempest_cleanup import config, named_objects
from tests.unit.clouds import KINDS

SCRIPT = """
import dataclasses, json, sys
from tempest_cleanup import config
found = config.load(sys.argv[1])
print(json.dumps({'traces': dataclasses.asdict(found.traces),
                  'named': [dataclasses.asdict(named) for named in found.named]}, default=sorted))
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


def conf_with(section: str, option: str, value: str) -> cfg.ConfigOpts:
    conf = cfg.ConfigOpts()
    conf.register_opt(cfg.StrOpt(option), section)
    conf([])
    conf.set_override(option, value, section)
    return conf


@pytest.mark.parametrize(('section', 'option', 'kind'), [
    ('share', 'share_network_id', 'share_networks'),
    ('share', 'alt_share_network_id', 'share_networks'),
    ('share', 'admin_share_network_id', 'share_networks'),
    ('share', 'security_service', 'security_services'),
    ('share', 'default_share_type_name', 'share_types'),
    ('share', 'image_with_share_tools', 'images'), ('share', 'client_vm_flavor_ref', 'flavors'),
    ('share', 'storage_network', 'networks'),
    ('load_balancer', 'test_network_override', 'networks'),
    ('load_balancer', 'test_subnet_override', 'subnets'),
    ('load_balancer', 'test_ipv6_subnet_override', 'subnets'),
    ('load_balancer', 'default_router', 'routers'),
    ('load_balancer', 'default_ipv6_subnetpool', 'subnetpools'),
    ('load_balancer', 'octavia_svc_username', 'users'),
    ('load_balancer', 'member_role', 'roles'),
    ('load_balancer', 'availability_zone', 'loadbalancer_availability_zones'),
    ('heat_plugin', 'keypair_name', 'keypairs'),
    ('heat_plugin', 'floating_network_name', 'networks'),
    ('heat_plugin', 'network_for_ssh', 'networks'),
    ('heat_plugin', 'credential_secret_id', 'secrets'),
    ('heat_plugin', 'user_domain_id', 'domains'),
    ('heat_plugin', 'project_domain_name', 'domains'),
    ('dns', 'zone_id', 'zones'), ('magnum', 'cluster_template_id', 'cluster_templates'),
    ('magnum', 'keypair_name', 'keypairs'), ('baremetal', 'whole_disk_image_ref', 'images'),
    ('baremetal', 'public_subnet_id', 'subnets'),
    ('neutron_plugin_options', 'advanced_image_ref', 'images'),
    ('fed_scenario', 'idp_id', 'identity_providers'), ('network', 'subnet_id', 'subnets')])
def test_what_options_name(section: str, option: str, kind: str) -> None:
    """Point 4: a plugin's options name what is to stay, too."""
    found = list(config._named(conf_with(section, option, 'it'), []))
    assert [(n.kind, n.word, n.where) for n in found] == [(kind, 'it', f'[{section}] {option}')]


def test_an_option_that_names_several() -> None:
    conf = conf_with('volume_feature_enabled', 'volume_types_for_data_volume', 'lvm, ceph,')
    assert [(n.kind, n.word) for n in config._named(conf, [])] == [
        ('volume_types', 'ceph'), ('volume_types', 'lvm')]


@pytest.mark.parametrize(('key', 'kind'), [
    ('username', 'users'), ('user_id', 'users'), ('project_name', 'projects'),
    ('project_id', 'projects'), ('tenant_name', 'projects'), ('tenant_id', 'projects'),
    ('domain_name', 'domains'), ('domain_id', 'domains'), ('user_domain_name', 'domains'),
    ('user_domain_id', 'domains'), ('project_domain_name', 'domains'),
    ('project_domain_id', 'domains'), ('roles', 'roles')])
def test_what_an_account_names(key: str, kind: str) -> None:
    """Point 4: by name or id, whichever the file has."""
    found = list(config._named(cfg.ConfigOpts(), [{key: 'it', 'password': 'x'}]))
    assert [(n.kind, n.word) for n in found] == [(kind, 'it')]


def test_what_is_named_is_a_kind() -> None:
    """Else it would protect nothing."""
    assert set(named_objects.OBJECTS) | set(named_objects.ACCOUNT_OBJECTS.values()) <= set(KINDS)
