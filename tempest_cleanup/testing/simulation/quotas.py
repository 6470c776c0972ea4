"""Quota sets of Nova and Cinder: defaults, and what a project has of its own."""

from collections.abc import Callable

from tempest_cleanup.testing.simulation.http import Response, Row
from tempest_cleanup.testing.simulation.service import Context, Service, World


class QuotaSets:
    """The os-quota-sets and os-quota-class-sets of one service."""

    def __init__(self, kind: str, service: Service, defaults: Callable[[World], Row],
                 delete_status: int, check: Callable[[Context, str], None] | None = None) -> None:
        self.kind = kind
        self.service = service
        self.defaults = defaults
        self.delete_status = delete_status
        self.check = check
        path = service.root + '/os-quota-sets/{project}'
        service.route('GET', path, self.show)
        service.route('GET', path + '/detail', self.show)
        service.route('GET', path + '/defaults', self.show_defaults)
        service.route('PUT', path, self.update)
        service.route('DELETE', path, self.delete)
        classes = service.root + '/os-quota-class-sets/{name}'
        service.route('GET', classes, self.show_class)
        service.route('PUT', classes, self.update_class)

    def of(self, world: World, project: str) -> Row:
        """The quotas in force for a project."""
        row = world.store.get(self.kind, project)
        return {**self._class(world), **(row['quota'] if row else {})}

    def _class(self, world: World) -> Row:
        row = world.store.get(self.kind + '_class', 'default')
        return {**self.defaults(world), **(row['quota'] if row else {})}

    def show(self, context: Context, *params: str) -> Response:
        project = params[-1]
        self._allow(context, project)
        quota = self.of(context.world, project)
        if context.request.path.endswith('/detail') or context.request.one('usage') == 'True' \
                or context.request.one('usage') == 'true':
            quota = {name: {'limit': limit, 'in_use': 0, 'reserved': 0}
                     for name, limit in quota.items()}
        return Response(200, {'quota_set': {'id': project, **quota}})

    def show_defaults(self, context: Context, *params: str) -> Response:
        return Response(200, {'quota_set': {'id': params[-1], **self._class(context.world)}})

    def update(self, context: Context, *params: str) -> Response:
        context.require_admin('quota-sets:update')
        project = params[-1]
        self._allow(context, project)
        self.set(context.world, project, context.body('quota_set'))
        return Response(200, {'quota_set': self.of(context.world, project)})

    def set(self, world: World, project: str, quota: Row) -> None:
        old = world.store.get(self.kind, project)
        values = {name: int(value) for name, value in quota.items()
                  if name not in ('force', 'tenant_id', 'id')}
        world.store.add(self.kind, {'quota': {**(old['quota'] if old else {}), **values}},
                        project)

    def delete(self, context: Context, *params: str) -> Response:
        context.require_admin('quota-sets:delete')
        context.store.remove(self.kind, params[-1])
        return Response(self.delete_status)

    def show_class(self, context: Context, *params: str) -> Response:
        quota = self._class(context.world)
        return Response(200, {'quota_class_set': {'id': params[-1], **quota}})

    def update_class(self, context: Context, *params: str) -> Response:
        context.require_admin('quota-class-sets:update')
        kind, store = self.kind + '_class', context.store
        old = store.get(kind, params[-1])
        quota = {**(old['quota'] if old else {}), **context.body('quota_class_set')}
        store.add(kind, {'quota': quota}, params[-1])
        return Response(200, {'quota_class_set': self._class(context.world)})

    def _allow(self, context: Context, project: str) -> None:
        if project != context.token.project_id:
            context.require_admin('quota-sets:show')
        if self.check:
            self.check(context, project)
