"""Glance's settings, and who may use what: which requests put them back."""
import pytest

from tempest_cleanup import errors
from tempest_cleanup.model import Change, Resource
from tempest_cleanup.services import block_storage_settings, compute_settings, image
from tempest_cleanup.services.base import ResourceService
from tests.unit.restoring import gone, put_back, served

ACCESS = [
    (compute_settings.FlavorAccess, 'flavors', 'os-flavor-access', 'flavor_access',
     'tenant_id', 'addTenantAccess', 'removeTenantAccess', 'tenant'),
    (block_storage_settings.VolumeTypeAccess, 'types', 'os-volume-type-access',
     'volume_type_access', 'project_id', 'addProjectAccess', 'removeProjectAccess', 'project')]


@pytest.mark.parametrize(
    ('kind', 'path', 'below', 'wrapper', 'whose', 'add', 'remove', 'word'), ACCESS)
def test_access(kind: type[ResourceService], path: str, below: str, wrapper: str, whose: str,
                add: str, remove: str, word: str) -> None:
    """An id of a flavor may be any word, and the one that goes meanwhile is not missed."""
    public = 'os-flavor-access:is_public' if path == 'flavors' else 'is_public'
    things = [{'id': 'm1 x', 'name': 'private', public: False}, {'id': 'open', public: True},
              {'id': 'went', public: False}]
    service, noted = served(kind, {
        f'{path}{kind.detail}': {kind.collection: things},
        f'{path}/m1%20x/{below}': {wrapper: [{whose: 'p'}]}})
    found, = service.discover(None)
    assert (found.id, found.name, found.project_id) == (
        'm1%20x/p', 'private for project p', 'p')
    service.delete(found)
    service.restore(found, gone(found))
    assert noted.sent == [('post', f'{path}/m1%20x/action', {remove: {word: 'p'}}),
                          ('post', f'{path}/m1%20x/action', {add: {word: 'p'}})]


@pytest.mark.parametrize('has', [True, False])
def test_access_that_is_there_already_is_no_failure(has: bool) -> None:
    tie = Resource('volume_type_accesses', 't/p')
    service, _ = served(
        block_storage_settings.VolumeTypeAccess,
        {'types/t/os-volume-type-access': {
            'volume_type_access': [{'project_id': 'p'}] if has else []}},
        {'types/t/action': errors.Conflict('it exists', status=409)})
    if has:
        service.restore(tie, gone(tie))
    else:
        with pytest.raises(errors.Conflict):
            service.restore(tie, gone(tie))


@pytest.mark.parametrize('public', [True, False])
def test_access_to_what_is_public_again_is_gone(public: bool) -> None:
    tie = Resource('volume_type_accesses', 't/p')
    service, _ = served(
        block_storage_settings.VolumeTypeAccess,
        {'types/t': {'volume_type': {'is_public': public}}},
        {'types/t/action': errors.Conflict('public', status=409)})
    if public:
        service.delete(tie)
    else:
        with pytest.raises(errors.Conflict):
            service.delete(tie)


def test_images() -> None:
    """One patch, so that it is done as a whole or not at all."""
    was = {'name': 'a', 'protected': False, 'properties': {'a/b~c': '1', 'same': 's', 'k': 'v'}}
    now = {'name': 'b', 'protected': True, 'properties': {'same': 's', 'k': 'w', 'n': 'm'}}
    (method, path, patch), = put_back(image.Images, 'i', was, now)
    assert (method, path) == ('patch', 'images/i')
    assert patch == [
        {'op': 'replace', 'path': '/name', 'value': 'a'},
        {'op': 'remove', 'path': '/n'},
        {'op': 'add', 'path': '/a~1b~0c', 'value': '1'},
        {'op': 'add', 'path': '/k', 'value': 'v'},
        {'op': 'replace', 'path': '/protected', 'value': False}]


def test_what_glance_says_of_every_image_is_no_property() -> None:
    assert image.properties({
        'id': 'i', 'status': 'active', 'stores': 'disk', 'os_glance_importing_to_stores': 'x',
        'hw_rng_model': 'virtio'}) == {'hw_rng_model': 'virtio'}


def test_namespaces_keep_what_is_not_put_back() -> None:
    """What a PUT leaves out goes back to the default: the owner to whoever asks."""
    kind = image.MetadefNamespaces
    service, noted = served(kind)
    now = Resource(kind.name, 'a b', project_id='owner', settings={
        'display_name': 'D', 'description': 'new', 'visibility': 'public', 'protected': True})
    service.restore(now, (Change(now, 'protected', False, True),
                          Change(now, 'description', None, 'new')))
    assert noted.sent == [('put', 'metadefs/namespaces/a%20b', {
        'namespace': 'a b', 'owner': 'owner', 'display_name': 'D', 'visibility': 'public',
        'protected': False})]


def test_image_members() -> None:
    kind = image.ImageMembers
    service, noted = served(kind, {
        'images': {'images': [{'id': 'i', 'name': 'shared'}]},
        'images/i/members': {'members': [
            {'image_id': 'i', 'member_id': 'p', 'status': 'accepted'}]}})
    found, = service.discover(None)
    assert (found.id, found.name, dict(found.settings)) == (
        'i/p', 'shared for project p', {'status': 'accepted'})
    service.delete(found)
    service.restore(found, (Change(found, 'status', 'pending', 'accepted'),))
    service.restore(found, gone(found))
    assert noted.sent == [
        ('delete', 'images/i/members/p', None),
        ('put', 'images/i/members/p', {'status': 'pending'}),
        ('post', 'images/i/members', {'member': 'p'}),
        ('put', 'images/i/members/p', {'status': 'accepted'})]


@pytest.mark.parametrize(('was', 'verb'), [(True, 'deactivate'), (False, 'reactivate')])
def test_an_image_can_be_used_as_before(was: bool, verb: str) -> None:
    """That is no attribute, so nothing else is sent for it."""
    assert put_back(image.Images, 'i', {'deactivated': was}, {'deactivated': not was}) == [
        ('post', f'images/i/actions/{verb}', None)]
