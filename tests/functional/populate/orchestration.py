"""Heat: a stack whose resources belong to three other services, with a nested stack."""

import uuid

from tests.functional.openstack import Body, wait_for
from tests.functional.populate.site import Site

INNER: Body = {'type': 'OS::Heat::ResourceGroup', 'properties': {
    'count': 1, 'resource_def': {'type': 'OS::Heat::RandomString'}}}
TEMPLATE: Body = {
    'heat_template_version': '2018-08-31',
    'resources': {
        'word': {'type': 'OS::Heat::RandomString'},
        'nested': INNER,
        'network': {'type': 'OS::Neutron::Net'},
        'subnet': {'type': 'OS::Neutron::Subnet', 'properties': {
            'network': {'get_resource': 'network'}, 'cidr': '10.96.0.0/24'}},
        'port': {'type': 'OS::Neutron::Port', 'properties': {
            'network': {'get_resource': 'network'},
            'fixed_ips': [{'subnet': {'get_resource': 'subnet'}}]}},
        'volume': {'type': 'OS::Cinder::Volume', 'properties': {'size': 1}},
    },
}
KINDS = {'network': 'networks', 'subnet': 'subnets', 'port': 'ports', 'volume': 'volumes'}


def populate(site: Site) -> None:
    stack(site)
    software(site)


def software(site: Site) -> None:
    """A software configuration of no stack, with a deployment that uses it."""
    heat = site.user.orchestration
    config = heat.post('/software_configs', {
        'name': site.name('config'), 'group': 'script', 'config': 'true', 'inputs': [],
        'outputs': [], 'options': {}})['software_config']
    site.record('software_configs', config)
    deployment = heat.post('/software_deployments', {
        'config_id': config['id'], 'server_id': str(uuid.uuid4()), 'input_values': {},
        'action': 'CREATE', 'status': 'COMPLETE', 'status_reason': 'populated',
        'stack_user_project_id': ''})['software_deployment']
    site.record('software_deployments', deployment, f'of {config["id"]}', name='CREATE')


def stack(site: Site) -> None:
    """A stack with a snapshot, and what Heat made for it."""
    heat, name = site.user.orchestration, site.name('stack')
    made = heat.post('/stacks', {'stack_name': name, 'template': TEMPLATE})['stack']
    site.record('stacks', made, name=name)
    path = f'/stacks/{name}/{made["id"]}'

    def finished() -> bool:
        status = str(heat.get(path)['stack']['stack_status'])
        if status.endswith('FAILED'):
            raise AssertionError(f'{path} is {status}')
        return status == 'CREATE_COMPLETE'

    wait_for(f'{path} complete', finished, 90)
    for one in heat.get(f'{path}/resources')['resources']:
        kind = KINDS.get(one['resource_name'])
        if kind:
            site.record(kind, {'id': one['physical_resource_id']}, 'of the stack')
    nested = heat.get('/stacks', show_nested='true')['stacks']
    for one in nested:
        if one['parent'] == made['id']:
            site.record('stacks', one, 'nested', name=one['stack_name'])
