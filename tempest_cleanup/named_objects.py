"""Which options of tempest.conf, and keys of the test accounts file, name objects."""
from collections.abc import Iterable, Mapping

#: Options by the kind of what they name, by id or by name: (section, options).
_OPTIONS: Mapping[str, tuple[tuple[str, str], ...]] = {
    'images': (
        ('compute', 'image_ref image_ref_alt certified_image_ref'),
        ('heat_plugin', 'image_ref minimal_image_ref'),
        ('neutron_plugin_options', 'advanced_image_ref'),
        ('share', 'image_with_share_tools'), ('magnum', 'image_id'),
        ('database', 'rebuild_image_id'),
        ('baremetal', 'whole_disk_image_ref partition_image_ref ramdisk_iso_image_ref '
         'anaconda_image_ref anaconda_kernel_ref anaconda_initial_ramdisk_ref '
         'anaconda_stage2_ramdisk_ref'),
        ('hyperv', 'vhd_image_ref vhdx_image_ref gen2_image_ref secure_boot_image_ref')),
    'flavors': (
        ('compute', 'flavor_ref flavor_ref_alt'),
        ('heat_plugin', 'instance_type minimal_instance_type'),
        ('neutron_plugin_options', 'advanced_image_flavor_ref'),
        ('share', 'client_vm_flavor_ref'), ('magnum', 'flavor_id master_flavor_id'),
        ('database', 'flavor_id resize_flavor_id')),
    'keypairs': (('heat_plugin', 'keypair_name'), ('magnum', 'keypair_name')),
    'networks': (
        ('compute', 'fixed_network_name'),
        ('network', 'public_network_id floating_network_name default_network'),
        ('validation', 'network_for_ssh'),
        ('heat_plugin', 'fixed_network_name network_for_ssh floating_network_name'),
        ('load_balancer', 'test_network_override'), ('share', 'storage_network'),
        ('magnum', 'nic_id'), ('database', 'shared_network')),
    'subnets': (
        ('network', 'subnet_id'), ('heat_plugin', 'fixed_subnet_name'),
        ('load_balancer', 'test_subnet_override test_ipv6_subnet_override'),
        ('baremetal', 'public_subnet_id')),
    'subnetpools': (('load_balancer', 'default_ipv6_subnetpool'),),
    'routers': (('network', 'public_router_id'), ('load_balancer', 'default_router')),
    'loadbalancer_availability_zones': (
        ('load_balancer', 'availability_zone availability_zone2 availability_zone3'),),
    'volume_types': (
        ('volume', 'volume_type volume_type_multiattach'),
        ('volume_feature_enabled', 'volume_types_for_data_volume'), ('database', 'volume_type')),
    'share_networks': (
        ('share', 'share_network_id alt_share_network_id admin_share_network_id'),),
    'share_types': (('share', 'default_share_type_name'),),
    'security_services': (('share', 'security_service'),),
    'zones': (('dns', 'zone_id'),),
    'secrets': (('heat_plugin', 'credential_secret_id'),),
    'cluster_templates': (('magnum', 'cluster_template_id'),),
    'identity_providers': (('fed_scenario', 'idp_id'),),
    'groups': (('fed_scenario', 'mapping_group_name'),),
    'roles': (
        ('auth', 'tempest_roles'), ('identity', 'admin_role'),
        ('object_storage', 'operator_role reseller_admin_role'),
        ('compute_feature_enabled', 'nova_policy_roles'),
        ('load_balancer', 'member_role admin_role observer_role global_observer_role')),
    'users': (
        ('auth', 'admin_username'), ('heat_plugin', 'username admin_username'),
        ('load_balancer', 'octavia_svc_username')),
    'projects': (
        ('auth', 'admin_project_name'), ('heat_plugin', 'project_name admin_project_name')),
    'domains': (
        ('auth', 'admin_domain_name admin_user_domain_name admin_project_domain_name '
         'default_credentials_domain_name'),
        ('identity', 'default_domain_id'),
        ('heat_plugin', 'user_domain_name user_domain_id project_domain_name project_domain_id'),
        ('fed_scenario', 'mapping_group_domain_name')),
}


def _each(sections: Iterable[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    return tuple((section, option) for section, options in sections
                 for option in options.split())


#: Options that name objects to preserve: kind -> (section, option), by id or by name.
OBJECTS: Mapping[str, tuple[tuple[str, str], ...]] = {
    kind: _each(sections) for kind, sections in _OPTIONS.items()}

#: Options of one text that names several, with commas.
LISTS = frozenset((('volume_feature_enabled', 'volume_types_for_data_volume'),))

#: The test accounts file's keys, likewise.
ACCOUNT_OBJECTS = {
    'username': 'users', 'user_id': 'users',
    'project_name': 'projects', 'project_id': 'projects',
    'tenant_name': 'projects', 'tenant_id': 'projects',
    'domain_name': 'domains', 'domain_id': 'domains',
    'user_domain_name': 'domains', 'user_domain_id': 'domains',
    'project_domain_name': 'domains', 'project_domain_id': 'domains', 'roles': 'roles'}
