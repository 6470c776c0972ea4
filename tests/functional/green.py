"""What Tempest's own tests leave behind although they pass.

Those that run here are run; of the others the very requests are sent that leave something.
"""
import contextlib
import dataclasses
from collections.abc import Callable

from tests.functional.openstack import Body, Cloud, Refused


@dataclasses.dataclass(frozen=True)
class Ran:
    """A test that is run to its green end.

    :param shows: the kinds of which the dry run shows something of this test
    :param name: what their names contain; '' where they have none
    """

    test: str
    shows: tuple[str, ...]
    name: str = ''


@dataclasses.dataclass(frozen=True)
class Left:
    """One thing that was left behind or changed: what the dry run calls it."""

    kind: str
    id: str


@dataclasses.dataclass(frozen=True)
class Called:
    """A test that can't run here, and the function that sends its requests."""

    test: str
    why_not_run: str
    leave: Callable[[Cloud], list[Left]]


def extra_compute_services(admin: Cloud) -> list[Left]:
    """All but two hosts are disabled, and never enabled again."""
    services = admin.compute.get('/os-services', binary='nova-compute')['services']
    admin.compute.put(f'/os-services/{services[0]["id"]}', {'status': 'disabled'})
    return [Left('compute_services', services[0]['id'])]


def image_without_a_name(admin: Cloud) -> list[Left]:
    """The location tests upload one and leave it."""
    image = admin.image.post('/images', {'container_format': 'bare', 'disk_format': 'raw'})
    admin.image.request('PUT', f'/images/{image["id"]}/file', data=b'x' * 1024,
                        headers={'Content-Type': 'application/octet-stream'})
    return [Left('images', image['id'])]


def hidden_image(admin: Cloud) -> list[Left]:
    """No listing that is not asked for hidden ones shows it."""
    image = admin.image.post('/images', {'os_hidden': True})
    return [Left('images', image['id'])]


def image_with_a_bad_url(admin: Cloud) -> list[Left]:
    """An import from the web that fails leaves the image, and its task."""
    image = admin.image.post('/images', {
        'name': 'bad-url', 'container_format': 'bare', 'disk_format': 'raw'})
    # What the URL is refused for does not matter: the image stays.
    with contextlib.suppress(Refused):
        admin.image.post(f'/images/{image["id"]}/import', {
            'method': {'name': 'web-download', 'uri': 'http://127.0.0.1/does-not-exist'}})
    return [Left('images', image['id'])]


def unified_limits(admin: Cloud) -> list[Left]:
    """Limits of a project: they only vanish with it, and here it is one from before."""
    registered = admin.identity.get(
        '/registered_limits', resource_name='image_count_total')['registered_limits'][0]
    limit = {'service_id': registered['service_id'], 'project_id': admin.project_id,
             'resource_name': registered['resource_name'], 'resource_limit': 10}
    made = admin.identity.post('/limits', {'limits': [limit]})['limits']
    return [Left('limits', each['id']) for each in made]


def domain_of_an_identity_provider(admin: Cloud) -> list[Left]:
    """Keystone makes one for a provider that names none; it outlives the provider."""
    path = '/OS-FEDERATION/identity_providers/tempest-idp'
    made = admin.identity.put(path, {'identity_provider': {'enabled': True}})
    admin.identity.delete(path)
    return [Left('domains', made['identity_provider']['domain_id'])]


def nameless_floating_ip(admin: Cloud) -> list[Left]:
    """Those of the validation resources have neither name nor description."""
    network = admin.network.get('/networks', name='public')['networks'][0]['id']
    made = admin.network.post('/floatingips', {'floatingip': {'floating_network_id': network}})
    return [Left('floatingips', made['floatingip']['id'])]


def default_security_group(admin: Cloud) -> list[Left]:
    """Neutron makes one for the first who asks, and leaves it when the project goes."""
    project = admin.identity.post('/projects', {'project': {'name': 'looked-at'}})['project']['id']
    groups: list[Body] = admin.network.get(
        '/security-groups', project_id=project)['security_groups']
    admin.identity.delete(f'/projects/{project}')
    assert groups
    return [Left('security_groups', group['id']) for group in groups]


RAN = (
    Ran('tempest.api.volume.admin.test_volume_quota_classes.VolumeQuotaClassesTest'
        '.test_update_default_quota', ()),
    Ran('tempest.api.volume.admin.test_volume_quota_classes.VolumeQuotaClassesTest'
        '.test_show_default_quota', ()),
)

CALLED = (
    Called('tempest.serial_tests.api.compute.admin.test_server_affinity',
           'there is one compute host, it wants two', extra_compute_services),
    Called('tempest.api.image.v2.test_images.ImageLocationsTest',
           'Glance does not show locations here', image_without_a_name),
    Called('tempest.api.image.v2.test_images.ListUserImagesTest.test_list_hidden_image',
           'it leaves the image only when it is killed', hidden_image),
    Called('tempest.api.image.v2.test_images.ImportImagesTest'
           '.test_image_web_download_import_with_bad_url',
           'images are not imported from the web here', image_with_a_bad_url),
    Called('tempest.scenario.test_compute_unified_limits, test_unified_limits',
           'Nova and Glance have limits of their own here', unified_limits),
    Called('keystone_tempest_plugin.tests.api.identity.v3.test_identity_providers',
           'that plugin is not here', domain_of_an_identity_provider),
    Called('tempest.lib.common.validation_resources',
           'no server can be logged in to here', nameless_floating_ip),
    Called('every listing of security groups', 'it is a side effect', default_security_group),
)

#: Of section 7 of the catalogue: what no API shows or takes away, and what does not happen.
NOT_HERE = {
    'the image of ServersAaction247Test.test_create_backup':
        'the test does not wait for it: at times its server is deleted before the image is made',
    'address groups of the plugin of Neutron': 'its test deletes what it makes, in this version',
    'a network that test_network_qos_placement shares':
        'it is one that tempest.conf names: what belongs to such a one is kept, the sharing, too',
    'tasks of Glance': 'DELETE is answered with 405; they expire by themselves',
    'messages of Cinder and Manila, migrations of Nova': 'records, which expire or stay for good',
    'soft deletes of Watcher': 'there is no Watcher',
    'keys of deleted volume types in the quota class': 'no API shows or deletes them',
    'secrets of Barbican in deleted projects': 'only a token of the project could see them',
    'accounts of Swift in deleted projects':
        'an empty account can not be seen, and no API deletes it (405)',
    'containers of backups': 'backups are files here, not objects',
    'image-volume cache of Cinder': 'by design; it is kept while its image is there',
    'clusters and the key pair of the plugin of Magnum':
        'Magnum ships no driver, so that no cluster can be made',
    'default groups of the firewall service': 'there is no firewall service',
    'stacks and stack users of the plugin of Heat': 'it leaves them only when it is killed: '
        'see test_plugins.py',
    'project, user and roles of the plugin of Octavia': 'as of Heat',
    'rules of a QoS policy whose deletion is asked for in a wrong place': 'they go with it',
}
