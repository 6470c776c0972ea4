"""What is left behind and holds something from before: that one is not lost with it."""
from collections.abc import Iterator

import pytest

from tests.functional import rows
from tests.functional.openstack import Body, Cloud, wait_for
from tests.functional.rows import Databases
from tests.functional.workspace import Workspace

NETWORKS = [{'allocate_network': 'none'}]


@pytest.fixture
def volumes(admin: Cloud) -> Iterator[list[str]]:
    """Three from before the run."""
    made = [str(admin.volume.post('/volumes', {'volume': {
        'name': f'precious-{number}', 'size': 1}})['volume']['id']) for number in range(3)]
    for volume in made:
        becomes(admin, volume, 'available')
    yield made
    for volume in made:
        admin.volume.delete(f'/volumes/{volume}')
    wait_for('no volumes', lambda: not any(
        admin.volume.exists(f'/volumes/{volume}') for volume in made), 60)


def becomes(admin: Cloud, volume: str, status: str) -> None:
    wait_for(f'volume {volume} {status}', lambda: admin.volume.get(
        f'/volumes/{volume}')['volume']['status'] == status, 60)


def server(admin: Cloud, **more: object) -> Body:
    """What a template says of a server."""
    flavors = admin.compute.get('/flavors/detail', sort_key='memory_mb')['flavors']
    images = admin.image.get('/images', status='active', visibility='public')['images']
    return {'type': 'OS::Nova::Server', 'properties': {
        'flavor': next(f['id'] for f in flavors if f['disk']), 'image': images[0]['id'],
        'networks': NETWORKS, **more}}


def stack(admin: Cloud, name: str, **resources: Body) -> str:
    """A stack that is complete; its path."""
    made = admin.orchestration.post('/stacks', {'stack_name': name, 'template': {
        'heat_template_version': '2018-08-31', 'resources': resources}})['stack']
    path = f'/stacks/{name}/{made["id"]}'
    wait_for(f'{path} complete', lambda: admin.orchestration.get(
        path)['stack']['stack_status'] == 'CREATE_COMPLETE', 120)
    return path


def gone(admin: Cloud, path: str) -> bool:
    """Heat goes on showing a stack that is deleted."""
    return not admin.orchestration.exists(path) or admin.orchestration.get(
        path)['stack']['stack_status'] == 'DELETE_COMPLETE'


def boot(admin: Cloud, volume: str) -> str:
    """A server with a volume that is to go with it."""
    wanted = server(admin)['properties']
    made = admin.compute.post('/servers', {'server': {
        'name': 'tempest-left', 'flavorRef': wanted['flavor'], 'imageRef': wanted['image'],
        'networks': 'none', 'block_device_mapping_v2': [
            {'uuid': wanted['image'], 'source_type': 'image', 'destination_type': 'local',
             'boot_index': 0, 'delete_on_termination': True},
            {'uuid': volume, 'source_type': 'volume', 'destination_type': 'volume',
             'boot_index': -1, 'delete_on_termination': True}]}})['server']['id']
    becomes(admin, volume, 'in-use')
    return str(made)


def test_volumes_from_before_the_run(
    admin: Cloud, database: Databases, volumes: list[str], workspace: Workspace,
) -> None:
    """Nova and Heat were told to delete two of them, and a stack only attaches the third."""
    workspace.save()
    before = rows.snapshot(database)
    left = boot(admin, volumes[0])
    taking = stack(admin, 'tempest-taking', server=server(admin, block_device_mapping_v2=[
        {'volume_id': volumes[1], 'boot_index': -1, 'delete_on_termination': True}]))
    tying = stack(admin, 'tempest-tying', server=server(admin), tie={
        'type': 'OS::Cinder::VolumeAttachment', 'properties': {
            'instance_uuid': {'get_resource': 'server'}, 'volume_id': volumes[2]}})
    try:
        done = workspace.cleanup('--preserve-state', '--report', 'report.json')
        decided = {d['id']: d for d in workspace.json('report.json')['decisions']}
        assert done.code == 0, done
        assert not admin.compute.exists(f'/servers/{left}')
        assert gone(admin, tying)
        assert 'it still has volumes precious-1' in decided[taking.rsplit('/', 1)[1]]['reason']
        assert [admin.volume.get(f'/volumes/{v}')['volume']['status'] for v in volumes] == [
            'available', 'in-use', 'available']
    finally:
        spare(admin, taking)
    again = workspace.cleanup('--preserve-state')
    assert again.code == 0, again
    # They were attached and let go.
    moved = tuple(f"cinder.volumes: changed ('{v}',): updated_at " for v in volumes)
    assert [line for line in rows.differences(before, rows.snapshot(database))
            if not line.startswith(moved)] == []


def spare(admin: Cloud, path: str) -> None:
    """Delete the stack, without the volume."""
    (found,) = admin.orchestration.get(f'{path}/resources')['resources']
    attached = f'/servers/{found["physical_resource_id"]}/os-volume_attachments'
    for one in admin.compute.get(attached)['volumeAttachments']:
        admin.compute.put(f'{attached}/{one["volumeId"]}', {'volumeAttachment': {
            'volumeId': one['volumeId'], 'delete_on_termination': False}})
    admin.orchestration.delete(path)
    wait_for(f'no {path}', lambda: gone(admin, path), 120)
