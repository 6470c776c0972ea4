"""Delete what was populated, by calls written by hand: the tests' own way to tidy up."""

from collections.abc import Callable, Iterable

from tests.functional.openstack import Api, Cloud, Refused, wait_for
from tests.functional.populate import baremetal, dns, load_balancer, project_owned, shares
from tests.functional.populate.site import Created, together

Calls = Callable[[Cloud, Created], None]


def remove(cloud: Cloud, created: Iterable[Created]) -> None:
    """Delete all of it, in an order that works; what is already gone is fine.

    Application credentials and access rules go with their user, subnets with their network.
    """
    things = list(created)
    stages(cloud, things, FLOWS)
    stages(cloud, things, OWNERS)
    stages(cloud, things, dict.fromkeys(project_owned.KINDS, project_owned.remove))
    for module in (load_balancer, dns, shares, baremetal):
        stages(cloud, things, dict.fromkeys(module.KINDS, module.remove))
    together(lambda: stages(cloud, things, VOLUMES), lambda: stages(cloud, things, NETWORKS))
    projects = [one.id for one in things if one.kind == 'projects']
    for group in cloud.network.get('/security-groups')['security_groups']:
        if group['project_id'] in projects:
            cloud.network.delete(f'/security-groups/{group["id"]}')
    stages(cloud, things, {f'{service}_quotas': quota(service, projects)
                           for service in ('compute', 'volume', 'network')})
    stages(cloud, things, PEOPLE)


def stages(cloud: Cloud, things: list[Created], table: dict[str, Calls]) -> None:
    """Kind after kind as the table says; the last made of a kind first."""
    for kind, calls in table.items():
        for one in reversed([thing for thing in things if thing.kind == kind]):
            try:
                calls(cloud, one)
            except Refused as refusal:
                if refusal.status != 404:
                    raise


def of(one: Created) -> str:
    """The parent that the note of a child ends with."""
    return one.note.rsplit(' ', 1)[-1]


def quota(service: str, leaving: list[str]) -> Calls:
    """Put a limit back; drop all own limits of a project that leaves too."""
    collection, wrapper = ('quotas', 'quota') if service == 'network' else (
        'os-quota-sets', 'quota_set')

    def calls(cloud: Cloud, one: Created) -> None:
        api: Api = getattr(cloud, service)
        path = f'/{collection}/{one.id}'
        if one.id in leaving:
            api.delete(path)
        else:
            limit, was = one.note.split(' was ')
            api.put(path, {wrapper: {limit: int(was)}})
    return calls


def plain(service: str, path: str) -> Calls:
    def calls(cloud: Cloud, one: Created) -> None:
        api: Api = getattr(cloud, service)
        api.delete(f'/{path}/{one.id}')
    return calls


def awaited(service: str, path: str) -> Calls:
    """Delete and wait until it is gone."""
    def calls(cloud: Cloud, one: Created) -> None:
        api: Api = getattr(cloud, service)
        api.delete(f'/{path}/{one.id}')
        wait_for(f'/{path}/{one.id} gone', lambda: not api.exists(f'/{path}/{one.id}'))
    return calls


def _stack(cloud: Cloud, one: Created) -> None:
    if one.note != 'nested':
        path = f'/stacks/{one.name}/{one.id}'
        cloud.orchestration.delete(path)
        wait_for(f'{path} gone', lambda: cloud.orchestration.get(path)['stack'][
            'stack_status'] == 'DELETE_COMPLETE')


def _volume(cloud: Cloud, one: Created) -> None:
    path = f'/volumes/{one.id}'
    wait_for(f'{path} free', lambda: cloud.volume.get(path)['volume']['status'] in (
        'available', 'error'))
    awaited('volume', 'volumes')(cloud, one)


def _volume_group(cloud: Cloud, one: Created) -> None:
    path = f'/groups/{one.id}'
    cloud.volume.post(f'{path}/action', {'delete': {'delete-volumes': True}})
    wait_for(f'{path} gone', lambda: not cloud.volume.exists(path))


def _attachment(cloud: Cloud, one: Created) -> None:
    if one.note != 'of a server':
        cloud.volume.delete(f'/attachments/{one.id}')


def _snapshot(cloud: Cloud, one: Created) -> None:
    if one.note != 'of the group snapshot':
        awaited('volume', 'snapshots')(cloud, one)


def _forwarding(cloud: Cloud, one: Created) -> None:
    cloud.network.delete(f'/floatingips/{of(one)}/port_forwardings/{one.id}')


def _local_ip(cloud: Cloud, one: Created) -> None:
    path = f'/local_ips/{one.id}'
    for use in cloud.network.get(f'{path}/port_associations')['port_associations']:
        cloud.network.delete(f'{path}/port_associations/{use["fixed_port_id"]}')
    cloud.network.delete(path)


def _router(cloud: Cloud, one: Created) -> None:
    path, neutron = f'/routers/{one.id}', cloud.network
    neutron.put(path, {'router': {'routes': []}})
    for port in neutron.get('/ports', device_id=one.id)['ports']:
        if port['device_owner'] == 'network:router_interface':
            neutron.put(f'{path}/remove_router_interface', {'port_id': port['id']})
    neutron.delete(path)


def _image(cloud: Cloud, one: Created) -> None:
    patch = [{'op': 'replace', 'path': '/protected', 'value': False}]
    cloud.image.request('PATCH', f'/images/{one.id}', patch, headers={
        'Content-Type': 'application/openstack-images-v2.1-json-patch'})
    cloud.image.delete(f'/images/{one.id}')


def _namespace(cloud: Cloud, one: Created) -> None:
    path = f'/metadefs/namespaces/{one.id}'
    cloud.image.put(path, {'namespace': one.id, 'protected': False})
    cloud.image.delete(path)


def _key_pair(cloud: Cloud, one: Created) -> None:
    user, name = one.id.split('/')
    cloud.compute.delete(f'/os-keypairs/{name}', user_id=user)


def _aggregate(cloud: Cloud, one: Created) -> None:
    path = f'/os-aggregates/{one.id}'
    for host in cloud.compute.get(path)['aggregate']['hosts']:
        cloud.compute.post(f'{path}/action', {'remove_host': {'host': host}})
    cloud.compute.delete(path)


def _trait(cloud: Cloud, one: Created) -> None:
    # Placement has no traits below this.
    cloud.placement.request('DELETE', f'/traits/{one.id}', headers={
        'OpenStack-API-Version': 'placement 1.6'})


def _access_token(cloud: Cloud, one: Created) -> None:
    cloud.identity.delete(f'/users/{of(one)}/OS-OAUTH1/access_tokens/{one.id}')


def _domain(cloud: Cloud, one: Created) -> None:
    cloud.identity.patch(f'/domains/{one.id}', {'domain': {'enabled': False}})
    cloud.identity.delete(f'/domains/{one.id}')


OWNERS: dict[str, Calls] = {
    'stacks': _stack,
    'servers': awaited('compute', 'servers'),
    'aggregates': _aggregate,
    'keypairs': _key_pair,
    'server_groups': plain('compute', 'os-server-groups'),
    'flavors': plain('compute', 'flavors'),
    'software_deployments': plain('orchestration', 'software_deployments'),
    'software_configs': plain('orchestration', 'software_configs'),
    'placement_allocations': plain('placement', 'allocations'),
    'placement_traits': _trait,
}
VOLUMES: dict[str, Calls] = {
    'volume_transfers': plain('volume', 'volume-transfers'),
    'volume_attachments': _attachment,
    'backups': awaited('volume', 'backups'),
    'group_snapshots': awaited('volume', 'group_snapshots'),
    'volume_groups': _volume_group,
    'snapshots': _snapshot,
    'volumes': _volume,
    'default_volume_types': plain('volume', 'default-types'),
    'volume_types': plain('volume', 'types'),
    'volume_qos': plain('volume', 'qos-specs'),
    'group_types': plain('volume', 'group_types'),
    'images': _image,
    'metadef_namespaces': _namespace,
}
NETWORKS: dict[str, Calls] = {'port_forwardings': _forwarding, 'local_ips': _local_ip}
NETWORKS.update((kind, plain('network', path)) for kind, path in {
    'logs': 'log/logs', 'ndp_proxies': 'ndp_proxies',
    'floatingips': 'floatingips', 'trunks': 'trunks'}.items())
NETWORKS['routers'] = _router
NETWORKS.update((kind, plain('network', path)) for kind, path in {
    'ports': 'ports', 'networks': 'networks', 'subnetpools': 'subnetpools',
    'address_scopes': 'address-scopes', 'security_groups': 'security-groups',
    'address_groups': 'address-groups', 'qos_policies': 'qos/policies',
    'default_security_group_rules': 'default-security-group-rules',
    'metering_labels': 'metering/metering-labels', 'network_flavors': 'flavors',
    'service_profiles': 'service_profiles',
    'network_segment_ranges': 'network-segment-ranges'}.items())
PEOPLE: dict[str, Calls] = {'oauth_access_tokens': _access_token}
PEOPLE.update((kind, plain('identity', path)) for kind, path in {
    'oauth_consumers': 'OS-OAUTH1/consumers', 'trusts': 'OS-TRUST/trusts',
    'credentials': 'credentials', 'limits': 'limits', 'registered_limits': 'registered_limits',
    'endpoint_groups': 'OS-EP-FILTER/endpoint_groups', 'endpoints': 'endpoints',
    'services': 'services', 'regions': 'regions', 'policies': 'policies',
    'service_providers': 'OS-FEDERATION/service_providers',
    'identity_providers': 'OS-FEDERATION/identity_providers',
    'mappings': 'OS-FEDERATION/mappings', 'domain_roles': 'roles', 'roles': 'roles',
    'groups': 'groups', 'users': 'users', 'projects': 'projects'}.items())
PEOPLE['domains'] = _domain


def _by_hand(service_type: str, path: str, query: str = '') -> Calls:
    """Of a service that has no attribute of its own here."""
    def calls(cloud: Cloud, one: Created) -> None:
        Api(cloud.session, service_type, '').delete(f'/{path}/{one.id}{query}')
    return calls


def _named(path: str) -> Calls:
    """What Mistral deletes by name, for its own project only; a note is the namespace."""
    def calls(cloud: Cloud, one: Created) -> None:
        role = cloud.identity.get('/roles', name='admin')['roles'][0]['id']
        grant = f'/projects/{one.project_id}/users/{cloud.user_id}/roles/{role}'
        cloud.identity.put(grant)
        try:
            inside = Api(cloud.in_project(str(one.project_id)).session, 'workflow', '')
            inside.delete(f'/{path}/{one.name}' + (f'?namespace={of(one)}' if one.note else ''))
        finally:
            cloud.identity.delete(grant)
    return calls


FLOWS: dict[str, Calls] = {
    'workbooks': _named('workbooks'), 'workflow_environments': _named('environments')}
FLOWS.update((kind, _by_hand('workflow', path)) for kind, path in {
    'cron_triggers': 'cron_triggers', 'event_triggers': 'event_triggers',
    'dynamic_actions': 'dynamic_actions', 'code_sources': 'code_sources',
    'workflow_actions': 'actions'}.items())
FLOWS['workflow_executions'] = _by_hand('workflow', 'executions', '?force=true')
FLOWS['workflows'] = _by_hand('workflow', 'workflows')
FLOWS['alarms'] = _by_hand('alarm', 'v2/alarms')
FLOWS['secret_quotas'] = _by_hand('key-manager', 'v1/project-quotas')
FLOWS['coe_quotas'] = _by_hand('container-infra', 'quotas')
FLOWS['alarm_quotas'] = _by_hand('alarm', 'v2/quotas')
