"""What works for Neutron. https://docs.openstack.org/api-ref/network/v2/#networking-agents"""

from tempest_cleanup.model import Body, Resource, Tenant
from tempest_cleanup.services.network import Network


class NetworkAgents(Network):
    """Agents. One that is not up gets no more networks and routers; some plugins have none."""

    name, singular = 'network_agents', 'agent'
    path, collection = 'agents', 'agents'
    settings = ('admin_state_up', 'description')
    stays_changed = {
        'networks, routers and BGP speakers': 'Neutron moves them from agent to agent itself'}
    tried = False

    def told(self, body: Body, tenant: Tenant | None) -> Body:
        return {**body, 'name': f'{body.get("binary")} on {body.get("host")}'}

    def protects(self, resource: Resource) -> str:
        return 'an agent of Neutron, which reports itself'
