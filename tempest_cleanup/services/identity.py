"""Keystone. https://docs.openstack.org/api-ref/identity/v3/"""
from collections.abc import Iterator
from typing import ClassVar
from urllib.parse import quote

from tempest_cleanup.model import Body, Resource, Scope, Tenant
from tempest_cleanup.services.base import EVERYTHING, ResourceService


class Identity(ResourceService):
    """What is common to Keystone's kinds: none of them tells when it was made."""

    service_type = 'identity'


class Immutable(Identity):
    """Kinds that Keystone may have been told not to change."""

    def prepare_delete(self, resource: Resource) -> None:
        if (resource.body.get('options') or {}).get('immutable'):
            self.rest().patch(self.member(resource),
                              {self.singular: {'options': {'immutable': False}}})


class Users(Identity):
    """Users. With them go their credentials, role assignments and trusts."""

    name, singular = 'users', 'user'
    path = 'users'
    project_key = 'default_project_id'
    delete_after = (EVERYTHING,)
    goes_with = ('stacks',)


class Groups(Identity):
    name, singular = 'groups', 'group'
    path = 'groups'


class Projects(Immutable):
    """Projects. Keystone tells no other service, so all that is in one must go before."""

    name, singular = 'projects', 'project'
    path = 'projects'
    project_key = parent_key = 'parent_id'
    delete_after = (EVERYTHING, 'users', 'projects')
    goes_with = ('stacks',)


class Domains(Immutable):
    """Domains. Keystone deletes only disabled ones."""

    name, singular = 'domains', 'domain'
    path = 'domains'
    delete_after = (EVERYTHING, 'users', 'projects')

    def prepare_delete(self, resource: Resource) -> None:
        super().prepare_delete(resource)
        if resource.body.get('enabled', True):
            self.rest().patch(self.member(resource), {'domain': {'enabled': False}})


class Roles(Immutable):
    """Roles of the whole cloud; with one go its assignments and inferences."""

    name, singular = 'roles', 'role'
    path = 'roles'


class DomainRoles(Roles):
    """Roles of one domain. They do not go with it and can't be listed without it."""

    name = collection = 'domain_roles'
    collection = 'roles'
    scope = Scope.DOMAIN

    def query_for(self, tenant: Tenant | None) -> dict[str, str]:
        return {'domain_id': tenant.id if tenant else ''}


class Credentials(Identity):
    """Credentials of any type, those for EC2 included. Their content is secret."""

    name, singular = 'credentials', 'credential'
    path = 'credentials'
    name_key = 'type'
    goes_with = ('users',)

    def find(self, tenant: Tenant | None) -> Iterator[Body]:
        for body in super().find(tenant):
            yield {key: value for key, value in body.items() if key != 'blob'}


class OfUser(Identity):
    """Kinds that are listed user by user, and go with their user."""

    scope = Scope.USER
    goes_with: ClassVar[tuple[str, ...]] = ('users',)


class ApplicationCredentials(OfUser):
    name, singular = 'application_credentials', 'application_credential'
    path = 'users/{tenant}/application_credentials'


class AccessRules(OfUser):
    """Access rules: for the owner and the system's administrator only."""

    name, singular = 'access_rules', 'access_rule'
    path = 'users/{tenant}/access_rules'
    token = Scope.CLOUD
    name_key = 'path'
    delete_after = ('application_credentials',)


class OauthAccessTokens(OfUser):
    """Access tokens of OAuth. They outlive their user, but not their consumer."""

    name, singular = 'oauth_access_tokens', 'access_token'
    path, collection = 'users/{tenant}/OS-OAUTH1/access_tokens', 'access_tokens'
    goes_with = ('oauth_consumers',)


class Trusts(Identity):
    """Trusts; the listing shows all of them only when it is asked for nothing."""

    name, singular = 'trusts', 'trust'
    path = 'OS-TRUST/trusts'
    user_key = 'trustor_user_id'
    goes_with = ('users', 'stacks')


class OauthConsumers(Identity):
    name, singular = 'oauth_consumers', 'consumer'
    path, collection = 'OS-OAUTH1/consumers', 'consumers'
    name_key = 'description'


class Policies(Identity):
    name, singular = 'policies', 'policy'
    path = 'policies'
    name_key = 'type'


class Regions(Identity):
    """Regions, from the leaves on.

    With one would go the regions below it, but Keystone's cache would go on knowing them,
    and refuse new ones of their names for some minutes.
    """

    name, singular = 'regions', 'region'
    path = 'regions'
    name_key = 'id'
    parent_key = 'parent_region_id'
    delete_after = ('regions', 'endpoints', 'limits', 'registered_limits')

    def member(self, resource: Resource, *rest: str) -> str:
        return '/'.join((self.path, quote(resource.id, safe=''), *rest))


class Services(Identity):
    """Services of the catalog. With one go its endpoints."""

    name, singular = 'services', 'service'
    path = 'services'
    delete_after = ('registered_limits', 'limits')


class Endpoints(Identity):
    name, singular = 'endpoints', 'endpoint'
    path = 'endpoints'
    name_key = 'url'
    goes_with = ('services',)


class EndpointGroups(Identity):
    name, singular = 'endpoint_groups', 'endpoint_group'
    path = 'OS-EP-FILTER/endpoint_groups'


class RegisteredLimits(Identity):
    name, singular = 'registered_limits', 'registered_limit'
    path = 'registered_limits'
    name_key = 'resource_name'
    delete_after = ('limits',)


class Limits(Identity):
    name, singular = 'limits', 'limit'
    path = 'limits'
    name_key = 'resource_name'


class IdentityProviders(Identity):
    """Identity providers of a federation, with their protocols."""

    name, singular = 'identity_providers', 'identity_provider'
    path = 'OS-FEDERATION/identity_providers'
    name_key = 'id'


class Mappings(Identity):
    name, singular = 'mappings', 'mapping'
    path = 'OS-FEDERATION/mappings'
    name_key = 'id'
    delete_after = ('identity_providers',)


class ServiceProviders(Identity):
    name, singular = 'service_providers', 'service_provider'
    path = 'OS-FEDERATION/service_providers'
    name_key = 'id'
