"""Ironic. https://docs.openstack.org/api-ref/baremetal/

To an administrator of a project Ironic shows only the nodes that the project owns, without a
word about the others; the rest of its API it denies. So everything is asked with a token
for the system.
"""
import dataclasses
from collections.abc import Iterable
from typing import Any

from tempest_cleanup.model import Body, Change, Evidence, Resource, Scope, Source, Tenant
from tempest_cleanup.services.base import ResourceService, parse_time
from tempest_cleanup.services.telling import brief


class Baremetal(ResourceService):
    """What is common to Ironic's kinds."""

    service_type = 'baremetal'
    token = Scope.CLOUD
    microversion = '1.96'
    id_key = 'uuid'
    project_key = 'owner'


class Nodes(Baremetal):
    """Nodes. Those that were enrolled before a run are somebody's machines.

    Ironic refuses a protected node, one with an instance (409) and one that is deployed or
    being cleaned. Nothing is undeployed here: the remedies say what is done with one that is
    refused.
    """

    name, singular = 'baremetal_nodes', 'node'
    path, detail, collection = 'nodes', '/detail', 'nodes'
    status_key, updated_key = 'provision_state', 'provision_updated_at'
    reasons = ('last_error', 'fault', 'maintenance_reason')
    delete_after = ('servers', 'baremetal_allocations')
    settings = ('traits', 'maintenance', 'name', 'description', 'resource_class', 'owner',
                'lessee', 'protected', 'retired')
    stays_changed = {
        'provision_state, power_state': 'each is a machine at work',
        'extra, properties, instance_info, driver_internal_info':
            'inspection and deployment write them, too',
        'driver_info': 'it has secrets',
        'boot device, console': 'asked of the machine itself'}

    def resource(self, body: Body, tenant: Tenant | None) -> Resource:
        # With a fault it is Ironic that sets the maintenance, and takes it back.
        found = super().resource(body, tenant)
        if body.get('fault'):
            return dataclasses.replace(found, settings={
                name: value for name, value in found.settings.items() if name != 'maintenance'})
        return found

    def evidence(self, resource: Resource) -> Iterable[Evidence]:
        yield from super().evidence(resource)
        path = self.member(resource, 'history')
        answer = self.rest().get(path, microversion=self.microversion)
        for entry in answer.get('history', ()):
            yield Evidence(
                Source.SERVICE, f'{entry.get("event_type")}: {brief(entry.get("event"))}',
                parse_time(entry.get('created_at')), where=f'GET baremetal/{path}',
                failure=entry.get('severity') == 'ERROR')

    def restore(self, resource: Resource, changes: tuple[Change, ...]) -> None:
        for change in changes:
            if change.attribute == 'traits':
                self.rest().put(self.member(resource, 'traits'), {'traits': change.old},
                                microversion=self.microversion)
            elif change.attribute != 'maintenance':
                self._patch(resource, change.attribute, change.old)
            elif change.old:
                self.rest().put(self.member(resource, 'maintenance'), {},
                                microversion=self.microversion)
            else:
                self.rest().delete(self.member(resource, 'maintenance'),
                                   microversion=self.microversion)

    def _patch(self, resource: Resource, attribute: str, value: Any) -> None:
        path = f'/{attribute}'
        change = ({'op': 'remove', 'path': path} if value is None
                  else {'op': 'replace', 'path': path, 'value': value})
        self.rest().patch(self.member(resource), [change], microversion=self.microversion)


class Ports(Baremetal):
    """Network ports of nodes; they go with their node."""

    name, singular = 'baremetal_ports', 'port'
    path, detail, collection = 'ports', '/detail', 'ports'
    project_key = 'project_id'
    goes_with = ('baremetal_nodes',)


class Portgroups(Baremetal):
    """Groups of ports. Ironic refuses one that has ports (400)."""

    name, singular = 'baremetal_portgroups', 'portgroup'
    path, detail, collection = 'portgroups', '/detail', 'portgroups'
    project_key = 'project_id'
    delete_after = ('baremetal_ports',)
    goes_with = ('baremetal_nodes',)


class VolumeConnectors(Baremetal):
    """Volume connectors. Unless with its node, one goes only while that is powered off (400)."""

    name, singular = 'baremetal_volume_connectors', 'connector'
    path, collection = 'volume/connectors', 'connectors'
    name_key, project_key = 'connector_id', 'project_id'
    query = {'detail': 'true'}
    goes_with = ('baremetal_nodes',)


class VolumeTargets(Baremetal):
    """Volume targets. Unless with its node, one goes only while that is powered off (400)."""

    name, singular = 'baremetal_volume_targets', 'target'
    path, collection = 'volume/targets', 'targets'
    name_key, project_key = 'volume_id', 'project_id'
    query = {'detail': 'true'}
    goes_with = ('baremetal_nodes',)


class Chassis(Baremetal):
    """Chassis; they have a description instead of a name. One with nodes is refused (400)."""

    name, singular = 'baremetal_chassis', 'chassis'
    path, detail, collection = 'chassis', '/detail', 'chassis'
    name_key, project_key = 'description', 'project_id'
    delete_after = ('baremetal_nodes',)


class Allocations(Baremetal):
    """Allocations. One whose node is deployed is refused (409)."""

    name, singular = 'baremetal_allocations', 'allocation'
    path, collection = 'allocations', 'allocations'
    status_key = 'state'
    reasons = ('last_error',)


class DeployTemplates(Baremetal):
    name, singular = 'baremetal_deploy_templates', 'deploy_template'
    path, collection = 'deploy_templates', 'deploy_templates'
    project_key = 'project_id'
    query = {'detail': 'true'}


class Runbooks(Baremetal):
    name, singular = 'baremetal_runbooks', 'runbook'
    path, collection = 'runbooks', 'runbooks'
    query = {'detail': 'true'}


class InspectionRules(Baremetal):
    """Inspection rules. The collection itself would take a DELETE for all of them."""

    name, singular = 'baremetal_inspection_rules', 'inspection_rule'
    path, collection = 'inspection_rules', 'inspection_rules'
    name_key, project_key = 'description', 'project_id'
    query = {'detail': 'true'}
