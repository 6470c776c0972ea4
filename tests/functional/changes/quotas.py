"""Limits, of every service: those of an old project, of another one, and the default ones."""

from tests.functional.changes.scene import ADDED, Scene
from tests.functional.openstack import Api, Body

#: By kind: the service, its prefix, the path of a project, the wrapper and one limit.
QUOTAS = {
    'compute_quotas': ('compute', '', '/os-quota-sets/{}', 'quota_set', 'cores'),
    'volume_quotas': ('block-storage', '', '/os-quota-sets/{}', 'quota_set', 'gigabytes'),
    'network_quotas': ('network', '/v2.0', '/quotas/{}', 'quota', 'network'),
    'share_quotas': ('shared-file-system', '', '/quota-sets/{}', 'quota_set', 'shares'),
    'secret_quotas': ('key-manager', '/v1', '/project-quotas/{}', 'project_quotas', 'secrets'),
    'loadbalancer_quotas': ('load-balancer', '/v2.0/lbaas', '/quotas/{}', 'quota',
                            'loadbalancer'),
}
#: The service, the path of the class and one limit.
CLASSES = {
    'compute_quota_classes': ('compute', '/os-quota-class-sets/default', 'server_groups'),
    'volume_quota_classes': ('block-storage', '/os-quota-class-sets/default', 'backups'),
    'share_quota_classes': ('shared-file-system', '/quota-class-sets/default', 'share_groups'),
}


def change(scene: Scene) -> None:
    """One limit of a project that has its own, and of one that has none."""
    admin, old = scene.site.admin, scene.site.project_id
    other = scene.one('projects', 'child of the project')
    for kind, (service, prefix, path, wrapper, limit) in QUOTAS.items():
        if admin.has(service):
            api = Api(admin.session, service, prefix)
            for project, what in ((old, limit), (other, ADDED)):
                api.put(path.format(project), {wrapper: {limit: 77}})
                scene.note(kind, project, what)
    if admin.has('dns'):
        _dns(scene, {old: 'zones', other: ADDED})
    if admin.has('container-infra'):
        _clusters(scene, old, other)
    if admin.has('alarm'):
        _alarm(scene, {old: 'alarms', other: ADDED})
    for kind, (service, path, limit) in CLASSES.items():
        if admin.has(service):
            scene.send(kind, 'default', Api(admin.session, service, ''), path,
                       'quota_class_set', {limit: 77})


def _dns(scene: Scene, projects: Body) -> None:
    api = Api(scene.site.admin.session, 'dns', '/v2')
    for project, what in projects.items():
        api.patch(f'/quotas/{project}', {'zones': 78},
                  headers={'X-Auth-All-Projects': 'true'})
        scene.note('dns_quotas', project, what)


def _alarm(scene: Scene, projects: Body) -> None:
    api = Api(scene.site.admin.session, 'alarm', '')
    for project, what in projects.items():
        api.post('/v2/quotas', {'project_id': project, 'quotas': [
            {'resource': 'alarms', 'limit': 8}]})
        scene.note('alarm_quotas', project, what)


def _clusters(scene: Scene, old: str, other: str) -> None:
    api = Api(scene.site.admin.session, 'container-infra', '')
    limit: Body = {'resource': 'Cluster', 'hard_limit': 8}
    api.patch(f'/quotas/{old}/Cluster', {'project_id': old, **limit})
    scene.note('coe_quotas', f'{old}/Cluster', 'hard_limit')
    api.post('/quotas', {'project_id': other, **limit})
    scene.note('coe_quotas', f'{other}/Cluster', ADDED)
