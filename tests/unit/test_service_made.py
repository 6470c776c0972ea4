"""What services make for something else."""
import pytest

from tempest_cleanup.model import Key, Resource
from tempest_cleanup.service_made import made_for
from tests.unit.clouds import thing

ID = '3fae2d4c-1a2b-4c3d-8e9f-001122334455'


@pytest.mark.parametrize(('resource', 'key', 'service'), [
    (thing('ports', 'p', body={'device_owner': 'compute:nova', 'device_id': 's'}),
     Key('servers', 's'), 'compute'),
    (thing('ports', 'p', body={'device_owner': 'network:router_interface', 'device_id': 'r'}),
     Key('routers', 'r'), 'network'),
    (thing('ports', 'p', body={'device_owner': 'Octavia', 'device_id': f'lb-{ID}'}),
     Key('loadbalancers', ID), 'load-balancer'),
    (Resource('ports', 'p', f'octavia-lb-{ID}'), Key('loadbalancers', ID), 'load-balancer'),
    (Resource('security_groups', 'g', f'lb-{ID}'), Key('loadbalancers', ID), 'load-balancer'),
    (Resource('volumes', 'v', f'restore_backup_{ID}'), Key('backups', ID), 'block-storage'),
    (Resource('volumes', 'v', f'{ID}-blank-vol'), Key('servers', ID), 'compute'),
    (Resource('secrets', 's', f'vTPM secret for instance {ID}'), Key('servers', ID), 'compute'),
    (thing('stacks', 'inner', body={'parent': 'outer'}), Key('stacks', 'outer'), 'orchestration'),
])
def test_what_a_service_made(resource: Resource, key: Key, service: str) -> None:
    assert made_for(resource) == (key, service)


@pytest.mark.parametrize('resource', [
    Resource('ports', 'p', 'a-port'), thing('ports', 'p', body={'device_owner': 'compute:nova'}),
    Resource('volumes', 'v', 'restore_backup_of_mine'), Resource('networks', 'n', f'lb-{ID}'),
    Resource('security_groups', 'g', f'lb-{ID}-mine')])
def test_what_nobody_made_for_another(resource: Resource) -> None:
    assert made_for(resource) is None
