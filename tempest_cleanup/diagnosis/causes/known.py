"""What Tempest and its plugins are known to leave, even where every test passes.

Read from their source: tempest fa340b1f5 of 2026-07-26 and the plugins of that month.
"""
import re
from typing import NamedTuple

from tempest_cleanup.diagnosis.model import Test
from tempest_cleanup.model import Resource


class Leak(NamedTuple):
    """One thing that a test leaves behind.

    :param test: what class and method have to look like, as ``Class.method``; one that names
        none is told by the name of the resource
    :param name: what the name of the resource has to look like
    """

    of: str
    where: str
    what: str
    kinds: frozenset[str]
    test: re.Pattern[str]
    name: re.Pattern[str] = re.compile('')


def _leak(of: str, where: str, what: str, kinds: str, test: str, name: str = '') -> Leak:
    return Leak(of, where, what, frozenset(kinds.split()), re.compile(test), re.compile(name))


LEAKS = (
    _leak('Tempest', 'api/compute/servers/test_server_actions.py',
          'test_create_backup never deletes the image of the first backup', 'images',
          r'ServersAa?ction247Test', r'^tempest-backup-1-'),
    _leak('Tempest', 'api/image/v2/test_images.py',
          'the tests of image locations never delete their nameless images', 'images',
          r'ImageLocationsTest', r'^$'),
    _leak('Tempest', 'api/image/v2/test_images.py',
          'an import from a bad URL leaves its image', 'images',
          r'\.test_image_web_download_import_with_bad_url$'),
    _leak('Tempest', 'serial_tests/api/compute/admin/test_server_affinity.py',
          'resource_setup disables more compute services than it enables again',
          'compute_services', r'ServersAffinityTest'),
    _leak('Tempest', 'api/volume/admin/test_volume_quota_classes.py',
          'keys of volume types stay in the default quota class', 'volume_quota_classes',
          r'VolumeQuotaClassesTest'),
    _leak('neutron-tempest-plugin', 'neutron_tempest_plugin/api/base.py',
          'create_address_group registers no cleanup', 'address_groups', r'AddressGroup|RbacA'),
    _leak('octavia-tempest-plugin', 'octavia_tempest_plugin/tests/test_base.py',
          'its users and roles outlive a class whose set-up is cut short', 'users roles projects',
          r'^$', r'^tempest-(?:user-|role-)\d+$'),
    _leak('keystone-tempest-plugin', 'tests/scenario and api of federation',
          'the domain that Keystone makes for an identity provider outlives it', 'domains',
          r'IdentityProvider', r'^[0-9a-f]{32}$|^[0-9a-f-]{36}$'),
)


def find(resource: Resource, test: Test | None, leaks: tuple[Leak, ...] = LEAKS) -> Leak | None:
    """The known leak that a resource is, None where it is none."""
    who = f'{test.class_name}.{test.method}' if test else ''
    return next((leak for leak in leaks if resource.kind in leak.kinds
                 and leak.test.search(who) and leak.name.search(resource.name)), None)
