"""Heat. https://docs.openstack.org/api-ref/orchestration/v1/"""
import dataclasses
from urllib.parse import quote

from tempest_cleanup.model import Resource, Scope
from tempest_cleanup.services.base import ResourceService


class Stacks(ResourceService):
    """Stacks. What a stack owns is Heat's to delete, nested stacks included.

    A project's stacks are listed with a token of that project only: the policy of the
    listing over all projects refuses everybody by default.
    """

    service_type = 'orchestration'
    name, singular = 'stacks', 'stack'
    path = 'stacks'
    query = {'show_nested': 'true', 'show_hidden': 'true'}
    scope = token = Scope.PROJECT
    name_key, status_key, created_key = 'stack_name', 'stack_status', 'creation_time'
    goes_with = ('stacks',)
    # Heat acts with these on behalf of whoever made the stack.
    holds = ('trusts', 'users', 'application_credentials', 'projects')
    asynchronous = True
    failed = frozenset(('DELETE_FAILED',))

    def member(self, resource: Resource, *rest: str) -> str:
        return '/'.join((self.path, quote(resource.name, safe=''), resource.id, *rest))

    def expand(self, resource: Resource) -> Resource:
        """With the ids of everything that the stack made."""
        if resource.body.get('parent'):
            return resource
        answer = self.cloud.rest(self.service_type).get(
            self.member(resource, 'resources'), query={'nested_depth': '5'})
        made = [r.get('physical_resource_id') for r in answer.get('resources', ())]
        return dataclasses.replace(resource, body={**resource.body, 'made': made})

    def delete(self, resource: Resource) -> None:
        # An administrator's own token may; the project's role may be gone by now.
        self.cloud.rest(self.service_type).delete(self.member(resource))
