"""Swift, Barbican and Zaqar: what only a token of the project shows."""

import contextlib
from collections.abc import Iterator
from urllib.parse import quote

from tests.functional.openstack import Api, Cloud
from tests.functional.populate.site import Created, Site, role_named

#: Zaqar wants one of every client.
CLIENT = 'd6f6c3f0-93f0-4a53-8f0e-2b6f2f0c9f11'


def populate(site: Site) -> None:
    for service, make in (('object-store', objects), ('key-manager', keys),
                          ('messaging', queues)):
        if site.user.has(service):
            make(site, Api(site.user.session, service, ''))


def objects(site: Site, swift: Api) -> None:
    """A container with an object, and one that keeps versions, the last of them deleted."""
    swift.request('POST', '', headers={'X-Account-Meta-Populated': site.prefix})
    site.record('accounts', {'id': site.project_id})
    plain, versions = site.name('container'), site.name('versions')
    for name in (plain, versions):
        swift.request('PUT', f'/{name}')
        site.record('containers', {'id': f'{site.project_id}/{name}', 'name': name}, name)
    swift.request('PUT', f'/{plain}/a folder/object', data=b'one')
    site.record('objects', {'id': f'{site.project_id}/{plain}/a folder/object',
                            'name': 'a folder/object'}, plain)
    swift.request('POST', f'/{versions}', headers={'X-Versions-Enabled': 'true'})
    for content in (b'one', b'two'):
        swift.request('PUT', f'/{versions}/object', data=content)
    swift.request('DELETE', f'/{versions}/object')
    for one in swift.request('GET', f'/{versions}', params={
            'format': 'json', 'versions': 'true'}).json():
        site.record('objects', {
            'id': f'{site.project_id}/{versions}/object?version-id={one["version_id"]}',
            'name': 'object'}, versions)


def keys(site: Site, barbican: Api) -> None:
    """A secret in a container, and an order with the secret that it made."""
    body = {'name': site.name('secret'), 'payload': 'of no use',
            'payload_content_type': 'text/plain'}
    secret = barbican.post('/v1/secrets', body)['secret_ref']
    recorded(site, 'secrets', secret, site.name('secret'))
    container = barbican.post('/v1/containers', {
        'name': site.name('secrets'), 'type': 'generic',
        'secret_refs': [{'name': 'one', 'secret_ref': secret}]})['container_ref']
    recorded(site, 'secret_containers', container, site.name('secrets'))
    order = barbican.post('/v1/orders', {'type': 'key', 'meta': {
        'name': site.name('order'), 'algorithm': 'aes', 'bit_length': 256, 'mode': 'cbc',
        'payload_content_type': 'application/octet-stream'}})['order_ref']
    recorded(site, 'orders', order, site.name('order'))
    for one in barbican.get('/v1/secrets')['secrets']:
        if one['name'] == site.name('order'):
            recorded(site, 'secrets', one['secret_ref'], one['name'])


def recorded(site: Site, kind: str, reference: str, name: str) -> None:
    site.record(kind, {'id': reference.rsplit('/', 1)[-1], 'name': name}, f'at {reference}')


def queues(site: Site, zaqar: Api) -> None:
    """A queue with a message and a subscription."""
    sent, name = client(site.project_id), site.name('queue')
    path = f'/v2/queues/{name}'
    zaqar.put(path, {}, headers=sent)
    site.record('queues', {'id': f'{site.project_id}/{name}', 'name': name}, name)
    zaqar.post(f'{path}/messages', {'messages': [{'ttl': 300, 'body': 'one'}]}, headers=sent)
    made = zaqar.post(f'{path}/subscriptions', {
        'subscriber': 'http://127.0.0.1:1/', 'ttl': 3600, 'options': {}}, headers=sent)
    site.record('queue_subscriptions', {'id': made['subscription_id']}, name)


def client(project_id: str) -> dict[str, str]:
    return {'Client-ID': CLIENT, 'X-Project-Id': project_id}


@contextlib.contextmanager
def inside(cloud: Cloud, project_id: str) -> Iterator[Cloud]:
    """The same cloud in a project, with a role there for as long as that takes."""
    role = role_named(cloud, 'admin')
    path = f'/projects/{project_id}/users/{cloud.user_id}/roles/{role}'
    had = cloud.identity.exists(path)
    if not had:
        cloud.identity.put(path)
    try:
        yield cloud.in_project(project_id)
    finally:
        if not had:
            cloud.identity.delete(path)


def remove(cloud: Cloud, one: Created) -> None:
    """Delete one of what was made here."""
    with inside(cloud, str(one.project_id)) as there:
        if one.kind == 'accounts':
            Api(there.session, 'object-store', '').request(
                'POST', '', headers={'X-Account-Meta-Populated': ''})
        elif one.kind in ('containers', 'objects'):
            path, _, version = one.id.partition('/')[2].partition('?')
            Api(there.session, 'object-store', '').request(
                'DELETE', '/' + quote(path) + (f'?{version}' if version else ''))
        elif one.kind in ('queues', 'queue_subscriptions'):
            queue = one.note.rsplit(' ', 1)[-1]
            below = f'/subscriptions/{one.id}' if one.kind == 'queue_subscriptions' else ''
            Api(there.session, 'messaging', '').request(
                'DELETE', f'/v2/queues/{queue}{below}', headers=client(str(one.project_id)))
        else:
            path = one.kind.removeprefix('secret_') if one.kind != 'secrets' else one.kind
            Api(there.session, 'key-manager', '').delete(f'/v1/{path}/{one.id}')


#: In this order.
KINDS = ('queue_subscriptions', 'queues', 'orders', 'secret_containers', 'secrets', 'objects',
         'containers', 'accounts')
