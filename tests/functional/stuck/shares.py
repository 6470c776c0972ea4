"""Manila, which deletes only what is in the right status and not being moved."""

from tests.functional.populate.shares import share, share_type
from tests.functional.populate.site import becomes
from tests.functional.stuck.scene import Scene

RESET = 'resets its status to error'


def make(scene: Scene) -> None:
    site, manila = scene.site, scene.site.user.shares
    kind = share_type(site)
    bad = share(site, 'bad', kind)
    scene.execute('manila', "UPDATE share_instances SET status = 'error_deleting' "
                            'WHERE share_id = %s', bad)
    scene.expect('shares', bad, RESET)
    moving = share(site, 'moving', kind)
    scene.execute('manila', "UPDATE shares SET task_state = 'migration_in_progress' "
                            'WHERE id = %s', moving)
    scene.expect('shares', moving, 'ends what is said to be done with it')
    source = share(site, 'source', kind)
    snapshot = manila.post('/snapshots', {'snapshot': {
        'share_id': source, 'name': site.name('bad-snapshot')}})['snapshot']['id']
    becomes(manila, f'/snapshots/{snapshot}', 'snapshot', 'available')
    scene.execute('manila', "UPDATE share_snapshot_instances SET status = 'error_deleting' "
                            'WHERE snapshot_id = %s', snapshot)
    scene.expect('share_snapshots', snapshot, RESET)
    groups(scene, kind)


def groups(scene: Scene, kind: str) -> None:
    site, manila = scene.site, scene.site.user.shares
    group_type = site.admin.shares.post('/share-group-types', {'share_group_type': {
        'name': site.name('group-type'), 'share_types': [kind],
        'group_specs': {'consistent_snapshot_support': 'pool'}}})['share_group_type']['id']
    group = manila.post('/share-groups', {'share_group': {
        'name': site.name('bad-group'), 'share_group_type_id': group_type,
        'share_types': [kind]}})['share_group']['id']
    becomes(manila, f'/share-groups/{group}', 'share_group', 'available')
    share(site, 'grouped', kind, share_group_id=group)
    snapshot = manila.post('/share-group-snapshots', {'share_group_snapshot': {
        'share_group_id': group, 'name': site.name('bad')}})['share_group_snapshot']['id']
    becomes(manila, f'/share-group-snapshots/{snapshot}', 'share_group_snapshot', 'available')
    for name, table, made in (('share_groups', 'share_groups', group),
                              ('share_group_snapshots', 'share_group_snapshots', snapshot)):
        scene.execute('manila', f"UPDATE {table} SET status = 'error_deleting' WHERE id = %s",
                      made)
        scene.expect(name, made, RESET)
