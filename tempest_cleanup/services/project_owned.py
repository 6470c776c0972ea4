"""What is common to kinds that only a token of their own project shows."""
import re
from collections.abc import Mapping

from tempest_cleanup.model import Body, Resource, Scope, Tenant
from tempest_cleanup.services.base import ResourceService
from tempest_cleanup.services.bodies import strings

#: Here services keep what is theirs: Glance its images, Zaqar its messages.
SERVICE_PROJECTS = frozenset(('service', 'services'))
_UUID = re.compile(r'[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}')


class ProjectOwned(ResourceService):
    """Kinds that are listed project by project. What is in the services' project stays."""

    scope = token = Scope.PROJECT

    def told(self, body: Body, tenant: Tenant | None) -> Body:
        return {**body, 'project_name': tenant.name if tenant else ''}

    def protects(self, resource: Resource) -> str:
        if resource.body.get('project_name') in SERVICE_PROJECTS:
            return 'in the project of the services, which keep what is theirs there'
        return ''


def named_in(*values: str | Mapping[str, object]) -> list[str]:
    """The UUIDs that stand in strings, such as those of what a secret was made for."""
    return [found for value in values for text in strings(value) for found in _UUID.findall(text)]
