"""Barbican, with a consumer that is gone; and a large object in Swift."""

import uuid

from tests.functional.openstack import Api
from tests.functional.stuck.scene import Scene


def make(scene: Scene) -> None:
    site = scene.site
    swift, barbican = (Api(site.user.session, service, '')
                       for service in ('object-store', 'key-manager'))
    # A large object, whose segments are objects of their own.
    segments, container = site.name('segments'), site.name('large')
    for name in (segments, container):
        swift.request('PUT', f'/{name}')
        scene.expect('containers', f'{site.project_id}/{name}')
    parts = [f'/{segments}/part {number}' for number in range(2)]
    for part in parts:
        swift.request('PUT', part, data=b'half')
    swift.request('PUT', f'/{container}/an object', params={'multipart-manifest': 'put'},
                  json=[{'path': part} for part in parts])
    secret = barbican.post('/v1/secrets', {
        'name': site.name('secret'), 'payload': 'of no use',
        'payload_content_type': 'text/plain'})['secret_ref'].rpartition('/')[2]
    barbican.post(f'/v1/secrets/{secret}/consumers', {
        'service': 'glance', 'resource_type': 'image', 'resource_id': str(uuid.uuid4())},
        headers={'OpenStack-API-Version': 'key-manager 1.2'})
    scene.expect('secrets', secret, 'ends the registrations of what is gone')
