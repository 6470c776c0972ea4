"""Heat. https://docs.openstack.org/api-ref/orchestration/v1/"""
import dataclasses
from collections.abc import Iterable
from urllib.parse import quote

from tempest_cleanup import errors
from tempest_cleanup.model import Evidence, Resource, Scope, Source
from tempest_cleanup.services import bodies
from tempest_cleanup.services.base import ResourceService, parse_time
from tempest_cleanup.services.telling import brief

#: A project id that is not ours; there need not be such a project.
ELSEWHERE = '0' * 32
#: What ties things together that others have made, and goes by the id of one of these.
#: heat.engine.resources: what resource_id_set is given
TIES = frozenset((
    'AWS::EC2::EIPAssociation', 'AWS::EC2::VolumeAttachment', 'OS::Cinder::EncryptedVolumeType',
    'OS::Cinder::VolumeAttachment', 'OS::Neutron::ExtraRouteSet'))
#: Events that tell a failure; every nested stack adds its own.
MOST = 10


class Orchestration(ResourceService):
    """What is common to Heat's kinds.

    ``global_tenant`` is denied to everybody by default, but Heat shows its administrators
    what is in all projects anyway. Who has the role but is in another than the admin
    project, where Keystone names one, sees its own project's only.
    """

    service_type = 'orchestration'
    scope = token = Scope.PROJECT
    created_key, updated_key = 'creation_time', 'updated_time'

    def sees_all(self) -> bool:
        return self.cloud.able('every stack is shown', self._shows_all)

    def _shows_all(self) -> bool:
        # Heat lets nobody else say another project's id in the path than those to whom
        # it shows everything (heat.api.openstack.v1.util.registered_policy_enforce).
        try:
            answer = self.cloud.rest_of(self.service_type, ELSEWHERE).get(
                'stacks', query={'limit': '1'})
        except errors.ApiError:
            return False  # the listing itself will tell what is wrong
        # A gateway may answer for Heat, and say nothing.
        return isinstance(answer.get('stacks'), list)


class Stacks(Orchestration):
    """Stacks. What a stack owns is Heat's to delete, nested stacks included."""

    name, singular = 'stacks', 'stack'
    path = 'stacks'
    query = {'show_nested': 'true', 'show_hidden': 'true'}
    name_key, status_key = 'stack_name', 'stack_status'
    stays_changed = {
        'template, parameters':
            'an update changes what the stack has made; what was before is not told'}
    goes_with = ('stacks',)
    adopts = True
    # Heat acts with these on behalf of whoever made the stack.
    holds = ('trusts', 'users', 'application_credentials', 'projects')
    asynchronous = True
    failed = frozenset(('DELETE_FAILED',))

    project_key, parent_key = 'project', 'parent'
    always = ('project', 'stack_name')

    def member(self, resource: Resource, *rest: str) -> str:
        return '/'.join((self.path, quote(resource.name, safe=''), resource.id, *rest))

    def evidence(self, resource: Resource) -> Iterable[Evidence]:
        yield from super().evidence(resource)
        if reason := resource.body.get('stack_status_reason'):
            yield Evidence(Source.SERVICE, f'its reason: {brief(reason)}',
                           failure=resource.status.endswith('_FAILED'))
        path = self.member(resource, 'events')
        answer = self.rest(self.listed_in(resource)).get(
            path, query={'nested_depth': '5', 'sort_dir': 'asc'})
        failed = [e for e in answer.get('events', ())
                  if str(e.get('resource_status')).endswith('_FAILED')]
        # The first is the resource that failed; the others failed because of it.
        for event in failed[:MOST]:
            yield Evidence(
                Source.SERVICE,
                f'{event.get("resource_name")} {event.get("physical_resource_id") or ""} '
                f'{event.get("resource_status")}: {brief(event.get("resource_status_reason"))}',
                parse_time(event.get('event_time')), where=f'GET {self.service_type}/{path}',
                failure=True)

    def expand(self, resource: Resource) -> Resource:
        """With the ids of everything that the stack made."""
        if resource.body.get('parent'):
            return resource
        answer = self.rest(self.listed_in(resource)).get(
            self.member(resource, 'resources'), query={'nested_depth': '5'})
        made = [bodies.text(r, 'physical_resource_id') for r in bodies.members(answer, 'resources')
                if bodies.text(r, 'resource_type') not in TIES]
        return dataclasses.replace(resource, body={**resource.body, 'made': made})


class SoftwareConfigs(Orchestration):
    """Software configurations. Heat fails (500) to delete one that a deployment uses."""

    name, singular = 'software_configs', 'software_config'
    path = 'software_configs'
    project_key = 'project'
    delete_after = ('software_deployments',)
    goes_with = ('stacks',)


class SoftwareDeployments(Orchestration):
    """Software deployments. They do not tell their project, and outlive their server."""

    name, singular = 'software_deployments', 'software_deployment'
    path = 'software_deployments'
    name_key = 'action'
    details = ('status_reason',)
    goes_with = ('stacks',)
