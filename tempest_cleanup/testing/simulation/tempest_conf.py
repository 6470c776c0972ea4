"""A tempest.conf for a simulated cloud."""

from tempest_cleanup.testing.simulation.service import World

_TEMPLATE = """\
[DEFAULT]
log_file = {directory}/tempest.log

[oslo_concurrency]
lock_path = {directory}/tempest-lock

[auth]
use_dynamic_credentials = true
admin_username = {admin_username}
admin_password = {admin_password}
admin_project_name = {admin_project}
admin_domain_name = Default
tempest_roles = member

[identity]
uri_v3 = {base}/identity/v3
auth_version = v3
v3_endpoint_type = public
region = {region}
default_domain_id = default

[service_available]
nova = true
neutron = true
glance = true
cinder = true
swift = false
horizon = false

[compute]
image_ref = {image}
image_ref_alt = {image_alt}
flavor_ref = {flavor}
flavor_ref_alt = {flavor_alt}
build_interval = 1
build_timeout = 60
max_microversion = latest

[network]
public_network_id = {network}
floating_network_name = public

[network-feature-enabled]
api_extensions = all

[validation]
run_validation = false

[volume]
catalog_type = block-storage
max_microversion = latest
"""


def tempest_conf(world: World, directory: str) -> str:
    """The file's text; logs and locks go to a directory."""
    store, settings = world.store, world.settings
    images, flavors = store.keys('images'), store.keys('flavors')
    external = store.find('networks', 'router:external', True)
    return _TEMPLATE.format(
        base=world.base, directory=directory, region=settings.region,
        admin_username=settings.admin_username, admin_password=settings.admin_password,
        admin_project=settings.admin_project, image=images[0], image_alt=images[1],
        flavor=flavors[0], flavor_alt=flavors[1], network=external[0]['id'])
