"""Swift: what an account and its containers say of themselves."""

from tests.functional.changes.scene import ADDED, Scene
from tests.functional.openstack import Api, Body
from tests.functional.populate import Site
from tests.functional.populate.project_owned import inside


def prepare(site: Site) -> None:
    """A container that says something already."""
    with inside(site.admin, site.project_id) as there:
        swift = Api(there.session, 'object-store', '')
        swift.request('POST', f'/{site.name("container")}', headers={
            'X-Container-Meta-Old': 'yes', 'X-Container-Read': '.r:*'})


def change(scene: Scene) -> None:
    project, name = scene.site.project_id, scene.site.name('container')
    with inside(scene.site.admin, project) as there:
        swift = Api(there.session, 'object-store', '')
        swift.request('POST', '', headers={
            'X-Account-Meta-Populated': '', 'X-Account-Meta-New': 'yes',
            'X-Account-Meta-Temp-URL-Key': 'x'})
        swift.request('POST', f'/{name}', headers={
            'X-Container-Meta-Old': 'no', 'X-Container-Meta-Temp-URL-Key-2': 'x',
            'X-Container-Read': '', 'X-Container-Write': f'{project}:*',
            'X-Container-Meta-Quota-Bytes': '7'})
    scene.note('accounts', project, 'metadata', 'keys')
    scene.note('containers', f'{project}/{name}', 'metadata', 'keys', 'read', 'write')
    other = Api(scene.site.admin.session, 'object-store', '')
    other.request('POST', '', headers={'X-Account-Meta-New': 'yes'})
    scene.note('accounts', scene.site.admin.project_id, ADDED)


def told(site: Site) -> list[Body]:
    """What the headers of the accounts and the container say that somebody has set."""
    with inside(site.admin, site.project_id) as there:
        answers = [api.request('HEAD', path).headers for api, path in (
            (Api(there.session, 'object-store', ''), ''),
            (Api(there.session, 'object-store', ''), f'/{site.name("container")}'),
            (Api(site.admin.session, 'object-store', ''), ''))]
    return [{name: value for name, value in headers.items()
             if '-meta-' in name.lower() or name.lower().endswith(
                 ('-read', '-write', '-access-control'))} for headers in answers]
