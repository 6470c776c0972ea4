"""What no request to a service can move, and an operator's remedies file does."""
import contextlib
import dataclasses
import pathlib
import shutil
from collections.abc import Iterator

import pymysql
import pytest
import yaml

from tempest_cleanup.execute import ATTEMPTS
from tests.cloud import current, faults
from tests.cloud.paths import CHECKOUT
from tests.functional import rows
from tests.functional.conftest import tempest_conf
from tests.functional.openstack import Api, Cloud, wait_for
from tests.functional.rows import Databases
from tests.functional.workspace import Done, Workspace

EXAMPLE = CHECKOUT / 'examples' / 'remedies.yaml'
#: What a shell would make something of.
NAME = '; touch harmed $(touch harmed) `touch harmed` "x"'
#: The names of the remedies.
SQL = "sets it to ERROR in Octavia's database"
API = 'takes it off its port'
COMMAND = 'lifts what is in the way'
SCRIPT = '''#!/bin/sh
printf '%s|' "$#" "$@" "$OS_PASSWORD" "$OS_CLOUD" > called
rm "$3"
'''


@dataclasses.dataclass(frozen=True)
class Stuck:
    """What was left, each in its own way stuck.

    :param floating: a floating IP that Neutron does not let go of till a remedy has had its turn
    :param scope: an address scope that Neutron does not let go of while a file is there
    """

    balancer: str
    floating: str
    scope: str
    fault: pathlib.Path

    def remedies(self) -> dict[tuple[str, str], str]:
        """Each with the remedy that helps."""
        return {('loadbalancers', self.balancer): SQL, ('floatingips', self.floating): API,
                ('address_scopes', self.scope): COMMAND}


@pytest.fixture
def place(tmp_path: pathlib.Path, database: Databases, monkeypatch: pytest.MonkeyPatch,
          ) -> Workspace:
    """A workspace whose tempest.conf names Octavia's database and the remedies file."""
    monkeypatch.setenv('OS_PASSWORD', 'planted')
    monkeypatch.setenv('OS_CLOUD', 'its-cloud')
    conf = tmp_path / 'etc' / 'tempest.conf'
    conf.parent.mkdir()
    shutil.copy(tempest_conf(), conf)
    url = (f'mysql+pymysql://{database.user}:{database.password}@{database.host}:{database.port}'
           '/octavia')
    with conf.open('a') as file:
        file.write(f'\n[cleanup]\ndatabase_connection = octavia={url}\n'
                   f'remedies_file = remedies.yaml\n')
    return Workspace(tmp_path, conf)


def write_remedies(folder: pathlib.Path, fault: pathlib.Path) -> None:
    """The example of the documents, and a command."""
    script = folder / 'lift.sh'
    script.write_text(SCRIPT)
    script.chmod(0o755)
    remedies = yaml.safe_load(EXAMPLE.read_text())
    remedies['remedies'].append({
        'name': COMMAND, 'kinds': 'address_scopes', 'when': {'attempts': 2, 'error': '^409'},
        'command': {'arguments': [str(script), '{id}', '{project_id}', str(fault),
                                  '--name={name}'],
                    'timeout': 20, 'environment': ['OS_CLOUD']}})
    path = folder / 'remedies.yaml'
    path.write_text(yaml.safe_dump(remedies))
    path.chmod(0o600)


@contextlib.contextmanager
def stuck(admin: Cloud, database: Databases) -> Iterator[Stuck]:
    """What is stuck; whatever becomes of it, it is gone afterwards."""
    with contextlib.ExitStack() as stack:
        scope = admin.network.post('/address-scopes', {'address_scope': {
            'name': NAME, 'ip_version': 4}})['address_scope']['id']
        stack.callback(remove, admin.network, f'/address-scopes/{scope}')
        public = admin.network.get('/networks', name='public')['networks'][0]['id']
        floating = admin.network.post('/floatingips', {'floatingip': {
            'floating_network_id': public}})['floatingip']['id']
        stack.callback(remove, admin.network, f'/floatingips/{floating}')
        balancer = balancer_for_ever(admin, database, stack)
        stack.enter_context(faults.api(
            'neutron-api', match=f'^DELETE .*/address-scopes/{scope}', status=409))
        fault, = current().faults.glob('http.neutron-api.*')
        yield Stuck(balancer, floating, scope, fault)


def remove(api: Api, path: str, **how: str) -> None:
    """Delete what is still there."""
    if api.exists(path):
        api.delete(path, **how)
        wait_for(f'{path} gone', lambda: not api.exists(path))


def balancer_for_ever(
    admin: Cloud, database: Databases, stack: contextlib.ExitStack,
) -> str:
    """A load balancer whose controller has died in the middle of an update, as it were."""
    api = Api(admin.session, 'load-balancer', '/v2.0/lbaas')
    network = admin.network.post('/networks', {'network': {'name': 'stuck-network'}})['network']
    stack.callback(remove, admin.network, f'/networks/{network["id"]}')
    subnet = admin.network.post('/subnets', {'subnet': {
        'network_id': network['id'], 'ip_version': 4, 'cidr': '10.94.0.0/24'}})['subnet']
    made = api.post('/loadbalancers', {'loadbalancer': {
        'name': 'stuck-balancer', 'vip_subnet_id': subnet['id']}})['loadbalancer']
    path = f'/loadbalancers/{made["id"]}'
    stack.callback(remove, api, path, cascade='true')
    wait_for('ACTIVE', lambda: api.get(path)['loadbalancer']['provisioning_status'] == 'ACTIVE',
             120)
    assert set_status(database, made['id'], 'PENDING_UPDATE') == 1
    stack.callback(set_status, database, made['id'], 'ERROR')
    return str(made['id'])


def set_status(database: Databases, balancer: str, status: str) -> int:
    """Write a status into Octavia's database, unless it is gone; gives the number of rows."""
    with pymysql.connect(host=database.host, port=database.port, user=database.user,
                         password=database.password, database='octavia') as connection:
        with connection.cursor() as cursor:
            changed: int = cursor.execute(
                'UPDATE load_balancer SET provisioning_status = %s WHERE id = %s '
                "AND provisioning_status != 'DELETED'", (status, balancer))
        connection.commit()
    return changed


def clean(place: Workspace, *options: str) -> Done:
    return place.cleanup('--preserve-state', '--settle', '0', '--no-restore',
                         '--report', 'report.json', *options)


def test_what_no_request_can_move(
    admin: Cloud, database: Databases, place: Workspace,
) -> None:
    """An SQL statement, a request and a command, each where nothing else helps; the databases
    are as before. Forbidden, all of it is left and told."""
    write_remedies(place.folder, pathlib.Path('/nowhere'))
    place.save()
    before = rows.snapshot(database)
    with stuck(admin, database) as left:
        write_remedies(place.folder, left.fault)
        refused = f'^DELETE .*/floatingips/{left.floating}'
        with faults.api('neutron-api', match=refused, status=409):
            without = clean(place, '--no-remedies')
        assert without.code == 1, without
        outcomes = place.outcomes()
        for key in left.remedies():
            assert outcomes[key]['status'] == 'failed', outcomes[key]
            assert outcomes[key]['steps'] == []
        assert 'Invalid state PENDING_UPDATE' in outcomes['loadbalancers', left.balancer]['detail']
        assert not (place.folder / 'called').exists()

        with faults.api('neutron-api', match=refused, status=409, times=ATTEMPTS):
            done = clean(place)
        assert done.code == 0, done
        outcomes = place.outcomes()
        for key, remedy in left.remedies().items():
            assert outcomes[key]['status'] == 'deleted', outcomes[key]
            assert (remedy, '') in [(s['remedy'], s['error']) for s in outcomes[key]['steps']]
        rows.check_same(before, rows.snapshot(database))

    assert (place.folder / 'called').read_text().split('|') == [
        '4', left.scope, admin.project_id, str(left.fault), f'--name={NAME}', '', 'its-cloud',
        '']
    assert not (place.folder / 'harmed').exists()
    journal = (place.folder / 'cleanup_journal.jsonl').read_text()
    assert 'SQL octavia: UPDATE load_balancer' in journal
    assert f'command {place.folder}/lift.sh {left.scope}' in journal
    assert f'PUT network/floatingips/{left.floating}' in journal
