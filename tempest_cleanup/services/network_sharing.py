"""Who else may use a thing of Neutron's. https://docs.openstack.org/api-ref/network/v2/#rbac-policies"""
from tempest_cleanup import errors
from tempest_cleanup.cloud.rest import Rest
from tempest_cleanup.model import Body, Resource
from tempest_cleanup.services.network import Network

#: The target of a policy that means every project.
EVERYBODY = '*'

#: Where the things are that can be shared.
PATHS = {'network': 'networks', 'qos_policy': 'qos/policies', 'security_group': 'security-groups',
         'subnetpool': 'subnetpools', 'address_scope': 'address-scopes',
         'address_group': 'address-groups'}


class RbacPolicies(Network):
    """Who else may use a thing. They go with it."""

    name, singular = 'rbac_policies', 'rbac_policy'
    path = 'rbac-policies'
    settings = ('target_tenant',)
    name_key = 'action'
    delete_after = ('ports', 'routers')
    goes_with = ('networks', 'qos_policies', 'security_groups', 'subnetpools',
                 'address_groups', 'address_scopes')

    def delete(self, resource: Resource) -> None:
        if resource.body.get('target_tenant') == EVERYBODY:
            withdraw(self.rest(), resource.body)
        else:
            super().delete(resource)


def withdraw(rest: Rest, policy: Body) -> None:
    """Delete a policy that lets everybody use a thing.

    Neutron refuses (409) as long as anybody uses the thing by it, and means its owner, too.
    So the owner is let in by name, for that moment.

    :raises errors.Conflict: another project uses it
    """
    path = f'rbac-policies/{policy["id"]}'
    try:
        rest.delete(path)
    except errors.Conflict:
        if policy['object_type'] not in PATHS:
            raise
        (thing,) = rest.get(f'{PATHS[policy["object_type"]]}/{policy["object_id"]}').values()
        meanwhile = rest.post('rbac-policies', {'rbac_policy': {
            'object_type': policy['object_type'], 'object_id': policy['object_id'],
            'action': policy['action'], 'target_tenant': thing['project_id']}})['rbac_policy']
        try:
            rest.delete(path)
        finally:
            rest.delete(f'rbac-policies/{meanwhile["id"]}')
