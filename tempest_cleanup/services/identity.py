"""Keystone. https://docs.openstack.org/api-ref/identity/v3/"""
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, ClassVar
from urllib.parse import quote

from tempest_cleanup import errors
from tempest_cleanup.model import Body, Change, Resource, Scope, Tenant
from tempest_cleanup.services.base import EVERYTHING, ResourceService

if TYPE_CHECKING:
    from tempest_cleanup.cloud.rest import Rest


class Identity(ResourceService):
    """What is common to Keystone's kinds: none of them tells when it was made."""

    service_type = 'identity'
    update = 'patch'


def in_every_domain(rest: 'Rest', collection: str) -> Iterator[Body]:
    """The users or groups of all domains.

    Where domains have identity backends of their own, a listing that names none shows that of
    the token's project only, and does not say so. One of which it shows nothing is asked for.
    """
    shown = set()
    for body in rest.pages(collection, collection):
        if isinstance(body, Mapping) and isinstance(body.get('domain_id'), str):
            shown.add(body['domain_id'])
        yield body
    for domain in rest.pages('domains', 'domains'):
        if domain['id'] not in shown:
            yield from _in_domain(rest, collection, domain['id'])


def _in_domain(rest: 'Rest', collection: str, domain: str) -> Iterator[Body]:
    try:
        yield from rest.pages(collection, collection, query={'domain_id': domain})
    except errors.NotFound:
        try:
            rest.get(f'domains/{quote(domain)}')
        except errors.NotFound:
            return  # the domain went meanwhile
        raise


class WithOptions(Identity):
    """Kinds with options. One that is null is forgotten, one that is left out stays."""

    def restore(self, resource: Resource, changes: tuple[Change, ...]) -> None:
        wanted = {c.attribute: c.old for c in changes}
        now = dict(resource.body.get('options') or {})
        options = wanted.pop('options', now)
        if now.get('immutable'):
            self.unlock(resource)
        if wanted:
            self.rest().patch(self.member(resource), {self.singular: wanted})
        if now or options:
            self.rest().patch(self.member(resource), {
                self.singular: {'options': dict.fromkeys(now) | options}})

    def unlock(self, resource: Resource) -> None:
        self.rest().patch(self.member(resource),
                          {self.singular: {'options': {'immutable': False}}})


class Users(WithOptions):
    """Users, of every domain. With them go their credentials, role assignments and trusts."""

    name, singular = 'users', 'user'
    path = 'users'
    always = ('name', 'domain_id')
    settings = ('name', 'enabled', 'description', 'email', 'default_project_id', 'options')
    stays_changed: ClassVar = {
        'password': 'it is secret, and was never told',  # nosec B105  # a reason, no password
        'failed attempts': 'Keystone counts them, and lets the user in again after a time'}
    project_key = 'default_project_id'
    delete_after = (EVERYTHING,)
    goes_with = ('stacks',)

    def find(self, tenant: Tenant | None) -> Iterator[Body]:
        return in_every_domain(self.rest(), self.path)


class Groups(Identity):
    """Groups, of every domain."""

    name, singular = 'groups', 'group'
    path = 'groups'
    always = ('name', 'domain_id')
    settings = ('name', 'description')

    def find(self, tenant: Tenant | None) -> Iterator[Body]:
        return in_every_domain(self.rest(), self.path)


class Projects(WithOptions):
    """Projects. Keystone tells no other service, so all that is in one must go before."""

    name, singular = 'projects', 'project'
    path = 'projects'
    always = ('name', 'domain_id')
    settings = ('name', 'enabled', 'description', 'options', 'tags')
    project_key = parent_key = 'parent_id'
    delete_after = (EVERYTHING, 'users', 'projects')
    goes_with = ('stacks',)


class Domains(WithOptions):
    """Domains. Keystone deletes only disabled ones."""

    name, singular = 'domains', 'domain'
    path = 'domains'
    always = ('name',)
    settings = ('name', 'enabled', 'description', 'options', 'tags')
    delete_after = (EVERYTHING, 'users', 'projects')

    def prepare_delete(self, resource: Resource) -> None:
        if resource.body.get('enabled', True):
            self.rest().patch(self.member(resource), {'domain': {'enabled': False}})


class Roles(WithOptions):
    """Roles of the whole cloud; with one go its assignments and inferences."""

    name, singular = 'roles', 'role'
    path = 'roles'
    always = ('name',)
    settings = ('name', 'description', 'options')


class DomainRoles(Roles):
    """Roles of one domain. They do not go with it and can't be listed without it."""

    name, collection = 'domain_roles', 'roles'
    scope = Scope.DOMAIN

    def query_for(self, tenant: Tenant | None) -> dict[str, str]:
        return {'domain_id': tenant.id if tenant else ''}


class Credentials(Identity):
    """Credentials of any type, those for EC2 included. Their content is secret."""

    name, singular = 'credentials', 'credential'
    path = 'credentials'
    name_key = 'type'
    goes_with = ('users',)

    def told(self, body: Body, tenant: Tenant | None) -> Body:
        return {key: value for key, value in body.items() if key != 'blob'}


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
    settings = ('description',)
    name_key = 'description'


class Policies(Identity):
    name, singular = 'policies', 'policy'
    path = 'policies'
    settings = ('type', 'blob')
    stays_changed: ClassVar = {
        'associations': 'Keystone tells what policy an endpoint has, not by what association'}
    name_key = 'type'


class Regions(Identity):
    """Regions, from the leaves on.

    With one would go the regions below it, but Keystone's cache would go on knowing them,
    and refuse new ones of their names for some minutes.
    """

    name, singular = 'regions', 'region'
    path = 'regions'
    shapes_catalog = True
    settings = ('description', 'parent_region_id')
    name_key = 'id'
    parent_key = 'parent_region_id'
    delete_after = ('regions', 'endpoints', 'limits', 'registered_limits')

    def member(self, resource: Resource, *rest: str) -> str:
        return '/'.join((self.path, quote(resource.id, safe=''), *rest))


class Services(Identity):
    """Services of the catalog. With one go its endpoints."""

    name, singular = 'services', 'service'
    path = 'services'
    shapes_catalog = True
    settings = ('name', 'type', 'enabled', 'description')
    delete_after = ('registered_limits', 'limits')


class Endpoints(Identity):
    name, singular = 'endpoints', 'endpoint'
    path = 'endpoints'
    shapes_catalog = True
    settings = ('url', 'interface', 'region_id', 'service_id', 'enabled')
    name_key = 'url'
    goes_with = ('services',)


class EndpointGroups(Identity):
    name, singular = 'endpoint_groups', 'endpoint_group'
    path = 'OS-EP-FILTER/endpoint_groups'
    shapes_catalog = True
    settings = ('name', 'description', 'filters')


class RegisteredLimits(Identity):
    name, singular = 'registered_limits', 'registered_limit'
    path = 'registered_limits'
    settings = ('default_limit', 'description')
    name_key = 'resource_name'
    delete_after = ('limits',)


class Limits(Identity):
    name, singular = 'limits', 'limit'
    path = 'limits'
    settings = ('resource_limit', 'description')
    stays_changed: ClassVar = {
        'resource_limit of 0, empty description': 'shown, but Keystone says yes and keeps the '
                                                  'new one'}
    name_key = 'resource_name'


class IdentityProviders(Identity):
    """Identity providers of a federation, with their protocols."""

    name, singular = 'identity_providers', 'identity_provider'
    path = 'OS-FEDERATION/identity_providers'
    settings = ('enabled', 'description', 'remote_ids')
    name_key = 'id'


class Mappings(Identity):
    name, singular = 'mappings', 'mapping'
    path = 'OS-FEDERATION/mappings'
    settings = ('rules',)
    ordered = frozenset(settings)
    name_key = 'id'
    delete_after = ('identity_providers',)


class ServiceProviders(Identity):
    name, singular = 'service_providers', 'service_provider'
    path = 'OS-FEDERATION/service_providers'
    settings = ('enabled', 'auth_url', 'sp_url', 'description', 'relay_state_prefix')
    name_key = 'id'
