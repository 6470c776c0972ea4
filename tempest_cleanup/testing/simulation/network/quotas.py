"""Neutron's quotas: the list shows only the projects that have some of their own."""

from tempest_cleanup.testing.simulation.http import ApiError, Response, Row
from tempest_cleanup.testing.simulation.service import Context, Service

DEFAULTS = {'network': 1000, 'subnet': 1000, 'subnetpool': -1, 'port': 1000, 'router': 1000,
            'floatingip': 1000, 'rbac_policy': 1000, 'security_group': 1000,
            'security_group_rule': 1000, 'trunk': -1}


def _of(context: Context, project: str) -> Row:
    row = context.store.get('network_quotas', project)
    return {**DEFAULTS, **(row['quota'] if row else {})}


def _list(context: Context) -> Response:
    context.require_admin('get_quota')
    return Response(200, {'quotas': [
        {**_of(context, project), 'project_id': project, 'tenant_id': project}
        for project in context.store.keys('network_quotas')]})


def _show(context: Context, project: str) -> Response:
    return Response(200, {'quota': _of(context, project)})


def _details(context: Context, project: str) -> Response:
    return Response(200, {'quota': {name: {'limit': limit, 'used': 0, 'reserved': 0}
                                    for name, limit in _of(context, project).items()}})


def _update(context: Context, project: str) -> Response:
    context.require_admin('update_quota')
    old = context.store.get('network_quotas', project)
    changes = {name: value for name, value in context.body('quota').items() if name in DEFAULTS}
    context.store.add('network_quotas', {'quota': {**(old['quota'] if old else {}), **changes}},
                      project)
    return _show(context, project)


def _delete(context: Context, project: str) -> Response:
    context.require_admin('delete_quota')
    if context.store.remove('network_quotas', project) is None:
        raise ApiError(404, f'Quota for project {project} could not be found.',
                       'TenantQuotaNotFound')
    return Response(204)


def register(service: Service) -> None:
    path = '/v2.0/quotas/{project}'
    service.route('GET', '/v2.0/quotas', _list)
    service.route('GET', path, _show)
    service.route('GET', path + '/default',
                  lambda context, project: Response(200, {'quota': dict(DEFAULTS)}))
    for name in ('details', 'details.json'):
        service.route('GET', f'{path}/{name}', _details)
    service.route('PUT', path, _update)
    service.route('DELETE', path, _delete)
