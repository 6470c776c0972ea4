"""The commands of python-openstackclient and its plugins that look at a resource or delete it."""
import dataclasses
import shlex

from tempest_cleanup.model import Resource
from tempest_cleanup.progress import printable

#: What comes before the verb. Only kinds that an administrator reaches by what is known of
#: them: not those whose command needs a parent, an own token or a question answered.
NOUNS = {
    'address_groups': 'address group', 'address_scopes': 'address scope',
    'aggregates': 'aggregate', 'alarms': 'alarm', 'backups': 'volume backup',
    'baremetal_allocations': 'baremetal allocation', 'baremetal_chassis': 'baremetal chassis',
    'baremetal_deploy_templates': 'baremetal deploy template',
    'baremetal_nodes': 'baremetal node', 'baremetal_portgroups': 'baremetal port group',
    'baremetal_ports': 'baremetal port', 'bgp_peers': 'bgp peer', 'bgp_speakers': 'bgp speaker',
    'bgpvpns': 'bgpvpn', 'blacklists': 'zone blacklist',
    'cluster_templates': 'coe cluster template', 'coe_clusters': 'coe cluster',
    'cron_triggers': 'cron trigger', 'endpoint_groups': 'endpoint group',
    'endpoints': 'endpoint', 'firewall_groups': 'firewall group',
    'firewall_policies': 'firewall group policy', 'firewall_rules': 'firewall group rule',
    'flavors': 'flavor', 'floatingips': 'floating ip', 'groups': 'group',
    'healthmonitors': 'loadbalancer healthmonitor', 'identity_providers': 'identity provider',
    'ikepolicies': 'vpn ike policy', 'images': 'image',
    'ipsec_site_connections': 'vpn ipsec site connection', 'ipsecpolicies': 'vpn ipsec policy',
    'keypairs': 'keypair', 'l7policies': 'loadbalancer l7policy', 'limits': 'limit',
    'listeners': 'loadbalancer listener',
    'loadbalancer_flavor_profiles': 'loadbalancer flavorprofile',
    'loadbalancer_flavors': 'loadbalancer flavor', 'loadbalancer_pools': 'loadbalancer pool',
    'loadbalancers': 'loadbalancer', 'local_ips': 'local ip', 'logs': 'network log',
    'mappings': 'mapping', 'metering_label_rules': 'network meter rule',
    'metering_labels': 'network meter', 'ndp_proxies': 'router ndp proxy',
    'network_segment_ranges': 'network segment range', 'networks': 'network', 'ports': 'port',
    'projects': 'project', 'qos_policies': 'network qos policy', 'rbac_policies': 'network rbac',
    'regions': 'region', 'registered_limits': 'registered limit', 'roles': 'role',
    'routers': 'router', 'security_group_rules': 'security group rule',
    'security_groups': 'security group', 'security_services': 'share security service',
    'segments': 'network segment', 'server_groups': 'server group', 'servers': 'server',
    'service_providers': 'service provider', 'services': 'service',
    'share_groups': 'share group', 'share_networks': 'share network',
    'share_servers': 'share server', 'share_snapshots': 'share snapshot',
    'shares': 'share', 'snapshots': 'volume snapshot', 'subnetpools': 'subnet pool',
    'subnets': 'subnet', 'tap_flows': 'tap flow', 'tap_services': 'tap service', 'tlds': 'tld',
    'trunks': 'network trunk', 'tsigkeys': 'tsigkey', 'users': 'user',
    'volume_qos': 'volume qos', 'volume_transfers': 'volume transfer request',
    'volume_types': 'volume type', 'volumes': 'volume', 'vpn_endpoint_groups':
    'vpn endpoint group', 'vpnservices': 'vpn service', 'workflows': 'workflow',
    'workflow_executions': 'workflow execution', 'zones': 'zone',
}

#: What comes after the verb, where it is not the id alone.
ARGUMENTS = {
    'keypairs': ('--user', '{user_id}', '{name}'),
    'zones': ('--all-projects', '{id}'),
}


@dataclasses.dataclass(frozen=True, slots=True)
class Commands:
    """Ready to be pasted into a shell; '' where there is no right one."""

    show: str = ''
    delete: str = ''


def commands(resource: Resource) -> Commands:
    """The commands for a resource.

    None for one whose name or id could do something to the terminal it is pasted into.
    """
    noun = NOUNS.get(resource.kind)
    words = [word.format(id=resource.id, name=resource.name, user_id=resource.user_id)
             for word in ARGUMENTS.get(resource.kind, ('{id}',))]
    if noun is None or not all(words) or printable(''.join(words)) != ''.join(words):
        return Commands()
    if words[-1].startswith('-'):
        words.insert(-1, '--')
    return Commands(f'openstack {noun} show {shlex.join(words)}',
                    f'openstack {noun} delete {shlex.join(words)}')
