"""Keystone's federation. https://docs.openstack.org/api-ref/identity/v3-ext/"""
import contextlib
from collections.abc import Iterator
from urllib.parse import quote

from tempest_cleanup import errors
from tempest_cleanup.model import Body, Resource, Tenant
from tempest_cleanup.services.identity import Identity


class FederationProtocols(Identity):
    """Protocols of identity providers. An id is unique within its provider only."""

    name, singular = 'federation_protocols', 'protocol'
    path, collection = 'OS-FEDERATION/identity_providers', 'identity_providers'
    id_key, name_key = 'key', 'id'
    settings = ('mapping_id',)
    goes_with = ('identity_providers',)
    delete_before = ('mappings',)

    def find(self, tenant: Tenant | None) -> Iterator[Body]:
        for provider in super().find(tenant):
            with contextlib.suppress(errors.NotFound):  # the provider went meanwhile
                for body in self.rest().pages(
                        f'{self.path}/{quote(provider["id"], safe="")}/protocols', 'protocols'):
                    yield dict(body, key=f'{provider["id"]}/{body["id"]}',
                               identity_provider=provider['id'],
                               domain_id=provider.get('domain_id'))

    def member(self, resource: Resource, *rest: str) -> str:
        return '/'.join((self.path, quote(resource.body['identity_provider'], safe=''),
                         'protocols', quote(resource.name, safe=''), *rest))
