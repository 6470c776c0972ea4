"""Ironic: a node with everything that can hang on one, and what nodes are made ready with."""

from tests.functional.openstack import Body, Cloud, Login, wait_for
from tests.functional.populate.site import Created, Site


def system(cloud: Cloud) -> Cloud:
    """The admin with a token for the system: no project's admin sees every node."""
    login = cloud.login
    return Cloud(Login(login.auth_url, login.username, login.password, system=True,
                       user_domain_id=login.user_domain_id))


def populate(site: Site) -> None:
    if not site.admin.has('baremetal'):
        return
    ironic = system(site.admin).baremetal

    def make(kind: str, path: str, body: Body, note: str = '', name: str = '') -> str:
        made = ironic.post(path, body)
        site.record(f'baremetal_{kind}', made, note, id=made['uuid'], project_id=None,
                    name=name or made.get('name'))
        return str(made['uuid'])

    chassis = make('chassis', '/chassis', {'description': site.name('chassis')},
                   name=site.name('chassis'))
    kind = site.name('class')
    node = make('nodes', '/nodes', {
        'driver': 'fake-hardware', 'name': site.name('node'), 'resource_class': kind,
        'chassis_uuid': chassis})
    ironic.put(f'/nodes/{node}/traits', {'traits': ['CUSTOM_POPULATED']})
    group = make('portgroups', '/portgroups', {'node_uuid': node, 'name': site.name('group')})
    unique = node[-8:]
    make('ports', '/ports', {'node_uuid': node, 'portgroup_uuid': group, 'address': ':'.join(
        ('52:54', *(unique[i:i + 2] for i in range(0, 8, 2))))}, 'nameless')
    iqn = f'iqn.{site.name("connector")}'
    make('volume_connectors', '/volume/connectors', {
        'node_uuid': node, 'type': 'iqn', 'connector_id': iqn}, name=iqn)
    make('volume_targets', '/volume/targets', {
        'node_uuid': node, 'volume_type': 'iscsi', 'boot_index': 0, 'volume_id': site.name('root'),
        'properties': {}}, name=site.name('root'))
    provide(system(site.admin), node)
    make('allocations', '/allocations', {'name': site.name('allocation'), 'resource_class': kind})
    custom = 'CUSTOM_' + site.name('x').upper().replace('-', '_')
    make('deploy_templates', '/deploy_templates', {'name': custom, 'steps': [
        {'interface': 'deploy', 'step': 'deploy', 'args': {}, 'priority': 50}]})
    make('runbooks', '/runbooks', {'name': custom, 'steps': [
        {'interface': 'bios', 'step': 'apply_configuration', 'args': {}, 'order': 1}]})
    make('inspection_rules', '/inspection_rules', {
        'description': site.name('rule'), 'sensitive': False, 'conditions': [], 'actions': [
            {'op': 'set-attribute', 'args': {'path': '/extra/seen', 'value': 'yes'}}]},
        name=site.name('rule'))


def provide(cloud: Cloud, node: str) -> None:
    """Take a new node to where it can be allocated."""
    path = f'/nodes/{node}'
    for target, state in (('manage', 'manageable'), ('provide', 'available')):
        cloud.baremetal.put(f'{path}/states/provision', {'target': target})
        arrived(cloud, path, state)


def arrived(cloud: Cloud, path: str, state: str) -> None:
    wait_for(f'{path} {state}',
             lambda: cloud.baremetal.get(path)['provision_state'] == state)


#: In the order in which they go; what hangs on a node goes along.
KINDS = tuple(f'baremetal_{kind}' for kind in (
    'allocations', 'nodes', 'chassis', 'deploy_templates', 'runbooks', 'inspection_rules'))


def remove(cloud: Cloud, one: Created) -> None:
    system(cloud).baremetal.delete(f'/{one.kind.removeprefix("baremetal_")}/{one.id}')
