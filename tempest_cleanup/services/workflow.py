"""Mistral. https://docs.openstack.org/mistral/latest/user/rest_api_v2.html

An administrator is shown every project's of everything, whether asked for it or not. Deleting
is another matter: see :class:`Own`.
"""
import dataclasses
from collections.abc import Iterator
from typing import TYPE_CHECKING

from tempest_cleanup import errors
from tempest_cleanup.model import Body, Resource, Scope, Tenant
from tempest_cleanup.services import bodies
from tempest_cleanup.services.base import ResourceService, tenant_of

if TYPE_CHECKING:
    from tempest_cleanup.cloud import Cloud


class Workflow(ResourceService):
    """What is common to Mistral's kinds."""

    service_type = 'workflow'


class Own(Workflow):
    """Kinds that only their own project's token deletes: to any other they are not there.

    That token, where it is an administrator's, is shown the other projects' as well. A page
    after the first can't be had of those with a name: Mistral looks the marker up as a name
    (500 and 404), so a thousand are not seen completely, and kept.
    """

    scope = token = Scope.PROJECT

    def find(self, tenant: Tenant | None) -> Iterator[Body]:
        for body in super().find(tenant):
            # What is another's stands in that one's listing.
            if tenant is None or body.get('project_id') == tenant.id:
                yield body


class Named(Own):
    """Kinds that are deleted by their name.

    A public one of the same name in another project would be deleted along.
    """

    def delete(self, resource: Resource) -> None:
        rest = self.rest(tenant_of(self, resource))
        namespace = resource.body.get('namespace') or ''
        for body in rest.pages(self.path, self.collection or self.name):
            if (body['name'] == resource.name and body['id'] != resource.id
                    and (body.get('namespace') or '') == namespace
                    and body.get('scope') == 'public'):
                raise errors.Conflict(
                    f'{body["id"]} is public and has the same name: both would be deleted')
        rest.delete(super().member(dataclasses.replace(resource, id=resource.name)),
                    query={'namespace': namespace} if namespace else None)


class Workbooks(Named):
    """Workbooks. The workflows and actions that one has made stay."""

    name, singular = 'workbooks', 'workbook'
    path = 'workbooks'


class Environments(Named):
    name, singular = 'workflow_environments', 'environment'
    path = collection = 'environments'


class Workflows(Workflow):
    """Workflows, in every namespace. One that a trigger starts is refused (400)."""

    name, singular = 'workflows', 'workflow'
    path = 'workflows'
    query = {'all_projects': 'true'}
    delete_after = ('cron_triggers', 'event_triggers', 'workflow_executions')


class Executions(Workflow):
    """Executions. By force, for one that still runs is refused (403).

    With one go its tasks, their action executions, and the executions below it.
    """

    name, singular = 'workflow_executions', 'execution'
    path = collection = 'executions'
    query = {'all_projects': 'true'}
    name_key, status_key = 'workflow_name', 'state'
    reasons = ('state_info',)
    parent_key = 'root_execution_id'
    goes_with = ('workflow_executions',)

    def delete(self, resource: Resource) -> None:
        self.rest().delete(self.member(resource), query={'force': 'true'})


class ActionExecutions(Own):
    """Runs of actions. Those of a task go with its execution, and with nothing else.

    The others can be deleted only where ``[api] allow_action_execution_deletion`` is set; it is
    not by default (403).
    """

    name, singular = 'action_executions', 'action_execution'
    path = 'action_executions'
    status_key = 'state'
    reasons = ('state_info',)
    goes_with = ('workflow_executions',)

    def expand(self, resource: Resource) -> Resource:
        task = resource.body.get('task_execution_id')
        if not task:
            return resource
        shown = self.rest(self.listed_in(resource)).get(f'tasks/{task}')
        return dataclasses.replace(resource, body={
            **resource.body,
            'workflow_execution_id': bodies.text(shown, 'workflow_execution_id')})


class Actions(Workflow):
    """Actions, Mistral's own among them, though ``is_system`` is false for those, too.

    A listing shows one namespace. Nothing lists the namespaces: asked are those that a workflow
    or a workbook is in, or was at an earlier look of the run. An action that is alone in one
    since before the run is not seen.
    """

    name, singular = 'workflow_actions', 'action'
    path = collection = 'actions'

    def __init__(self, cloud: 'Cloud') -> None:
        super().__init__(cloud)
        # A namespace does not end with the last workflow in it.
        self._namespaces = {''}

    def learn(self, earlier: ResourceService) -> None:
        if isinstance(earlier, Actions):
            self._namespaces |= earlier._namespaces

    def find(self, tenant: Tenant | None) -> Iterator[Body]:
        for path in ('workflows', 'workbooks'):
            for body in self.rest().pages(path, path):
                self._namespaces.add(str(body.get('namespace') or ''))
        for namespace in sorted(self._namespaces):
            yield from self.rest().pages(self.path, self.collection,
                                         query={'namespace': namespace})

    def protects(self, resource: Resource) -> str:
        body = resource.body
        if body.get('is_system') or body.get('project_id', '') in (None, '<default-project>'):
            return 'an action of Mistral itself'
        if resource.id == resource.name:
            return 'listed with the dynamic actions'
        return ''


class CronTriggers(Workflow):
    """Cron triggers. With one goes the trust that it acts by."""

    name, singular = 'cron_triggers', 'cron_trigger'
    path = 'cron_triggers'
    query = {'all_projects': 'true'}
    holds = ('trusts',)


class EventTriggers(Workflow):
    """Event triggers. With one goes the trust that it acts by."""

    name, singular = 'event_triggers', 'event_trigger'
    path = 'event_triggers'
    query = {'all_projects': 'true'}
    holds = ('trusts',)


class CodeSources(Workflow):
    name, singular = 'code_sources', 'code_source'
    path = 'code_sources'


class DynamicActions(Workflow):
    """Actions made of a code source; they go with it."""

    name, singular = 'dynamic_actions', 'dynamic_action'
    path = 'dynamic_actions'
    goes_with = ('code_sources',)
