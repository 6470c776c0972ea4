"""Who else may use a thing of Neutron's.

https://docs.openstack.org/api-ref/network/v2/#rbac-policies
"""
from tempest_cleanup import errors
from tempest_cleanup.model import Change, Resource
from tempest_cleanup.services.network import Network

#: The target of a policy that means every project.
EVERYBODY = '*'

#: Where the things are that can be shared.
PATHS = {'network': 'networks', 'qos_policy': 'qos/policies', 'security_group': 'security-groups',
         'subnetpool': 'subnetpools', 'address_scope': 'address-scopes',
         'address_group': 'address-groups'}


class RbacPolicies(Network):
    """Who else may use a thing. They go with it; one that is made again has another id.

    Neutron refuses (409) to delete one for everybody as long as anybody uses the thing by it,
    and means the thing's owner, too.
    """

    name, singular = 'rbac_policies', 'rbac_policy'
    path = 'rbac-policies'
    settings = ('object_type', 'object_id', 'action', 'target_tenant', 'project_id')
    name_key = 'action'
    rights = comes_back = same_by_settings = True
    delete_after = ('ports', 'routers')
    goes_with = ('networks', 'qos_policies', 'security_groups', 'subnetpools',
                 'address_groups', 'address_scopes')

    def delete(self, resource: Resource) -> None:
        try:
            super().delete(resource)
        except errors.Conflict:
            body = resource.body
            if body.get('target_tenant') != EVERYBODY or body.get('object_type') not in PATHS:
                raise
            # The owner is let in by name, for that moment.
            path = f'{PATHS[body["object_type"]]}/{body["object_id"]}'
            (thing,) = self.rest().get(path).values()
            meanwhile = self.rest().post(self.path, {self.singular: {
                'object_type': body['object_type'], 'object_id': body['object_id'],
                'action': body['action'], 'target_tenant': thing['project_id']}})
            try:
                super().delete(resource)
            finally:
                self.rest().delete(f'{self.path}/{meanwhile[self.singular]["id"]}')

    def restore(self, resource: Resource, changes: tuple[Change, ...]) -> None:
        if any(c.attribute == 'present' for c in changes):
            self.rest().post(self.path, {self.singular: dict(resource.settings)})
        else:
            super().restore(resource, changes)
