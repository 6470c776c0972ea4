"""tempest.conf for this cloud: what is there, what works, and what tests may use."""

from collections.abc import Mapping

from tests.cloud import choice, services
from tests.cloud.ini import Options, Section, render, write
from tests.cloud.paths import PASSWORD, REGION, Cloud
from tests.cloud.services.cinder import BACKENDS
from tests.cloud.services.manila import BACKEND as MANILA_BACKEND

#: From creation to ready takes a second or two here; a minute means never.
PATIENCE = {'build_timeout': 60, 'build_interval': 1}

#: What tempest's plugins call a service in [service_available], where not by its name.
PLUGIN_NAMES = {'octavia': 'load_balancer'}
#: Of the optional services, the sections that their plugins need: service, section, options.
OPTIONAL: tuple[tuple[str, str, Section], ...] = (
    (
        'octavia',
        'load_balancer',
        {
            'region': REGION,
            'test_with_noop': True,
            'check_interval': 1,
            'lb_build_interval': 1,
            'lb_build_timeout': 60,
            **PATIENCE,
        },
    ),
    ('designate', 'dns', PATIENCE),
    ('designate', 'dns_feature_enabled', {'api_v2_quotas': True}),
    ('barbican', 'key_manager', {'region': REGION, 'max_microversion': 'latest'}),
    (
        'manila',
        'share',
        {
            'backend_names': MANILA_BACKEND,
            'enable_protocols': 'nfs',
            'multitenancy_enabled': False,
            'catalog_type': 'shared-file-system',
            **PATIENCE,
        },
    ),
)


def write_file(cloud: Cloud, ids: Mapping[str, str]) -> None:
    """Write it; `ids` are those of the resources made by bootstrap/resources.py."""
    chosen = choice.remembered(cloud)
    roles = [role for item in services.openstack(cloud) for role in item.roles]
    sections: Options = {
        # Relative: the log belongs to the workspace of the run.
        'DEFAULT': {'debug': False, 'use_stderr': False, 'log_file': 'tempest.log'},
        'oslo_concurrency': {'lock_path': cloud.state / 'tempest-lock'},
        **_identity(cloud, ['member', *roles]),
        'service_available': {
            'nova': True,
            'neutron': True,
            'glance': True,
            'cinder': True,
            'swift': True,
            'heat': True,
            'horizon': False,
            **_optional_there(chosen),
        },
        **_compute(ids),
        **_network(ids),
        **_storage(),
        **_plugins(cloud),
        **{section: options for name, section, options in OPTIONAL if name in chosen},
    }
    write(cloud.tempest_conf, render(sections))


def _optional_there(chosen: set[str]) -> dict[str, bool]:
    names = ((name, PLUGIN_NAMES.get(name, name)) for name in services.optional_names())
    return {option: name in chosen for name, option in names}


def _identity(cloud: Cloud, roles: list[str]) -> Mapping[str, Section]:
    return {
        'auth': {
            'use_dynamic_credentials': True,
            'admin_username': 'admin',
            'admin_password': PASSWORD,
            'admin_project_name': 'admin',
            'admin_domain_name': 'Default',
            'tempest_roles': ','.join(roles),
        },
        'identity': {
            'uri_v3': cloud.auth_url,
            'auth_version': 'v3',
            'v3_endpoint_type': 'public',
            'region': REGION,
            'default_domain_id': 'default',
        },
        'identity-feature-enabled': {
            'application_credentials': True,
            'access_rules': True,
            'security_compliance': False,
        },
    }


def _compute(ids: Mapping[str, str]) -> Mapping[str, Section]:
    works = (
        'resize console_output snapshot config_drive rescue interface_attach shelve '
        'change_password suspend pause volume_multiattach'
    )
    fails = (
        'vnc_console attach_encrypted_volume live_migration cold_migration swap_volume '
        'personality stable_rescue'
    )
    return {
        'compute': {
            'image_ref': ids['image_ref'],
            'image_ref_alt': ids['image_ref_alt'],
            'flavor_ref': ids['flavor_ref'],
            'flavor_ref_alt': ids['flavor_ref_alt'],
            'fixed_network_name': 'private',
            'max_microversion': 'latest',
            'min_compute_nodes': 1,
            **PATIENCE,
        },
        'compute-feature-enabled': {
            **dict.fromkeys(works.split(), True),
            **dict.fromkeys(fails.split(), False),
        },
        # No server has an operating system that could be logged in to.
        'validation': {'run_validation': False, 'connect_method': 'floating'},
    }


def _network(ids: Mapping[str, str]) -> Mapping[str, Section]:
    return {
        'network': {
            'public_network_id': ids['public_network_id'],
            'floating_network_name': 'public',
            'project_network_cidr': '10.100.0.0/16',
            'project_network_mask_bits': 28,
            'build_interval': 1,
        },
        'network-feature-enabled': {
            'api_extensions': 'all',
            'floating_ips': True,
            'port_security': True,
        },
    }


def _storage() -> Mapping[str, Section]:
    works = 'backup snapshot multi_backend clone volume_revert'
    fails = 'manage_volume manage_snapshot'
    return {
        'image-feature-enabled': {'api_v2': True, 'import_image': True},
        'volume': {
            'storage_protocol': 'local',
            'vendor_name': 'test',
            'backend_names': ','.join(BACKENDS),
            'max_microversion': 'latest',
            'catalog_type': 'block-storage',
            **PATIENCE,
        },
        'volume-feature-enabled': {
            **dict.fromkeys(works.split(), True),
            **dict.fromkeys(fails.split(), False),
        },
        'object-storage': {'operator_role': 'member', 'reseller_admin_role': 'ResellerAdmin'},
    }


def _plugins(cloud: Cloud) -> Mapping[str, Section]:
    return {
        'heat_plugin': {
            **cloud.admin,
            'admin_username': 'admin',
            'admin_password': PASSWORD,
            'admin_project_name': 'admin',
            'region': REGION,
            'instance_type': 'm1.nano',
            'minimal_instance_type': 'm1.nano',
            'image_ref': 'test-image',
            'minimal_image_ref': 'test-image',
            'fixed_network_name': 'private',
            'fixed_subnet_name': 'private-subnet',
            'floating_network_name': 'public',
            'build_timeout': 120,
            'skip_functional_tests': False,
        },
        'neutron_plugin_options': {
            'agent_availability_zone': 'nova',
            'image_is_advanced': False,
            'available_type_drivers': 'flat,vlan,local,vxlan',
            'provider_vlans': 'physnet1,',
        },
    }
