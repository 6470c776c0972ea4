"""The simulation's lists, compared with those that a real cloud has answered."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tempest_cleanup.testing import SimulatedCloud
from tests.sim.client import Client

RECORDINGS = Path(__file__).parents[1] / 'contract' / 'recorded'
ID = re.compile('[0-9a-f]{32}|[0-9a-f-]{36}')
PREFIXES = {'network': '/network/v2.0', 'compute': '/compute/v2.1', 'identity': '/identity/v3',
            'image': '/image/v2', 'block-storage': '/volume/v3/{}',
            'orchestration': '/orchestration/v1/{}'}
LEFT_OUT = {'links', 'display_name', 'email'}
"""What the recordings do not keep, or only some objects have."""
OWNED = {'network_segment_ranges': {'name', 'project_id', 'tenant_id', 'updated_at'}}
"""What only those have that are not the default ones, which were recorded."""
NAMELESS = ('credentials', 'identity_providers', 'limits', 'mappings', 'oauth_consumers',
            'policies', 'rbac_policies', 'regions', 'registered_limits', 'service_providers',
            'service_profiles', 'trusts', 'metering_label_rules', 'default_security_group_rules',
            'volume_attachments', 'oauth_access_tokens', 'access_rules', 'endpoints',
            'port_forwardings', 'conntrack_helpers', 'security_group_rules', 'floatingips')


@pytest.fixture(scope='module')
def admin() -> Iterator[Client]:
    """A cloud with one object of every kind."""
    with SimulatedCloud() as cloud:
        tenant = cloud.make_project('tempest-A', servers=1, volumes=1, floating_ips=1)
        network, volume = tenant.networks[0], tenant.volumes[0]
        port = cloud.create('ports', network_id=network)
        needs: dict[str, dict[str, Any]] = {
            'subnets': {'network_id': network}, 'ports': {'network_id': network},
            'trunks': {'port_id': port}, 'snapshots': {'volume_id': volume},
            'volume_attachments': {'volume_id': volume, 'instance': tenant.servers[0]},
            'local_ips': {'network_id': network},
            'conntrack_helpers': {'router_id': tenant.routers[0]},
            'volume_transfers': {'volume_id': cloud.create('volumes')},
            'port_forwardings': {'floatingip_id': tenant.floating_ips[0],
                                 'internal_port_id': port}}
        for kind in cloud.known_kinds():
            name = {} if kind in NAMELESS else {'name': kind}
            cloud.create(kind, **name, **needs.get(kind, {}))
        cloud.create('roles', name='domain_role', domain_id=cloud.ids('domains')[-1])
        yield Client(cloud)


def ask(admin: Client, exchange: dict[str, Any]) -> Any:
    """The same question, to the simulation."""
    service, _, project = exchange['service'].partition(' of ')
    version = exchange['microversion']
    query = '&'.join(f'{name}={value}' for name, value in exchange['query'].items())
    prefix = PREFIXES[service].format(project or admin.cloud.admin_project)
    path = f'{prefix}/{exchange["path"]}?{query}'
    headers = {}
    if version:
        word = 'compute' if service == 'compute' else 'volume'
        headers = {'OpenStack-API-Version': f'{word} {version}'}
    answer = admin.send('GET', path, headers=headers)
    assert answer.status == 200, (path, answer.body)
    return answer.body


def flat(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Key pairs have a key around each of them."""
    return [row['keypair'] if set(row) == {'keypair'} else row for row in rows]


def pattern(value: Any) -> str:
    """The type of a value; of a date, its form."""
    if isinstance(value, str) and re.match(r'\d{4}-\d\d-\d\dT', value):
        return re.sub(r'\d', '9', value)
    return type(value).__name__


def simulated() -> list[Path]:
    """The recordings of what the simulation has."""
    with SimulatedCloud() as cloud:
        known = {*cloud.known_kinds(), 'domain_roles'}
    return sorted(file for file in RECORDINGS.glob('*.json') if file.stem in known)


def test_most_kinds_of_the_simulation_are_compared() -> None:
    assert len(simulated()) > 65


@pytest.mark.parametrize('file', simulated(), ids=lambda file: file.stem)
def test_a_list_looks_like_the_real_one(admin: Client, file: Path) -> None:
    for exchange in json.loads(file.read_text())['exchanges']:
        if ID.search(exchange['path']):
            continue
        mine = ask(admin, exchange)
        for name, rows in exchange['answer'].items():
            if not isinstance(rows, list):
                continue
            assert name in mine
            if rows and mine[name]:
                compare(flat(rows), flat(mine[name]), LEFT_OUT | OWNED.get(name, set()))


def compare(real: list[dict[str, Any]], mine: list[dict[str, Any]], extra: set[str]) -> None:
    always = set.intersection(*map(set, real))
    ever = set.union(*map(set, real))
    shown = set.union(*map(set, mine))
    assert always - shown == set(), 'the simulation does not show these'
    if len(real) > 1:
        assert shown - ever - extra == set(), 'the real cloud does not show these'
    for name in always & shown:
        expected = {pattern(row[name]) for row in real} - {'NoneType'}
        found = {pattern(row[name]) for row in mine if name in row} - {'NoneType'}
        assert not expected or not found or expected & found, name
